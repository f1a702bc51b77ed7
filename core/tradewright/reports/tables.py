"""Tables for spreadsheet programs: CSV and XLSX, written row by row, with nothing in them that a program would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, BinaryIO, Literal

from tradewright.base.formulas import neutralise

Kind = Literal["text", "number", "date", "datetime", "boolean"]
Value = str | int | Decimal | date | datetime | bool | None

BOM = "\ufeff"
XLSX_ROWS = 1_048_575
"""The most rows an XLSX sheet holds below its head."""
_XLSX_TEXT = 32_767
_DOUBLE_DIGITS = 15
"""Decimal digits that a spreadsheet's binary number keeps exactly."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, the kind of its values, the decimals shown and the width in characters."""

    label: str
    kind: Kind = "text"
    digits: int | None = None
    width: int = 16


class TableTooLarge(ValueError):
    """The rows or a text do not fit into the format; CSV has no such limits."""


def plain(value: Value) -> str | int | Decimal | None:
    """Return a value as CSV holds it: exact numbers stay numbers, dates and moments are ISO 8601 in UTC."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (
            value.astimezone(UTC).isoformat(timespec="seconds") if value.tzinfo else value.isoformat(timespec="seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    return value


def write_csv(
    target: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    delimiter: str = ",",
    bom: bool = True,
) -> int:
    """Write UTF-8 CSV with a head row; return the number of rows below it.

    Texts are quoted and neutralised (see `tradewright.base.formulas`), numbers are not, so both survive a spreadsheet
    program. The byte order mark makes Excel read UTF-8.
    """
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    try:
        if bom:
            text.write(BOM)
        writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow([neutralise(column.label) for column in columns])
        count = 0
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])
            count += 1
        return count
    finally:
        text.detach()


def _csv_cell(value: Value) -> str | int | Decimal:
    cell = plain(value)
    if isinstance(cell, str):
        return neutralise(cell)
    if isinstance(cell, Decimal):
        # `str` of a Decimal may use an exponent, which is nobody's decimal number.
        return _Plain(cell)
    return "" if cell is None else cell


class _Plain(Decimal):
    """A Decimal whose text never has an exponent."""

    def __str__(self) -> str:
        return format(self, "f")


def write_xlsx(
    target: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, sheet: str = "Data"
) -> int:
    """Write a workbook of one sheet with a fixed head row; return the number of rows below it.

    Every text is a text cell, never a formula or a link. Numbers of more digits than a spreadsheet keeps exactly are
    written as text rather than rounded. Raises `TableTooLarge` beyond the format's limits.
    """
    # Imported late: only an export needs it.
    xlsxwriter: Any = import_module("xlsxwriter")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_sheet_name(sheet))
        head = book.add_format({"bold": True, "bottom": 1})
        quoted = book.add_format({"quote_prefix": True})
        formats = [book.add_format({"num_format": _number_format(column)}) for column in columns]
        page.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.label, head)
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > XLSX_ROWS:
                raise TableTooLarge(f"an XLSX sheet holds {XLSX_ROWS} rows: filter the rows or export CSV")
            for place, value in enumerate(row):
                _write_cell(page, (count, place), value, formats[place], quoted)
        return count


def _write_cell(page: Any, at: tuple[int, int], value: Value, shape: Any, quoted: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, datetime):
        page.write_datetime(*at, value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value, shape)
    elif isinstance(value, date):
        page.write_datetime(*at, value, shape)
    elif isinstance(value, int | Decimal) and len(Decimal(value).normalize().as_tuple().digits) <= _DOUBLE_DIGITS:
        page.write_number(*at, float(value), shape)
    else:
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        if len(text) > _XLSX_TEXT:
            raise TableTooLarge(f"an XLSX cell holds {_XLSX_TEXT} characters, row {at[0]} has {len(text)}: export CSV")
        page.write_string(*at, text, quoted if neutralise(text) != text else None)


def _number_format(column: Column) -> str:
    if column.kind == "date":
        return "yyyy-mm-dd"
    if column.kind == "datetime":
        return "yyyy-mm-dd hh:mm:ss"
    if column.kind == "number" and column.digits is not None:
        return "0." + "0" * column.digits if column.digits else "0"
    return "General"


def _sheet_name(name: str) -> str:
    return "".join("_" if character in "[]:*?/\\'" else character for character in name)[:31] or "Data"
