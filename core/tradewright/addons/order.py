"""Which addons a site enables: dependencies first, ties by name; what can't be is set aside, with the reason."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping

from tradewright.addons.addon_set import AddonSet, aside_error, set_aside_with
from tradewright.addons.discovery import Addon, Discovery
from tradewright.addons.manifest import CORE
from tradewright.base import DeveloperError, nearest


def resolve(discovery: Discovery, wanted: Iterable[str] | None = None) -> AddonSet:
    """Choose and order the addons of a site: the wanted ones with all they depend on, or all that were found.

    The core comes first, always. An addon that can't be enabled is set aside together with its dependants; the errors,
    those of the discovery included as far as they concern the site, are in `problems`.
    """
    found, problems = discovery.found, list(discovery.problems)
    chosen = set(found)
    if wanted is not None:
        names = set(wanted)
        chosen, asked = _closure(names, discovery)
        problems = [problem for problem in problems if problem.addon is None or problem.addon in asked]
        problems += _unknown(names, discovery)
    aside: dict[str, DeveloperError] = {}
    for name in sorted(chosen):
        fault = _misfit(found[name], discovery)
        if fault is not None:
            aside[name] = fault
    aside |= _cyclic({name: found[name] for name in chosen})
    changed = True
    while changed:
        changed = any(set_aside_with(found[name], aside) for name in sorted(chosen))
    ordered = _ordered({name: found[name] for name in chosen if name not in aside})
    addon_set = AddonSet(ordered, (*problems, *aside.values()))
    wrong_roles = {addon.name: fault for addon in ordered if (fault := _wrong_role(addon, addon_set)) is not None}
    return addon_set.without(wrong_roles) if wrong_roles else addon_set


def _closure(wanted: Iterable[str], discovery: Discovery) -> tuple[set[str], set[str]]:
    """Return the found addons among the wanted ones with all that they depend on, and all names that were met."""
    asked: set[str] = set()
    pending = [CORE, *wanted]
    while pending:
        name = pending.pop()
        if name not in asked:
            asked.add(name)
            pending.extend(discovery.found[name].manifest.depends if name in discovery.found else ())
    return asked & discovery.found.keys(), asked


def _unknown(wanted: Iterable[str], discovery: Discovery) -> Iterator[DeveloperError]:
    for name in sorted(wanted):
        if name not in discovery.found and name not in discovery.broken:
            yield DeveloperError(
                "addons.unknown",
                "no addon of this name was found",
                addon=name,
                value=name,
                near=nearest(name, discovery.found),
                remedy="correct the name, install the addon, or add its folder to addons_path",
            )


def _misfit(addon: Addon, discovery: Discovery) -> DeveloperError | None:
    """Tell what an addon depends on and can't have: something that is not there, or in another version."""
    for name, versions in addon.manifest.depends.items():
        other = discovery.found.get(name)
        where = f"{addon.manifest.file}, key depends.{name}"
        if other is None and name in discovery.broken:
            return aside_error(addon, name)
        if other is None:
            return DeveloperError(
                "addons.missing-dependency",
                f"it depends on {name}, which was not found",
                addon=addon.name,
                where=where,
                value=name,
                near=nearest(name, discovery.found),
                remedy=f"install {name}, add its folder to addons_path, or correct the name",
            )
        if not versions.contains(other.manifest.version, prereleases=True):
            return DeveloperError(
                "addons.version",
                f"it depends on {name} {versions}, but {name} is {other.manifest.version}",
                addon=addon.name,
                where=where,
                value=str(versions),
                remedy=f"install a version of {name} within the range, or widen the range after testing",
            )
    return None


def _cyclic(addons: Mapping[str, Addon]) -> dict[str, DeveloperError]:
    """Tell the addons that lie on a cycle of dependencies, each with the way around it."""
    faults: dict[str, DeveloperError] = {}
    for name in sorted(addons):
        way = _way_back(name, addons)
        if way:
            faults[name] = DeveloperError(
                "addons.cycle",
                "addons depend on each other in a circle",
                addon=name,
                where=f"{addons[name].manifest.file}, key depends",
                value=" -> ".join(way),
                remedy="remove one dependency; what needs both belongs into bridges/ of one of them",
            )
    return faults


def _way_back(start: str, addons: Mapping[str, Addon]) -> list[str] | None:
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:  # breadth first, so that the shortest circle is told
        for name in sorted(addons[way[-1]].manifest.depends):
            if name == start:
                return [*way, start]
            if name in addons and name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return None


def _ordered(addons: Mapping[str, Addon]) -> list[Addon]:
    waiting = {name: {below for below in addon.manifest.depends if below in addons} for name, addon in addons.items()}
    for name, below in waiting.items():
        if name != CORE and CORE in addons:
            below.add(CORE)
    ready = [name for name, below in waiting.items() if not below]
    heapq.heapify(ready)
    ordered: list[Addon] = []
    while ready:
        name = heapq.heappop(ready)
        ordered.append(addons[name])
        for other, below in waiting.items():
            if name in below:
                below.remove(name)
                if not below:
                    heapq.heappush(ready, other)
    return ordered


def _wrong_role(addon: Addon, addon_set: AddonSet) -> DeveloperError | None:
    for role in addon.manifest.roles:
        for implied in role.implies:
            if implied not in addon_set.roles or implied.partition(".")[0] not in addon_set.uses(addon.name):
                usable = [name for name in addon_set.roles if name.partition(".")[0] in addon_set.uses(addon.name)]
                return DeveloperError(
                    "addons.role",
                    f"the role {role.name} implies a role that neither it nor what it depends on has",
                    addon=addon.name,
                    where=f"{addon.manifest.file}, key roles.{role.name.partition('.')[2]}.implies",
                    value=implied,
                    near=nearest(implied, usable),
                    remedy="correct the name, or add the addon that has the role to depends",
                )
    return None
