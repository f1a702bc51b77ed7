"""The program run in a folder of the test's own, with a site that is installed already."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tradewright.cli import main

SETTINGS = '[sites.main]\naddons = ["product"]\n'


@dataclass(frozen=True)
class Done:
    """How a run of the program ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def start(*arguments: object) -> Done:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return start


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings for a site that nobody made yet."""
    for name in ("TRADEWRIGHT_CONFIG", "TRADEWRIGHT_SITE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tradewright.toml").write_text(SETTINGS)
    return tmp_path


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "tradewright.toml").write_text(SETTINGS)
    assert main(["--config", str(folder / "tradewright.toml"), "init"]) == 0
    return folder / "var"


@pytest.fixture
def folder(empty: Path, _made: Path) -> Path:
    """A folder with settings for a site that is installed."""
    shutil.copytree(_made, empty / "var")
    return empty
