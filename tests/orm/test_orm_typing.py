"""What a type checker says of an addon: the example passes, and a wrong field of an extension is an error.

Both checkers look at one folder in one run: the example as it is, and a copy of it with mistakes.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, source_roots

EXAMPLE = ROOT / "tests/examples/loyalty/tradewright_loyalty"
CACHE = ROOT / "var/typing"

# What the copy has more, each line with the word that the error must name (None: the line is right).
LINES: list[tuple[str, str | None]] = [
    ("def right(env: Env, order: LoyalOrder) -> int:", None),
    ("    return env.one(LoyalPartner, order.customer_id).points + env[Reward](points=1).points", None),
    ("def typo(order: LoyalOrder) -> object:", None),
    ("    return order.pointz", "pointz"),
    ("def not_extended(env: Env, number: int) -> object:", None),
    ("    return env.one(Partner, number).points", "points"),
    ("def in_a_query(env: Env) -> object:", None),
    ("    return env.all(select(env[LoyalPartner].pointz))", "pointz"),
    ("def wrong_class(env: Env) -> object:", None),
    ("    return env[LoyalPartner].pointz", "pointz"),
    ("def unknown_model(env: Env) -> object:", None),
    ("    return env[LoyalPartnr]", "LoyalPartnr"),
    ("def wrong_type(env: Env, number: int) -> str:", None),
    ("    return env.one(LoyalPartner, number).points", "str"),
    ("def of_the_root(order: LoyalOrder) -> Decimal:", None),
    ("    return order.total", None),
    ("def with_words(env: Env, orders: list[LoyalOrder]) -> None:", None),
    ('    env[LoyalOrder].cancel(env, "orders")', "cancel|Sequence|str"),
]
HEAD = """\
from decimal import Decimal

from tradewright.orm import Env, select
from tradewright_base.models.partner import Partner

from .extends.order import LoyalOrder
from .extends.partner import LoyalPartner
from .models.reward import Reward

"""
FIRST = HEAD.count("\n") + 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example and a copy of it with mistakes, side by side."""
    folder = tmp_path_factory.mktemp("typed")
    shutil.copytree(EXAMPLE, folder / "tradewright_loyalty", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(EXAMPLE, folder / "tradewright_mistaken", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tradewright_mistaken/mistakes.py").write_text(HEAD + "\n".join(line for line, _word in LINES) + "\n")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _agrees(found: dict[tuple[str, int], str]) -> None:
    """Hold what a checker found, by file and line, against what is wrong."""
    wrong = {FIRST + number: word for number, (_line, word) in enumerate(LINES) if word is not None}
    assert {line for file, line in found if file == "mistakes.py"} == set(wrong), found
    assert [place for place in found if place[0] != "mistakes.py"] == []
    for line, word in wrong.items():
        assert re.search(word, found["mistakes.py", line]), found["mistakes.py", line]


def test_mypy_passes_the_example_and_finds_each_wrong_field(folder: Path) -> None:
    roots = [ROOT, *(ROOT / root for root in source_roots().values()), folder]
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nmypy_path = {':'.join(map(str, roots))}\n")
    strict = ["--strict", "--namespace-packages", "--explicit-package-bases", "--follow-imports=silent"]
    strict += ["--no-error-summary", "--config-file", str(config), "--cache-dir", str(CACHE)]
    command = [sys.executable, "-m", "mypy", *strict]
    run = subprocess.run(
        [*command, "tradewright_loyalty", "tradewright_mistaken"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found: dict[tuple[str, int], str] = {}
    for line in run.stdout.splitlines():
        match = re.match(r"(\S+?):(\d+): (?:error|note): (.*)", line)
        assert match, run.stdout + run.stderr
        found[Path(match[1]).name, int(match[2])] = match[3]
    _agrees(found)


def test_pyright_passes_the_example_and_finds_each_wrong_field(folder: Path) -> None:
    program = ROOT / "node_modules/pyright/index.js"
    node = ROOT / ".venv/bin/node"
    if not program.is_file():
        pytest.skip("pyright is missing: run bin/setup test")
    settings = {
        "include": ["tradewright_loyalty", "tradewright_mistaken"],
        "extraPaths": [str(ROOT / root) for root in source_roots().values()],
        "venvPath": str(ROOT),
        "venv": ".venv",
        "pythonVersion": "3.11",
        "reportIncompatibleMethodOverride": False,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    run = subprocess.run(
        [str(node if node.is_file() else "node"), str(program), "--outputjson", "--project", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found: dict[tuple[str, int], str] = {}
    for one in json.loads(run.stdout)["generalDiagnostics"]:
        place = Path(one["file"]).name, one["range"]["start"]["line"] + 1
        found[place] = f"{found.get(place, '')}{one['message']}\n"
    _agrees(found)
