"""Planning: what a site has, what it is to have, and all that lies between."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tradewright.app.lifecycle import migrating, refusals
from tradewright.app.lifecycle.brings import brings_of, new_records
from tradewright.app.lifecycle.conflicts import find_conflicts
from tradewright.app.lifecycle.locks import locks_of
from tradewright.app.lifecycle.plan import Action, AddonChange, LifePlan, Obstacle, What
from tradewright.base import DeveloperError, nearest
from tradewright.migrations import Migrations
from tradewright.registry import state
from tradewright.registry.evolve import Plan
from tradewright.registry.install import plan_removal, plan_tables

if TYPE_CHECKING:
    from tradewright.app.composition import Composition, Compositions
    from tradewright.orm.database import Connection, Database
    from tradewright.registry.evolve import Parking


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that somebody asks for: `names` are installed or uninstalled.

    An upgrade is of the whole site, as its addons run as one program; with `names` it is refused where others would be
    upgraded along. `fixed` are the addons that the settings name for the site; None where its database says which.
    """

    action: Action
    names: tuple[str, ...] = ()
    fixed: tuple[str, ...] | None = None


class Planner:
    """Makes the plan of one wanted change, on what the database holds at this moment."""

    def __init__(self, site: str, database: Database, compositions: Compositions, wanted: Wanted) -> None:
        self.site = site
        self.database = database
        self.compositions = compositions
        self.wanted = wanted
        with database.read.connect() as connection:
            self.installed = state.installed_versions(connection)
        self.leaving = frozenset(wanted.names) if wanted.action == "uninstall" else frozenset[str]()
        self._check_names()
        self.target = compositions.get(self._names())
        self._check_target()

    @cached_property
    def before(self) -> Composition | None:
        """What the site has now, as far as it could be loaded; None for a new one.

        In safe mode what leaves is not touched: it may be what the program breaks on.
        """
        if self.installed is None:
            return None
        return self.compositions.get(self.installed.keys() - (self.leaving if self.compositions.safe else frozenset()))

    def _check_names(self) -> None:
        """Refuse what is not there to be installed, or was not installed."""
        known = self.installed or {}
        if self.wanted.action == "install":
            return
        for name in self.wanted.names:
            core = name == "core" and bool(self.leaving)
            if name not in known or core:
                raise DeveloperError(
                    "lifecycle.not-installed",
                    "the core can't be uninstalled" if core else f"the site {self.site} does not have this addon",
                    addon=name,
                    near=nearest(name, known),
                    remedy="correct the name; `tradewright addon list` shows all",
                )
            fixed = self.wanted.fixed if self.leaving else None
            if fixed is not None and name in self.compositions.get(fixed).addons:
                raise DeveloperError(
                    "lifecycle.in-settings",
                    f"the settings enable it for the site {self.site}",
                    addon=name,
                    where=f"key sites.{self.site}.addons",
                    remedy="take it, and what depends on it, off the list there, then call this again",
                )

    def _names(self) -> Iterable[str] | None:
        """Return the addons that the site is to have; None for all that were found."""
        if self.wanted.fixed is not None:
            return self.wanted.fixed
        if self.wanted.action == "uninstall":
            return set(self.installed or ()) - self.leaving
        if self.installed is None and not self.wanted.names:
            return None
        return {*(self.installed or ()), *self.wanted.names}

    def _check_target(self) -> None:
        """Refuse where an addon that was asked for could not be loaded, or scripts are wrong; the fault says why."""
        Migrations(self.target.addons).check()
        addons = self.target.addons
        named = self.wanted.fixed or () if self.wanted.action == "install" else ()
        for name in (*self.wanted.names, *named):
            if name in addons or name in self.leaving:
                continue
            for problem in (*addons.problems, *self.compositions.discovery.problems):
                if problem.addon == name:
                    raise problem
            if self.wanted.fixed is None or name not in self.compositions.discovery.found:
                raise DeveloperError(
                    "lifecycle.unknown",
                    "no addon of this name was found",
                    addon=name,
                    value=name,
                    near=nearest(name, self.compositions.discovery.found),
                    remedy="correct the name, install the addon, or add its folder to addons_path",
                )
            raise DeveloperError(
                "lifecycle.in-settings",
                f"the settings name the addons of the site {self.site}, and this is not among them",
                addon=name,
                where=f"key sites.{self.site}.addons",
                remedy="add it to the list there, or take the key away: then the site's database says which it has",
            )

    def plan(self) -> LifePlan:
        """Return the plan; nothing is changed."""
        for fault in self.target.view_faults:
            raise fault
        with self.database.read.connect() as connection:
            migrations = migrating.planned(connection, self.target)
            scripts = migrating.written(connection, self.target) if migrations else ()
            tables = None if migrations else self._tables(connection)
        if tables is None:
            tables = migrating.tables_after(self.database, self.target, self._tables)
        with self.database.read.connect() as connection:
            known = state.known_records(connection)
            obstacles = (*self._obstacles(connection, tables), *self._conflicts())
            existing = state.table_names(connection)
            noted = state.digest_and_phase(connection)
        changes = self._changes()
        if self.wanted.action == "upgrade" and self.wanted.names:
            obstacles = (*obstacles, *refusals.unnamed(changes, self.wanted.names))
        fresh = [one.name for one in changes if one.what in {"install", "bring back"}]
        return LifePlan(
            site=self.site,
            action=self.wanted.action,
            names=tuple(sorted(self.wanted.names)),
            addons=changes,
            steps=tables.steps,
            migrations=migrations,
            scripts=scripts,
            data=tuple(new_records(self.target, known)),
            locks=locks_of(tables.steps, existing, sqlite=self.database.sqlite),
            brings=brings_of(self.target, fresh),
            obstacles=obstacles,
            unnoted=noted != (state.digest_of(self.target.registry), None),
        )

    def tables_now(self) -> Plan:
        """Return what there is to do to the tables at this moment."""
        with self.database.read.connect() as connection:
            return self._tables(connection)

    def _tables(self, connection: Connection) -> Plan:
        registry = self.target.registry
        if self.leaving:
            return plan_removal(self.database, registry, self.leaving, connection)
        if any(migrating.outdated(connection, self.target, self._fresh)):
            return Plan(())  # parked data can't be compared with tables of a later version; that is told as an obstacle
        return plan_tables(self.database, registry, connection=connection)

    @property
    def _fresh(self) -> set[str]:
        return set(self.target.addons.names) - set(self.installed or ())

    def _obstacles(self, connection: Connection, tables: Plan) -> list[Obstacle]:
        found: list[Obstacle] = []
        if self.leaving and self.before is not None:
            found += refusals.dependants(self.before, self.leaving)
            found += refusals.posted(connection, self.before, self.leaving)
        found += migrating.outdated(connection, self.target, self._fresh)
        found += refusals.out_of_range(connection, self.target.registry, [step.table for step in tables.steps])
        return found

    def _conflicts(self) -> list[Obstacle]:
        if self.leaving:
            return []
        return [
            Obstacle(one.code, one.what, ", ".join(one.addons), one.where, one.value, one.remedy, one.blocking)
            for one in find_conflicts(self.target)
        ]

    def owner(self, parking: Parking) -> str:
        """Return the addon that what is parked belongs to; several, separated by commas, of columns of a table."""
        info = self.before.registry.by_table.get(parking.source) if self.before is not None else None
        if info is None:
            found = {name for name in self.installed or () if parking.source.startswith(f"{name}_")}
            return max(found, key=len, default="core")
        if not parking.columns:
            return info.addon
        owners = {field.addon for field in info.fields.values() if field.stored and field.column in parking.columns}
        return ", ".join(sorted(owners)) or info.addon

    def _changes(self) -> tuple[AddonChange, ...]:
        known, found = self.installed or {}, self.target.addons
        with self.database.read.connect() as connection:
            parked = state.parked_addons(connection)
        changes = [
            AddonChange(
                addon.name,
                self._what(addon.name, known.get(addon.name), str(addon.manifest.version), parked),
                known.get(addon.name),
                str(addon.manifest.version),
                str(addon.manifest.summary),
            )
            for addon in found.enabled
        ]
        return (*changes, *(AddonChange(name, "uninstall", known[name], None) for name in sorted(self.leaving)))

    @staticmethod
    def _what(name: str, before: str | None, after: str, parked: Collection[str]) -> What:
        if before is None:
            return "bring back" if name in parked else "install"
        return "stay" if before == after else "upgrade"
