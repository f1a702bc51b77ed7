"""Reading rows into records: found by their id or key or made anew, all of them or none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from tradewright.base import DeveloperError, TradewrightError, UserError, nearest
from tradewright.base.formulas import restore
from tradewright.base.numbers import NumberError, parse_decimal
from tradewright.orm.database import is_retryable
from tradewright.orm.failures import as_user_error, is_outage
from tradewright.orm.info import EXACT, FieldInfo, ModelInfo
from tradewright.registry.models import ExternalId
from tradewright.registry.transfer import CHUNK, Exchanged, columns_from, key_of

if TYPE_CHECKING:
    from tradewright.orm import Env, Model

MOST_FAULTS = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


@dataclass(slots=True)
class Intake:
    """What came of an import; `faults` are sentences with their row, and nothing may be kept where there are any."""

    made: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


class _Wrong(ValueError):
    """A cell that can't be read; the message says what it has to be."""


def take_rows(
    env: Env,
    info: ModelInfo,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    key: str | None = None,
    progress: Callable[[int], object] | None = None,
) -> Intake:
    """Read the rows below a head row into records.

    With a column `id`, or the column named by `key`, records that are found by it are changed and the others are made
    (an unknown id is a fault); without either all are made. An empty cell leaves the default of a new record, and
    empties the field of an existing one. The statements grow with thousands of rows, not with the rows.
    """
    columns = columns_from(info, head)
    names = [column.field.name for column in columns]
    finder = "id" if "id" in names else key
    if finder is not None and finder not in names:
        raise DeveloperError(
            "transfer.key",
            "the column that finds records is not in the file",
            where=info.name,
            value=finder,
            near=nearest(finder, names) or names,
            remedy="add the column, or name another one with --key",
        )
    result = Intake()
    numbered = enumerate(rows, start=2)
    while chunk := list(islice(numbered, CHUNK)):
        read = list(_read(columns, chunk, result))
        _resolve(env, info, read, result)
        if not result.faults:
            _write_or_tell(env, info, read, finder, result)
        if len(result.faults) >= MOST_FAULTS:
            break
        if progress is not None:
            progress(len(chunk))
    return result


def _read(columns: Sequence[Exchanged], chunk: Iterable[tuple[int, Sequence[str]]], result: Intake) -> Iterator[_Row]:
    for number, cells in chunk:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            result.faults.append(f"row {number}: it has {len(cells)} cells, the head row has {len(columns)}")
            continue
        row = _Row(number)
        for column, cell in zip(columns, cells, strict=True):
            try:
                _read_cell(row, column, restore(cell).strip())
            except _Wrong as wrong:
                result.faults.append(f"row {number}, column {column.head}: {wrong}, not {cell[:40]!r}")
        yield row


def _read_cell(row: _Row, column: Exchanged, text: str) -> None:
    info = column.field
    if info.kind == "many_to_one" and text:
        row.references[info.name] = text
    elif info.kind == "translated" and column.language:
        row.translations.setdefault(info.name, {})[column.language] = text
    elif text:
        row.values[info.name] = _value(info, text)
    elif info.kind == "many_to_one":
        row.values[info.column] = None
    else:
        row.values[info.name] = None


def _value(info: FieldInfo, text: str) -> Any:
    if info.kind in EXACT:
        try:
            return parse_decimal(text, scale=info.scale or 6)
        except NumberError as error:
            raise _Wrong(f"a number with a point and at most {info.scale or 6} decimals is needed") from error
    reader = _READERS.get(info.kind)
    if reader is not None:
        words, read = reader
        try:
            return read(text)
        except (ValueError, KeyError) as error:
            raise _Wrong(f"{words} is needed") from error
    if info.kind == "choice" and text not in dict(info.choices):
        raise _Wrong(f"one of {', '.join(value for value, _label in info.choices)} is needed")
    if info.max_length is not None and len(text) > info.max_length:
        raise _Wrong(f"a text of at most {info.max_length} characters is needed")
    if _CONTROL.search(text):
        raise _Wrong("a text without control characters is needed")
    return text


def _whole(text: str) -> int:
    return int(parse_decimal(text, scale=0))


def _json(text: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "id": ("a whole number", _whole),
    "integer": ("a whole number", _whole),
    "boolean": ("true or false", {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}.__getitem__),
    "date": ("a date like 2026-03-31", date.fromisoformat),
    "datetime": ("a moment like 2026-03-31T09:30:00+00:00", _moment),
    "json": ("JSON", _json),
}


def _resolve(env: Env, info: ModelInfo, rows: Sequence[_Row], result: Intake) -> None:
    """Replace what names related records by their ids: at most four statements for each relation."""
    for name in sorted({name for row in rows for name in row.references}):
        relation = info.fields[name]
        target = env.site.registry.model(relation.target or "")
        known = _known(env, target, {row.references[name] for row in rows if name in row.references})
        for row in rows:
            text = row.references.get(name)
            if text is not None and text in known:
                row.values[relation.column] = known[text]
            elif text is not None:
                result.faults.append(f"row {row.number}, column {name}: {_unknown(target, text)}")


