"""Code in the pages is what stands in the repository, or runs, or can at least be read."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks, pages
from tests.repo.tree import report
from tradewright.base.settings import load_settings
from tradewright.cli.scaffold import write_addon

BLOCKS = [block for page in pages() for block in blocks(page)]
RUNNING = [block for block in BLOCKS if block.language == "python" and "run" in block.words]
READERS: dict[str, Callable[[str], object]] = {"python": ast.parse, "toml": tomllib.loads}


def test_a_block_that_names_a_file_is_a_part_of_it() -> None:
    shown = [block for block in BLOCKS if block.file is not None]
    problems = [str(block) for block in shown if block.text not in (ROOT / str(block.file)).read_text(encoding="utf-8")]
    assert shown
    assert not problems, report([f"{problem}: this is not what the file says (any more)" for problem in problems])


def test_the_tutorial_shows_every_file_of_its_addon() -> None:
    package = ROOT / "tests" / "examples" / "loyalty" / "tradewright_loyalty"
    whole = {str(block.file) for block in BLOCKS if block.file and block.text == (ROOT / block.file).read_text()}
    files = [path for path in package.rglob("*") if path.suffix in {".html", ".py", ".toml", ".xml"}]
    there = {str(path.relative_to(ROOT)) for path in files if path.name != "__init__.py"}
    assert there
    assert there <= whole


def test_what_the_tutorial_shows_makes_an_addon_that_passes_its_test(tmp_path: Path) -> None:
    example = "tests/examples/loyalty/"
    root = write_addon("loyalty", tmp_path)
    for leftover in ("models/note.py", "views/note.xml", "../tests/test_loyalty_notes.py"):
        (root / "tradewright_loyalty" / leftover).unlink()
    for block in BLOCKS:
        own = next((word.removeprefix("own=") for word in block.words if word.startswith("own=")), None)
        name = own or (block.file or "").removeprefix(f"{example}")
        if block.page.name == "loyalty.md" and (own or name.startswith("tradewright_loyalty/")):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(block.text)
    for folder in ("extends", "bridges", "bridges/b2b_portal", "bridges/b2b_portal/web"):
        (root / "tradewright_loyalty" / folder / "__init__.py").touch()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(root / "tests")]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_addon_of_the_readme_is_what_new_addon_writes(tmp_path: Path) -> None:
    write_addon("rental", tmp_path)
    shown = {word.removeprefix("new="): block for block in BLOCKS for word in block.words if word.startswith("new=")}
    problems = [str(block) for name, block in shown.items() if block.text not in (tmp_path / name).read_text()]
    assert shown
    assert not problems, report([f"{problem}: bin/new-addon writes something else" for problem in problems])


def test_python_and_toml_can_be_read() -> None:
    problems = [f"{block}: {fault}" for block in BLOCKS if (fault := _fault(block))]
    assert not problems, report(problems)


def test_settings_that_pages_show_are_accepted(tmp_path: Path) -> None:
    shown = [block for block in BLOCKS if "settings" in block.words]
    assert shown
    for number, block in enumerate(shown):
        file = tmp_path / f"{number}.toml"
        file.write_text(block.text)
        assert load_settings(file, {}).sites


@pytest.mark.parametrize("block", RUNNING, ids=str)
def test_what_is_marked_to_run_runs(block: Block) -> None:
    exec(compile(block.text, str(block), "exec"), {"__name__": "documentation"})  # noqa: S102  # our own pages


def _fault(block: Block) -> str | None:
    reader = READERS.get(block.language)
    if reader is None or block.file or any(word.startswith("new=") for word in block.words):
        return None
    try:
        reader(block.text)
    except (SyntaxError, tomllib.TOMLDecodeError) as error:
        return str(error)
    return None
