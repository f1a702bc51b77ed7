"""The demonstration is made once, whole or not at all, and made anew when asked for."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tradewright.base.settings import Settings, load_settings
from tradewright.cli.demo import demo_settings


@pytest.fixture
def home(empty: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demonstration is kept; one of few addons, because what each addon writes is tested with the addon."""

    def few(settings: Settings, home: Path, database: str | None) -> Settings:
        made = demo_settings(settings, home, database)
        return replace(made, sites={"demo": replace(made.site(), addons=("base",))})

    monkeypatch.setattr("tradewright.cli.demo.demo_settings", few)
    return empty / "var/demo"


def test_it_is_made_once_with_its_logins_and_kept(run: Run, home: Path) -> None:
    first = run("demo", "--no-serve", "--folder", home)
    assert first.code == 0, first.err
    assert first.out.startswith(f"The demonstration is ready in {home}.\n\n  Sign in      /login\n")
    logins = json.loads((home / "logins.json").read_text())
    assert [line.split()[:2] for line in first.out.splitlines()[5:]] == [
        [login["login"], login["password"]] for login in logins
    ]
    assert len(logins) > 1
    made = (home / "site.sqlite").stat().st_mtime_ns
    second = run("demo", "--no-serve", "--folder", home)
    assert second.out.startswith("The demonstration was made on 20")
    assert (home / "site.sqlite").stat().st_mtime_ns == made
    third = run("demo", "--no-serve", "--reset", "--folder", home)
    assert third.out == first.out
    assert (home / "site.sqlite").stat().st_mtime_ns > made


def test_one_that_could_not_be_finished_is_not_served(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tradewright.app.install", broken)
    done = run("demo", "--no-serve", "--folder", home)
    assert (done.code, done.err.splitlines()[-2]) == (3, "[cli.system] No space left on device")
    assert not home.exists()


def test_its_mails_stay_inside_and_its_site_is_the_only_one(home: Path) -> None:
    settings = load_settings(environment={"TRADEWRIGHT_MAIL__HOST": "mail.example.org"})
    made = demo_settings(settings, home, None)
    assert (list(made.sites), made.mail.host) == (["demo"], "")
    assert (made.site().database, made.site().schema) == (f"sqlite:///{home}/site.sqlite", None)
    elsewhere = demo_settings(settings, home, "postgresql://db/erp")
    assert (elsewhere.site().database, elsewhere.site().schema) == ("postgresql://db/erp", "tradewright_demo")


def test_on_postgresql_it_lives_in_a_schema_of_its_own(
    run: Run, home: Path, fresh_postgres_database: Callable[[str | None], str]
) -> None:
    url = fresh_postgres_database(None)
    first = run("demo", "--no-serve", "--folder", home, "--database", url)
    assert first.code == 0, first.err
    (kept,) = home.parent.glob("demo-*")
    assert [path.name for path in kept.iterdir()] == ["logins.json"]
    assert run("demo", "--no-serve", "--folder", home, "--database", url).out.startswith(
        "The demonstration was made on"
    )
    assert run("demo", "--no-serve", "--reset", "--folder", home, "--database", url).out == first.out
