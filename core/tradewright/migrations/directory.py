"""The scripts as Alembic reads them: a directory in memory over the folders of the enabled addons."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import TYPE_CHECKING

from tradewright.base import DeveloperError
from tradewright.migrations.data import DataMigration, migrations_in
from tradewright.migrations.scripts import Branch, Script, check

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from alembic.script.base import Script as AlembicScript


class Directory:
    """The checked scripts of an addon set, imported by Alembic when one of them is first needed."""

    def __init__(self, branches: tuple[Branch, ...]) -> None:
        self.branches = branches

    @cached_property
    def alembic(self) -> ScriptDirectory:
        """Alembic's own view of the scripts."""
        from alembic.script import ScriptDirectory

        check(self.branches)
        folders = [str(branch.folder) for branch in self.branches if branch.scripts]
        return ScriptDirectory(str(Path(__file__).parent), version_locations=folders)

    def module(self, script: Script) -> ModuleType:
        """Return the module of a script."""
        return self._of(script).module

    def doc(self, script: Script) -> str:
        """Return what a script says of itself, in a line."""
        return str(self._of(script).doc)

    def steps(self, script: Script) -> tuple[DataMigration, ...]:
        """Return the data migrations of a script."""
        return migrations_in(self.module(script))

    def _of(self, script: Script) -> AlembicScript:
        try:
            return self.alembic.get_revision(script.revision)
        except DeveloperError:
            raise
        except Exception as fault:  # whatever a script raises while it is imported: all are, with the first
            wrong = self._raised_in(fault) or script
            raise DeveloperError(
                "migrations.import",
                f"a migration script can't be imported: {type(fault).__name__}: {fault}",
                addon=wrong.addon,
                where=str(wrong.file),
                remedy="correct the script; tradewright --debug shows the whole traceback",
            ) from fault

    def _raised_in(self, fault: Exception) -> Script | None:
        files = {str(script.file.resolve()): script for branch in self.branches for script in branch.scripts}
        frames = [frame.f_code.co_filename for frame, _line in walk_tb(fault.__traceback__)]
        return next((files[name] for name in reversed(frames) if name in files), None)

    def ordered(self, scripts: list[Script]) -> Iterator[Script]:
        """Give scripts in the order they run in: by dependency of the addons, but never before what they depend on."""
        waiting = {script.revision: script for script in scripts}
        while waiting:
            yield from self._with_needs(next(iter(waiting)), waiting)

    def _with_needs(self, revision: str, waiting: dict[str, Script]) -> Iterator[Script]:
        script = waiting.get(revision)
        if script is None:
            return
        for needed in self._needed(script):
            yield from self._with_needs(needed, waiting)
        if waiting.pop(revision, None) is not None:
            yield script

    def _needed(self, script: Script) -> Iterator[str]:
        """Give what a script comes after: the one before it, and what it depends on in other branches."""
        found = self._of(script)
        for said in (found.down_revision, found.dependencies):
            yield from (said,) if isinstance(said, str) else said or ()
