"""Whose fault it is: from whatever an addon's code raised, the error that names the addon, the place and the remedy."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable

from tradewright.addons.addon_set import Part
from tradewright.addons.watch import Overrun, place_in
from tradewright.base import DeveloperError


def import_fault(part: Part, module: str, error: BaseException) -> DeveloperError:
    """Return the error about a module that can't be imported."""
    if isinstance(error, DeveloperError):
        return with_addon(error, part.addon, error.where or module)
    if isinstance(error, Overrun):
        return hangs(part, error, f"{module} is still being imported")
    if isinstance(error, SyntaxError) and error.filename:
        where, problem = f"{error.filename}:{error.lineno}", f"SyntaxError: {error.msg}"
    else:
        where = place_in(traceback.extract_tb(error.__traceback__), part.root) or module
        problem = f"{type(error).__name__}: {error}"
    remedy = f"correct the module; python -c 'import {module}' shows the whole traceback"
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith(part.package):
        remedy = (
            f"install {error.name}, or name the addon it belongs to under depends "
            "(code for two addons goes into bridges/)"
        )
    return DeveloperError(
        "addons.import", f"{module} can't be imported: {problem}", addon=part.addon, where=where, remedy=remedy
    )


def start_fault(part: Part, error: BaseException) -> DeveloperError:
    """Return the error about an addon with which the site can't be put together."""
    if isinstance(error, DeveloperError):
        return with_addon(error, part.addon, error.where)
    if isinstance(error, Overrun):
        return hangs(part, error, "the site is still being put together with it")
    return DeveloperError(
        "addons.start",
        f"the site can't be put together with it: {type(error).__name__}: {error}",
        addon=part.addon,
        where=place_in(traceback.extract_tb(error.__traceback__), part.root) or str(part.folder),
        remedy="correct what is declared there; `tradewright --debug shell` shows the whole traceback",
    )


def hangs(part: Part, error: Overrun, doing: str) -> DeveloperError:
    """Return the error about an addon that does not come to an end."""
    return DeveloperError(
        "addons.hangs",
        f"{doing} after {error.seconds:g} seconds",
        addon=part.addon,
        where=place_in(error.stack, part.root) or str(part.folder) if error.stack else str(part.folder),
        value=f"{error.seconds:g} s",
        remedy="let a module only declare things, and do what takes time in a job; addon_start_seconds in the settings "
        "is the time that an addon may take",
    )


def with_addon(fault: DeveloperError, addon: str, where: str | None) -> DeveloperError:
    """Return the error, about this addon."""
    if fault.addon == addon and fault.where == where:
        return fault
    return DeveloperError(
        fault.code, fault.problem, addon=addon, where=where, value=fault.value, near=fault.near, remedy=fault.remedy
    )


def named_in(error: BaseException, parts: Iterable[Part]) -> Part | None:
    """Return the part that an error names, or in whose files it was raised, if there is one; the core is none."""
    there = tuple(parts)
    if isinstance(error, DeveloperError) and error.addon:
        return next((part for part in there if part.addon == error.addon and part.addon != "core"), None)
    stack = error.stack if isinstance(error, Overrun) else traceback.extract_tb(error.__traceback__)
    for frame in reversed(stack or ()):
        for part in there:
            if part.addon != "core" and frame.filename.startswith(f"{part.root}{os.sep}"):
                return part
    return None
