"""How each addon of a site is: loaded, set aside and why, in another version than its data, or only there to be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from packaging.version import InvalidVersion, Version

from tradewright.addons.addon_set import AddonSet
from tradewright.addons.discovery import Addon, Discovery
from tradewright.addons.manifest import CORE
from tradewright.base import DeveloperError
from tradewright.i18n import Text

State = Literal["running", "to install", "to upgrade", "too old", "aside", "broken", "off", "missing", "available"]


@dataclass(frozen=True, slots=True)
class AddonState:
    """One addon as a site sees it; `found` and `installed` are the versions of its code and of its data.

    `state` is `running`; `to install` or `to upgrade` (the code is there, the site's tables are not); `too old` (the
    tables are those of a newer version); `aside` (installed, and its code can't be loaded: see `fault`); `broken` (not
    installed, and could not be); `off` (installed, and not loaded because settings or safe mode say so); `missing`
    (installed, and no code was found); `available`.
    """

    name: str
    state: State
    found: str | None
    installed: str | None
    addon: Addon | None
    fault: DeveloperError | None
    needed_by: tuple[str, ...] = ()

    @property
    def summary(self) -> Text | str:
        """What it says of itself in one line."""
        return self.addon.manifest.summary if self.addon is not None else ""

    @property
    def depends(self) -> tuple[str, ...]:
        """The addons that it builds on directly."""
        return tuple(sorted(self.addon.manifest.depends)) if self.addon is not None else ()


def addon_states(addons: AddonSet, discovery: Discovery, installed: Mapping[str, str]) -> tuple[AddonState, ...]:
    """Return the state of every addon that was found, is installed, or is said to be broken; loaded ones first."""
    faults: dict[str, DeveloperError] = {}
    for problem in (*addons.problems, *discovery.problems):
        if problem.addon:
            faults.setdefault(problem.addon, problem)
    others = sorted((discovery.found.keys() | installed.keys() | faults.keys()) - set(addons.names))
    return tuple(_state(name, addons, discovery, installed, faults.get(name)) for name in (*addons.names, *others))


def _state(
    name: str, addons: AddonSet, discovery: Discovery, installed: Mapping[str, str], fault: DeveloperError | None
) -> AddonState:
    addon = discovery.found.get(name)
    code = str(addon.manifest.version) if addon is not None else None
    data = installed.get(name)
    known = [one for other, one in discovery.found.items() if other in installed or other in addons]
    needed_by = tuple(sorted(one.name for one in known if name in one.manifest.depends and one.name != CORE))
    if name in addons:
        return AddonState(name, _fit(code or "", data), code, data, addon, None, needed_by)
    if fault is not None and not (fault.code == "addons.unknown" and data is not None):
        broken: State = "aside" if data is not None else "broken"
        return AddonState(name, broken, code, data, addon, fault, needed_by)
    state: State = "available" if data is None else "missing" if addon is None else "off"
    return AddonState(name, state, code, data, addon, None, needed_by)


def _fit(code: str, data: str | None) -> State:
    if data is None:
        return "to install"
    if code == data:
        return "running"
    try:
        return "too old" if Version(code) < Version(data) else "to upgrade"
    except InvalidVersion:
        return "to upgrade"
