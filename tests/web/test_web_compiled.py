"""Compiled templates are kept between starts, and never stand for another source or come from somebody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tradewright.base import DeveloperError
from tradewright.i18n import Formatter
from tradewright.web import compiled
from tradewright.web.jinja import Rendering, TemplateEnvironment
from tradewright.web.templating import Templates

Shown = Callable[..., str]


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of templates that were compiled, as it goes."""
    names: list[str] = []
    original = TemplateEnvironment._generate  # noqa: SLF001  # where jinja compiles

    def generate(self: TemplateEnvironment, source: Any, name: str | None, *rest: Any, **more: Any) -> str:
        names.append(name or "")
        return original(self, source, name, *rest, **more)

    monkeypatch.setattr(TemplateEnvironment, "_generate", generate)
    return names


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """A function that starts anew and renders a template of this source, with the value `v`."""

    def show(source: str, value: str = "1") -> str:
        folder = tmp_path / "addon"
        folder.mkdir(exist_ok=True)
        (folder / "x.html").write_text(source, encoding="utf-8")
        words: Any = None
        rendering = Rendering(words, Formatter("en"), lambda *_: "", lambda path: path, lambda: "", lambda: "")
        templates = Templates([("addon", folder)], cache_folder=tmp_path / "cache")
        return templates.render("x.html", rendering, {"v": value})

    return show


def _kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache/templates").iterdir())


def test_the_next_start_compiles_nothing(shown: Shown, compilations: list[str]) -> None:
    assert shown("a {{ v }}", "<1>") == "a &lt;1&gt;"
    assert shown("a {{ v }}", "<2>") == "a &lt;2&gt;"
    assert compilations == ["x.html"]


def test_a_changed_template_is_compiled_anew(shown: Shown, compilations: list[str]) -> None:
    assert [shown("a {{ v }}"), shown("b {{ v }}"), shown("a {{ v }}")] == ["a 1", "b 1", "a 1"]
    assert len(compilations) == 3


def test_code_of_another_jinja_or_another_tradewright_is_not_used_and_does_not_stay(
    shown: Shown, compilations: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown("a {{ v }}")
    monkeypatch.setattr(compiled, "_compiler", lambda: "another")
    assert shown("a {{ v }}") == "a 1"
    assert len(compilations) == 2
    assert len(_kept(tmp_path)) == 1


@pytest.mark.parametrize("damage", [b"", b"j2", b"\x00" * 400])
def test_a_damaged_file_is_made_anew(shown: Shown, tmp_path: Path, damage: bytes) -> None:
    shown("a {{ v }}")
    [file] = _kept(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert shown("a {{ v }}") == "a 1"
    assert file.read_bytes() == whole
    file.write_bytes(whole[: len(whole) // 2])
    assert shown("a {{ v }}") == "a 1"


def test_a_disk_that_takes_nothing_costs_only_time(
    shown: Shown, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert [shown("a {{ v }}"), shown("a {{ v }}")] == ["a 1", "a 1"]
    assert len(compilations) == 2


def test_a_folder_that_cannot_be_made_costs_only_time(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert shown("a {{ v }}") == "a 1"


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_can_write_to_is_not_used(
    shown: Shown, compilations: list[str], tmp_path: Path, mode: int
) -> None:
    shown("a {{ v }}")
    (tmp_path / "cache/templates").chmod(mode)
    assert shown("a {{ v }}") == "a 1"
    assert len(compilations) == 2


def test_the_folder_is_ours_alone(shown: Shown, tmp_path: Path) -> None:
    shown("a {{ v }}")
    assert (tmp_path / "cache/templates").stat().st_mode & 0o777 == 0o700


def test_what_switches_escaping_off_is_refused_at_each_start(shown: Shown, tmp_path: Path) -> None:
    for _start in range(2):
        with pytest.raises(DeveloperError, match=r"web\.unescaped"):
            shown("{{ v|safe }}")
    assert _kept(tmp_path) == []
