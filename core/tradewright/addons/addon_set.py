"""The addons that a site has enabled, and the parts that they consist of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tradewright.addons.discovery import Addon
from tradewright.addons.manifest import CORE, Role
from tradewright.base import DeveloperError, nearest


@dataclass(frozen=True, slots=True)
class Part:
    """A package that takes part: an addon, or an active bridge of one.

    `folder` is the package's folder; `root` that of the whole addon, and `inside` what leads from there to `folder`
    (empty but for a bridge). `uses` names the addons whose things it may name: itself, what it depends on, directly or
    not, and for a bridge the other addon with what that depends on.
    """

    addon: str
    package: str
    root: Path
    uses: frozenset[str]
    bridge: str | None = None

    @property
    def inside(self) -> str:
        """Return the folder of the bridge below the addon's, with slashes."""
        return f"bridges/{self.bridge}" if self.bridge else ""

    @property
    def folder(self) -> Path:
        """Return the folder of the package."""
        return self.root / self.inside

    def __str__(self) -> str:
        return f"{self.addon} with {self.bridge}" if self.bridge else self.addon


class AddonSet:
    """The enabled addons of a site in dependency order, and why others are not among them."""

    def __init__(self, enabled: Sequence[Addon], problems: Iterable[DeveloperError] = ()) -> None:
        self.enabled = tuple(enabled)
        self.problems = tuple(problems)
        self._by_name = {addon.name: addon for addon in self.enabled}

    def __repr__(self) -> str:
        return f"<AddonSet {' '.join(self.names)}>"

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Addon:
        if name in self._by_name:
            return self._by_name[name]
        raise DeveloperError(
            "addons.not-enabled",
            "this addon is not enabled here",
            value=name,
            near=nearest(name, self._by_name),
            remedy="enable it, or correct the name",
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in dependency order; sites with equal names share a registry."""
        return tuple(self._by_name)

    @cached_property
    def _closures(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for addon in self.enabled:
            below = frozenset[str]().union(*(found[name] for name in addon.manifest.depends if name in found))
            found[addon.name] = below | {addon.name, CORE}
        return found

    def uses(self, name: str) -> frozenset[str]:
        """Return the addon itself, the core and all that it depends on, directly or not."""
        return self._closures[self[name].name]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Return addons and active bridges in the order they apply in: a bridge right after the later of its two."""
        position = {name: place for place, name in enumerate(self.names)}
        ranked: list[tuple[int, int, str, str, Part]] = []
        for addon in self.enabled:
            mine = Part(addon.name, addon.package, addon.folder, self.uses(addon.name))
            ranked.append((position[addon.name], 0, addon.name, "", mine))
            for other in addon.manifest.bridges:
                if other in position:
                    package = f"{addon.package}.bridges.{other}"
                    bridge = Part(addon.name, package, addon.folder, mine.uses | self.uses(other), other)
                    ranked.append((max(position[addon.name], position[other]), 1, addon.name, other, bridge))
        return tuple(part for *_rank, part in sorted(ranked, key=lambda each: each[:4]))

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Return the roles of all addons by their full names."""
        return {role.name: role for addon in self.enabled for role in addon.manifest.roles}

    def without(self, faults: Mapping[str, DeveloperError]) -> AddonSet:
        """Return the set without these addons and all that depend on them, each with its reason."""
        aside = dict(faults)
        for addon in self.enabled:
            set_aside_with(addon, aside)
        kept = [addon for addon in self.enabled if addon.name not in aside]
        return AddonSet(kept, (*self.problems, *aside.values()))


def set_aside_with(addon: Addon, aside: dict[str, DeveloperError]) -> bool:
    """Set an addon aside if one is that it depends on; tell whether that changed anything."""
    below = next((name for name in sorted(addon.manifest.depends) if name in aside), None)
    if below is None or addon.name in aside:
        return False
    aside[addon.name] = aside_error(addon, below)
    return True


def aside_error(addon: Addon, below: str) -> DeveloperError:
    """Return the error about an addon that falls with another."""
    return DeveloperError(
        "addons.set-aside",
        f"it is set aside because {below} is, which it depends on",
        addon=addon.name,
        where=f"{addon.manifest.file}, key depends.{below}",
        remedy=f"mend {below} first; its own error stands beside this one",
    )
