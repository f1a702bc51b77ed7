"""The composition of an addon set: everything that sites with equal addons share, built once in a process."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from tradewright.addons import AddonSet, Discovery, Hooks, load, resolve
from tradewright.addons.answers import HOOK_SECONDS
from tradewright.addons.load import START_SECONDS
from tradewright.app.quarantine import put_together
from tradewright.i18n import Catalogs
from tradewright.registry import Registry, Unit, compose
from tradewright.registry.install import Package
from tradewright.security.access import Access
from tradewright.security.guard import StatementGuard
from tradewright.views import ViewError, ViewSet, ViewSource, build_what_stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Composition:
    """Registry, access, hooks and words of one addon set; immutable, shared by its sites."""

    def __init__(
        self, addons: AddonSet, discovery: Discovery, *, hook_seconds: float = HOOK_SECONDS, safe: bool = False
    ) -> None:
        self.addons = addons
        self.safe = safe
        self.discovery = discovery
        self.units = tuple(Unit(part.addon, part.package) for part in addons.parts)
        self.registry: Registry = compose(self.units)
        self.access = Access(self.registry, addons.roles, self.units)
        self.guard = StatementGuard(self.access)
        self.hooks = Hooks(addons.parts, seconds=hook_seconds)
        self.catalogs = Catalogs(part.root / "locale" for part in addons.parts if part.bridge is None)

    @cached_property
    def _views(self) -> tuple[ViewSet, tuple[ViewError, ...]]:
        sources = [ViewSource(part.addon, part.root, part.uses, part.inside) for part in self.addons.parts]
        return build_what_stands(self.registry.models, sources, roles=self.addons.roles)

    @property
    def views(self) -> ViewSet:
        """The back-office views of the set, merged and checked; what is faulty is left out, see `view_faults`."""
        return self._views[0]

    @property
    def view_faults(self) -> tuple[ViewError, ...]:
        """The faults in view files; any of them stops an installation."""
        return self._views[1]

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """What each addon and bridge brings at installation, in dependency order."""
        found = []
        for part in self.addons.parts:
            manifest = self.addons[part.addon].manifest
            files = manifest.data if part.bridge is None else _bridge_data(part.folder)
            found.append(
                Package(part.addon, part.package, str(manifest.version), tuple(files), bridge=part.bridge is not None)
            )
        return tuple(found)


def _bridge_data(folder: object) -> list[str]:
    """A bridge has no manifest of its own: its data files are those in its folder, by name."""
    from pathlib import Path

    return [f"data/{path.name}" for path in sorted((Path(str(folder)) / "data").glob("*.toml"))]


class Compositions:
    """The compositions of a process by addon set.

    `checks` look at each new composition, and raise where it is not fit for its purpose. `safe` tells that the program
    was started in safe mode: then nothing is loaded that is not asked for by name.
    """

    def __init__(
        self,
        discovery: Discovery,
        *,
        start_seconds: float = START_SECONDS,
        hook_seconds: float = HOOK_SECONDS,
        checks: Iterable[Callable[[Composition], object]] = (),
        safe: bool = False,
    ) -> None:
        self.discovery = discovery
        self.start_seconds = start_seconds
        self.hook_seconds = hook_seconds
        self.checks = tuple(checks)
        self.safe = safe
        self._known: dict[tuple[str, ...], Composition] = {}
        self._lock = Lock()

    def keep(self, composition: Composition) -> None:
        """Take over a composition that was made elsewhere from the same discovery."""
        with self._lock:
            self._known[_key(composition.addons)] = composition

    def get(self, wanted: Iterable[str] | None = None) -> Composition:
        """Return the composition of the wanted addons with all that they depend on, or of all that were found.

        What is broken among them is set aside; `addons.problems` tells why.
        """
        with self._lock:
            resolved = resolve(self.discovery, wanted)
            found = self._known.get(_key(resolved))
            if found is None:
                addons = load(resolved, seconds=self.start_seconds)
                found = self._known.get(_key(addons)) or put_together(addons, self._make, seconds=self.start_seconds)
                self._known[_key(resolved)] = self._known[_key(found.addons)] = found
            return found

    def get_safe(self) -> Composition:
        """Return the composition of the core with the addons that signing in needs."""
        return self.get(name for name, addon in self.discovery.found.items() if addon.manifest.safe_mode)

    def _make(self, addons: AddonSet) -> Composition:
        composition = Composition(addons, self.discovery, hook_seconds=self.hook_seconds, safe=self.safe)
        for check in self.checks:
            check(composition)
        return composition


def _key(addons: AddonSet) -> tuple[str, ...]:
    """Equal keys share a composition: the same addons, and the same reasons why others are not among them."""
    return (*addons.names, *map(str, addons.problems))
