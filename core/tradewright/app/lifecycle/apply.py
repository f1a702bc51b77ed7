"""Applying a plan: under the site's lock, compared statement by statement with what was shown, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from tradewright.app.lifecycle import migrating
from tradewright.app.lifecycle.lock import life_cycle_lock
from tradewright.app.lifecycle.plan import LifePlan
from tradewright.app.lifecycle.planner import Planner, Wanted
from tradewright.app.site import Site
from tradewright.base import DeveloperError
from tradewright.jobs.postgresql import install_schema
from tradewright.orm import select
from tradewright.registry import install as installing
from tradewright.registry import state
from tradewright.registry.models import ParkedTable, SiteState

if TYPE_CHECKING:
    from tradewright.app.composition import Compositions
    from tradewright.orm import Env
    from tradewright.orm.database import Connection
    from tradewright.registry.evolve import Plan

Progress = Callable[[str], Any]


class LifeCycle:
    """Plans and applies changes to the addons of one site.

    `fixed` are the addons that the settings name for it; None where its database says which it has.
    """

    def __init__(self, site: Site, compositions: Compositions, *, fixed: tuple[str, ...] | None = None) -> None:
        self.site = site
        self.compositions = compositions
        self.fixed = fixed

    def plan_install(self, *names: str) -> LifePlan:
        """Plan to install addons with all that they depend on; without names, on a new site, all that are found."""
        return self._planner(Wanted("install", names, self.fixed)).plan()

    def plan_upgrade(self, *names: str) -> LifePlan:
        """Plan to bring the site to the versions of its addons that are found now.

        With names the plan has an obstacle where other addons would be upgraded, too.
        """
        return self._planner(Wanted("upgrade", names, self.fixed)).plan()

    def plan_uninstall(self, *names: str) -> LifePlan:
        """Plan to take addons off the site; what they keep is parked."""
        return self._planner(Wanted("uninstall", names, self.fixed)).plan()

    def _planner(self, wanted: Wanted) -> Planner:
        return Planner(self.site.name, self.site.database, self.compositions, wanted)

    def apply(self, plan: LifePlan, *, lose: Collection[str] = (), progress: Progress | None = None) -> Site:
        """Do what a plan says, and return the site with the addons that it has then, on the same database.

        Nothing is done where the plan would be another one by now (`lifecycle.plan-changed`), where something stands
        against it (`lifecycle.refused`), or where it loses what is not named in `lose` (`lifecycle.loss`).
        """
        tell = progress or _silent
        database = self.site.database
        installing.create_schema(database)
        with life_cycle_lock(database, self.site.name):
            planner = self._planner(Wanted(plan.action, plan.names, self.fixed))
            now = planner.plan()
            _same(plan, now)
            _unhindered(now)
            _named(now, lose)
            changed = self.site.with_composition(planner.target)
            migrating.run(database, planner.target, now.migrations, tell)
            if now.migrations:
                _same_tables(now, planner.tables_now())
            with installing.changing(database) as connection:
                for step in now.steps:
                    tell(step.says)
                    for statement in step.sql:
                        installing.execute(connection, statement)
                if not database.sqlite:
                    install_schema(connection)
                self._settle(connection, changed, now, planner, tell)
        return changed

    def _settle(self, connection: Connection, changed: Site, plan: LifePlan, planner: Planner, tell: Progress) -> None:
        """Load data and note what the site has now, in the transaction that changed its tables."""
        migrating.settle(connection, changed.composition, plan, planner.leaving)
        with changed.env_in(connection) as env:
            _note_parked(env, plan, planner)
            if not planner.leaving:
                installing.load_data(env, changed.composition.packages, tell)
            _note_state(env, state.digest_of(changed.registry))


def _silent(_says: str) -> None:
    """Tell nobody."""


def _same(shown: LifePlan, now: LifePlan) -> None:
    """Refuse to do something else than what was shown."""
    if shown.mark == now.mark:
        return
    pairs = zip([*shown.statements, ""], [*now.statements, ""], strict=False)
    before, after = next(((one, other) for one, other in pairs if one != other), ("", ""))
    raise DeveloperError(
        "lifecycle.plan-changed",
        "the plan is not what it was when it was shown; nothing was done",
        where=f"site {now.site}",
        value=after or before or "the records of data files",
        remedy="look at the new plan, then apply that",
    )


def _same_tables(shown: LifePlan, now: Plan) -> None:
    """Refuse to go on where the scripts left other tables than planned; the upgrade goes on from here next time."""
    if shown.statements != tuple(now.sql):
        raise DeveloperError(
            "lifecycle.plan-changed",
            "the scripts ran and their data were moved, but what is left to do is not what was shown",
            where=f"site {shown.site}",
            remedy="look at the new plan, then apply that: the upgrade goes on where it stopped",
        )


def _unhindered(plan: LifePlan) -> None:
    for one in plan.blocking:
        raise DeveloperError(
            "lifecycle.refused" if one.code.startswith("lifecycle.") else one.code,
            one.says,
            addon=one.addon,
            where=one.where,
            value=one.value,
            remedy=one.remedy,
        )


def _named(plan: LifePlan, lose: Collection[str]) -> None:
    unnamed = [loss for loss in plan.losses if loss.name not in lose]
    if unnamed:
        raise DeveloperError(
            "lifecycle.loss",
            f"{unnamed[0].rows} rows would lose what they have: {unnamed[0].why}; nothing was done",
            where=f"site {plan.site}",
            value=unnamed[0].name,
            remedy="name what may be lost: " + " ".join(f"--lose {loss.name}" for loss in unnamed),
        )


def _note_parked(env: Env, plan: LifePlan, planner: Planner) -> None:
    """Keep the list of what is parked: since when, of which addon, how many rows."""
    restored = {one.name: one.left for step in plan.steps for one in step.restores}
    table = env[ParkedTable]
    if restored:
        for row in env.scalars(select(table).where(table.name.in_(restored))):
            row.columns = ", ".join(restored[row.name])
        env.flush()
        env.delete_where(ParkedTable, table.name.in_([name for name, left in restored.items() if not left]))
    for step in plan.steps:
        if step.parks is not None:
            env.add(
                env[ParkedTable](
                    name=step.parks.name,
                    addon=planner.owner(step.parks),
                    source=step.parks.source,
                    columns=", ".join(step.parks.columns) or None,
                    row_count=step.parks.rows,
                    parked_at=env.now,
                )
            )


def _note_state(env: Env, digest: str) -> None:
    row = env.scalar(select(env[SiteState]).limit(1))
    if row is None:
        row = env.add(env[SiteState](generation=0))
    row.generation += 1
    row.digest, row.phase = digest, None
