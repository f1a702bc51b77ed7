"""Databases of a test run in one cluster: made fast, named after the run, dropped when done."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tradewright.testing.postgres import locked


class Databases:
    """Makes and drops databases; one of these a process."""

    def __init__(self, url: str, run_folder: Path) -> None:
        self.url = make_url(url)
        self._run_folder = run_folder
        self._prefix = f"tw_{run_folder.name.rpartition('-')[2].lower()}"
        self._made: list[str] = []
        self._count = 0

    def fresh(self, template: str | None = None) -> str:
        """Make a database, as a copy of `template` where given, and return its URL."""
        self._count += 1
        name = f"{self._prefix}_{os.getpid()}_{self._count}"
        self._made.append(name)
        return self._create(name, template)

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """Return the name of a database that `build(url)` filled, once for all workers of the run.

        `build` closes its connections, because PostgreSQL copies no database in use.
        """
        note = self._run_folder / f"template-{name}.json"
        with locked(note.with_suffix(".lock")):
            if not note.exists():
                database = f"{self._prefix}_template_{name}"
                self._drop(database)
                build(self._create(database, None))
                note.write_text(json.dumps(database))
        return str(json.loads(note.read_text()))

    def drop_since(self, mark: int) -> None:
        """Drop what this process made after the mark, whoever is still connected."""
        while len(self._made) > mark:
            self._drop(self._made.pop())

    def drop_run(self) -> None:
        """Drop every database of the run, those of other and of dead workers included."""
        with self._connect() as connection:
            query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            found = connection.execute(query, [self._prefix]).fetchall()
        for (name,) in found:
            self._drop(name)

    @property
    def mark(self) -> int:
        """The number of databases made by now."""
        return len(self._made)

    def _create(self, name: str, template: str | None) -> str:
        with self._connect() as connection:
            # Before PostgreSQL 15 there was no other way, and no word for it.
            how = sql.SQL(" STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else "")
            names = sql.Identifier(name), sql.Identifier(template or "template0")
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names) + how)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _drop(self, name: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(_dsn(self.url), autocommit=True)


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
