"""A command that loses a race against another one is run again: both have their effect, each exactly once."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from tests.support.garden import Bed, Garden
from tradewright.app import site as site_module
from tradewright.base import Unavailable
from tradewright.orm import Env

SECONDS = 20  # more than a deadlock, found after one second, may take

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"])
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


class Race:
    """Two commands that add to the beds' rents; each waits on its first run until the other is as far."""

    def __init__(self, garden: Garden) -> None:
        self.garden = garden
        self.runs: list[Decimal] = []
        self._meet = threading.Barrier(2)

    def add(self, amount: int, first: Sequence[int], then: Sequence[int] = ()) -> None:
        """Add to the rents of the first beds, meet the other command, and add to the rest."""
        rents = Decimal(amount)

        def command(env: Env) -> None:
            self.runs.append(rents)
            before = self.runs.count(rents) == 1
            beds = [env.one(Bed, bed_id) for bed_id in first]
            if before and not then:
                self._meet.wait(SECONDS)
            for bed in beds:
                bed.rent += rents
            env.flush()
            if before and then:
                self._meet.wait(SECONDS)
            for bed_id in then:
                env.one(Bed, bed_id).rent += rents

        self.garden.site.run(command)

    def run(self, *commands: Callable[[], None]) -> list[Exception]:
        """Run the commands at once; return what they raised."""
        with ThreadPoolExecutor(len(commands)) as threads:
            futures: list[Future[None]] = [threads.submit(command) for command in commands]
            assert not wait(futures, SECONDS).not_done, "the commands wait for each other for ever"
        return [error for future in futures if isinstance(error := future.exception(), Exception)]

    def rents(self) -> tuple[int, int]:
        """Return the rents of both beds."""
        with self.garden.site.env(readonly=True) as env:
            return int(env.one(Bed, self.garden.mine).rent), int(env.one(Bed, self.garden.other).rent)


def _crosswise(garden: Garden) -> tuple[Race, list[Exception]]:
    race, mine, other = Race(garden), [garden.mine], [garden.other]
    return race, race.run(lambda: race.add(1, mine, other), lambda: race.add(10, other, mine))


def _at_once(garden: Garden) -> tuple[Race, list[Exception]]:
    race, mine = Race(garden), [garden.mine]
    return race, race.run(lambda: race.add(1, mine), lambda: race.add(10, mine))


def _repeatable(garden: Garden) -> None:
    """Let every transaction see one state of the data, as an operator may set it for the whole server."""

    def isolate(connection: Any, _record: object) -> None:
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.commit()

    event.listen(garden.site.database.engine, "connect", isolate)
    garden.site.database.engine.dispose()


def _never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "is_retryable", lambda _error: False)


@on_postgresql
def test_of_two_commands_in_a_deadlock_both_have_their_effect_once(garden: Garden) -> None:
    race, errors = _crosswise(garden)
    assert errors == []
    assert race.rents() == (11, 11)
    assert len(race.runs) == 3


@on_postgresql
def test_without_the_retry_a_deadlock_comes_through(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    _never_again(monkeypatch)
    race, (error,) = _crosswise(garden)
    assert isinstance(error, DBAPIError)
    assert isinstance(error.orig, psycopg.errors.DeadlockDetected)
    assert race.rents() in {(1, 1), (10, 10)}


@on_postgresql
def test_of_two_commands_that_read_one_state_both_have_their_effect_once(garden: Garden) -> None:
    _repeatable(garden)
    race, errors = _at_once(garden)
    assert errors == []
    assert race.rents() == (11, 0)
    assert len(race.runs) == 3


@on_postgresql
def test_without_the_retry_a_serialization_failure_comes_through(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    _repeatable(garden)
    _never_again(monkeypatch)
    race, (error,) = _at_once(garden)
    assert isinstance(error, DBAPIError)
    assert isinstance(error.orig, psycopg.errors.SerializationFailure)
    assert race.rents() in {(1, 0), (10, 0)}


@on_postgresql
def test_of_two_commands_on_one_version_both_have_their_effect_once(garden: Garden) -> None:
    race, errors = _at_once(garden)
    assert errors == []
    assert race.rents() == (11, 0)
    assert len(race.runs) == 3


@on_postgresql
def test_without_the_retry_a_stale_version_comes_through(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    _never_again(monkeypatch)
    race, (error,) = _at_once(garden)
    assert isinstance(error, StaleDataError)
    assert race.rents() in {(1, 0), (10, 0)}


@pytest.fixture
def busy(garden: Garden) -> Any:
    """Another process's transaction that writes in the file; ours do not wait for it."""

    def hurry(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA busy_timeout=20")

    event.listen(garden.site.database.engine, "checkout", hurry)
    other = sqlite3.connect(str(garden.site.database.url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@on_sqlite
def test_a_command_that_finds_the_file_busy_has_its_effect_once(
    garden: Garden, busy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            busy.execute("COMMIT")

    monkeypatch.setattr("tradewright.app.site.time.sleep", pause)
    race = Race(garden)
    _add_one(race)
    assert race.rents() == (1, 0)
    assert len(pauses) == 2
    assert all(0 < seconds < 1 for seconds in pauses)


@on_sqlite
def test_a_file_that_stays_busy_is_told_in_words_and_nothing_is_stored(
    garden: Garden, busy: sqlite3.Connection
) -> None:
    race = Race(garden)
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"Too many people are changing the same records\. Try again in a moment\."):
        _add_one(race)
    assert time.monotonic() - started < SECONDS
    busy.execute("COMMIT")
    assert race.rents() == (0, 0)


@on_sqlite
def test_without_the_retry_a_busy_file_comes_through(
    garden: Garden, busy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _never_again(monkeypatch)
    race = Race(garden)
    with pytest.raises(OperationalError, match="database is locked"):
        _add_one(race)
    busy.execute("COMMIT")
    assert race.rents() == (0, 0)


def _add_one(race: Race) -> None:
    def command(env: Env) -> None:
        env.one(Bed, race.garden.mine).rent += 1

    race.garden.site.run(command)
