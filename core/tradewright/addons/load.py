"""Importing the modules of enabled addons; one that fails or hangs is set aside with its dependants."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from tradewright.addons.addon_set import AddonSet, Part
from tradewright.addons.blame import import_fault, start_fault
from tradewright.addons.manifest import CORE
from tradewright.addons.plugins import HookBook
from tradewright.addons.watch import run_within
from tradewright.base import DeveloperError

START_SECONDS = 60.0
_hanging: dict[str, DeveloperError] = {}
# A package that hung stays set aside in this process: its thread may hold the lock on its import for ever.

LOADED = ("hooks", "errors", "models", "extends", "access", "invariants", "plugin", "jobs", "reports", "web")
"""What is loaded of an addon or a bridge, in this order: modules of these names, or all modules in folders of them."""


def load(addon_set: AddonSet, *, seconds: float = START_SECONDS) -> AddonSet:
    """Import what the enabled addons declare and check their hooks; return the set of those that could be loaded.

    The reasons why others could not are in `problems`; `seconds` is the time that one addon may take.
    """
    faults: dict[str, DeveloperError] = {}
    book = HookBook()
    for part in addon_set.parts:
        gone = part.uses & faults.keys()
        if gone:
            continue
        fault = _imported(part, addon_set, seconds) or _taken(part, book)
        if fault is not None:
            faults[part.addon] = fault
    if not faults:
        return addon_set
    # A bridge that fails takes its addon with it, and so what was loaded above; those left are loaded already.
    return addon_set.without(faults)


def _taken(part: Part, book: HookBook) -> DeveloperError | None:
    try:
        return book.take(part)
    except Exception as error:  # noqa: BLE001  a hook that can't even be looked at
        return start_fault(part, error)


def module_names(part: Part) -> Iterator[str]:
    """Give the names of the modules of a part that are loaded, in order."""
    for name in LOADED:
        if (part.folder / f"{name}.py").is_file():
            yield f"{part.package}.{name}"
        yield from _inside(part.folder / name, f"{part.package}.{name}")


def _inside(folder: Path, package: str) -> Iterator[str]:
    for path in sorted(folder.glob("*")):
        if path.suffix == ".py" and path.stem != "__init__":
            yield f"{package}.{path.stem}"
        elif path.is_dir() and path.name.isidentifier() and path.name != "__pycache__":
            if (path / "__init__.py").is_file():
                yield f"{package}.{path.name}"
            yield from _inside(path, f"{package}.{path.name}")


def _imported(part: Part, addon_set: AddonSet, seconds: float) -> DeveloperError | None:
    named = addon_set[part.addon].manifest.modules if part.bridge is None else ()
    if part.addon == CORE:
        # Its folders are layers of the program, so it lists the modules that declare something. If it can't be
        # imported, nothing can be.
        for module in named:
            importlib.import_module(module)
        return None
    known = _hanging.get(part.package)
    if known is not None:
        return known
    modules = [name for name in (part.package, *named, *module_names(part)) if name not in sys.modules]
    reached = [part.package]

    def work() -> None:
        for module in modules:
            reached.append(module)
            importlib.import_module(module)

    try:
        if modules:
            run_within(seconds, work)
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever an addon does, the others start
        fault = import_fault(part, reached[-1], error)
        if fault.code == "addons.hangs":
            _hanging[part.package] = fault
        return fault
    return None
