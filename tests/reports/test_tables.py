"""Tables that leave the house."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tradewright.base.formulas import neutralise, restore
from tradewright.reports import Column, write_csv, write_xlsx
from tradewright.reports.tables import TableTooLarge, Value

COLUMNS = (
    Column("Name"),
    Column("Amount", "number", digits=2),
    Column("Day", "date"),
    Column("At", "datetime"),
    Column("On"),
)
ROW: tuple[Value, ...] = (
    'Bolt, "M8"\nzinc',
    Decimal("-1E+3"),
    date(2026, 3, 4),
    datetime(2026, 3, 4, 12, 30, tzinfo=timezone(timedelta(hours=2))),
    True,
)
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\0=1",
    "\uff1d1+1",
    "\uff20A",
    " =1",
    "a;=1",
    'a";=1',
    "a\n=1",
    "'=1",
    "''@",
]


def _csv(*rows: tuple[Value, ...]) -> str:
    target = io.BytesIO()
    assert write_csv(target, COLUMNS, rows) == len(rows)
    return target.getvalue().decode("utf-8-sig")


def _sheet(*rows: tuple[Value, ...]) -> str:
    target = io.BytesIO()
    assert write_xlsx(target, COLUMNS, rows) == len(rows)
    return zipfile.ZipFile(target).read("xl/worksheets/sheet1.xml").decode()


def test_csv_quotes_text_and_writes_exact_numbers_without_exponent() -> None:
    head, row = _csv(ROW).split("\r\n", 1)
    assert head == '"Name","Amount","Day","At","On"'
    assert row == '"Bolt, ""M8""\nzinc",-1000,"2026-03-04","2026-03-04T10:30:00+00:00","true"\r\n'


def test_xlsx_has_numbers_dates_and_truth() -> None:
    sheet = _sheet(ROW)
    assert "<v>-1000</v>" in sheet
    assert "<v>46085</v>" in sheet
    assert "<v>46085.4375</v>" in sheet
    assert 't="b"><v>1</v>' in sheet


def test_xlsx_keeps_a_number_of_more_digits_than_a_double_as_text() -> None:
    assert "<t>123456789012.345678</t>" in _sheet((None, Decimal("123456789012.345678"), None, None, None))


@pytest.mark.parametrize("text", HOSTILE)
def test_inp11_no_csv_cell_starts_a_formula_under_any_separator(text: str) -> None:
    written = _csv((text, None, None, None, None)).split("\r\n", 1)[1]
    for delimiter in ",;\t|":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.strip(' "\u00a0').startswith(("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff20"))


@pytest.mark.parametrize("text", HOSTILE)
def test_inp11_twin_a_plain_writer_is_caught(text: str) -> None:
    if not text.startswith("'"):
        assert neutralise(text) != text


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\0" not in text and "\r" not in text])
def test_inp11_every_xlsx_text_is_a_text_cell(text: str) -> None:
    sheet = etree.fromstring(_sheet((text, None, None, None, None)).encode())
    assert not sheet.findall(".//{*}f")
    assert sheet.findall(".//{*}t")[-1].text == text


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=+-@\t\r\n\0;,|'\" \uff1d\uff0d\u00a0"))))
def test_inp11_export_and_import_give_the_same_text(text: str) -> None:
    assert restore(neutralise(text)) == text


def test_harmless_text_is_left_alone() -> None:
    for text in ("Bolt M8", "a - b", "x=y", "o'clock", "info@example.com", "10 % + 5 %"):
        assert neutralise(text) == text


def test_what_xlsx_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TableTooLarge, match="an XLSX cell holds 32767 characters, row 1 has 32768: export CSV"):
        _sheet(("x" * 32768, None, None, None, None))
    monkeypatch.setattr("tradewright.reports.tables.XLSX_ROWS", 1)
    with pytest.raises(TableTooLarge, match="an XLSX sheet holds 1 rows: filter the rows or export CSV"):
        _sheet(ROW, ROW)


def test_a_moment_is_written_in_utc() -> None:
    assert '"2026-01-01T00:00:00+00:00"' in _csv((None, None, None, datetime(2026, 1, 1, tzinfo=UTC), None))
