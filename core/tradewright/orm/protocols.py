"""What the unit of work needs from the layers above it, as protocols that they implement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState

    from tradewright.base.clock import Clock
    from tradewright.orm.database import Database
    from tradewright.orm.info import ModelInfo
    from tradewright.orm.ready import ReadySelect, VaryingSelect
    from tradewright.orm.unit import UnitOfWork


class Models(Protocol):
    """The composed models of an addon set."""

    models: dict[str, ModelInfo]

    def composed(self, declaration: type) -> type:
        """Return the composed class of a declaration (a root or any of its extensions)."""
        ...

    def model(self, name: str) -> ModelInfo:
        """Return a model by its name, `addon.Class`."""
        ...

    def playing(self, part: str) -> ModelInfo | None:
        """Return the model that plays a part for the core, if an addon has one."""
        ...


class Guard(Protocol):
    """Decides what an actor may read and write, by changing or refusing the statement itself."""

    def statement(self, unit: UnitOfWork, state: ORMExecuteState) -> None:
        """Guard one ORM statement before it runs."""
        ...

    def prepared(self, unit: UnitOfWork, statement: Any) -> ReadySelect | VaryingSelect:
        """Return a prepared statement as it is run for the unit's actor, over tables."""
        ...

    def before_flush(self, unit: UnitOfWork) -> None:
        """Refuse pending changes that the actor may not make."""
        ...

    def after_flush(self, unit: UnitOfWork) -> None:
        """Refuse written rows that left what the actor may touch."""
        ...

    def operation(self, unit: UnitOfWork, model: ModelInfo, records: Sequence[Any]) -> None:
        """Refuse an operation on records that the actor may not touch."""
        ...


class Outbox(Protocol):
    """Keeps what has to happen after commit in the same transaction."""

    def enqueue(
        self, unit: UnitOfWork, job: Callable[..., Any], payload: dict[str, Any], options: dict[str, Any]
    ) -> None:
        """Take a job into the transaction."""
        ...

    def before_commit(self, unit: UnitOfWork) -> None:
        """Write what was collected; runs after the last flush."""
        ...

    def after_commit(self, unit: UnitOfWork) -> None:
        """Wake the runner; nothing that must happen may rely on it."""
        ...


class Hooks(Protocol):
    """Calls hook implementations of the enabled addons in dependency order."""

    def call(self, spec: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Call all implementations of a specification; a list, or the first result for firstresult hooks."""
        ...

    def sole(self, spec: Callable[..., Any]) -> str | None:
        """Return who alone answers a specification, if somebody does."""
        ...


class Site(Protocol):
    """One company's installation as the unit of work sees it. Read only, so that a site may hold narrower types."""

    @property
    def name(self) -> str:
        """Its name in the settings."""
        ...

    @property
    def database(self) -> Database:
        """Its engine."""
        ...

    @property
    def registry(self) -> Models:
        """The composed models of its addons."""
        ...

    @property
    def guard(self) -> Guard:
        """Who may read and write what."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What happens after commit."""
        ...

    @property
    def hooks(self) -> Hooks:
        """The hooks of its addons."""
        ...

    @property
    def clock(self) -> Clock:
        """Its clock."""
        ...

    @property
    def files(self) -> Any:
        """Its stored files."""
        ...

    @property
    def roles(self) -> Mapping[str, Any]:
        """The roles that its addons declare."""
        ...

    @property
    def settings(self) -> Any:
        """The settings of the installation."""
        ...

    @property
    def language(self) -> str:
        """The language of those who chose none."""
        ...

    def catalog(self, language: str) -> Any:
        """Return the merged message catalogue of a language."""
        ...
