"""`Env`: what code gets to work with. Site, actor, company, language, clock, and one guarded door to the data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, TypeVarTuple, cast, overload

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from tradewright.base import Conflict, DeveloperError, NotFound
from tradewright.i18n import Formatter, _
from tradewright.orm import audit, numbering, versions
from tradewright.orm.prepared import PREPARED
from tradewright.orm.unit import Authority, UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Executable, Select
    from sqlalchemy.engine import Result, ScalarResult
    from sqlalchemy.sql.selectable import TypedReturnsRows

    from tradewright.orm.actor import Actor
    from tradewright.orm.model import Model
    from tradewright.orm.protocols import Site

M = TypeVar("M", bound="Model")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
P = ParamSpec("P")
_UNGUARDED = {"tw_guarded": True}  # the core's own look-ups of what every actor needs


def ids(records: Iterable[Model]) -> list[int]:
    """Return the ids of records, in their order."""
    return [record.id for record in records]


def blank(record: Model, *names: str) -> bool:
    """Tell whether one of the fields has no value yet: a new record reads None where its annotation promises one."""
    return any(getattr(record, name) is None for name in names)


class Env:
    """The environment of one unit of work.

    All statements through it are guarded for its actor; the framework commits. It is handed down as a parameter and
    never kept beyond the unit of work.
    """

    __slots__ = ("_company", "_formatter", "_settings", "_unit")

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._company: Any = None
        self._formatter: Formatter | None = None
        self._settings: dict[str, Any] | None = None
        unit.env = self

    # Who, where, when ------------------------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        """The site this unit of work belongs to."""
        return self._unit.site

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._unit.actor

    @property
    def language(self) -> str:
        """The language of texts, labels and formats (`en`, `de`, `zh_Hans`)."""
        return self._unit.language

    @property
    def now(self) -> datetime:
        """The moment this unit of work began, aware, in UTC: one moment for all it writes."""
        return self._unit.now

    @property
    def today(self) -> date:
        """The day of `now`, in UTC."""
        return self._unit.now.date()

    @property
    def request_id(self) -> str:
        """The reference of the request or job, as it stands in logs and audit."""
        return self._unit.request_id

    @property
    def readonly(self) -> bool:
        """Tell whether this unit of work may only read."""
        return self._unit.readonly

    @property
    def company_id(self) -> int | None:
        """The id of the company the actor works for at the moment."""
        return self._unit.company_id

    @property
    def company(self) -> Any:
        """The company the actor works for at the moment (the model that plays `company`), or None."""
        if self._company is None and self.company_id is not None:
            info = self.site.registry.playing("company")
            if info is not None:
                self._company = self._unit.session.get(info.cls, self.company_id, execution_options=_UNGUARDED)
        return self._company

    # Models and records ----------------------------------------------------------------------------------------

    def __getitem__(self, model: type[M]) -> type[M]:
        return cast("type[M]", self.site.registry.composed(model))

    def has(self, model: str) -> bool:
        """Tell whether a model (`addon.Class`) exists on this site."""
        return model in self.site.registry.models

    def get(self, model: type[M], record_id: int) -> M | None:
        """Return the record, or None if there is none that the actor may see."""
        return self.scalar(sa.select(self[model]).where(self[model].id == record_id))

    def one(self, model: type[M], record_id: int) -> M:
        """Return the record; `NotFound` if there is none that the actor may see."""
        return self._found(self.get(model, record_id))

    def by_uid(self, model: type[M], uid: str) -> M:
        """Return the record with this public id; `NotFound` if there is none that the actor may see."""
        return self._found(self.scalar(sa.select(self[model]).where(self[model].uid == uid)))

    @staticmethod
    def _found(record: M | None) -> M:
        if record is None:
            raise NotFound("record.not-found", _("This record does not exist, or you have no access to it."))
        return record

    @overload
    def execute(self, statement: TypedReturnsRows[*Ts], values: Mapping[str, object] | None = None) -> Result[*Ts]: ...

    @overload
    def execute(
        self, statement: Executable, values: Mapping[str, object] | None = None
    ) -> Result[*tuple[Any, ...]]: ...

    def execute(self, statement: Executable, values: Mapping[str, object] | None = None) -> Result[*tuple[Any, ...]]:
        """Run a statement over composed models; `values` are those of its `bindparam`s."""
        if isinstance(statement, sa.TextClause):
            raise DeveloperError(
                "orm.raw-sql",
                "raw SQL passes the guard by",
                value=str(statement)[:80],
                remedy="build the statement from select() over env[Model]",
            )
        if PREPARED in statement.get_execution_options():
            return self._unit.execute_prepared(statement, values)
        return self._unit.session.execute(statement, values)

    def scalars(self, statement: Select[T]) -> ScalarResult[T]:
        """Run a select and return the first column of its rows."""
        return self.execute(statement).scalars()

    def scalar(self, statement: Select[T]) -> T | None:
        """Run a select and return the first column of its first row, or None."""
        return self.execute(statement).scalars().first()

    def all(self, statement: Select[T]) -> list[T]:
        """Run a select and return the first column of all rows as a list."""
        return list(self.scalars(statement).all())

    def add(self, record: M) -> M:
        """Take a new record into the unit of work and return it."""
        self._unit.session.add(record)
        return record

    def add_all(self, records: Iterable[Model]) -> None:
        """Take new records into the unit of work."""
        self._unit.session.add_all(list(records))

    def delete(self, record: Model) -> None:
        """Delete a record at the next flush."""
        self._unit.session.delete(record)

    def flush(self) -> None:
        """Send pending changes to the database, so that ids exist and constraints speak."""
        self._unit.session.flush()

    def refresh(self, record: Model) -> None:
        """Read a record again from the database."""
        self._unit.session.refresh(record)

    def changed(self, record: Model, *names: str) -> bool:
        """Tell whether a record is new, or one of the named fields was changed and not written yet; reads nothing."""
        state = sa.inspect(record)
        return not state.persistent or any(
            get_history(record, name, PASSIVE_NO_INITIALIZE).has_changes() for name in names
        )

    def update_where(self, model: type[Model], *criteria: ColumnElement[bool], values: dict[Any, Any]) -> int:
        """Change all rows that match in one statement; return how many. Keys are attributes or their names."""
        named = {key.key if isinstance(key, InstrumentedAttribute) else key: value for key, value in values.items()}
        statement = sa.update(self[model]).where(*criteria).values(named)
        return self._bulk(statement, model, "bulk update", sorted(named))

    def delete_where(self, model: type[Model], *criteria: ColumnElement[bool]) -> int:
        """Delete all rows that match in one statement; return how many."""
        return self._bulk(sa.delete(self[model]).where(*criteria), model, "bulk delete", [])

    def _bulk(self, statement: Any, model: type[Model], action: str, fields: list[str]) -> int:
        if not self._unit.flushing:
            self.flush()
        done: Any = self._unit.session.execute(statement, execution_options={"synchronize_session": "auto"})
        count: int = done.rowcount
        info = self[model].__info__
        if count and info.audit != "none":
            audit.note(self._unit, info.name, None, action, {"rows": [count, fields]})
        return count

    def lock(self, model: type[M], record_ids: Iterable[int]) -> list[M]:
        """Lock rows in ascending order of id and return them as they are now.

        The order is the same everywhere, so that two commands that lock the same rows cannot deadlock. Rows that only
        refer to a locked one can still be written. SQLite
        runs writing units of work one after the other; there it only reads again.
        """
        wanted = sorted(set(record_ids))
        if not wanted:
            return []
        self.flush()
        cls = self[model]
        mine = self._unit.made_here(cls, wanted)
        if mine is not None:
            return mine
        statement = sa.select(cls).where(cls.id.in_(wanted)).order_by(cls.id).with_for_update(of=cls, key_share=True)
        found = list(self._unit.session.scalars(statement.execution_options(populate_existing=True)))
        versions.held(self._unit, found)
        return found

    def check_version(self, record: Model, version: int) -> None:
        """Refuse with `Conflict` when the record is no longer the version that the user saw."""
        if record.version != version:
            raise Conflict(
                "record.changed",
                _("Someone else has changed {record} in the meantime. Look at it again.", record=record.display_name()),
            )

    # Rights ----------------------------------------------------------------------------------------------------

    @contextmanager
    def attempt(self) -> Generator[None]:
        """Undo what the block wrote if it raises, so that the unit of work can go on; the exception is passed on.

        What fails while only reading has written nothing, and costs no statement.
        """
        with nullcontext() if self.readonly else self._unit.savepoint():
            yield

    @contextmanager
    def elevate(self, reason: str) -> Generator[None]:
        """Run the block with the system's rights; the reason stands in the audit of all it writes."""
        with self._authority(reason):
            yield

    @contextmanager
    def _authority(self, reason: str, operation: str | None = None) -> Generator[None]:
        self._unit.push(Authority(reason, operation))
        failed = True
        try:
            yield
            failed = False
        finally:
            self._unit.pop(failed=failed)

    # Hooks, jobs, numbers --------------------------------------------------------------------------------------

    def hook(self, spec: Callable[P, T]) -> Callable[P, list[Any]]:
        """Call all implementations of a hook, in dependency order; results that are lists are joined."""

        def call(*args: P.args, **kwargs: P.kwargs) -> list[Any]:
            results = self.site.hooks.call(spec, _bound(spec, args, kwargs))
            joined: list[Any] = []
            for result in results:
                joined.extend(result) if isinstance(result, list | tuple) else joined.append(result)
            return joined

        return call

    def first(self, spec: Callable[P, T]) -> Callable[P, T]:
        """Call a `firstresult` hook; the answer of the first addon that has one, else None."""

        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            return cast("T", self.site.hooks.call(spec, _bound(spec, args, kwargs)))

        return call

    def defer(self, job: Callable[..., Any], /, **payload: Any) -> None:
        """Run a job after commit, as this actor; it is stored in this transaction and lost with it."""
        if self._unit.history:
            return
        self.site.outbox.enqueue(self._unit, job, payload, {})

    def number(self, series: str, record: Model, field: str = "number") -> None:
        """Give the record the next number of a series when the unit of work commits, without a gap."""
        self._unit.numbers.append((series, record, field))

    def take_numbers(self) -> None:
        """Give waiting records their numbers now.

        The series stay locked until commit, so this is for imports and demonstrations, which go on working with the
        numbers.
        """
        with self._authority("numbers of a batch"):
            self.flush()
            numbering.assign(self._unit)

    @contextmanager
    def at(self, moment: datetime) -> Generator[None]:
        """Let the block happen at another moment: for imports of history and demonstrations, by the system only.

        What is history wakes nobody: jobs and mails of the block are not made.
        """
        if not self._unit.elevated:
            raise DeveloperError("orm.clock", "only the system may write history", remedy="use env.now as it is")
        unit = self._unit
        before = unit.now, unit.history
        unit.now, unit.history = moment, True
        try:
            yield
            self.flush()
        finally:
            unit.now, unit.history = before

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run something in this process after commit. It may never run: nothing that must happen goes here."""
        self._unit.after.append(action)

    # Words -----------------------------------------------------------------------------------------------------

    @property
    def format(self) -> Formatter:
        """The formats of numbers, money and dates in the language of this unit of work."""
        if self._formatter is None:
            catalog = self.site.catalog(self.language)
            self._formatter = Formatter(self.language, today=self.now, translator=catalog)
        return self._formatter

    def t(self, text: Any) -> str:
        """Translate a text into the language of this unit of work; plain strings stay as they are."""
        translate = getattr(text, "translate_with", None) or getattr(text, "translate", None)
        if translate is None or isinstance(text, str):
            return str(text)
        return str(translate(self.site.catalog(self.language)))

    def config(self, key: str, default: Any = None) -> Any:
        """Return a setting of this site (the model that plays `setting`), or the default."""
        if self._settings is None:
            info = self.site.registry.playing("setting")
            if info is None:
                return default
            pairs = sa.select(info.table.c.key, info.table.c.value)
            rows = self._unit.session.execute(pairs, execution_options=_UNGUARDED)
            self._settings = {row[0]: row[1] for row in rows}
        return self._settings.get(key, default)


@cache
def _parameters(spec: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(spec).parameters)


def _bound(spec: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    return {**dict(zip(_parameters(spec), args, strict=False)), **kwargs}
