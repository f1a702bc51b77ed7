"""The unit of work: one transaction, owned by the framework.

Addon code reaches it only through `Env`. It keeps the actor, the stack of authorities (elevation), what is audited,
and the phases of commit: flush, outbox and audit rows, numbers last, commit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from tradewright.base import DeveloperError
from tradewright.orm import audit, batch, numbering, versions
from tradewright.orm.transaction import GuardedSession, Transaction

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine, Result

    from tradewright.orm.actor import Actor
    from tradewright.orm.env import Env
    from tradewright.orm.model import Model
    from tradewright.orm.protocols import Site


HELD_AT_MOST = 20_000


@dataclass(slots=True)
class Authority:
    """Why the unit of work may do more than its actor: an operation or a named reason."""

    reason: str
    operation: str | None = None


@dataclass(slots=True)
class UnitOfWork:
    """One transaction of one actor on one site."""

    site: Site
    actor: Actor
    bind: InitVar[Engine | Connection]
    now: datetime
    language: str
    company_id: int | None
    request_id: str
    readonly: bool
    env: Env = field(default=None)  # type: ignore[assignment]  # set by the Env that owns it
    authorities: list[Authority] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[tuple[str, Model, str]] = field(default_factory=list)
    outgoing: list[Any] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    keep: list[Any] = field(default_factory=list)
    created: set[tuple[type, int]] = field(default_factory=set)
    locked: set[tuple[type, int]] = field(default_factory=set)
    criteria: dict[tuple[str, str], Any] = field(default_factory=dict)
    transaction: Transaction = field(init=False)
    phase: str = "open"
    history: bool = False

    def __post_init__(self, bind: Engine | Connection) -> None:
        self.transaction = Transaction(bind, self)

    @property
    def session(self) -> Session:
        """The session of the records this unit of work reads and writes."""
        return self.transaction.session

    @property
    def elevated(self) -> bool:
        """Tell whether statements run with the system's rights now."""
        return bool(self.authorities) or self.actor.kind == "system"

    def push(self, authority: Authority) -> None:
        """Raise the authority; what was pending is written under the one before."""
        if not self.elevated and not self.flushing:
            self.transaction.flush()
        self.authorities.append(authority)

    def pop(self, *, failed: bool) -> None:
        """Give the authority back; what is pending is written under it, unless the work failed anyway."""
        if not failed and len(self.authorities) == 1 and self.actor.kind != "system" and not self.flushing:
            self.transaction.flush()
        self.authorities.pop()

    @property
    def flushing(self) -> bool:
        """Tell whether a flush is under way: `before_save` and `before_delete` may elevate, but not flush again."""
        session = self.transaction.records
        return session is not None and bool(session._flushing)  # noqa: SLF001  # SQLAlchemy has no public name for it

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Undo what the block does if it raises: its rows, and what it wanted to be done at commit."""
        if self.flushing:  # there is no place for a savepoint within a flush; what fails there fails as a whole
            yield
            return
        self.session.flush()
        kept: tuple[list[Any], ...] = (self.changes, self.numbers, self.outgoing, self.after)
        marks = [len(each) for each in kept]
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            self.locked.clear()  # what was locked since is free again
            for each, mark in zip(kept, marks, strict=True):
                del each[mark:]
            raise

    def execute_prepared(self, statement: Any, values: Mapping[str, object] | None) -> Result[*tuple[Any, ...]]:
        """Run a prepared statement past the ORM, which would take it apart again: the guard has done so before."""
        session = self.transaction.records
        if session is not None and session.autoflush and not self.flushing:
            session.flush()
        return self.site.guard.prepared(self, statement).run(self.transaction.connection, values)

    def made_here(self, cls: type[Any], record_ids: Sequence[int]) -> list[Any] | None:
        """Return records if this transaction has made all of them: nobody else can have changed them."""
        if any((cls, record_id) not in self.created for record_id in record_ids):
            return None
        key = sa.inspect(cls).identity_key_from_primary_key
        found = [self.session.identity_map.get(key((record_id,))) for record_id in record_ids]
        return None if None in found else found

    def commit(self) -> None:
        """Run the phases of commit; the caller rolls back on any exception."""
        self.phase = "committing"
        self.authorities.append(Authority("commit"))
        self._flush_all()
        self.site.outbox.before_commit(self)
        audit.write(self)
        self.session.flush()
        numbering.assign(self)
        self.session.commit()
        self.authorities.clear()
        self.phase = "committed"
        self.site.outbox.after_commit(self)
        for action in self.after:
            action()

    def _flush_all(self) -> None:
        pending = self.authorities.pop()
        self.session.flush()
        self.authorities.append(pending)


def _on_execute(state: ORMExecuteState) -> Any:
    unit = state.session.info.get("unit")
    if unit is None:
        raise DeveloperError("orm.no-actor", "a query needs a unit of work with an actor", remedy="use site.env(...)")
    batched = batch.load(state)
    if batched is not None:
        return batched
    if not unit.elevated and not state.execution_options.get("tw_guarded"):
        unit.site.guard.statement(unit, state)
    return None


def _on_before_flush(session: Session, _context: object, _instances: Sequence[Any] | None) -> None:
    unit: UnitOfWork = session.info["unit"]
    if unit.readonly and (session.new or session.dirty or session.deleted):
        raise DeveloperError(
            "orm.write-in-read", "this unit of work only reads", remedy="change data in a POST, a job or an operation"
        )
    for record in session.new:
        _complete(unit, record)
    told: set[int] = set()
    _before_delete(unit, told)
    _before_save(unit)
    _before_delete(unit, told)  # what was dropped just now
    if not unit.elevated:
        unit.site.guard.before_flush(unit)
    versions.advance(unit)


def _before_save(unit: UnitOfWork) -> None:
    """Let each model tidy and check what is about to be written, once for all its records."""
    by_class: dict[type[Model], list[Any]] = {}
    for record in (*unit.session.new, *unit.session.dirty):
        by_class.setdefault(type(record), []).append(record)
    with unit.session.no_autoflush:
        for cls, records in by_class.items():
            cls.before_save(unit.env, records)


def _before_delete(unit: UnitOfWork, told: set[int]) -> None:
    """Let each model react to what is about to be deleted, once for all its records, until nothing more is."""
    session = unit.session
    with session.no_autoflush:
        while True:
            for record in session.dirty:
                state = sa.inspect(record)
                # Taken off its owner. SQLAlchemy would delete it too, but later than hooks and the guard can see.
                if state.mapper._delete_orphans and state.mapper._is_orphan(state):  # noqa: SLF001  # as the flush asks
                    session.delete(record)
            by_class: dict[type[Model], list[Any]] = {}
            for record in session.deleted:
                if id(record) not in told:
                    told.add(id(record))
                    by_class.setdefault(type(record), []).append(record)
            if not by_class:
                return
            for cls, records in by_class.items():
                cls.before_delete(unit.env, records)


def _complete(unit: UnitOfWork, record: Any) -> None:
    info = type(record).__info__
    state = record.__dict__
    # A new record made from ids (a form, an import) can follow them before it is written.
    sa.inspect(record)._load_pending = True  # noqa: SLF001  # what Session.enable_relationship_loading sets
    if info.company and state.get("company_id") is None and state.get("company") is None:
        record.company_id = unit.company_id or _first_company(unit)
    for name, default in info.env_defaults:
        if state.get(name) is None and state.get(f"{name}_id") is None:
            setattr(record, name, default(unit.env))


def _first_company(unit: UnitOfWork) -> int | None:
    """While a site is installed its company comes into being in the same transaction."""
    info = unit.site.registry.playing("company")
    if info is not None:
        unit.company_id = unit.session.connection().scalar(sa.select(sa.func.min(info.table.c.id)))
    return unit.company_id


def _on_after_flush(session: Session, _context: object) -> None:
    unit: UnitOfWork = session.info["unit"]
    audit.collect(unit)
    unit.created.update((type(record), record.id) for record in session.new)
    if not unit.elevated:
        unit.site.guard.after_flush(unit)


def _on_loaded(session: Session, record: object) -> None:
    """Hold what was read: the identity map is weak, and a tax that many lines share would be read again and again."""
    held: list[Any] = session.info["unit"].keep
    if len(held) < HELD_AT_MOST:
        held.append(record)


event.listen(GuardedSession, "do_orm_execute", _on_execute)
event.listen(GuardedSession, "loaded_as_persistent", _on_loaded)
event.listen(GuardedSession, "before_flush", _on_before_flush)
event.listen(GuardedSession, "after_flush", _on_after_flush)
