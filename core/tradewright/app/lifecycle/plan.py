"""What a change of a site's addons will do, as plain data: shown, written as JSON, compared before applying."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from tradewright.registry.evolve import Loss, Step

Action = Literal["install", "upgrade", "uninstall"]
What = Literal["install", "bring back", "upgrade", "uninstall", "stay"]


@dataclass(frozen=True, slots=True)
class AddonChange:
    """What happens to one addon: it is installed, upgraded, brought back with its parked rows, or uninstalled."""

    name: str
    what: What
    before: str | None
    after: str | None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Brings:
    """What an addon adds to a site beside tables: its roles, models, pages, jobs and the hosts it calls."""

    addon: str
    roles: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedData:
    """Records that a data file will make."""

    addon: str
    file: str
    records: int


@dataclass(frozen=True, slots=True)
class PlannedMigration:
    """A migration script that will run; `rows` is how many rows its data step has to go through."""

    addon: str
    revision: str
    says: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class PlannedLock:
    """What others have to wait for: a lock of the database on a table, and on how many rows it works meanwhile."""

    table: str
    lock: str
    rows: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a plan can't be applied, or what somebody should know first (`blocking` false), with what to do about it."""

    code: str
    says: str
    addon: str | None = None
    where: str | None = None
    value: str | None = None
    remedy: str | None = None
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class LifePlan:
    """A planned change of the addons of one site. `names` are the addons that were asked for.

    `scripts` is what the migrations do (SQL on PostgreSQL, operations in words on SQLite); `steps` follow them.
    `unnoted` tells that the tables are as they should be, and the site's state does not say so.
    """

    site: str
    action: Action
    names: tuple[str, ...]
    addons: tuple[AddonChange, ...]
    steps: tuple[Step, ...]
    migrations: tuple[PlannedMigration, ...] = ()
    scripts: tuple[str, ...] = ()
    data: tuple[PlannedData, ...] = ()
    locks: tuple[PlannedLock, ...] = ()
    brings: tuple[Brings, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    unnoted: bool = False

    def __bool__(self) -> bool:
        changed = self.steps or self.migrations or self.data or self.unnoted
        return bool(changed or any(one.what != "stay" for one in self.addons))

    @property
    def statements(self) -> tuple[str, ...]:
        """The SQL statements, in order; they run in one transaction."""
        return tuple(statement for step in self.steps for statement in step.sql)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What can't be kept."""
        return tuple(loss for step in self.steps for loss in step.losses)

    @property
    def rows(self) -> int:
        """How many rows are touched: those of the tables that exist and change."""
        return sum(step.rows for step in self.steps)

    @property
    def blocking(self) -> tuple[Obstacle, ...]:
        """The obstacles that stop it."""
        return tuple(one for one in self.obstacles if one.blocking)

    @property
    def mark(self) -> str:
        """A short hash of all that will be executed: equal marks, equal statements, migrations and records."""
        said = repr((self.action, self.addons, self.scripts, self.statements, self.migrations, self.data))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values, the properties included."""
        values = dataclasses.asdict(self)
        losses = [dataclasses.asdict(loss) for loss in self.losses]
        return {**values, "statements": list(self.statements), "losses": losses, "rows": self.rows, "mark": self.mark}
