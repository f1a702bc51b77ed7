"""`tradewright export` and `tradewright import`: the records of a model as a table."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tradewright.base import DeveloperError
from tradewright.cli.context import Context, pass_context, steps
from tradewright.cli.failures import FOUND

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, Env
    from tradewright.orm.info import ModelInfo
    from tradewright.registry.transfer import Cell, Exchanged

MOST_BYTES = 200_000_000
_CELL_BYTES = 1_000_000


@click.command()
@click.argument("model", metavar="ADDON.MODEL")
@click.option("--format", "format_", type=click.Choice(["csv", "json", "xlsx"]), default="csv", help="How to write it.")
@click.option("--fields", default="", metavar="A,B,...", help="Only these fields, in this order.")
@click.option("--where", metavar="CONDITION", help="Only these records, as views say it: \"state = 'draft'\".")
@click.option("--output", "-o", type=click.File("wb"), default="-", help="The file to write.")
@pass_context
def export(context: Context, *, model: str, format_: str, fields: str, where: str | None, output: BinaryIO) -> None:
    """Write the records of a model as CSV, JSON or an XLSX workbook.

    Relations are written by the key of their target (its sku, code, login ...). Fields that hold lists and secrets are
    left out. What is exported as CSV or JSON can be imported again.
    """
    from tradewright.registry.transfer import export_rows, exportable

    site = context.site
    info = site.registry.model(model)
    names = [name.strip() for name in fields.split(",") if name.strip()]
    languages = [language for language in context.settings.site(site.name).languages if language != site.language]
    columns = exportable(info, names, languages)
    with site.env(readonly=True) as env:
        rows = export_rows(env, info, columns, _criterion(env, info, where))
        count = _WRITERS[format_](output, columns, rows)
    click.echo(f"{count} records of {info.name}.", err=True)


def _criterion(env: Env, info: ModelInfo, where: str | None) -> ColumnElement[bool] | None:
    from tradewright.views import KnownValues, criterion
    from tradewright.views.checks import check_condition
    from tradewright.views.condition import ConditionFault, parse_condition

    if where is None:
        return None
    models = env.site.registry.models
    try:
        condition = parse_condition(where)
        check_condition(models, info.name, condition)
    except ConditionFault as fault:
        raise click.BadParameter(str(fault), param_hint="--where") from fault
    return criterion(models, info.name, condition, KnownValues.of(env))


def _write_csv(output: BinaryIO, columns: Sequence[Exchanged], rows: Iterator[list[Cell]]) -> int:
    from tradewright.reports.tables import Column, write_csv

    return write_csv(output, [Column(column.head) for column in columns], rows)


def _write_json(output: BinaryIO, columns: Sequence[Exchanged], rows: Iterator[list[Cell]]) -> int:
    from tradewright.registry.transfer import as_json

    count = 0
    output.write(b"[")
    for count, row in enumerate(rows, start=1):
        record = {column.head: as_json(value) for column, value in zip(columns, row, strict=True)}
        output.write(b",\n " if count > 1 else b"\n ")
        output.write(json.dumps(record, ensure_ascii=False).encode())
    output.write(b"\n]\n")
    return count


def _write_xlsx(output: BinaryIO, columns: Sequence[Exchanged], rows: Iterator[list[Cell]]) -> int:
    from tradewright.orm.info import EXACT
    from tradewright.reports.tables import Column, write_xlsx

    def shaped(column: Exchanged) -> Column:
        kind = column.field.kind
        if kind in EXACT:
            return Column(column.head, "number", digits=column.field.scale)
        return Column(column.head, "date" if kind == "date" else "datetime" if kind == "datetime" else "text")

    return write_xlsx(output, [shaped(column) for column in columns], rows)


_WRITERS = {"csv": _write_csv, "json": _write_json, "xlsx": _write_xlsx}


@click.command("import")
@click.argument("model", metavar="ADDON.MODEL")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", metavar="FIELD", help="Find records by this column: those found are changed, the others made.")
@click.option("--dry-run", is_flag=True, help="Look whether all would go well, and keep nothing.")
@click.pass_context
@pass_context
def import_(context: Context, ctx: click.Context, *, model: str, file: Path, key: str | None, dry_run: bool) -> None:
    """Read records of a model from a CSV or JSON file, all of them or none.

    The first row of a CSV table names the fields; JSON is a list of objects, as export writes it. Numbers have a point,
    dates are like 2026-03-31, relations are the key of their target (its sku, code, login ...). With a column id, or
    --key, records that exist are changed.
    """
    from tradewright.registry.intake import take_rows

    site = context.site
    info = site.registry.model(model)
    head, *rows = _read_json(file) if file.suffix.lower() == ".json" else _read_csv(file)

    def run(env: Env) -> Any:
        with steps(f"Reading {info.name}", len(rows)) as step:
            intake = take_rows(env, info, head, rows, key=key, progress=lambda count: step("", count))
        if intake.faults or dry_run:
            raise _NotKept(intake)
        return intake

    try:
        intake = site.run(run)
    except _NotKept as end:
        intake = end.intake
    for fault in intake.faults:
        click.echo(fault, err=True)
    if intake.faults:
        click.echo(f"Nothing was imported: {len(intake.faults)} cells have to be corrected first.", err=True)
        ctx.exit(FOUND)
    would = "would be " if dry_run else ""
    click.echo(f"{intake.made} records of {info.name} {would}made, {intake.changed} {would}changed.")


class _NotKept(Exception):
    """Rolls the unit of work back, with what was found until then."""

    def __init__(self, intake: Any) -> None:
        super().__init__("nothing is kept")
        self.intake = intake


def _refused(file: Path, problem: str, remedy: str) -> DeveloperError:
    return DeveloperError("transfer.file", problem, where=str(file), remedy=remedy)


def _read_json(file: Path) -> list[list[str]]:
    """Read a list of flat objects as a table; a field that an object lacks is empty."""
    from tradewright.base.formulas import neutralise

    def cell(value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        # The import takes the apostrophes of CSV tables away; JSON has none, so none of its own may be lost.
        return "" if value is None else neutralise(str(value))

    if file.stat().st_size > MOST_BYTES:
        raise _refused(file, f"the file has more than {MOST_BYTES:,} bytes", "split it")
    try:
        # Numbers stay as they are written: a float would not be exact.
        found = json.loads(file.read_text(encoding="utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as fault:
        raise _refused(file, f"the file is no JSON: {fault}", "write a list of objects, as export does") from fault
    flat = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    if not flat or any(isinstance(value, list | dict) for one in found for value in one.values()):
        raise _refused(file, "the file is no list of flat objects", 'write [{"name": "Bolt"}, ...], as export does')
    head = list(dict.fromkeys(name for one in found for name in one))
    return [head, *([cell(one.get(name)) for name in head] for one in found)]


def _read_csv(file: Path) -> list[list[str]]:
    def refuse(problem: str, remedy: str) -> DeveloperError:
        return _refused(file, problem, remedy)

    if file.stat().st_size > MOST_BYTES:
        raise refuse(f"the file has more than {MOST_BYTES:,} bytes", "split it")
    csv.field_size_limit(min(_CELL_BYTES, sys.maxsize))
    try:
        text = file.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        # Empty rows stay, so that a fault names the row as the spreadsheet program numbers it.
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except UnicodeDecodeError as fault:
        raise refuse(f"the file is not UTF-8: {fault.reason}", "save it as CSV in UTF-8") from fault
    except csv.Error as fault:
        raise refuse(f"the file is no CSV table: {fault}", "save it as CSV in UTF-8") from fault
    if not rows or not rows[0]:
        raise refuse("the file is empty", "begin it with a row that names the fields")
    return rows
