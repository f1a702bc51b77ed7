"""What Python code of an addon does past the framework; the rules of conformance read it."""

from typing import Any

from tests.conformance.hostile.case import Hostile


def _doing(lines: str, *, imports: str = "") -> dict[str, str]:
    """Return a module whose body begins at line 8, or one line later for each further import."""
    start = "\n".join(['"""What is done."""', "", *filter(None, [imports]), "from tradewright.orm import Env"])
    body = "\n".join(f"    {line}" for line in lines.splitlines())
    return {"services/acting.py": f'{start}\n\n\ndef act(env: Env) -> object:\n    """Do it."""\n{body}\n'}


_AT = "services/acting.py:8"
_AFTER = "services/acting.py:9"

_TABLE: list[tuple[Any, ...]] = [
    (
        "own_commit", "it ends the transaction", 11, "C201", (_AT, "env.commit", "raise to roll back"),
        "env.commit()",
    ),
    (
        "own_rollback", "it rolls back and goes on", 11, "C201", (_AT, "env._unit.session.rollback"),
        "env._unit.session.rollback()",
    ),
    (
        "raw_session", "it takes the session behind the environment", 2, "C201", (_AT, "_unit", "env[Model]"),
        "return env._unit.session",
    ),
    (
        "raw_engine", "it opens a connection of its own", 2, "C201", (_AT, "engine", "env[Model]"),
        "return env.site.database.read.engine",
    ),
    (
        "raw_sql", "it writes SQL as text", 2, "C104", ("services/acting.py:3", "sqlalchemy.text", "tradewright.orm"),
        'return env.execute(text("DELETE FROM base_user"))', "from sqlalchemy import text",
    ),
    (
        "try_lock", "it decides by who gets a lock first", 12, "C201", (_AFTER, "skip_locked", "env.lock"),
        "return env.execute(select(env.actor).with_for_update(skip_locked=True))", "from tradewright.orm import select",
    ),
    (
        "mail_at_once", "it sends a mail within the transaction", 11, "C104",
        ("services/acting.py:3", "smtplib", "send_mail"), "return smtplib.SMTP(env.actor.name)", "import smtplib",
    ),
    (
        "http_at_once", "it calls another server within the transaction", 23, "C104",
        ("services/acting.py:3", "urllib.request", "outside job"),
        'return urllib.request.urlopen("http://example.org")', "import urllib.request",
    ),
    (
        "socket_of_its_own", "it opens a connection to anywhere", 23, "C104", ("services/acting.py:3", "socket"),
        'return socket.create_connection(("example.org", 80))', "import socket",
    ),
    (
        "requests_of_its_own", "it calls another server by a library", 23, "C104", ("services/acting.py:3", "requests"),
        'return requests.get("http://example.org")', "import requests",
    ),
    (
        "file_at_once", "it writes a file within the transaction", 11, "C201", (_AFTER, "write_text"),
        'return Path("claims.txt").write_text("x")', "from pathlib import Path",
    ),
    (
        "file_opened", "it writes a file of the server", 11, "C201", (_AT, "open"),
        'with open("claims.txt", "w") as file:\n    return file.write("x")',
    ),
    (
        "program_started", "it starts a program", 23, "C104", ("services/acting.py:3", "subprocess"),
        'return subprocess.run(["true"])', "import subprocess",
    ),
    (
        "shell_started", "it runs a command line", 23, "C202", (_AFTER, "os.system"), 'return os.system("true")',
        "import os",
    ),
    (
        "text_evaluated", "it evaluates what somebody typed", 21, "C202", (_AT, "eval"), "return eval(env.actor.name)"
    ),
    (
        "pickle_read", "it loads objects out of bytes", 21, "C202", (_AFTER, "pickle.loads"),
        "return pickle.loads(env.actor.name.encode())", "import pickle",
    ),
    (
        "method_by_name", "a request names the method that is called", 6, "C202", (_AT, "getattr", "a dict of those"),
        "return getattr(env, env.actor.name)()",
    ),
    (
        "own_xml_parser", "it reads XML with entities", 20, "C204", (_AFTER, "etree.fromstring", "refuse a DTD"),
        "return etree.fromstring(env.actor.name)", "from lxml import etree",
    ),
    (
        "loose_xml_parser", "its parser resolves entities", 20, "C204", (_AFTER, "resolve_entities=False"),
        "return etree.fromstring(env.actor.name, etree.XMLParser(resolve_entities=True))", "from lxml import etree",
    ),
    (
        "clock_of_its_own", "it asks the machine for the time", 34, "C205", (_AFTER, "datetime.now", "env.now"),
        "return datetime.now()", "from datetime import datetime",
    ),
    (
        "money_as_a_float", "it reckons with binary fractions", 17, "C206", (_AT, "float", "Decimal"),
        "return float(env.company_id or 0) / 3",
    ),
    (
        "decimal_of_a_float", "it makes a decimal of a binary fraction", 17, "C206", (_AFTER, 'Decimal("0.1")'),
        "return Decimal(0.1)", "from decimal import Decimal",
    ),
    (
        "error_swallowed", "it swallows every error, the lost race too", 11, "C207",
        ("services/acting.py:10", "except"),
        "try:\n    env.flush()\nexcept:\n    return None",
    ),
    (
        "printed", "it prints what nobody reads", 26, "C208", (_AT, "print", "log it"), "print(env.actor)",
    ),
    (
        "elevated_without_reason", "it raises its rights and does not say why", 4, "C504", (_AT, "env.elevate('x')"),
        'with env.elevate("x"):\n    env.flush()',
    ),
    (
        "thread_of_its_own", "it goes on in a thread, without an actor", 3, "C104",
        ("services/acting.py:3", "threading"),
        "return threading.Thread(target=env.flush).start()", "import threading",
    ),
    (
        "table_without_its_model", "it selects from a table, where no rule of rows reaches", 2, "C201",
        ("services/acting.py:10", "__table__", "env[Model]"), "return env.execute(select(env[Claim].__table__))",
        "from tradewright.orm import select\nfrom ..models.claim import Claim",
    ),
]  # fmt: skip
"""Name, what it does wrong, the promise, the code of the rule, what the message holds, and the lines of `act(env)`."""

CASES = [
    Hostile(
        name=name,
        wrong=wrong,
        promises=(promise,),
        caught="check",
        code=code,
        says=says,
        files=_doing(lines, imports="".join(imports)),
    )
    for name, wrong, promise, code, says, lines, *imports in _TABLE
]
