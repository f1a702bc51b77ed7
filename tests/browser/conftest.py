"""A running demonstration, and pictures of its pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.demo import Visitor, running
from tests.browser.pictures import Pictures

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEPT = Path(__file__).parents[2] / "docs" / "images"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:  # noqa: ARG001  # no browser, no demo
    """The address of a demonstration that runs while tests of this folder do."""
    with running(tmp_path_factory.mktemp("demo") / "site") as address:
        yield address


@pytest.fixture
def visit(browser: Browser, demo: str) -> Iterator[Callable[..., Visitor]]:
    """A function that gives one more person a browser; their windows are closed after the test."""
    made: list[Visitor] = []

    def visit(**options: object) -> Visitor:
        made.append(Visitor(browser, demo, **options))
        return made[-1]

    yield visit
    for visitor in made:
        visitor.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    """Takes pictures of pages; TRADEWRIGHT_PICTURES=1 keeps those of the README in docs/images.

    TRADEWRIGHT_PICTURES_FOLDER is where all of them go, to be looked at.
    """
    kept = KEPT if os.environ.get("TRADEWRIGHT_PICTURES") == "1" else None
    given = os.environ.get("TRADEWRIGHT_PICTURES_FOLDER")
    return Pictures(Path(given or tmp_path_factory.mktemp("pictures")), kept, all_looks=bool(given or kept))
