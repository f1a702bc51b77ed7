"""Many sites in one process: what each further one with the same addons costs, opened, signed in to and used."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa

from benchmarks.measure import server_cpu, server_pid
from benchmarks.places import database
from tradewright.app import Site, install, open_site
from tradewright.base.settings import Settings, SiteSettings
from tradewright.testing.client import Browser
from tradewright.testing.sites import compositions
from tradewright.web.application import Application
from tradewright_base.models.user import User, UserRole

SITES, WARM = 100, 3
HALF = SITES // 2
PAGES = ("/office", "/office/base.Partner")


def run(given: str | None) -> dict[str, float]:
    """Return the memory (MB) and the CPU (milliseconds, with the database's) of one further site among a hundred."""
    with database(given) as url, tempfile.TemporaryDirectory() as folder:
        # Another process fills the sites: what an installation leaves in memory would hide what a site takes.
        subprocess.run([sys.executable, "-m", __name__, url, folder], check=True)
        settings = _settings(url, Path(folder))
        try:
            return _measure(settings)
        finally:
            _drop(settings)


def _settings(url: str, folder: Path) -> Settings:
    schemas = url.startswith("postgresql")
    sites = [
        SiteSettings(
            name,
            url if schemas else f"sqlite:///{folder}/{name}.sqlite",
            schema=name if schemas else None,
            hosts=(f"{name}.example",),
            files=folder / name,
        )
        for name in (f"bench_{number:03}" for number in range(SITES + WARM))
    ]
    return Settings(sites={site.name: site for site in sites}, secret_key_file=folder / "secret.key")


def fill(url: str, folder: Path) -> None:
    """Install every site, with one user who may see all of the back office."""
    settings = _settings(url, folder)
    for chosen in settings.sites.values():
        site = open_site(chosen, compositions().get(), settings=settings)
        install(site)
        with site.env() as env:
            roles = [env[UserRole](role=role) for role in ("base.admin", "sale.user", "stock.user", "account.user")]
            login = "staff@example.com"
            env.add(env[User](kind="staff", login=login, name="Staff", company=env.company, roles=roles))
        site.close()


def _measure(settings: Settings) -> dict[str, float]:
    opened = [_open(settings, chosen.name) for chosen in list(settings.sites.values())[:WARM]]
    for site in opened:
        _use(site, settings)
    engine = opened[0].database.engine
    postmaster = server_pid(engine)
    gc.collect()
    gc.freeze()  # as the server does once it has loaded
    memory, app, server = [_memory()], time.process_time(), server_cpu(postmaster)
    further: list[Site] = []
    for name in list(settings.sites)[WARM:]:
        further.append(_open(settings, name))
        _use(further[-1], settings)
        if len(further) % HALF == 0:
            gc.collect()
            memory.append(_memory())
    app, server = time.process_time() - app, server_cpu(postmaster) - server
    connections = _connections(engine)
    for site in (*opened, *further):
        site.close()
    return {
        "mb_per_site": _grown(memory, "Pss"),
        "mb_per_site_private": _grown(memory, "Private"),
        "cpu_ms_per_site": round((app + server) / SITES * 1000, 1),
        "app_cpu_ms_per_site": round(app / SITES * 1000, 1),
        "connections": float(connections),
    }


def _grown(memory: Sequence[dict[str, float]], kind: str) -> float:
    """Return the growth for a site in the worse half: the first may have found room that was free already."""
    return round(max(after[kind] - before[kind] for before, after in pairwise(memory)) / HALF, 3)


def _open(settings: Settings, name: str) -> Site:
    return open_site(settings.site(name), compositions().get(), settings=settings)


def _use(site: Site, settings: Settings) -> None:
    """Sign in and open pages, so that all that a site keeps is there."""
    browser = Browser(Application([site], settings), site, host=f"{site.name}.example")
    with site.env(readonly=True) as env:
        user = env.all(sa.select(env[User].id).where(env[User].login == "staff@example.com"))[0]
    browser.sign_in_as(user)
    for page in PAGES:
        if browser.get(page).status_code != 200:
            raise RuntimeError(f"{page} of {site.name} answered {browser.status}")


def _connections(engine: sa.Engine) -> int:
    if engine.dialect.name != "postgresql":
        return 0
    with engine.connect() as connection:
        query = "select count(*) from pg_stat_activity where datname = current_database()"
        return int(connection.scalar(sa.text(query)) or 0)


def _memory() -> dict[str, float]:
    """Return the memory of this process in MB: shared pages in proportion (PSS), and its own pages alone."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    found = {key: int(size) / 1000 for key, size in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}
    return {"Pss": found["Pss"], "Private": found["Private_Clean"] + found["Private_Dirty"]}


def _drop(settings: Settings) -> None:
    names = [site.schema for site in settings.sites.values() if site.schema]
    if not names:
        return
    engine = sa.create_engine(next(iter(settings.sites.values())).database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names:
            connection.execute(sa.schema.DropSchema(name, cascade=True, if_exists=True))
    engine.dispose()


def main(arguments: Sequence[str]) -> int:
    """Fill the sites (called by `run` in a process of its own)."""
    fill(arguments[0], Path(arguments[1]))
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
