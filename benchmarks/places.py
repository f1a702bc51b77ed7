"""Where a benchmark runs: a private PostgreSQL server or a given database, and sites in it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tradewright.app import Site, open_site
from tradewright.base.settings import Settings, SiteSettings
from tradewright.testing.postgres import cluster
from tradewright.testing.sites import compositions


@contextmanager
def database(given: str | None) -> Generator[str]:
    """Give the URL of a PostgreSQL database for the block."""
    if given is not None:
        yield given
        return
    with cluster() as server:
        url = sa.make_url(server.url)
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE benchmark"))
        engine.dispose()
        yield url.set(database="benchmark").render_as_string(hide_password=False)


@contextmanager
def site(url: str, schema: str | None = "benchmark") -> Generator[Site]:
    """Give a site with all addons, not installed yet, whose schema is dropped before and after."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = SiteSettings(
            "benchmark", url, schema=schema if url.startswith("postgresql") else None, files=Path(folder)
        )
        settings = Settings(sites={"benchmark": chosen}, secret_key_file=Path(folder) / "secret.key")
        opened = open_site(chosen, compositions().get(), settings=settings)
        _drop(opened, chosen.schema)
        try:
            yield opened
        finally:
            _drop(opened, chosen.schema)
            opened.close()


def _drop(opened: Site, schema: str | None) -> None:
    if schema is not None:
        with opened.database.engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))
