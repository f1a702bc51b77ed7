"""The pytest plugin that an installed Tradewright brings along: sites for tests, on SQLite and on PostgreSQL.

pytest loads it in every project of the environment, so it imports nothing heavy and makes nothing before a fixture is
asked for. `tradewright.testing.factories` says which addons' factories are offered.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.testing import run
from tradewright.testing.binaries import Unavailable

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.orm import Env
    from tradewright.testing import SiteFactory
    from tradewright.testing.client import Browser
    from tradewright.testing.databases import Databases

ADDONS_PATH = "tradewright_addons_path"
_MARK = (
    "addons(*names, demo=False): the addons that the test's site has, with all they depend on (default: all there are)"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--addon`, and the setting that names the folders of addons under test."""
    parser.addini(
        ADDONS_PATH,
        "folders that hold addons under test; by default the project itself, if an addon lies in it",
        type="paths",
        default=None,
    )
    parser.getgroup("tradewright").addoption(
        "--addon", action="append", default=[], metavar="NAME", help="an addon that the conformance suite checks"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the run, and offer the factories of the addons that a project's own addons depend on."""
    config.addinivalue_line("markers", _MARK)
    if not _is_worker(config):
        run.announce()
    paths, names = addons_path(config), _declared(config.rootpath)
    if paths or names:
        from tradewright.testing.factories import offer

        offer(config.pluginmanager, paths, names)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if not _is_worker(config):
        run.end()


def addons_path(config: pytest.Config) -> tuple[Path, ...]:
    """Return the folders of addons under test: those of the setting, else the project if it is one of an addon.

    Where the addon is installed as well, not from this folder, the installed one is under test.
    """
    if given := config.getini(ADDONS_PATH):
        return tuple(given)
    root = config.rootpath
    return tuple(folder for folder in (root, root / "src") if any(map(_is_meant, folder.glob("tradewright_*"))))


def _is_meant(package: Path) -> bool:
    if not (package / "addon.toml").is_file():
        return False
    known = importlib.util.find_spec(package.name)
    places = (known.submodule_search_locations or []) if known else [str(package)]
    return any(Path(place).resolve() == package.resolve() for place in places)


def _declared(root: Path) -> tuple[str, ...]:
    """Return the addons that a project declares as entry points: its package may lie elsewhere, as a wheel."""
    file = root / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {}) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()  # pytest tells what is wrong with it
    return tuple(project.get("entry-points", {}).get("tradewright.addons", ()))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a PostgreSQL cluster, as a user who may create databases and roles."""
    return _cluster_url(durable=False)


@pytest.fixture(scope="session")
def durable_postgres_url() -> str:
    """The URL of a cluster that keeps fsync on, for tests that kill PostgreSQL itself."""
    return _cluster_url(durable=True)


def _cluster_url(*, durable: bool) -> str:
    try:
        return run.cluster_url(durable=durable)
    except Unavailable as lack:
        pytest.skip(str(lack))


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Databases:
    """The databases that this process makes."""
    return run.databases(postgres_url)


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
    from tradewright.testing.sites import SiteFactory

    paths = addons_path(request.config)
    if database_kind != "postgresql":
        factory = SiteFactory(tmp_path, site_templates, paths=paths)
        yield factory
        factory.close()
        return
    databases: Databases = request.getfixturevalue("postgres_databases")
    folder: Path = request.getfixturevalue("shared_templates")
    mark = databases.mark

    def copy(name: str, build: Callable[[str], None]) -> str:
        return databases.fresh(databases.template(name, build))

    factory = SiteFactory(tmp_path, folder, copy, paths=paths)
    yield factory
    factory.close()
    databases.drop_since(mark)


@pytest.fixture
def make_site(sites: SiteFactory) -> Callable[..., Site]:
    """A function `(template, clock=..., mail=...)` that makes an installed site."""
    return sites.make


@pytest.fixture
def site(sites: SiteFactory, request: pytest.FixtureRequest) -> Site:
    """An installed site with all addons that are found; `@pytest.mark.addons("base", "product")` narrows them."""
    from tradewright.testing.sites import Template

    marker = request.node.get_closest_marker("addons")
    wanted: dict[str, Any] = dict(marker.kwargs) if marker else {}
    addons = tuple(marker.args) if marker and marker.args else None
    return sites.make(Template(addons=addons, **wanted))


@pytest.fixture
def env(site: Site) -> Iterator[Env]:
    """A unit of work of the system: committed after the test, unless that failed. The site is the test's own."""
    with site.env() as env:
        yield env


@pytest.fixture
def client(site: Site) -> Browser:
    """A client on the site that follows links and sends forms, without scripts; `browser` would be Playwright's."""
    from tradewright.testing.client import browser_for

    return browser_for(site)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
