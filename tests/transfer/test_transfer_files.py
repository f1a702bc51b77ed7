"""`tradewright import` and `export`: what they read, what they refuse, and that nothing of what is wrong is kept."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tradewright.app import Site, install, open_installation
from tradewright.base.settings import load_settings
from tradewright.cli.program import main
from tradewright.orm import select
from tradewright_product.models.category import Category

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs the program on a fresh site with the addon `product`."""
    (tmp_path / "tradewright.toml").write_text('[sites.main]\naddons = ["product"]\n')
    monkeypatch.chdir(tmp_path)
    installation = open_installation(load_settings())
    install(installation.site())
    installation.close()

    def run(*arguments: str, code: int = 0) -> str:
        found = main(list(arguments))
        told = capsys.readouterr()
        assert found == code, told
        return told.out + told.err

    return run


def names(tmp_path: Path) -> list[str]:
    installation = open_installation(load_settings(tmp_path / "tradewright.toml"))
    site: Site = installation.site()
    with site.env(readonly=True) as env:
        found = env.all(select(env[Category].name).order_by(env[Category].id))
    installation.close()
    return found


def test_json_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    written = [{"name": "'=Screws"}, {"name": "Nuts\u2028and bolts"}, {"name": "Größe"}]
    (tmp_path / "in.json").write_text(json.dumps(written), encoding="utf-8")
    assert "3 records of product.Category made" in run("import", "product.Category", "in.json")
    run("export", "product.Category", "--format", "json", "--fields", "name", "-o", "out.json")
    out = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [{"name": one["name"]} for one in out[-3:]] == written
    assert names(tmp_path)[-3:] == [one["name"] for one in written]


def test_csv_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    text = 'name\n"=1+1"\n\n"two\nlines"\n"a\u2028b"\n'
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    assert "3 records of product.Category made" in run("import", "product.Category", "in.csv")
    run("export", "product.Category", "--fields", "id,name", "-o", "out.csv")
    assert '"\'=1+1"' in (tmp_path / "out.csv").read_text(encoding="utf-8")
    before = names(tmp_path)
    assert before[-3:] == ["=1+1", "two\nlines", "a\u2028b"]
    assert "made, " in run("import", "product.Category", "out.csv")
    assert names(tmp_path) == before


def test_a_workbook_goes_out(run: Run, tmp_path: Path) -> None:
    run("export", "product.UnitOfMeasure", "--format", "xlsx", "-o", "out.xlsx")
    sheet = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<t>Piece</t>" in sheet
    assert "<v>1000</v>" in sheet


def test_a_fault_is_told_with_its_row_and_nothing_is_kept(run: Run, tmp_path: Path) -> None:
    before = names(tmp_path)
    (tmp_path / "in.csv").write_text("name,parent\nGood,\n\nBad,Nowhere\n")
    result = run("import", "product.Category", "in.csv", code=1)
    assert "row 4, column parent: there is no product.Category" in result
    assert "Nothing was imported" in result
    assert names(tmp_path) == before


def test_a_dry_run_keeps_nothing(run: Run, tmp_path: Path) -> None:
    before = names(tmp_path)
    (tmp_path / "in.csv").write_text("name\nGood\n")
    assert "1 records of product.Category would be made" in run("import", "product.Category", "in.csv", "--dry-run")
    assert names(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"\n\n", "the file is empty"),
        ("a.csv", b"name\n\xff\xfe", "the file is not UTF-8"),
        ("a.csv", b'name\n"open', "the file is no CSV table"),
        ("a.csv", b"name\n" + b"x" * 1_100_000, "the file is no CSV table"),
        ("a.csv", b",".join([b"c"] * 100_000), "there is no such field"),
        ("a.json", b"{", "the file is no JSON"),
        ("a.json", b"[" * 100_000, "the file is no JSON"),
        ("a.json", b'{"name": "x"}', "the file is no list of flat objects"),
        ("a.json", b'[{"name": ["x"]}]', "the file is no list of flat objects"),
        ("a.json", b'[{"nam": "x"}]', "there is no such field"),
    ],
)
def test_inp10_a_file_that_is_no_table_is_refused_at_once(
    run: Run, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert told in run("import", "product.Category", name, code=1)
