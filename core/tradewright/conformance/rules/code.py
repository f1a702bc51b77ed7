"""C2: what Python code of an addon never does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tradewright.conformance.finding import Finding, rule
from tradewright.conformance.subject import Source, Subject
from tradewright.conformance.trees import dotted, imported_names, meant

_TRANSACTIONS = frozenset({"commit", "rollback", "begin_nested", "savepoint"})
_RAW = frozenset({"_unit", "session", "engine", "raw_connection", "exec_driver_sql"})
_WRITING = frozenset({"write_text", "write_bytes", "unlink", "rmdir", "mkdir"})
_TRIES = frozenset({"skip_locked", "nowait"})
_UNSAFE = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\b|\|\s*tojson\s*\|\s*safe")
_CLOCKS = {
    "datetime.datetime.now": "env.now",
    "datetime.datetime.utcnow": "env.now",
    "datetime.datetime.today": "env.now",
    "datetime.date.today": "env.today",
    "time.time": "env.now",
    "time.localtime": "env.now",
    "time.sleep": "a job, or nothing",
}
_EXECUTING = frozenset(
    {
        "eval", "exec", "compile", "__import__", "importlib.import_module", "pickle.loads", "pickle.load",
        "marshal.loads", "os.system", "os.popen", "os.execv", "os.spawnv",
    }
)  # fmt: skip
_PARSING = frozenset({"fromstring", "parse", "XML", "HTML", "iterparse", "fromstringlist"})
_GUARDS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


@rule("C201", tier="bronze")
def the_framework_owns_the_transaction(subject: Subject) -> Iterator[Finding]:
    """A commit in the middle makes half of a command permanent; a raw session passes the guard of rows by."""
    for source in subject.sources:
        for call, name in source.calls:
            if name.rpartition(".")[2] in _TRANSACTIONS and "." in name:
                remedy = "raise to roll back; the framework commits at the end of the command"
                yield Finding("an addon does not end transactions", source.at(call), remedy, name)
        for node in source.nodes:
            if isinstance(node, ast.Attribute) and node.attr in _RAW and _of_env(node.value):
                remedy = "write select(...) over env[Model], and run it by env.execute or env.scalars"
                yield Finding(
                    "the session behind the environment is not for addons", source.at(node), remedy, node.attr
                )
            elif isinstance(node, ast.Attribute) and node.attr == "__table__":
                remedy = "write select(...) over env[Model]: no rule of rows reaches a table"
                yield Finding("a table is used without its model", source.at(node), remedy, node.attr)
        yield from _past_the_transaction(source)


def _past_the_transaction(source: Source) -> Iterator[Finding]:
    """Give what a rollback does not undo, and locks that decide by who came first."""
    for call, name in source.calls:
        last = name.rpartition(".")[2]
        mode = next((one for one in call.args[1:2]), None) or next(
            (word.value for word in call.keywords if word.arg == "mode"), None
        )
        writes = isinstance(mode, ast.Constant) and isinstance(mode.value, str) and not {*mode.value} <= {*"rbt"}
        if (last in _WRITING and "." in name) or (name == "open" and writes):
            remedy = "keep it as an attachment, or write it in an outside job: a rollback does not take a file back"
            yield Finding("a file is written within the transaction", source.at(call), remedy, name)
        for word in call.keywords:
            if word.arg in _TRIES and not (isinstance(word.value, ast.Constant) and word.value.value is False):
                remedy = "lock by env.lock, which waits, and look at the rows again"
                yield Finding("a lock that does not wait decides", source.at(call), remedy, word.arg)


def _of_env(node: ast.AST) -> bool:
    name = dotted(node)
    return name.split(".")[0] in {"env", "self"} and ("env" in name or "site" in name or "database" in name)


@rule("C202", tier="bronze")
def no_text_is_executed(subject: Subject) -> Iterator[Finding]:
    """What evaluates text runs whatever a user manages to put into that text."""
    for source in subject.sources:
        names = imported_names(source, subject.package)
        for call, name in source.calls:
            named = bool(call.args) and isinstance(call.args[0], ast.Constant) and name.endswith("import_module")
            if meant(name, names) in _EXECUTING and not named:
                remedy = "read data as data (JSON, TOML); write a function for each thing that may be done"
                yield Finding("text is executed", source.at(call), remedy, name)
        for node in source.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and dotted(node.func.func) == "getattr":
                wanted = node.func.args[1] if len(node.func.args) > 1 else None
                if not isinstance(wanted, ast.Constant):
                    remedy = "take the function from a dict of those that may be called"
                    value = ast.unparse(node.func)[:80]
                    yield Finding("a name that is made at run time is called", source.at(node), remedy, value)


@rule("C203", tier="bronze")
def nothing_switches_escaping_off(subject: Subject) -> Iterator[Finding]:
    """One unescaped value of a customer is a script in the browser of the administrator."""
    remedy = "pass plain values, and write the markup in the template or in a macro"
    for source in subject.sources:
        names = imported_names(source, subject.package)
        for call, name in source.calls:
            last = meant(name, names).rpartition(".")[2]
            escaping = next((word.value for word in call.keywords if word.arg == "autoescape"), None)
            if last in {"Markup", "render_template_string", "__html__"}:
                yield Finding("markup is built outside templates", source.at(call), remedy, name)
            elif last == "Environment" and not (isinstance(escaping, ast.Constant) and escaping.value is True):
                yield Finding("templates without escaping", source.at(call), "pass autoescape=True", name)
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef) and node.name == "__html__":
                yield Finding("markup is built outside templates", source.at(node), remedy, node.name)
    for path in [*subject.files("*.html"), *subject.files("*.txt")]:
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in _UNSAFE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Finding("a template switches escaping off", f"{subject.named(path)}:{line}", remedy, match[0])


@rule("C204", tier="bronze")
def every_xml_parser_is_guarded(subject: Subject) -> Iterator[Finding]:
    """A parser that resolves entities reads the server's files for whoever sends a document."""
    for source in subject.sources:
        names = imported_names(source, subject.package)
        if not any(name.split(".")[0] in {"lxml", "xml"} for name in names.values()):
            continue
        for call, name in source.calls:
            full, last = meant(name, names), name.rpartition(".")[2]
            parses = full.startswith("xml.") or (last in _PARSING and "etree" in full)
            if last in {"XMLParser", "HTMLParser"} and "etree" in full:
                yield from _unguarded(source, call)
            elif full.startswith("xml.") or last in {"xinclude", "XSLT"}:
                yield _xml(source, call, name, "parsing XML by this is not safe")
            elif parses and len(call.args) < 2 and not any(word.arg == "parser" for word in call.keywords):
                yield _xml(source, call, name, "XML is parsed without a guarded parser")