def _unknown(target: ModelInfo, text: str) -> str:
    key = key_of(target)
    by = f"{key.name} " if key is not None and text[0] != "#" else ""
    return f"there is no {target.name} {by}{text}"


def _known(env: Env, target: ModelInfo, wanted: set[str]) -> dict[str, int]:
    """Return the ids of records by `#id`, by `#addon.name` of a data file, by their key, or by a name that one has."""
    from tradewright.orm import select

    cls: Any = env[target.cls]
    found: dict[str, int] = {}
    numbers = {int(text[1:]) for text in wanted if re.fullmatch("#[0-9]{1,18}", text)}
    if numbers:
        found |= {f"#{record_id}": record_id for record_id in env.scalars(select(cls.id).where(cls.id.in_(numbers)))}
    xids = {text[1:] for text in wanted if re.fullmatch(r"#[a-z_][a-z0-9_]*\.\S+", text)}
    if xids:
        names = env[ExternalId]
        chosen = select(names.name, names.record).where(names.model == target.name, names.name.in_(xids))
        found |= {f"#{name}": record_id for name, record_id in env.execute(chosen)}
    for field_info in (key_of(target), target.fields.get(target.title or "")):
        left = wanted - found.keys()
        if left and field_info is not None and field_info.kind in {"text", "translated"}:
            found |= _by_text(env, cls, getattr(cls, field_info.column), left)
    return found


def _by_text(env: Env, cls: Any, column: Any, wanted: set[str]) -> dict[str, int]:
    from tradewright.orm import func, select

    chosen = select(column, func.min(cls.id)).where(column.in_(wanted)).group_by(column).having(func.count() == 1)
    return {row[0]: row[1] for row in env.execute(chosen)}


def _write_or_tell(env: Env, info: ModelInfo, rows: Sequence[_Row], finder: str | None, result: Intake) -> None:
    """Write a chunk at once; when the database or a model refuses it, look row by row for those that are to blame."""
    savepoint = env._unit.session.begin_nested  # noqa: SLF001  the registry is the framework's own hand
    copies = [replace(row, values=dict(row.values)) for row in rows]
    try:
        with savepoint():
            _write(env, info, rows, finder, result)
    except (DBAPIError, TradewrightError) as error:
        if is_retryable(error) or is_outage(error):
            raise
        for row in copies:
            try:
                with savepoint():
                    _write(env, info, [row], finder, result)
            except (DBAPIError, TradewrightError) as fault:
                result.faults.append(f"row {row.number}: {_sentence(env, fault)}")
            if len(result.faults) >= MOST_FAULTS:
                break
        if not result.faults:
            result.faults.append(f"rows {rows[0].number} to {rows[-1].number}: {_sentence(env, error)}")
        result.made = result.changed = 0


def _sentence(env: Env, error: DBAPIError | TradewrightError) -> str:
    """Return what a refusal says to who reads it, in one line."""
    told = as_user_error(error, env.site.registry) if isinstance(error, DBAPIError) else error
    if isinstance(told, UserError):
        return env.t(told.text)
    if isinstance(told, DeveloperError):
        return told.problem
    return "the database does not take this row: a number or a text is too large for its field"


def _write(env: Env, info: ModelInfo, rows: Sequence[_Row], finder: str | None, result: Intake) -> None:
    existing = _existing(env, info, rows, finder)
    fresh: list[Model] = []
    for row in rows:
        wanted = row.values.pop("id", None) if finder == "id" else row.values.get(finder or "")
        record = existing.get(wanted) if wanted is not None else None
        if record is None and finder == "id" and wanted is not None:
            result.faults.append(f"row {row.number}, column id: there is no {info.name} {wanted}")
            continue
        if record is None:
            record = env[info.cls](**{name: value for name, value in row.values.items() if value is not None})
            fresh.append(record)
        else:
            for name, value in row.values.items():
                setattr(record, name, value)
            result.changed += 1
        _translate(record, row)
    env.add_all(fresh)
    env.flush()
    result.made += len(fresh)


def _existing(env: Env, info: ModelInfo, rows: Sequence[_Row], finder: str | None) -> dict[Any, Any]:
    from tradewright.orm import select

    wanted = {row.values.get(finder) for row in rows} - {None} if finder is not None else set()
    if not wanted or finder is None:
        return {}
    cls: Any = env[info.cls]
    column = getattr(cls, info.fields[finder].column)
    return {getattr(record, finder): record for record in env.scalars(select(cls).where(column.in_(wanted)))}


def _translate(record: Any, row: _Row) -> None:
    for name, texts in row.translations.items():
        kept = getattr(record, f"{name}_i18n") or {}
        source = getattr(record, f"{name}_source")
        setattr(record, name, {"": source, **kept, **texts})
