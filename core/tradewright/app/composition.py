"""The composition of an addon set: everything that sites with equal addons share, built once in a process."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from tradewright.addons import AddonSet, Discovery, Hooks, load, resolve
from tradewright.i18n import Catalogs
from tradewright.registry import Registry, Unit, compose
from tradewright.registry.install import Package
from tradewright.security.access import Access
from tradewright.security.guard import StatementGuard
from tradewright.views import ViewError, ViewSet, ViewSource, build_what_stands

if TYPE_CHECKING:
    from collections.abc import Iterable


class Composition:
    """Registry, access, hooks and words of one addon set; immutable, shared by its sites."""

    def __init__(self, addons: AddonSet) -> None:
        self.addons = addons
        self.units = tuple(Unit(part.addon, part.package) for part in addons.parts)
        self.registry: Registry = compose(self.units)
        self.access = Access(self.registry, addons.roles, self.units)
        self.guard = StatementGuard(self.access)
        self.hooks = Hooks(addons.parts)
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
    """The compositions of a process by addon set."""

    def __init__(self, discovery: Discovery) -> None:
        self.discovery = discovery
        self._known: dict[tuple[str, ...], Composition] = {}
        self._lock = Lock()

    def get(self, wanted: Iterable[str] | None = None) -> Composition:
        """Return the composition of the wanted addons with all that they depend on, or of all that were found."""
        with self._lock:
            addons = load(resolve(self.discovery, wanted))
            found = self._known.get(addons.names)
            if found is None:
                found = self._known[addons.names] = Composition(addons)
            return found
