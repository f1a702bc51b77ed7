"""Checks a document by rule sets, without stopping at the first fault and without an exception for any bytes."""

from collections.abc import Sequence
from decimal import localcontext

from .errors import EngineError, UnknownNameError
from .findings import Finding
from .profiles import Profile, profile_for, profile_named
from .rules.base import Report
from .rules.sets import RULE_SETS, SLOTS, rule_set
from .rules.ubl_slots import UBL
from .rules.ubl_structure import UBL_ROOTS, UBL_STRUCTURE
from .rules.view import View
from .xml import Tree, parse

_PRECISION = 60
_UBL = "inv:Invoice", "cn:CreditNote"
_CII = "rsm:CrossIndustryInvoice"
_SPECIFICATION = "rsm:ExchangedDocumentContext", "ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID"


def check(document: bytes, rule_set: str) -> list[Finding]:
    """What one rule set alone finds in a document, fragments included. An empty list: nothing."""
    return _run(document, (rule_set,))


def check_profile(document: bytes, profile: str | Profile | None = None) -> list[Finding]:
    """What all rule sets of a profile find. Without a profile it is the one that the document names (BT-24)."""
    try:
        tree = parse(document)
    except EngineError as error:
        return [_broken("TW-XML-01", error)]
    root = tree.root
    if profile is None:
        named = root.first("cbc:CustomizationID") or root.first(*_SPECIFICATION)
        target = profile_for(named.text if named is not None else "")
    else:
        target = profile_named(profile)
    syntax = "cii" if root.name == _CII else "ubl"
    if syntax not in target.rule_sets and root.name in {_CII, *_UBL}:
        report = Report()
        report.fatal("TW-XML-02", "BT-24", root, "{0} is not written as {1}.", target.title, syntax.upper())
        return report.findings
    names = target.rule_sets.get(syntax) or next(iter(target.rule_sets.values()))
    return [finding for finding in _check(tree, names, complete=True) if target.asks_for(finding.rule)]


def _run(document: bytes, names: Sequence[str]) -> list[Finding]:
    for name in names:
        if name not in RULE_SETS:
            raise UnknownNameError("rule set", name, list(RULE_SETS))
    try:
        tree = parse(document)
    except EngineError as error:
        return [_broken("TW-XML-01", error)]
    return _check(tree, names)


def _check(tree: Tree, names: Sequence[str], *, complete: bool = False) -> list[Finding]:
    report = Report()
    views: dict[int, View] = {}
    with localcontext() as context:
        context.prec = _PRECISION
        for name in names:
            rules = rule_set(name)
            root = tree.root
            if root.name not in rules.roots:
                kinds = " or ".join(sorted(rules.roots))
                message = "The rules {0} are for {1}, but the document starts with {2}."
                report.fatal("TW-XML-02", "", root, message, name, kinds, root.name[:200])
                continue
            slots = SLOTS[name]
            view = views.setdefault(id(slots), View(tree, slots))
            for run in rules.checks:
                run(view, report)
        if complete and tree.root.name in UBL_ROOTS:
            for run in UBL_STRUCTURE:
                run(views.setdefault(id(UBL), View(tree, UBL)), report)
    return report.findings


def _broken(rule: str, error: EngineError) -> Finding:
    return Finding(rule, "fatal", error.message, "", error.line, "", error.template, error.values)
