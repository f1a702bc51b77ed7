"""Records as tables and back: what is exported comes back unchanged, what is wrong is told by row and column."""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.base import DeveloperError, Forbidden
from tradewright.orm import Actor, Env, select
from tradewright.registry.intake import Intake, take_rows
from tradewright.registry.transfer import export_rows, exportable
from tradewright.reports import Column, write_csv
from tradewright.testing import count_statements
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User
from tradewright_product.models.category import Category
from tradewright_product.models.product import Product
from tradewright_product.models.uom import UnitOfMeasure

pytestmark = pytest.mark.addons("product")
HEAD = ["sku", "name", "uom", "list_price"]
HOSTILE = ["=1+1", "+49 30 1234", "-5 °C", "@SUM(A1)", "a;=1", "'quoted", "''=x", 'say "x"', "line\nbreak", "\uff1d1"]


def take(env: Env, model: Any, head: Sequence[str], *rows: Sequence[str], **options: Any) -> Intake:
    return take_rows(env, env[model].__info__, head, rows, **options)


def table(env: Env, model: Any, *names: str, languages: Sequence[str] = ()) -> tuple[list[str], list[list[Any]]]:
    info = env[model].__info__
    columns = exportable(info, names, languages)
    return [column.head for column in columns], list(export_rows(env, info, columns))


def as_csv(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[list[str]]:
    target = io.BytesIO()
    write_csv(target, [Column(name) for name in head], rows)
    return csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline=""))


def test_what_is_exported_is_imported_unchanged(site: Site) -> None:
    names = ("sku", "name", "uom", "list_price", "active")
    with site.env() as env:
        uom = env.all(select(env[UnitOfMeasure]).limit(1))[0]
        for number, text in enumerate(HOSTILE):
            env.add(env[Product](sku=f"S{number}", name=text, uom=uom, list_price=Decimal(number) / 8))
    with site.env() as env:
        head, rows = table(env, Product, *names)
        assert [row[1] for row in rows] == HOSTILE
        read = as_csv(head, rows)
        result = take(env, Product, next(read), *read, key="sku")
        assert (result.faults, result.made, result.changed) == ([], 0, len(HOSTILE))
    with site.env() as env:
        assert table(env, Product, *names)[1] == rows


def test_inp11_an_imported_text_is_the_text_that_was_exported(site: Site) -> None:
    with site.env() as env:
        for number, text in enumerate(HOSTILE):
            env.add(env[Partner](name=text, reference=f"R{number}"))
    with site.env() as env:
        head, rows = table(env, Partner, "reference", "name")
        read = as_csv(head, [row for row in rows if str(row[0]).startswith("R")])
        assert take(env, Partner, next(read), *read, key="reference").faults == []
        env.flush()
        names = env.all(
            select(env[Partner].name).where(env[Partner].reference.startswith("R")).order_by(env[Partner].id)
        )
        assert names == HOSTILE


def test_each_wrong_cell_is_told_by_row_and_column_and_nothing_is_made(env: Env) -> None:
    result = take(
        env,
        Product,
        HEAD,
        ["A", "Good", "Piece", "1.50"],
        ["B", "Bad price", "Piece", "1,50"],
        ["C", "Bad unit", "NONE", "1"],
        ["D", "Short row"],
        ["E", "Too precise", "Piece", "1.0000001"],
    )
    assert sorted(fault.split(":")[0] for fault in result.faults) == [
        "row 3, column list_price",
        "row 4, column uom",
        "row 5",
        "row 6, column list_price",
    ]
    assert (result.made, result.changed) == (0, 0)


@pytest.mark.parametrize(
    "cell",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1e400",
        "1E+2000000",
        "1_000",
        "１",
        "٣",
        "0x10",
        "9" * 19,
        "1" * 5000,
        "--1",
        "1.2.3",
    ],
)
def test_inp13_a_number_that_is_none_is_told(env: Env, cell: str) -> None:
    (fault,) = take(env, Product, HEAD, ["A", "x", "Piece", cell]).faults
    assert fault.startswith("row 2, column list_price: ")
    assert len(fault) < 200


@pytest.mark.parametrize(("cell", "told"), [("-1", "list_price"), ("999999999999.999999", ""), ("0", "")])
def test_inp14_a_rule_of_the_model_holds_for_imports_and_names_the_row(env: Env, cell: str, told: str) -> None:
    result = take(env, Product, HEAD, ["A", "good", "Piece", "1"], ["B", "x", "Piece", cell])
    if told:
        (fault,) = result.faults
        assert fault.startswith("row 3: ")
    else:
        assert result.faults == []


