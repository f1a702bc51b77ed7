"""Records go out as a table and come back, all of them or none, each wrong cell told with its row."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PRODUCTS = """\
sku,name,name[de],uom,list_price,weight,active
P-1,Pump,Pumpe,Piece,12.5,1.25,true
P-2,"Valve, brass",Ventil,#product.piece,3,,false
"""


@pytest.fixture
def products(folder: Path) -> Path:
    file = folder / "products.csv"
    file.write_text(PRODUCTS, encoding="utf-8")
    return file


def exported(run: Run, *arguments: str) -> list[dict[str, object]]:
    done = run("export", "product.Product", "--format", "json", *arguments)
    assert done.code == 0, done.err
    rows: list[dict[str, object]] = json.loads(done.out)
    return rows


def test_a_table_becomes_records_with_defaults_translations_and_relations(run: Run, products: Path) -> None:
    done = run("import", "product.Product", products)
    assert (done.code, done.out, done.err) == (0, "2 records of product.Product made, 0 changed.\n", "")
    assert exported(run, "--fields", "sku,name,uom,list_price,weight,kind,active") == [
        {
            "sku": "P-1",
            "name": "Pump",
            "name[de]": "Pumpe",
            "name[zh_Hans]": None,
            "uom": "#product.piece",
            "list_price": "12.500000",
            "weight": "1.250000",
            "kind": "goods",
            "active": True,
        },
        {
            "sku": "P-2",
            "name": "Valve, brass",
            "name[de]": "Ventil",
            "name[zh_Hans]": None,
            "uom": "#product.piece",
            "list_price": "3.000000",
            "weight": "0.000000",
            "kind": "goods",
            "active": False,
        },
    ]


def test_records_are_found_by_a_key_and_changed(run: Run, products: Path) -> None:
    run("import", "product.Product", products)
    products.write_text("sku;list_price;name[zh_Hans]\nP-1;13;水泵\nP-3;1;\n", encoding="utf-8")
    refused = run("import", "product.Product", products, "--key", "sku")
    assert refused.code == 1
    products.write_text("sku;list_price;name[zh_Hans]\nP-1;13;水泵\n", encoding="utf-8")
    done = run("import", "product.Product", products, "--key", "sku")
    assert (done.code, done.out) == (0, "0 records of product.Product made, 1 changed.\n")
    (first, _) = exported(run, "--fields", "sku,list_price,name")
    assert (first["list_price"], first["name"], first["name[de]"], first["name[zh_Hans]"]) == (
        "13.000000",
        "Pump",
        "Pumpe",
        "水泵",
    )


def test_what_was_exported_is_imported_unchanged(run: Run, products: Path) -> None:
    run("import", "product.Product", products)
    fields = "id,sku,name,description,uom,list_price,cost,active"
    products.write_text("sku,description\nP-1,\"=cmd|' /C calc'!A0\"\n", encoding="utf-8")
    assert run("import", "product.Product", products, "--key", "sku").code == 0
    before = exported(run, "--fields", fields)
    run("export", "product.Product", "--fields", fields, "--output", products)
    assert "\"'=cmd|' /C calc'!A0\"" in products.read_text(encoding="utf-8-sig")
    assert run("import", "product.Product", products).out == "0 records of product.Product made, 2 changed.\n"
    assert exported(run, "--fields", fields) == before


def test_each_wrong_cell_is_told_and_nothing_is_kept(run: Run, products: Path) -> None:
    products.write_text(
        "sku,name,uom,list_price,active,kind\n"
        "P-1,Pump,#product.piece,1.5,true,goods\n"
        "P-2,Valve,pcz,NaN,perhaps,things\n"
        "P-3,Valve,#999999,1.12345678,true,goods\n"
        "P-4,short\n",
        encoding="utf-8",
    )
    done = run("import", "product.Product", products)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "row 3, column list_price: a number with a point and at most 6 decimals is needed, not 'NaN'\n"
        "row 3, column active: true or false is needed, not 'perhaps'\n"
        "row 3, column kind: one of goods, service is needed, not 'things'\n"
        "row 4, column list_price: a number with a point and at most 6 decimals is needed, not '1.12345678'\n"
        "row 5: it has 2 cells, the head row has 6\n"
        "row 3, column uom: there is no product.UnitOfMeasure pcz\n"
        "row 4, column uom: there is no product.UnitOfMeasure #999999\n"
        "Nothing was imported: 7 cells have to be corrected first.\n"
    )
    assert exported(run) == []


def test_a_dry_run_keeps_nothing(run: Run, products: Path) -> None:
    done = run("import", "product.Product", products, "--dry-run")
    assert (done.code, done.out) == (0, "2 records of product.Product would be made, 0 would be changed.\n")
    assert exported(run) == []


def test_a_rule_of_the_data_refuses_the_whole_file(run: Run, products: Path) -> None:
    products.write_text("sku,name,uom\nP-1,Pump,#product.piece\nP-1,Pump,#product.piece\n", encoding="utf-8")
    done = run("import", "product.Product", products)
    assert (done.code, done.err) == (
        1,
        (
            "row 3: There is already a record with this value.\n"
            "Nothing was imported: 1 cells have to be corrected first.\n"
        ),
    )
    assert exported(run) == []


def test_the_statements_do_not_grow_with_the_rows(run: Run, products: Path) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        figures: list[int] = []
        for start, rows in ((0, 3), (1000, 300)):
            lines = [f"Q-{number},Pump,#product.piece,1" for number in range(start, start + rows)]
            products.write_text("\n".join(["sku,name,uom,list_price", *lines]), encoding="utf-8")
            counted.clear()
            assert run("import", "product.Product", products, "--key", "sku").code == 0
            figures.append(len(counted))
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    ("head", "problem", "value"),
    [
        ("skuu,name", "there is no such field", "skuu"),
        ("sku,sku", "the column stands there twice", "sku"),
        ("sku[de],name", "only translated texts have columns by language", "sku[de]"),
        ("image,name", "the field is no column of a table", "image"),
    ],
)
def test_a_wrong_column_is_told(run: Run, products: Path, head: str, problem: str, value: str) -> None:
    products.write_text(f"{head}\na,b\n", encoding="utf-8")
    done = run("import", "product.Product", products)
    assert done.code == 1
    assert done.err.splitlines()[:3] == [
        f"[transfer.column] {problem}",
        "  where:  product.Product",
        f"  value:  {value!r}",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"sku\n\xff\xfe", "the file is not UTF-8: invalid start byte"),
        (b'sku,name\n"P-1,Pump\n', "the file is no CSV table: unexpected end of data"),
    ],
)
def test_a_file_that_is_no_table_is_told(run: Run, products: Path, content: bytes, problem: str) -> None:
    products.write_bytes(content)
    done = run("import", "product.Product", products)
    assert (done.code, done.err.splitlines()[:2]) == (1, [f"[transfer.file] {problem}", f"  where:  {products}"])


def test_a_condition_chooses_what_goes_out(run: Run, products: Path) -> None:
    run("import", "product.Product", products)
    chosen = exported(run, "--fields", "sku", "--where", "list_price > 10 and active")
    assert chosen == [{"sku": "P-1"}]
    done = run("export", "product.Product", "--where", "list_prise > 10")
    assert done.code == 2
    assert "product.Product has no field list_prise; nearest: list_price" in done.err


def test_secrets_never_go_out(run: Run, folder: Path) -> None:
    run("user", "create", "anna@example.com", "--password", "a long enough password")
    done = run("export", "base.User")
    assert "anna@example.com" in done.out
    assert "argon2" not in done.out
    refused = run("export", "base.User", "--fields", "login,password_hash")
    assert refused.err.startswith("[transfer.column] the field is no column of a table\n")
    assert folder.is_dir()


def test_what_the_program_keeps_is_not_imported(run: Run, products: Path) -> None:
    products.write_text("name\nsale\n", encoding="utf-8")
    done = run("import", "core.InstalledAddon", products)
    assert done.err == (
        "[transfer.column] the field is kept by the program and can't be imported\n"
        "  where:  core.InstalledAddon\n"
        "  value:  'name'\n"
        "  remedy: remove the column\n"
    )


def test_an_unknown_model_is_told_with_the_nearest(run: Run, folder: Path) -> None:
    done = run("export", "base.Partnr")
    assert done.code == 1
    assert "  nearest: base.Partner" in done.err
    assert folder.is_dir()
