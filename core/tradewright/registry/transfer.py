"""Records as rows of a table and back: what `tradewright export` writes, `tradewright import` reads.

A column is a field by its name; a translated field has a column more for each further language (`name[de]`). A
relation to one record is written as that record's key, its first unique text (`sku`, `code`, `login`); where it has
none, by `#` and its name in a data file or its id (`#product.kilogram`, `#12`). Fields that hold lists, and secrets,
are no columns.

Both work in chunks, so that the statements do not grow with the rows but with thousands of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from tradewright.base import DeveloperError, nearest
from tradewright.orm.info import STORED, FieldInfo, ModelInfo
from tradewright.registry.models import ExternalId

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env

CHUNK = 1_000
Cell = str | int | Decimal | date | datetime | bool | None

_EXCHANGED = (STORED | {"computed"}) - {"secret", "attachment"}
_HEAD = re.compile(r"([a-z_][a-z0-9_]*)(?:\[([A-Za-z_]{2,12})\])?")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A column of the table: a field, in one language where it is a translated one ("" is the source)."""

    field: FieldInfo
    language: str = ""

    @property
    def head(self) -> str:
        """Return the heading."""
        return f"{self.field.name}[{self.language}]" if self.language else self.field.name


def key_of(info: ModelInfo) -> FieldInfo | None:
    """Return the field that names a record of the model to other programs: its first unique text."""
    alone = {
        tuple(column.name for column in constraint.columns)
        for constraint in info.table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    texts = (field for field in info.fields.values() if field.kind == "text" and field.name != "uid")
    return next((field for field in texts if field.unique or (field.column,) in alone), None)


def exportable(info: ModelInfo, names: Sequence[str] = (), languages: Sequence[str] = ()) -> list[Exchanged]:
    """Return the columns of these fields, of all where none is named; translated ones in further languages, too."""
    for name in names:
        _check_name(info, name)
    chosen = [info.fields[name] for name in names] if names else info.fields.values()
    found: list[Exchanged] = []
    for field in chosen:
        if field.kind in _EXCHANGED:
            found.append(Exchanged(field))
            if field.kind == "translated":
                found.extend(Exchanged(field, language) for language in languages)
    return found


def columns_from(info: ModelInfo, head: Sequence[str]) -> list[Exchanged]:
    """Return the columns that a head row names; they must be fields that may be written, and each stand there once."""
    found: list[Exchanged] = []
    for title in head:
        match = _HEAD.fullmatch(title.strip())
        name, language = (match[1], match[2] or "") if match else (title, "")
        _check_name(info, name)
        column = Exchanged(info.fields[name], language)
        if column in found:
            raise _wrong_head(info, title, "the column stands there twice", "remove one of them")
        if language and column.field.kind != "translated":
            raise _wrong_head(info, title, "only translated texts have columns by language", f"write {name}")
        if name != "id" and (column.field.readonly or column.field.kind == "computed"):
            raise _wrong_head(
                info, title, "the field is kept by the program and can't be imported", "remove the column"
            )
        found.append(column)
    return found


def _check_name(info: ModelInfo, name: str) -> None:
    if name not in info.fields or info.fields[name].kind not in _EXCHANGED:
        usable = [field.name for field in info.fields.values() if field.kind in _EXCHANGED]
        problem = "there is no such field" if name not in info.fields else "the field is no column of a table"
        raise _wrong_head(info, name, problem, "correct or remove it", near=nearest(name, usable) or tuple(usable))


def _wrong_head(info: ModelInfo, title: str, problem: str, remedy: str, near: Iterable[str] = ()) -> DeveloperError:
    return DeveloperError("transfer.column", problem, where=info.name, value=title, near=near, remedy=remedy)


def export_rows(
    env: Env, info: ModelInfo, columns: Sequence[Exchanged], criterion: ColumnElement[bool] | None = None
) -> Iterator[list[Cell]]:
    """Give the values of all records that the actor may read, by id; a relation takes one statement a chunk."""
    from tradewright.orm import select

    cls: Any = env[info.cls]
    last = 0
    while True:
        statement = select(cls.id, *(_selected(cls, column) for column in columns)).where(cls.id > last)
        if criterion is not None:
            statement = statement.where(criterion)
        chunk = [list(row) for row in env.execute(statement.order_by(cls.id).limit(CHUNK))]
        for place, column in enumerate(columns, start=1):
            _make_plain(env, column, chunk, place)
        for row in chunk:
            yield row[1:]
        if len(chunk) < CHUNK:
            return
        last = chunk[-1][0]


def _selected(cls: Any, column: Exchanged) -> Any:
    if column.language:
        return getattr(cls, f"{column.field.name}_i18n")
    return getattr(cls, column.field.column)


def _make_plain(env: Env, column: Exchanged, chunk: list[list[Any]], place: int) -> None:
    if column.field.kind == "many_to_one":
        known = _keys(env, column.field, {row[place] for row in chunk})
        for row in chunk:
            row[place] = known.get(row[place])
    elif column.field.kind == "json":
        for row in chunk:
            row[place] = None if row[place] is None else json.dumps(row[place], ensure_ascii=False, sort_keys=True)
    elif column.language:
        for row in chunk:
            row[place] = (row[place] or {}).get(column.language)


def _keys(env: Env, field: FieldInfo, wanted: set[int | None]) -> dict[int | None, str | None]:
    """Return how the records of a relation are written, by their ids."""
    from tradewright.orm import select

    target = env.site.registry.model(field.target or "")
    key, cls = key_of(target), env[target.cls]
    known: dict[int | None, str | None] = {each: f"#{each}" for each in wanted if each is not None}
    if known and key is None:
        names = env[ExternalId]
        chosen = select(names.record, names.name).where(names.model == target.name, names.record.in_(known.keys()))
        known |= {record_id: f"#{name}" for record_id, name in env.execute(chosen)}
    elif known and key is not None:
        column: Any = getattr(cls, key.column)
        chosen = select(cls.id, column).where(cls.id.in_(known.keys()))
        known |= {record_id: text for record_id, text in env.execute(chosen) if text}
    return known


def as_json(value: Cell) -> str | int | bool | None:
    """Return a value as JSON holds it: exact numbers as texts, dates and moments as ISO 8601."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


__all__ = ["Cell", "Exchanged", "as_json", "columns_from", "export_rows", "exportable", "key_of"]
