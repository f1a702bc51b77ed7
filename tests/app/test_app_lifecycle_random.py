"""Random sequences of install, upgrade and uninstall of ten addons end as a fresh install does, with all rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.addons.workshop import Workshop
from tradewright.app import Compositions, Site, install, open_site
from tradewright.app.lifecycle import LifeCycle
from tradewright.base.settings import SiteSettings
from tradewright.orm import select
from tradewright.registry import state
from tradewright.registry.install import drop_schema
from tradewright.testing.schema import all_rows, schema_text

NAMES = tuple(f"a{number}" for number in range(10))
DEPENDS: dict[str, tuple[str, ...]] = {
    "a0": (), "a1": ("a0",), "a2": ("a0",), "a3": ("a1", "a2"), "a4": (), "a5": ("a4", "a0"), "a6": ("a3",),
    "a7": ("a6", "a5"), "a8": ("a2",), "a9": ("a7", "a8"),
}  # fmt: skip
ROLE = '[roles.user]\nlabel = "User"'
MODEL = """
    from tradewright.orm import Mapped, Model, field, text, unique
    {imports}

    class Thing{name}(Model, title="name"):
        "A thing."
        name: Mapped[str] = text(unique=True)
        {newer}
"""
EXTENSION = """
    class {name}On{below}(Thing{below}, extend=True):
        "More of a thing."
        mark_{name}: Mapped[int] = field(default=7, at_least=0, index=True)
        {newer}
"""
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("install"), st.sampled_from(NAMES)),
        st.tuples(st.just("uninstall"), st.sampled_from(NAMES)),
        st.tuples(st.just("upgrade"), st.just("")),
    ),
    min_size=3,
    max_size=10,
)


def _write(folder: Path, prefix: str, *, newer: bool) -> Compositions:
    workshop = Workshop(folder, prefix)
    folder.mkdir()
    for name, below in DEPENDS.items():
        imports = "\n".join(f"    from PACKAGE_{one}.models import Thing{one}" for one in below).strip()
        extra = "extra: Mapped[int] = field(default=5)" if newer else ""
        later = f"late_{name}: Mapped[str | None] = text()" if newer else ""
        models = MODEL.format(name=name, imports=imports, newer=extra) + "".join(
            EXTENSION.format(name=name, below=one, newer=later) for one in below
        )
        access = f'[Thing{name}]\nuser = "create read update delete"\n'
        workshop.addon(
            name,
            list(below),
            version="1.1" if newer else "1.0",
            extra=ROLE,
            files={"models.py": models, "access.toml": access},
        )
    return Compositions(workshop.discover())


class Life:
    """A site that lives through a sequence, and what it must still have at the end."""

    def __init__(self, url: str, folder: Path, versions: tuple[Compositions, Compositions]) -> None:
        self.settings = SiteSettings("test", url, schema=None if url.startswith("sqlite") else "life", files=folder)
        self.versions = versions
        self.compositions = versions[0]
        self.site: Site = open_site(self.settings, self.compositions.get(()))
        self.values: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        self.rows: dict[str, list[str]] = defaultdict(list)

    def start(self) -> None:
        drop_schema(self.site.database)
        install(self.site)

    @property
    def cycle(self) -> LifeCycle:
        return LifeCycle(self.site, self.compositions)

    @property
    def installed(self) -> set[str]:
        with self.site.database.read.connect() as connection:
            return set(state.installed_versions(connection) or ()) - {"core"}

    def do(self, operation: str, name: str) -> None:
        if operation == "install":
            self.install(name)
        elif operation == "uninstall":
            self.uninstall(name)
        else:
            self.upgrade()

    def install(self, *names: str) -> None:
        self.site = self.cycle.apply(self.cycle.plan_install(*names))
        self.fill()

    def uninstall(self, name: str) -> None:
        leaving = {name}
        while more := {each for each in self.installed - leaving if set(DEPENDS[each]) & leaving}:
            leaving |= more
        if name in self.installed:
            self.site = self.cycle.apply(self.cycle.plan_uninstall(*leaving))

    def upgrade(self) -> None:
        self.compositions = self.versions[1]
        plan = self.cycle.plan_upgrade()
        self.site = self.cycle.apply(plan) if plan else self.site

    def fill(self) -> None:
        """Add a row to each model that there is, with a value of its own in each column of an extension."""
        with self.site.env() as env:
            for name in sorted(self.installed):
                number = len(self.rows[name]) + 1
                marks = {f"mark_{other}": 100 + number for other in self.installed if name in DEPENDS[other]}
                row = f"{name} {number}"
                self.rows[name].append(row)
                for mark, value in marks.items():
                    self.values[name, mark][row] = value
                env.add(self.site.registry.model(f"{name}.Thing{name}").cls(name=row, **marks))

    def check(self, reference: str) -> None:
        """See that all addons are back as a fresh install has them, with each row and value that there ever was."""
        self.upgrade()
        self.site = self.cycle.apply(self.cycle.plan_install(*NAMES))
        assert schema_text(self.site.database) == reference
        with self.site.env(readonly=True) as env:
            for name in NAMES:
                model: Any = self.site.registry.model(f"{name}.Thing{name}").cls
                found = {one.name: one for one in env.scalars(select(model))}
                assert set(found) == set(self.rows[name])
                for other in NAMES:
                    if name in DEPENDS[other]:
                        mark = f"mark_{other}"
                        kept = {row: getattr(one, mark) for row, one in found.items()}
                        assert kept == {row: self.values[name, mark].get(row, 7) for row in found}
        assert not [table for table in all_rows(self.site.database) if table.startswith("parked_")]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Compositions, Compositions]]:
    import sys

    folder, path = tmp_path_factory.mktemp("life"), list(sys.path)
    yield _write(folder / "old", "lifeold", newer=False), _write(folder / "new", "lifenew", newer=True)
    sys.path[:] = path


@pytest.mark.parametrize("examples", [pytest.param(200, marks=pytest.mark.long), 4])
def test_random_sequences_lose_nothing_and_end_in_the_schema_of_a_fresh_install(
    versions: tuple[Compositions, Compositions],
    examples: int,
    tmp_path: Path,
    database_kind: str,
    request: pytest.FixtureRequest,
) -> None:
    sqlite = database_kind == "sqlite"
    fresh: Callable[[str | None], str] | None = None if sqlite else request.getfixturevalue("fresh_postgres_database")
    server = fresh(None) if fresh is not None else ""
    count = iter(range(1_000_000))

    def life() -> Life:
        url = server or f"sqlite:///{tmp_path}/{next(count)}.sqlite"
        made = Life(url, tmp_path / "files", versions)
        made.start()
        return made

    ideal = life()
    ideal.upgrade()
    ideal.install(*NAMES)
    reference = schema_text(ideal.site.database)
    ideal.site.close()

    @settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(OPERATIONS)
    def lives(operations: list[tuple[str, str]]) -> None:
        site = life()
        try:
            for operation, name in operations:
                site.do(operation, name)
            site.check(reference)
        finally:
            site.site.close()
            if sqlite:
                Path(str(site.site.database.url.database)).unlink()

    lives()
