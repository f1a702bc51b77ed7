"""From `ModelInfo` to tables: columns with their bounds, foreign keys, indexes and constraints."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tradewright.base import DeveloperError, nearest
from tradewright.i18n import _
from tradewright.orm.constraints import Check, Index, Unique
from tradewright.orm.info import EXACT, FieldInfo, ModelInfo
from tradewright.orm.types import ID, JSON, Exact, Moment
from tradewright.registry import checks
from tradewright.registry.collect import Concept, snake

ON_DELETE = {"restrict": "RESTRICT", "cascade": "CASCADE", "set_null": "SET NULL"}
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_LONGEST_NAME = 63


def new_uid() -> str:
    """Return an opaque public id: 96 random bits, safe in addresses."""
    return secrets.token_urlsafe(12)


def table_name(info: ModelInfo) -> str:
    """Return the name of the model's table."""
    return f"{info.addon}_{snake(info.name.rpartition('.')[2])}"


def column_type(field: FieldInfo) -> Any:
    """Return the SQL type of a stored field."""
    if field.kind in EXACT:
        return Exact(field.scale if field.scale is not None else 6)
    if field.kind in {"many_to_one", "attachment", "id"}:
        return ID
    if field.kind in {"text", "translated", "secret"}:
        return sa.Text() if field.multiline else sa.String(field.max_length)
    plain = {
        "integer": sa.BigInteger(),
        "boolean": sa.Boolean(),
        "date": sa.Date(),
        "datetime": Moment(),
        "choice": sa.String(40),
        "json": JSON,
    }
    return plain[field.kind]


def build_table(info: ModelInfo, concept: Concept, names: dict[str, str], metadata: sa.MetaData) -> None:
    """Make the table of a model and note the messages of its constraints."""
    name = table_name(info)
    columns: list[Any] = [sa.Column("id", ID, primary_key=True, autoincrement=True)]
    if info.public:
        columns.append(sa.Column("uid", sa.String(32), nullable=False, unique=True, default=new_uid))
    if info.versioned:
        columns.append(sa.Column("version", sa.Integer(), nullable=False, default=1))
    stored = [field for field in info.fields.values() if field.stored and field.kind != "id"]
    checks.check_columns(info, stored)
    checks.check_table(name, metadata, info.addon, checks.place(concept.root.cls))
    for field in stored:
        columns.extend(_columns(field, names))
    info.table = sa.Table(name, metadata, *columns, info={"where": checks.place(concept.root.cls)})
    for field in stored:
        _bounds(info, field)
    for addon, cls in concept.parts:
        for value in vars(cls).values():
            if isinstance(value, Check | Unique | Index):
                _constraint(info, value, addon, checks.place(cls, value.name))
    _shorten_names(info.table)


def _shorten_names(table: sa.Table) -> None:
    named: list[Any] = [*table.constraints, *table.indexes]
    for constraint in named:
        if constraint.name and len(str(constraint.name)) > _LONGEST_NAME:
            constraint.name = str(constraint.name)[:_LONGEST_NAME]


def _columns(field: FieldInfo, names: dict[str, str]) -> list[Any]:
    arguments: list[Any] = []
    if field.target:
        arguments.append(sa.ForeignKey(f"{names[field.target]}.id", ondelete=ON_DELETE[field.on_delete]))
    column = sa.Column(
        field.column,
        column_type(field),
        *arguments,
        nullable=field.nullable,
        index=field.index and not field.unique,
        unique=field.unique or None,
    )
    if field.kind == "translated":
        return [column, sa.Column(f"{field.name}_i18n", JSON, nullable=True)]
    return [column]


def _bounds(info: ModelInfo, field: FieldInfo) -> None:
    column: Any = info.table.c[field.column]
    if field.kind == "choice":
        values = [value for value, _label in field.choices]
        _check(info, f"{field.name}_choice", column.in_(values), _("Choose one of the listed values."))
    if field.kind in EXACT:
        largest = column.type.largest
        # The upper bound matters: PostgreSQL's NaN is greater than every number and would pass a lower one.
        _check(
            info,
            f"{field.name}_range",
            sa.and_(column >= -largest, column <= largest),
            _("The number in {field} is too large.", field=field.label),
        )
    for bound, name in ((field.at_least, "at_least"), (field.at_most, "at_most")):
        if bound is not None:
            value = Decimal(bound) if field.kind in EXACT else bound
            rule = column >= value if name == "at_least" else column <= value
            message = (
                _("{field} is at least {bound}.", field=field.label, bound=bound)
                if name == "at_least"
                else _("{field} is at most {bound}.", field=field.label, bound=bound)
            )
            _check(info, f"{field.name}_{name}", rule, message)


def _check(info: ModelInfo, name: str, rule: Any, message: Any) -> None:
    constraint = sa.CheckConstraint(rule, name=name)
    info.table.append_constraint(constraint)
    info.messages[f"ck_{info.table.name}_{name}"[:_LONGEST_NAME]] = message


class _Columns:
    """What a check's function sees: the columns of the model by the names of its fields."""

    def __init__(self, info: ModelInfo, addon: str, where: str) -> None:
        self._info = info
        self._addon = addon
        self._where = where

    def __getattr__(self, name: str) -> Any:
        return column_of(self._info, name, self._addon, self._where)


def column_of(info: ModelInfo, name: str, addon: str, where: str | None = None) -> Any:
    """Return the column of a field (or of the id of a relation)."""
    field = info.fields.get(name)
    key = field.column if field is not None and field.stored else name
    if key not in info.table.c:
        raise DeveloperError(
            "registry.no-column",
            f"{info.name} has no stored field of this name",
            addon=addon,
            where=where,
            value=name,
            near=nearest(name, info.table.c.keys()),
            remedy="correct the name; a field of another addon needs that addon under depends, or a bridge",
        )
    return info.table.c[key]


def _constraint(info: ModelInfo, declared: Check | Unique | Index, addon: str, where: str) -> None:
    kind = "ck" if isinstance(declared, Check) else "ix" if isinstance(declared, Index) else "uq"
    name = f"{kind}_{info.table.name}_{declared.name}"[:_LONGEST_NAME]
    checks.check_constraint(info, name, addon, where)
    if isinstance(declared, Check):
        _check(info, declared.name, declared.build(_Columns(info, addon, where)), declared.message)
        return
    columns = [column_of(info, name, addon, where) for name in declared.fields]
    if isinstance(declared, Index):
        sa.Index(name, *columns)
        return
    info.table.append_constraint(sa.UniqueConstraint(*columns, name=name))
    info.messages[name] = declared.message
    # SQLite names the columns of a violated UNIQUE, not the constraint.
    info.messages[", ".join(f"{info.table.name}.{column.name}" for column in columns)] = declared.message


def link_table(info: ModelInfo, field: FieldInfo, names: dict[str, str], metadata: sa.MetaData) -> sa.Table:
    """Make the link table of a many-to-many field."""
    here, there = names[info.name], names[field.target or ""]
    name = f"{here}_{field.name}"[:_LONGEST_NAME]
    checks.check_table(name, metadata, field.addon, field.where or f"{info.name}.{field.name}")
    return sa.Table(
        name,
        metadata,
        sa.Column("owner_id", ID, sa.ForeignKey(f"{here}.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("target_id", ID, sa.ForeignKey(f"{there}.id", ondelete="CASCADE"), primary_key=True, index=True),
        info={"where": field.where or f"{info.name}.{field.name}"},
    )
