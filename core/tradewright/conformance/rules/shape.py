"""C1: the addon is what its manifest says, lies in the places that are loaded, and imports what it may."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tradewright.base import DeveloperError, nearest
from tradewright.conformance.finding import Finding, of_error, rule
from tradewright.conformance.rules.claims import claimant
from tradewright.conformance.subject import Subject
from tradewright.conformance.trees import dotted, imports
from tradewright.migrations import Migrations

if TYPE_CHECKING:
    from tradewright.app import Composition

PLACES = frozenset(
    [
        "access",
        "addon",
        "bridges",
        "cli",
        "data",
        "demo",
        "errors",
        "extends",
        "hooks",
        "invariants",
        "jobs",
        "locale",
        "migrations",
        "models",
        "plugin",
        "reports",
        "samples",
        "services",
        "static",
        "templates",
        "testing",
        "tests",
        "views",
        "web",
    ]
)
"""What the framework looks for in an addon's package and in its bridges."""

HOMES = {
    "job": ("jobs",),
    "outside_job": ("jobs",),
    "schedule": ("jobs",),
    "route": ("web",),
    "extends_page": ("web",),
    "hookimpl": ("plugin",),
    "hookspec": ("hooks",),
    "rows": ("access",),
    "invariant": ("invariants",),
}
"""Where what a decorator declares is looked for."""

LIBRARIES = {
    "sqlalchemy": "use tradewright.orm, whose statements are guarded",
    "alembic": "migrations/ is the place for it",
    "psycopg": "use tradewright.orm",
    "sqlite3": "use tradewright.orm",
    "pluggy": "use tradewright.hooks",
    "werkzeug": "use tradewright.web",
    "jinja2": "render by tradewright.web.page",
    "markupsafe": "write markup in templates only",
    "click": "a command of an addon is declared in cli.py through tradewright",
    "lxml": "read XML by the reader of the framework",
    "xml": "read XML by the reader of the framework",
    "subprocess": "an addon starts no programs",
    "multiprocessing": "an addon starts no programs; use a job",
    "threading": "use a job",
    "asyncio": "use a job",
    "socket": "what talks to the outside is an outside job of tradewright.jobs",
    "requests": "what talks to the outside is an outside job of tradewright.jobs",
    "httpx": "what talks to the outside is an outside job of tradewright.jobs",
    "http.client": "what talks to the outside is an outside job of tradewright.jobs",
    "urllib.request": "what talks to the outside is an outside job of tradewright.jobs",
    "smtplib": "use send_mail of tradewright.jobs",
    "pickle": "store and send JSON",
    "marshal": "store and send JSON",
    "shelve": "store and send JSON",
    "ctypes": "an addon is Python",
}
"""Libraries whose place the framework takes, and what an addon uses instead."""


@rule("C101", tier="bronze")
def manifest_and_folder_agree(subject: Subject) -> Iterator[Finding]:
    """What a manifest does not name, or a folder misnames, is silently not there when a site needs it."""
    yield from (of_error(problem) for problem in subject.problems)
    manifest = subject.manifest
    if manifest is None:
        return
    wanted = f"tradewright_{manifest.name}"
    if subject.package != wanted:
        yield Finding(
            "the package is not named after the addon", "addon.toml:1", f"rename it {wanted}", subject.package
        )
    for key, named in (("data", manifest.data), ("demo", manifest.demo)):
        for path in sorted((subject.folder / key).rglob("*.toml")):
            name = subject.named(path)
            if name not in named:
                problem = f"a file with records that {key} of the manifest does not name is never read"
                yield Finding(problem, f"{name}:1", f'add "{name}" to {key} in addon.toml', name)
    for other in manifest.bridges:
        if other in subject.needs(subject.name):
            remedy = "move what is in it into the addon itself"
            yield Finding("a bridge to an addon that it depends on is always active", "addon.toml", remedy, other)
    yield from _documented(subject)
    yield from _misnamed(subject)


def _documented(subject: Subject) -> Iterator[Finding]:
    for source in subject.sources:
        if source.name == "__init__.py" and not ast.get_docstring(source.tree):
            yield Finding("the package does not say what it is for", "__init__.py:1", "write a docstring of one line")


