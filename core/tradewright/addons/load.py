"""Importing the modules of enabled addons; one that fails is set aside with its dependants, the others go on."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Iterator
from pathlib import Path

from tradewright.addons.addon_set import AddonSet, Part
from tradewright.addons.manifest import CORE
from tradewright.addons.plugins import HookBook
from tradewright.base import DeveloperError

LOADED = ("hooks", "errors", "models", "extends", "access", "invariants", "plugin", "jobs", "reports", "web")
"""What is loaded of an addon or a bridge, in this order: modules of these names, or all modules in folders of them."""


def load(addon_set: AddonSet) -> AddonSet:
    """Import what the enabled addons declare and check their hooks; return the set of those that could be loaded.

    The reasons why others could not are in `problems`.
    """
    faults: dict[str, DeveloperError] = {}
    book = HookBook()
    for part in addon_set.parts:
        gone = part.uses & faults.keys()
        if gone:
            continue
        fault = _imported(part, addon_set) or book.take(part)
        if fault is not None:
            faults[part.addon] = fault
    if not faults:
        return addon_set
    # A bridge that fails takes its addon with it, and so what was loaded above; those left are loaded already.
    return addon_set.without(faults)


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


def _imported(part: Part, addon_set: AddonSet) -> DeveloperError | None:
    named = addon_set[part.addon].manifest.modules if part.bridge is None else ()
    # The core's folders are layers of the program, so it lists the modules that declare something.
    for module in named if part.addon == CORE else (part.package, *named, *module_names(part)):
        try:
            importlib.import_module(module)
        except DeveloperError as fault:
            return _with_addon(fault, part, module)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  whatever an addon does, the others start
            return _import_error(part, module, fault)
    return None


def _with_addon(fault: DeveloperError, part: Part, module: str) -> DeveloperError:
    return DeveloperError(
        fault.code,
        fault.problem,
        addon=part.addon,
        where=fault.where or module,
        value=fault.value,
        near=fault.near,
        remedy=fault.remedy,
    )


def _import_error(part: Part, module: str, fault: BaseException) -> DeveloperError:
    if isinstance(fault, SyntaxError) and fault.filename:
        where, problem = f"{fault.filename}:{fault.lineno}", f"SyntaxError: {fault.msg}"
    else:
        frames = [
            frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename.startswith(str(part.root))
        ]
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else module
        problem = f"{type(fault).__name__}: {fault}"
    foreign = isinstance(fault, ModuleNotFoundError) and not (fault.name or "").startswith(part.package)
    remedy = (
        f"install {fault.name}, or name the addon it belongs to under depends (code for two addons goes into bridges/)"
        if foreign and isinstance(fault, ModuleNotFoundError)
        else "correct the module; python -c 'import " + module + "' shows the whole traceback"
    )
    return DeveloperError(
        "addons.import", f"{module} can't be imported: {problem}", addon=part.addon, where=where, remedy=remedy
    )
