"""The guard: adds access and row rules to every statement of an actor, and checks what they write.

It works on the statement itself (`with_loader_criteria`), so that joins, counts, aggregates, subqueries,
relationship loads and bulk changes are reached alike. Elevated code passes; what it returns does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, load_only, with_loader_criteria
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from tradewright.base import DeveloperError, Forbidden, NotFound
from tradewright.i18n import _
from tradewright.orm.prepared import over_tables
from tradewright.orm.ready import make_ready
from tradewright.security.touched import Touched, touched

if TYPE_CHECKING:
    from tradewright.orm.actor import Actor
    from tradewright.orm.info import ModelInfo
    from tradewright.orm.ready import ReadySelect, Shape, VaryingSelect
    from tradewright.orm.unit import UnitOfWork
    from tradewright.security.access import Access

_REMEMBERED = 4_096
_ALWAYS_READABLE = frozenset({"id", "uid", "version"})


class StatementGuard:
    """Guards the statements and flushes of one site's units of work."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._prepared: dict[tuple[Any, Actor | None, str], ReadySelect | VaryingSelect] = {}
        self._shapes: dict[tuple[Any, str], dict[str, Shape]] = {}

    # Statements ------------------------------------------------------------------------------------------------

    def statement(self, unit: UnitOfWork, state: ORMExecuteState) -> None:
        """Refuse what the actor may not touch and restrict the rest to their rows."""
        if not state.is_orm_statement:
            raise _raw(state.statement)
        if state.is_insert:
            raise DeveloperError("orm.bulk-insert", "records are added with env.add_all", remedy="use env.add_all")
        operation = "update" if state.is_update else "delete" if state.is_delete else "read"
        target = self._target(state) if operation != "read" else None
        found = touched(state.statement, self.access.registry)
        options = self._conditions(unit, found, operation, target)
        if not state.is_relationship_load:
            self._check_columns(unit, found)
        if state.is_column_load:
            self._check_late(found.models, state)
        options += self._limited(unit, state, found.models)
        if options:
            state.statement = state.statement.options(*options)

    def prepared(self, unit: UnitOfWork, statement: Any) -> ReadySelect | VaryingSelect:
        """Return a prepared statement as it is run for the actor of a unit of work, over tables.

        It is restricted once for an actor: it is the same object each time, and what an actor may do follows from the
        actor alone (roles, companies and customer stand in it).
        """
        dialect = unit.site.database.engine.dialect
        key = (statement, None if unit.elevated else unit.actor, dialect.name)
        kept = self._prepared.get(key)
        if kept is None:
            if len(self._prepared) >= _REMEMBERED:
                self._prepared.clear()
                self._shapes.clear()
            restricted = statement if unit.elevated else self._restricted(unit, statement)
            shapes = self._shapes.setdefault((statement, dialect.name), {})
            kept = self._prepared[key] = make_ready(over_tables(restricted, dialect), dialect, shapes)
        return kept

    def _restricted(self, unit: UnitOfWork, statement: Any) -> Any:
        found = touched(statement, self.access.registry)
        if not found.models:
            raise _raw(statement)
        self._check_columns(unit, found)
        return statement.options(*self._conditions(unit, found))

    def _conditions(
        self, unit: UnitOfWork, found: Touched, operation: str = "read", target: ModelInfo | None = None
    ) -> list[Any]:
        """Return the options that restrict a statement to the actor's rows, model by model."""
        options: list[Any] = []
        for info in found.models.values():
            criterion = self._criterion(unit, info, operation if info is target else "read")
            if criterion is None:
                continue
            if info.name in found.hidden:
                raise _unreachable(info)
            options.append(
                with_loader_criteria(
                    info.cls,
                    criterion,
                    include_aliases=True,
                    propagate_to_loaders=False,
                    track_closure_variables=False,
                )
            )
        return options

    def _target(self, state: ORMExecuteState) -> ModelInfo | None:
        table = getattr(state.statement, "table", None)
        return self.access.registry.by_table.get(getattr(table, "name", ""))

    def _criterion(self, unit: UnitOfWork, info: ModelInfo, operation: str) -> Any:
        """Return the condition on a model's rows, or None where all are allowed; raise where none are."""
        key = (info.name, operation)
        if key not in unit.criteria:
            unit.criteria[key] = self._build(unit, info, operation)
        return unit.criteria[key]

    def _build(self, unit: UnitOfWork, info: ModelInfo, operation: str) -> Any:
        rows = self._rows(unit, info, operation)
        if not info.company:
            return rows
        cls: Any = info.cls
        mine = _one_of(cls.company_id, unit.actor.company_ids)
        return mine if rows is None else sa.and_(rows, mine)

    def _rows(self, unit: UnitOfWork, info: ModelInfo, operation: str) -> Any:
        """Return the condition that the actor's row rules make, or None where a grant has none."""
        grants = self.access.granted(unit.actor, info.name, operation)
        if not grants:
            raise Forbidden(
                "access.model",
                _("Your role gives no access to this: {what}.", what=info.plural),
            )
        if any(grant.rows is None for grant in grants):
            return None
        rules = [grant.rows.build(info.cls, unit.actor) for grant in grants if grant.rows is not None]
        return sa.or_(*rules) if len(rules) > 1 else rules[0]

    def _check_columns(self, unit: UnitOfWork, found: Touched) -> None:
        """Refuse secrets, and fields outside the actor's list, wherever the statement names them."""
        for info in found.models.values():
            self._check_fields(unit, info, found.columns.get(info.name, set()))

    def _check_fields(self, unit: UnitOfWork, info: ModelInfo, columns: set[str]) -> None:
        allowed = self.access.readable_fields(unit.actor, info)
        for name in columns:
            field = info.fields.get(name) or info.fields.get(name.removesuffix("_id").removesuffix("_i18n"))
            if field is not None and field.kind == "secret":
                raise _secret()
            if allowed is None or name in _ALWAYS_READABLE or (field is not None and field.name in allowed):
                continue
            if name == "company_id" and info.company:
                continue
            raise Forbidden("access.field", _("Your role gives no access to this: {what}.", what=f"{info.name}.{name}"))

    def _check_late(self, models: dict[str, ModelInfo], state: ORMExecuteState) -> None:
        """Refuse secrets that a record loads when they are touched: such a statement names no column."""
        wanted = state._orm_compile_options()._only_load_props or ()  # type: ignore[union-attr]  # noqa: SLF001  # no public name
        for info in models.values():
            if any(name in info.fields and info.fields[name].kind == "secret" for name in wanted):
                raise _secret()

    def _limited(self, unit: UnitOfWork, state: ORMExecuteState, models: dict[str, ModelInfo]) -> list[Any]:
        """Load only the allowed fields of records; touching another one raises instead of loading it."""
        if not state.is_select or state.is_column_load:
            return []
        found = []
        for entity in _whole(state.statement):
            info = getattr(entity.mapper.class_, "__info__", None)
            if info is None or info.name not in models:
                continue
            allowed = self.access.readable_fields(unit.actor, info)
            if allowed is not None:
                found.append(load_only(*_attributes(info, entity.entity, allowed), raiseload=True))
        return found

    # Flushes ---------------------------------------------------------------------------------------------------

    def before_flush(self, unit: UnitOfWork) -> None:
        """Check the right to create, update and delete, and the rows as they are before the change."""
        session = unit.session
        for record in session.new:
            self._permit(unit, type(record).__info__, "create")
        for operation, records in (("update", _changed(session)), ("delete", session.deleted)):
            for info, group in _by_model(records):
                self._permit(unit, info, operation)
                self._verify(unit, info, operation, group)

    def after_flush(self, unit: UnitOfWork) -> None:
        """Check that what was written lies within the rows that the actor may write."""
        session = unit.session
        for operation, records in (("create", session.new), ("update", _changed(session))):
            for info, group in _by_model(records):
                self._verify(unit, info, operation, group)

    def _permit(self, unit: UnitOfWork, info: ModelInfo, operation: str) -> None:
        if not self.access.granted(unit.actor, info.name, operation):
            raise Forbidden(
                f"access.{operation}", _("Your role does not allow to change this: {what}.", what=info.plural)
            )

    def _verify(self, unit: UnitOfWork, info: ModelInfo, operation: str, records: Sequence[Any]) -> None:
        """Refuse records outside the actor's rows: the company is read off them, row rules ask the database."""
        rows = self._rows(unit, info, operation)
        if info.company and any(not set(_companies(record)) <= set(unit.actor.company_ids) for record in records):
            raise _unknown()
        if rows is None or not records:
            return
        ids = {record.id for record in records}
        statement = sa.select(sa.func.count(info.cls.id)).where(info.cls.id.in_(ids), rows)
        with unit.session.no_autoflush:
            found = unit.session.scalar(statement, execution_options={"tw_guarded": True})
        if found != len(ids):
            raise _unknown()

    # Operations ------------------------------------------------------------------------------------------------

    def operation(self, unit: UnitOfWork, model: ModelInfo, records: Sequence[Any]) -> None:
        """Refuse an operation on records that the actor cannot even see; they are locked by now."""
        if unit.actor.kind != "system":
            self._verify(unit, model, "read", records)