def _misnamed(subject: Subject) -> Iterator[Finding]:
    bridges = subject.manifest.bridges if subject.manifest else ()
    for folder in [subject.folder, *(subject.folder / "bridges" / other for other in bridges)]:
        for path in sorted(folder.glob("*")):
            stem = path.stem
            if (
                stem.startswith(("_", "."))
                or stem in PLACES
                or (path.is_file() and path.suffix not in {".py", ".toml"})
            ):
                continue
            near = nearest(stem, PLACES)
            if near and _alike(stem, near[0]):
                problem = "nothing is looked for under this name, and it is nearly one that is"
                yield Finding(problem, subject.named(path), f"rename it {near[0]}", path.name, near)


def _alike(name: str, known: str) -> bool:
    return difflib.SequenceMatcher(None, name, known).ratio() > 0.8


@rule("C102", tier="bronze")
def it_loads_alone_and_with_its_bridges(subject: Subject) -> Iterator[Finding]:
    """An addon that fails where another one is missing, or is there, fails on somebody else's site."""
    for names in subject.subsets:
        made, faults = subject.composed(names)
        scripts = [fault for fault in _scripts(made) if fault.addon == subject.name] if made else []
        for fault in (*faults, *scripts):
            if claimant(fault.code) == "C102":
                yield of_error(fault)


def _scripts(made: Composition) -> Iterator[DeveloperError]:
    """Give the first fault in the migration scripts, which a new site does not run."""
    try:
        Migrations(made.addons).check()
    except DeveloperError as fault:
        yield fault


@rule("C103", tier="bronze")
def it_imports_only_what_it_depends_on(subject: Subject) -> Iterator[Finding]:
    """An import that the manifest does not name breaks where that addon is not installed."""
    owners = {addon.package: name for name, addon in subject.discovery.found.items() if name != "core"}
    for source in subject.sources:
        allowed = subject.needs(subject.name) | (subject.needs(source.bridge) if source.bridge else frozenset())
        for node, module in imports(source, subject.package):
            package = module.partition(".")[0]
            if not package.startswith("tradewright_") or package == subject.package:
                continue
            name = owners.get(package, package.removeprefix("tradewright_"))
            if name not in allowed:
                remedy = f"add {name} to depends in addon.toml, or move the code to bridges/{name}/"
                near = nearest(name, allowed)
                yield Finding("it imports an addon that it does not depend on", source.at(node), remedy, module, near)


@rule("C104", tier="bronze")
def it_uses_no_library_in_whose_place_the_framework_stands(subject: Subject) -> Iterator[Finding]:
    """Past the framework there is no guard, no transaction, no escaping and no limit."""
    for source in subject.sources:
        for node, module in imports(source, subject.package):
            parts = module.split(".")
            library = next((name for name in (parts[0], ".".join(parts[:2])) if name in LIBRARIES), None)
            if library is not None:
                yield Finding("a library that is not for addons", source.at(node), LIBRARIES[library], module)


@rule("C105", tier="bronze")
def what_it_declares_stands_where_it_is_looked_for(subject: Subject) -> Iterator[Finding]:
    """A declaration in a module that nobody loads works or not depending on who imports it first."""
    modules = subject.manifest.modules if subject.manifest else ()
    for source in subject.sources:
        if source.home == "testing" or source.name.removesuffix(".py").replace("/", ".") in modules:
            continue
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef):
                yield from _model(source.home, node, source.at(node))
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for decorator in node.decorator_list:
                name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
                homes = HOMES.get(name, (source.home,))
                if source.home not in homes:
                    remedy = f"move it to {homes[0]}.py (or the folder {homes[0]}/)"
                    yield Finding(f"@{name} is not looked for here", source.at(node), remedy, node.name)


def _model(home: str, node: ast.ClassDef, where: str) -> Iterator[Finding]:
    words = {word.arg: word.value for word in node.keywords if word.arg}
    extends = "extend" in words
    declares = extends or any(dotted(base) == "Model" for base in node.bases)
    if declares and home not in {"models", "extends"} and "abstract" not in words:
        remedy = f"move it to {'extends' if extends else 'models'}/"
        yield Finding("a model is not looked for here", where, remedy, node.name)
