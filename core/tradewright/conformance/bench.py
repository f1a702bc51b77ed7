"""Sites for living rules: made once for a set of addons and a database, and kept until the bench is closed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tradewright.testing.sites import SiteFactory, Template

if TYPE_CHECKING:
    from types import TracebackType

    from tradewright.app import Site
    from tradewright.conformance.subject import Subject

Copy = Callable[[str, Callable[[str], None]], str]
"""`(name, build)`: makes a PostgreSQL database, as a copy of one that `build(url)` filled, and returns its URL."""


@contextmanager
def copies_on(url: str) -> Generator[Copy]:
    """Give what makes databases in the cluster of a URL, whose user may create them; they are dropped at the end."""
    from tradewright.testing.databases import Databases  # its driver is needed for PostgreSQL only

    with tempfile.TemporaryDirectory(prefix="tradewright-check-") as folder:
        databases = Databases(url, Path(folder))
        try:
            yield lambda name, build: databases.fresh(databases.template(name, build))
        finally:
            databases.drop_run()


class Bench:
    """Makes the sites that living rules work on, on SQLite and, where `postgresql` is given, on PostgreSQL.

    With `together` the rules run on a site of all addons that are found, which examining many of them shares; without
    it, on one with the addon, what it depends on and what it has bridges to.
    """

    def __init__(
        self, folder: Path | None = None, *, postgresql: Copy | None = None, sqlite: bool = True, together: bool = False
    ) -> None:
        self._own = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tradewright-check-"))
        self.together = together
        self._factories: dict[str, SiteFactory] = {}
        for name, copy in (("sqlite", None), ("postgresql", postgresql)):
            if (name == "sqlite" and sqlite) or copy is not None:
                place = self.folder / name
                (place / "templates").mkdir(parents=True, exist_ok=True)
                self._factories[name] = SiteFactory(place, place / "templates", copy)
        self._kept: dict[tuple[Any, ...], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def databases(self) -> tuple[str, ...]:
        """The kinds of databases that there are: sqlite, postgresql."""
        return tuple(self._factories)

    def fresh(self, names: Sequence[str], database: str = "sqlite", *, paths: Sequence[Path] = ()) -> Site:
        """Make a site of its own for a rule that changes its tables."""
        return self._factories[database].make(Template(addons=tuple(sorted(names)), paths=tuple(paths)))

    def keep(self, kind: str, subject: Subject, database: str, make: Callable[[], Any]) -> Any:
        """Return what `make()` made for the addon's home, made once for a kind and a database."""
        key = (kind, database, subject.richest, subject.paths)
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def home_site(self, subject: Subject, database: str) -> Site:
        """Make a site of the addon's home."""
        return self.fresh(subject.richest, database, paths=subject.paths)

    def close(self) -> None:
        """Close the sites and remove what they left."""
        for factory in self._factories.values():
            factory.close()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)