def _unguarded(source: Source, call: ast.Call) -> Iterator[Finding]:
    given = {word.arg: word.value for word in call.keywords}
    for option, wanted in _GUARDS.items():
        value = given.get(option)
        if not isinstance(value, ast.Constant) or value.value is not wanted:
            yield _xml(source, call, f"{option}={wanted}", "an XML parser is not guarded")


def _xml(source: Source, call: ast.Call, value: str, problem: str) -> Finding:
    said = ", ".join(f"{option}={wanted}" for option, wanted in _GUARDS.items())
    return Finding(problem, source.at(call), f"pass a parser made by XMLParser({said}), and refuse a DTD", value)


@rule("C205", tier="bronze")
def the_time_is_that_of_the_unit_of_work(subject: Subject) -> Iterator[Finding]:
    """A command has one moment, which tests and repetitions can choose; the machine's clock has many."""
    for source in subject.sources:
        names = imported_names(source, subject.package)
        for call, name in source.calls:
            full = meant(name, names)
            if full in _CLOCKS:
                yield Finding("the machine's clock is asked", source.at(call), f"use {_CLOCKS[full]}", name)


@rule("C206", tier="bronze")
def amounts_are_no_floats(subject: Subject) -> Iterator[Finding]:
    """0.1 + 0.2 is not 0.3: binary fractions lose cents that the ledger finds again."""
    remedy = "use Decimal: money(), price(), quantity(), percent()"
    for source in subject.sources:
        for node in source.nodes:
            if isinstance(node, ast.Name) and node.id == "float":
                yield Finding("a float", source.at(node), remedy, "float")
        for call, name in source.calls:
            first = call.args[0] if call.args else None
            if name == "Decimal" and isinstance(first, ast.Constant) and isinstance(first.value, float):
                yield Finding(
                    "a decimal made of a float", source.at(call), 'write it as text: Decimal("0.1")', "Decimal"
                )


@rule("C207", tier="bronze")
def no_error_is_swallowed(subject: Subject) -> Iterator[Finding]:
    """What catches everything hides the lost race that the framework would have repeated."""
    for source in subject.sources:
        for node in source.nodes:
            if not isinstance(node, ast.ExceptHandler):
                continue
            kind = dotted(node.type) if node.type is not None else ""
            if node.type is None or (kind in {"Exception", "BaseException"} and not _tells(node)):
                remedy = "catch the error that you expect; let the others pass, or log them"
                yield Finding("an error is swallowed", source.at(node), remedy, f"except {kind}".strip())


def _tells(node: ast.ExceptHandler) -> bool:
    """Tell whether a handler raises, keeps or tells the error."""
    inside = list(ast.walk(node))
    return any(
        isinstance(one, ast.Raise)
        or (isinstance(one, ast.Name) and one.id == node.name)
        or (isinstance(one, ast.Call) and dotted(one.func).endswith(".exception"))
        for one in inside
    )


@rule("C208", tier="bronze")
def nothing_is_printed(subject: Subject) -> Iterator[Finding]:
    """A server has no terminal: what is printed is lost, or ends in somebody's log without a level."""
    for source in subject.sources:
        for call, name in source.calls:
            if name in {"print", "breakpoint", "pdb.set_trace", "pprint"} and source.home != "cli":
                yield Finding("something is printed", source.at(call), "log it, or return it", name)
