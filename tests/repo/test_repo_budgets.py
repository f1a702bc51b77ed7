"""A file or function that grows over its budget is split by concept first."""

import ast
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, parsed, python_files, report, tracked_files

CODE = {".css", ".html", ".js", ".py", ".xml"}
LINES_OF_A_FILE = {"core": 500, "addons": 500, "benchmarks": 500, "tests": 800}
LINES_OF_A_FUNCTION = 60
LINES_OF_A_SCRIPT = 250

CODE_FILES = [path for path in tracked_files() if path.suffix in CODE and path.parts[0] in LINES_OF_A_FILE]


def test_no_file_is_too_long() -> None:
    long = []
    for path in CODE_FILES:
        lines = len((ROOT / path).read_text().splitlines())
        budget = LINES_OF_A_FILE["tests" if "tests" in path.parts else path.parts[0]]
        if lines > budget:
            long.append(f"{path}: {lines} lines, the budget is {budget}")
    assert not long, report(long)


def test_no_function_is_too_long() -> None:
    long = [
        f"{path}:{function.lineno}: {function.name} has {lines} lines, the budget is {LINES_OF_A_FUNCTION}"
        for path in python_files(*LINES_OF_A_FILE)
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
    ]
    assert not long, report(long)


@pytest.mark.parametrize("path", sorted((ROOT / "bin").iterdir()), ids=lambda path: path.name)
def test_no_script_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES_OF_A_SCRIPT


def test_contributing_is_read_in_one_go() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) < 150
