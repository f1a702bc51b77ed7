"""The pytest plugin of this repository, beside the one that Tradewright ships: options, and further peers of tests."""

import asyncio
import gc
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.support.chromium import find_chromium
from tests.support.smtp import SmtpPeer
from tests.support.smtp import start as start_smtp
from tradewright.testing.binaries import Unavailable

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption("--long", action="store_true", help="run the tests marked `long`, too")


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


def pytest_collection_finish() -> None:
    """Look for garbage among new objects only.

    Composed models live for the whole run; walking them again and again took a quarter of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 1_000, 1_000)


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Keep pytest from walking them twice at the end, which takes each worker ten seconds.

    So it misses only what failed to close in garbage older than the last test.
    """
    gc.freeze()


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
