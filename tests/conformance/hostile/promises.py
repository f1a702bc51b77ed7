"""What the framework promises so that no addon can forget it, and which of it no hostile addon can show."""

PROMISES = {
    1: "what declares no access does not install",
    2: "one door to the data, guarded for its actor in every kind of statement",
    3: "who acts is a parameter of the unit of work, and of the jobs that it queues",
    4: "rights are raised in a block, for a reason, and not beyond it",
    5: "pages get plain values and declared fields, never records",
    6: "what a request may call is declared and asks for a role; no request names a method",
    7: "what is sent is declared; unknown fields are refused",
    8: "what is not there and what is not theirs look alike",
    9: "rights are data that is checked: roles only add, rules only restrict",
    10: "a secret is written and never shown",
    11: "the framework owns the transaction, and nothing outside it is done in it",
    12: "who comes first is decided by locks that wait, never by who got one",
    14: "options of a model, versions among them, are checked",
    15: "a repeated request or job has one effect",
    16: "posted documents are kept by the database itself",
    17: "amounts are exact, finite and bounded",
    19: "reading changes nothing",
    20: "XML is read without entities, network and DTD",
    21: "escaping is on, markup stands in templates, and no text is executed",
    22: "no code in pages, no way out of the site by a redirect",
    23: "what talks to the outside goes through the framework",
    25: "there are limits: time, statements a row",
    26: "an error has a reference for the user and its details in the log",
    27: "what the manifest does not declare is not there",
    28: "a broken addon is set aside with a reason, and the others start",
    29: "hooks have contracts, and two addons that want the same are told",
    30: "data and scripts are checked before anything is changed",
    31: "taking an addon off loses nothing",
    34: "the clock is that of the unit of work",
    36: "rules of conformance hold every addon to this, with no code by its author",
}
"""The promises that a hostile addon can try to break, by the number that cases give."""

ELSEWHERE = {
    13: "numbers are given by the framework as the last statement: an addon has no other way to take one",
    18: "an invariant that fails is its job; that all run is tested with the invariants",
    24: "exports are made by the core alone",
    32: "which site a request means is decided before any addon is asked",
    33: "the rights of the database role are of the installation, not of an addon",
    35: "backups are of the installation",
    37: "health is told by the server",
    38: "the audit is written by the unit of work; an addon can't leave its block out of it",
    39: "how a site is deployed is of the installation",
}
"""Promises that no addon can break by its code, and why."""
