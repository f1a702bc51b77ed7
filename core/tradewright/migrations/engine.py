"""What the life cycle of addons asks of migrations: what is pending, what it would do, and to do it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tradewright.addons import AddonSet
from tradewright.addons.manifest import CORE
from tradewright.base import DeveloperError, nearest
from tradewright.migrations import books, running
from tradewright.migrations.backends import Backend, Postgresql, Sqlite, Told
from tradewright.migrations.data import DataStep
from tradewright.migrations.directory import Directory
from tradewright.migrations.operations import on
from tradewright.migrations.scripts import Branch, Script, addons_of, branch_of, branches, name_of, number_of
from tradewright.registry.state import installed_versions

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.migrations.drafts import Draft
    from tradewright.orm.database import Database
    from tradewright.registry.compose import Registry


B = TypeVar("B", bound=Backend)


@dataclass(frozen=True, slots=True)
class Pending:
    """A script that a site has yet to run: whose it is, what it says of itself, and whether it moves data."""

    addon: str
    revision: str
    doc: str
    file: Path
    moves_data: bool


class Migrations:
    """The scripts of an addon set, against the database of a site.

    All that takes a connection works in the transaction of that connection and commits nothing; `run_data` alone has
    transactions of its own.
    """

    def __init__(self, addons: AddonSet) -> None:
        self.addons = addons

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The branches of the enabled addons and their bridges, in dependency order."""
        return branches(self.addons)

    @cached_property
    def directory(self) -> Directory:
        """The scripts themselves."""
        return Directory(tuple(branch for branch in self.branches if branch.scripts))

    def check(self) -> None:
        """Check and import all scripts; a `DeveloperError` names addon, file and remedy of the first fault."""
        for branch in self.branches:
            for script in branch.scripts:
                self.directory.module(script)

    def heads(self) -> dict[str, str]:
        """Return the last revision of each branch that has scripts: `garden`, or `account.sale` for a bridge."""
        return {branch.name: branch.head for branch in self.branches if branch.head is not None}

    def current(self, connection: Connection) -> dict[str, str]:
        """Return the revision of each branch of which the database has gone through a script."""
        return {name: revision for name, revision in books.current(connection).items() if number_of(revision)}

    def parked(self, connection: Connection) -> dict[str, str]:
        """Return the revisions at which the data of uninstalled addons were parked; 0000 is before the first script."""
        return books.parked(connection)

    def is_pending(self, connection: Connection) -> bool:
        """Tell whether there is anything to run, without running or importing a script."""
        return bool(self._todo(connection) or books.unfinished(connection))

    def pending(self, connection: Connection) -> tuple[Pending, ...]:
        """Return the scripts that are still to be run on the installed addons, in order."""
        found = []
        for script in self._ordered(connection):
            doc, steps = self.directory.doc(script), self.directory.steps(script)
            found.append(Pending(script.addon, script.revision, doc, script.file, bool(steps)))
        return tuple(found)

    def unknown(self, connection: Connection) -> tuple[str, ...]:
        """Return the revisions of enabled addons that the code does not have: it is older than the database."""
        known = {branch.name: branch for branch in self.branches}
        found = []
        for name, revision in self.current(connection).items():
            scripts = known[name].scripts if name in known else ()
            if all(addon in self.addons for addon in addons_of(name)) and revision not in {
                script.revision for script in scripts
            }:
                found.append(revision)
        return tuple(sorted(found))

    def stamp(self, connection: Connection, addons: Collection[str]) -> None:
        """Note newly installed addons, with the bridges that start with them, as being at their last revision.

        Where data of one were parked, it goes on at the revision that they had, so that what came since is pending.
        """
        books.make(connection)
        parked = books.parked(connection)
        back = []
        for branch in self.branches:
            if not branch.addons & set(addons):
                continue
            if branch.name in parked:
                back.append(parked[branch.name])
                books.move(connection, branch.name, parked[branch.name])
            else:
                books.move(connection, branch.name, branch.head or branch.base)
        books.unpark(connection, back)

    def forget(self, connection: Connection, addon: str) -> None:
        """Take an uninstalled addon, and every bridge with it, off the books; where their parked data are is kept."""
        books.make(connection)
        now = {addon: f"{addon}_0000"} | books.current(connection)
        gone = [branch for branch in now if addon in addons_of(branch)]
        books.leave(connection, gone)
        books.park(connection, [now[branch] for branch in gone])

    def purged(self, connection: Connection, addon: str) -> None:
        """Note that the parked data of an addon are gone for good: should it return, it begins anew."""
        gone = {name: last for name, last in books.parked(connection).items() if addon in addons_of(name)}
        if gone:
            books.unpark(connection, gone.values())
            books.drop_steps(connection, gone)

    def expand(self, connection: Connection) -> None:
        """Run `upgrade()` of all pending scripts, and open the journal for their data migrations.

        On SQLite foreign keys have to be off, as `registry.install.changing` has them.
        """
        books.make(connection)
        sqlite = connection.dialect.name == "sqlite"
        for script in self._ordered(connection):
            if sqlite:
                self._upgrade(script, Sqlite(connection))
            else:
                for statement in self._written(script):
                    with _told(script):
                        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
            books.move(connection, branch_of(script.revision), script.revision)
            books.open_steps(connection, script.revision, [step.name for step in self.directory.steps(script)])

    def render(self, connection: Connection) -> list[str]:
        """Return what `expand` would do: its SQL on PostgreSQL, what SQLite would do in words and SQL."""
        sqlite = connection.dialect.name == "sqlite"
        return [
            statement
            for script in self._ordered(connection)
            for statement in (self._upgrade(script, Told()).statements if sqlite else self._written(script))
        ]

    def data_steps(self, connection: Connection) -> list[DataStep]:
        """Return the data migrations that are still to be run, those of pending scripts included, in order."""
        begun = books.unfinished(connection)
        waiting = {script.revision for script in self._todo(connection)}
        if not begun and not waiting:
            return []
        return [
            running.step_of(connection, script, step, begun.get((script.revision, step.name)))
            for script in self.directory.ordered(self._all())
            for step in self.directory.steps(script)
            if script.revision in waiting or (script.revision, step.name) in begun
        ]

    def run_data(self, database: Database, progress: Callable[[DataStep], Any] | None = None) -> None:
        """Run the data migrations of all scripts that were expanded, each from where it stopped.

        `progress` is called after each batch. A failing batch is rolled back, what was done before it stays.
        """
        with database.read.connect() as connection:
            begun = books.unfinished(connection)
        left = {key for key in begun if addons_of(branch_of(key[0])) <= set(self.addons.names)}
        if not left:
            return
        for script in self.directory.ordered(self._all()):
            for step in self.directory.steps(script):
                if (script.revision, step.name) in left:
                    running.run(database, script, step, progress)
                    left.discard((script.revision, step.name))
        if left:
            raise running.gone(sorted(left), self.branches, self.directory)

    def draft(self, connection: Connection, registry: Registry, name: str, message: str) -> Draft:
        """Draft the next script of an addon (or `addon.other` for its bridge) from what its site lacks.

        The site must have run all scripts that there are. Nothing is written.
        """
        from tradewright.migrations.drafts import draft

        known = {branch.name: branch for branch in self.branches}
        if name not in known:
            raise DeveloperError(
                "migrations.no-branch",
                "no enabled addon, and no bridge of one, has this name",
                value=name,
                near=nearest(name, known),
                remedy="correct it; a bridge is named like account.sale",
            )
        installed = {CORE} | (installed_versions(connection) or {}).keys()
        if not known[name].addons <= installed:
            raise DeveloperError(
                "migrations.not-installed",
                "the site does not have this addon, so there is nothing to compare with",
                addon=name,
                remedy="take a site that has the last released version installed",
            )
        waiting = self._todo(connection)
        if waiting:
            raise DeveloperError(
                "migrations.draft-pending",
                "the site has not run all scripts that there are",
                addon=waiting[0].addon,
                where=str(waiting[0].file),
                value=waiting[0].revision,
                remedy="run tradewright addon upgrade first, or draft on a site that has",
            )
        return draft(connection, registry, known[name], self._packages[name], message)

    @cached_property
    def _packages(self) -> dict[str, str]:
        return {name_of(part): part.package for part in self.addons.parts}

    def _all(self) -> list[Script]:
        return [script for branch in self.branches for script in branch.scripts]

    def _todo(self, connection: Connection) -> list[Script]:
        """Return what is pending by the names of the files; nothing is imported for that."""
        installed = {CORE} | (installed_versions(connection) or {}).keys()
        if installed == {CORE}:
            return []
        now = books.current(connection)
        return [
            script
            for branch in self.branches
            if branch.addons <= installed
            for script in branch.after(now.get(branch.name))
        ]

    def _ordered(self, connection: Connection) -> Iterable[Script]:
        todo = self._todo(connection)
        return self.directory.ordered(todo) if todo else ()

    def _written(self, script: Script) -> list[str]:
        return self._upgrade(script, Postgresql()).statements

    def _upgrade(self, script: Script, backend: B) -> B:
        upgrade: Any = getattr(self.directory.module(script), "upgrade", None)
        if upgrade is not None:
            with on(backend), _told(script):
                upgrade()
        return backend


@contextmanager
def _told(script: Script) -> Generator[None]:
    """Tell which script it was that failed."""
    try:
        yield
    except DeveloperError:
        raise
    except Exception as fault:  # whatever a script raises, and whatever the database says to it
        raise DeveloperError(
            "migrations.failed",
            f"a migration failed: {type(fault).__name__}: {fault}",
            addon=script.addon,
            where=str(script.file),
            value=script.revision,
            remedy="nothing was changed; correct the script or the rows it meets, then upgrade again",
        ) from fault
