"""Sites for tests: `site` and `env` on SQLite and on PostgreSQL, `make_site` for other addon sets and clocks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import Databases
from tradewright.app import Site
from tradewright.orm import Env
from tradewright.testing import SiteFactory, Template


@pytest.fixture(scope="session")
def site_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of built templates, one for each process."""
    folder = tmp_path_factory.mktemp("templates")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_templates(tmp_path_factory: pytest.TempPathFactory, site_templates: Path) -> Path:
    """The folder of the files of PostgreSQL templates: all workers of a run share one, as they share the databases."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent / "shared-templates" if parallel else site_templates / "postgresql"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The database a test runs on; a test that asks for it, or for a site, runs on both."""
    return str(request.param)


@pytest.fixture
def sites(
    database_kind: str, tmp_path: Path, site_templates: Path, request: pytest.FixtureRequest
) -> Iterator[SiteFactory]:
    """A factory of sites on the database of this test."""
    factory = SiteFactory(tmp_path, site_templates)
    mark: int | None = None
    databases: Databases | None = None
    if database_kind == "postgresql":
        opened: Databases = request.getfixturevalue("postgres_databases")
        template: Callable[..., str] = request.getfixturevalue("postgres_template")
        databases, mark = opened, opened.mark
        folder: Path = request.getfixturevalue("shared_templates")

        def copy(name: str, build: Callable[[str], None]) -> str:
            return opened.fresh(template(name, build))

        factory = SiteFactory(tmp_path, folder, copy)
    yield factory
    factory.close()
    if databases is not None and mark is not None:
        databases.drop_since(mark)


@pytest.fixture
def make_site(sites: SiteFactory) -> Callable[..., Site]:
    """A function `(template, clock=..., mail=...)` that makes an installed site."""
    return sites.make


@pytest.fixture
def site(sites: SiteFactory, request: pytest.FixtureRequest) -> Site:
    """An installed site with all shipped addons; `@pytest.mark.addons("base", "product")` narrows them."""
    marker = request.node.get_closest_marker("addons")
    wanted: dict[str, Any] = dict(marker.kwargs) if marker else {}
    addons = tuple(marker.args) if marker and marker.args else None
    return sites.make(Template(addons=addons, **wanted))


@pytest.fixture
def env(site: Site) -> Iterator[Env]:
    """A unit of work of the system, rolled back after the test unless the test opens its own."""
    with site.env() as env:
        yield env