def _one_of(column: Any, values: Sequence[int]) -> Any:
    """Nearly every actor has one company, and a list would be spelt out anew at each execution."""
    return column == values[0] if len(values) == 1 else column.in_(values)


def _changed(session: Any) -> list[Any]:
    """Leave out records that are only pointed to anew: nothing of them is written."""
    return [record for record in session.dirty if session.is_modified(record)]


def _by_model(records: Iterable[Any]) -> list[tuple[ModelInfo, list[Any]]]:
    groups: dict[type, list[Any]] = {}
    for record in records:
        groups.setdefault(type(record), []).append(record)
    return [(group[0].__info__, group) for group in groups.values()]


def _companies(record: Any) -> Iterable[int]:
    """The company a record belongs to, and the one before a change that is not written yet."""
    history = get_history(record, "company_id", PASSIVE_NO_INITIALIZE)
    return {company_id for company_id in history.sum() if company_id is not None}


def _raw(statement: Any) -> DeveloperError:
    return DeveloperError(
        "orm.raw-sql",
        "only statements over composed models are allowed",
        value=str(statement)[:80],
        remedy="build the statement from select() over env[Model]",
    )


def _unknown() -> NotFound:
    return NotFound("record.not-found", _("This record does not exist, or you have no access to it."))


def _secret() -> Forbidden:
    return Forbidden("access.secret", _("This is a secret and cannot be read."))


def _unreachable(info: ModelInfo) -> DeveloperError:
    return DeveloperError(
        "orm.unguarded-alias",
        "a joined alias, or any() and has() of a model on itself, cannot be restricted to the actor's rows",
        addon=info.addon,
        value=info.name,
        remedy="use aliased() and a subquery: .where(env[Model].id.in_(select(other.parent_id)))",
    )


def _whole(statement: Any) -> list[Any]:
    """Return the entities (models or aliases of them) that a statement loads as whole records, not column by column."""
    selected = getattr(statement, "_raw_columns", ())
    return [
        element._annotations["parententity"]  # noqa: SLF001  # SQLAlchemy's public list of entities costs ten times as much
        for element in selected
        if isinstance(element, sa.FromClause) and "parententity" in element._annotations  # noqa: SLF001
    ]


def _attributes(info: ModelInfo, entity: Any, allowed: frozenset[str]) -> list[Any]:
    names = ["id"]
    names += [name for name in ("uid", "version") if name in info.table.c]
    for name in sorted(allowed):
        field = info.fields[name]
        if field.kind == "translated":
            names += [f"{name}_source", f"{name}_i18n"]
        elif field.stored and name not in names:
            names.append(field.column)
    return [getattr(entity, name) for name in names]
