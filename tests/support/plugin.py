"""The pytest plugin of this repository: options, and fixtures for the peers that tests run against."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.binaries import Unavailable, find_chromium
from tests.support.databases import Databases
from tests.support.postgres import shared_cluster, stop_shared_clusters
from tests.support.smtp import SmtpPeer
from tests.support.smtp import start as start_smtp

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RUN_FOLDER = "TRADEWRIGHT_TEST_RUN"
RUN_OWNER = "TRADEWRIGHT_TEST_OWNER"
GIVEN_POSTGRES = "TRADEWRIGHT_TEST_POSTGRES"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption("--long", action="store_true", help="run the tests marked `long`, too")


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all workers of the run share; workers inherit it by the environment."""
    if _is_worker(config):
        return
    _remove_what_killed_runs_left()
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix=f"tradewright-tests-{os.getpid()}-")
    os.environ[RUN_OWNER] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if _is_worker(config) or os.environ.get(RUN_OWNER) != str(os.getpid()):
        return
    folder = _run_folder()
    if (folder / "given.lock").exists():
        Databases(os.environ[GIVEN_POSTGRES], folder).drop_run()
    stop_shared_clusters(folder)
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip long tests unless asked for, and mark the tests by the peers that they use."""
    skip = pytest.mark.skip(reason="long: run with --long")
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        if "browser" in fixtures:
            item.add_marker("browser")
        if "postgres_databases" in fixtures or "postgres_url" in fixtures:
            item.add_marker("postgres")
        if "long" in item.keywords and not config.getoption("--long"):
            item.add_marker(skip)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Hide Playwright's event loop from tests without a browser.

    Its synchronous API leaves a loop marked as running for as long as the session's browser lives, so that
    `asyncio.run` would refuse to work in every later test of the process.
    """
    if "browser" in item.keywords:
        return (yield)
    loop = asyncio._get_running_loop()  # noqa: SLF001
    asyncio._set_running_loop(None)  # noqa: SLF001
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)  # noqa: SLF001


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what this machine could not offer, so that a green run without it is seen."""
    skipped = [report.longrepr for report in terminalreporter.getreports("skipped")]
    reasons = {str(place[2]).removeprefix("Skipped: ") for place in skipped if isinstance(place, tuple)}
    for reason in sorted(reason for reason in reasons if reason.startswith(("PostgreSQL ", "Chromium "))):
        terminalreporter.write_line(f"NOT TESTED: {reason}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a PostgreSQL cluster, as a user who may create databases and roles."""
    if given := os.environ.get(GIVEN_POSTGRES):
        (_run_folder() / "given.lock").touch()
        return given
    return _cluster_url(durable=False)


@pytest.fixture(scope="session")
def durable_postgres_url() -> str:
    """The URL of a cluster that keeps fsync on, for tests that kill PostgreSQL itself."""
    return _cluster_url(durable=True)


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Databases:
    """The databases that this process makes."""
    return Databases(postgres_url, _run_folder())


@pytest.fixture(scope="session")
def postgres_template(postgres_databases: Databases) -> Callable[[str, Callable[[str], None]], str]:
    """A function `(name, build)` that returns a template database, built once a run, whatever the workers."""
    return postgres_databases.template


@pytest.fixture
def fresh_postgres_database(postgres_databases: Databases) -> Iterator[Callable[[str | None], str]]:
    """A function `(template=None)` that makes a database and returns its URL; dropped after the test."""
    mark = postgres_databases.mark
    yield postgres_databases.fresh
    postgres_databases.drop_since(mark)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Let pytest-playwright start the machine's own Chromium."""
    try:
        path = find_chromium()
    except Unavailable as error:
        pytest.skip(str(error))
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def _smtp_peer() -> Iterator[SmtpPeer]:
    peer = SmtpPeer()
    controller = start_smtp(peer)
    yield peer
    controller.stop()


@pytest.fixture
def smtp_peer(_smtp_peer: SmtpPeer) -> SmtpPeer:
    """A mail server, empty and well-behaved at the start of each test."""
    _smtp_peer.behave()
    return _smtp_peer


def _cluster_url(*, durable: bool) -> str:
    try:
        return shared_cluster(_run_folder(), owner=int(os.environ[RUN_OWNER]), durable=durable).url
    except Unavailable as error:
        pytest.skip(str(error))


def _remove_what_killed_runs_left() -> None:
    """Remove the notes of runs that are gone; their clusters ended with them."""
    for folder in Path(tempfile.gettempdir()).glob("tradewright-tests-*-*"):
        if not Path("/proc", folder.name.split("-")[2]).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _run_folder() -> Path:
    return Path(os.environ[RUN_FOLDER])


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