def test_a_key_that_is_there_twice_names_the_row(env: Env) -> None:
    result = take(
        env, Product, HEAD, ["A", "one", "Piece", "1"], ["B", "other", "Piece", "1"], ["A", "two", "Piece", "1"]
    )
    (fault,) = result.faults
    assert fault.startswith("row 4: ")


def test_a_required_field_that_is_empty_names_the_row(env: Env) -> None:
    result = take(env, Product, HEAD, ["A", "one", "Piece", "1"], ["B", "two", "", "1"])
    (fault,) = result.faults
    assert fault.startswith("row 3")


@pytest.mark.parametrize("cell", ["a\x00b", "x" * 41])
def test_a_text_that_does_not_fit_is_told(env: Env, cell: str) -> None:
    (fault,) = take(env, Product, HEAD, [cell, "x", "Piece", "1"]).faults
    assert fault.startswith("row 2, column sku: ")


@pytest.mark.parametrize("cell", ["31.03.2026", "2026-02-30", "0000-01-01", "10000-01-01", "yesterday"])
def test_inp16_a_date_that_is_none_is_told(env: Env, cell: str) -> None:
    from tradewright_product.models.campaign import Campaign

    (fault,) = take(env, Campaign, ["name", "starts"], ["x", cell]).faults
    assert fault.startswith("row 2, column starts: a date like 2026-03-31 is needed")


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (["sku", "nam"], "there is no such field"),
        (["sku", "sku"], "the column stands there twice"),
        (["sku", "uid"], "there is no such field"),
        (["sku", "list_price[de]"], "only translated texts have columns by language"),
        (["sku", "__class__"], "there is no such field"),
    ],
)
def test_a_head_row_that_does_not_fit_is_told_with_the_nearest(env: Env, head: list[str], problem: str) -> None:
    with pytest.raises(DeveloperError, match=problem):
        take(env, Product, head, ["A", "x"])


def test_acl11_secrets_are_no_columns(env: Env) -> None:
    assert "password_hash" in env[User].__info__.fields
    assert "password_hash" not in table(env, User)[0]
    for names in (["password_hash"], ["login", "password_hash"]):
        with pytest.raises(DeveloperError, match="the field is no column of a table"):
            exportable(env[User].__info__, names)
        with pytest.raises(DeveloperError, match="the field is no column of a table"):
            take(env, User, names, ["x", "y"])


def test_acl5_export_and_import_have_the_rights_of_the_actor(site: Site) -> None:
    nobody = Actor(kind="portal", user_id=1, customer_id=1)
    with pytest.raises(Forbidden), site.env(nobody, readonly=True) as env:
        table(env, User, "login")
    with pytest.raises(Forbidden), site.env(nobody) as env:
        take(env, Product, HEAD, ["A", "x", "Piece", "1"])


def test_statements_do_not_grow_with_the_rows(site: Site) -> None:
    counts: dict[str, list[int]] = {"in": [], "again": [], "out": []}
    for size in (10, 400):
        rows = [[f"{size}-{number}", f"Bolt {number}", "Piece", "1.50"] for number in range(size)]
        with count_statements(site) as statements, site.env() as env:
            assert take(env, Product, HEAD, *rows).made == size
        counts["in"].append(len(statements))
        with count_statements(site) as statements, site.env() as env:
            assert take(env, Product, HEAD, *rows, key="sku").changed == size
        counts["again"].append(len(statements))
        with count_statements(site) as statements, site.env(readonly=True) as env:
            assert len(table(env, Product)[1]) >= size
        counts["out"].append(len(statements))
    assert all(many <= few for few, many in counts.values()), counts


def test_translations_have_columns_of_their_own(env: Env) -> None:
    head = ["name", "name[de]", "name[zh_Hans]"]
    result = take(env, Category, head, ["Screws", "Schrauben", "螺丝"], ["Nuts", "Muttern", ""])
    assert (result.faults, result.made) == ([], 2)
    found, rows = table(env, Category, "name", languages=["de", "zh_Hans"])
    assert found == head
    assert rows[-2:] == [["Screws", "Schrauben", "螺丝"], ["Nuts", "Muttern", None]]


def test_numbers_come_out_exact(env: Env) -> None:
    take(env, Product, HEAD, ["A", "x", "Piece", "123456789012.345678"])
    assert table(env, Product, "list_price")[1] == [[Decimal("123456789012.345678")]]
