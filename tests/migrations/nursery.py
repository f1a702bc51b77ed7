"""A made-up addon in two versions, a site that goes from one to the other, and what can be seen of its tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.addons.workshop import Workshop
from tradewright.addons import AddonSet
from tradewright.app import Compositions, Site, install, open_site
from tradewright.app.lifecycle.apply import LifeCycle
from tradewright.base.settings import SiteSettings
from tradewright.migrations import Migrations
from tradewright.orm import select
from tradewright.registry.install import change_tables, changing, plan_tables

SCRIPTS = Path(__file__).parent / "scripts"
ROLE = '[roles.user]\nlabel = "User"'

OLD = """
    from decimal import Decimal
    from tradewright.orm import Mapped, Model, choice, field, frozen, many_to_one, money, text

    class Bed(Model, title="name"):
        "Where plants grow."
        name: Mapped[str] = text(unique=True)

    class Plant(Model, title="name"):
        "A plant."
        name: Mapped[str] = text()
        height: Mapped[int] = field(at_least=0, index=True)
        grade: Mapped[str] = text()
        price: Mapped[Decimal] = money(default=Decimal("1.5"))
        tally: Mapped[int] = field(default=0)
        bed: Mapped[Bed] = many_to_one()
        state: Mapped[str] = choice([("draft", "Draft"), ("sold", "Sold")], default="draft")
        _kept = frozen(when={"state": ("sold",)})
"""
NEW = """
    from decimal import Decimal
    from tradewright.orm import Mapped, Model, choice, field, frozen, many_to_one, price, text

    class Plot(Model, title="name"):
        "Where plants grow."
        name: Mapped[str] = text(unique=True)

    class Plant(Model, title="name"):
        "A plant."
        name: Mapped[str] = text()
        size: Mapped[int] = field(at_least=0, index=True)
        grade: Mapped[int] = field(at_least=0)
        price: Mapped[Decimal] = price(default=Decimal("1.5"))
        tally: Mapped[int] = field(default=0)
        plot: Mapped[Plot] = many_to_one()
        tag: Mapped[str] = text()
        state: Mapped[str] = choice([("draft", "Draft"), ("sold", "Sold")], default="draft")
        _kept = frozen(when={"state": ("sold",)})
"""


class Nursery:
    """One database, opened with one version of the addon after the other."""

    def __init__(self, folder: Path, prefix: str, database: str) -> None:
        self.folder = folder
        self.prefix = prefix
        self.move(database)
        self.site: Site | None = None
        self._compositions: dict[str, Compositions] = {}

    def move(self, database: str) -> None:
        """Go to another database, at the next opening."""
        schema = None if database.startswith("sqlite") else "green"
        self.settings = SiteSettings("test", database, schema=schema, files=self.folder / "files")

    def write(self, name: str, models: str, scripts: Iterable[str] | Mapping[str, str] = (), **extra: Any) -> None:
        """Write a version of the addon; each lies in a folder and has a package of its own."""
        texts = scripts if isinstance(scripts, Mapping) else {each: (SCRIPTS / each).read_text() for each in scripts}
        access = (f'[{model}]\nuser = "create read update delete"\n' for model in re.findall(r"class (\w+)\(", models))
        files = {"models.py": models, "access.toml": "\n".join(access)}
        files |= {f"migrations/{each}": text for each, text in texts.items()}
        folder = self.folder / f"addons_{name}"
        folder.mkdir(exist_ok=True)
        Workshop(folder, f"{self.prefix}{name}").addon("nursery", extra=ROLE, files=files, **extra)
        self._compositions.pop(name, None)

    def open(self, version: str) -> Site:
        """Open the site with a version of the addon."""
        self.close()
        self.site = open_site(self.settings, self.compositions(version).get(["nursery"]))
        return self.site

    def compositions(self, version: str) -> Compositions:
        """Return the addon sets with a version of the addon."""
        if version not in self._compositions:
            found = Workshop(self.folder / f"addons_{version}", f"{self.prefix}{version}").discover()
            self._compositions[version] = Compositions(found)
        return self._compositions[version]

    def installed(self, version: str) -> Site:
        """Install a version of the addon on the empty database."""
        site = self.open(version)
        install(site)
        with changing(site.database) as connection:
            migrations(site).stamp(connection, site.composition.addons.names)
        return site

    def life_cycle(self, version: str) -> LifeCycle:
        """Return what changes the addons of the site, with a version of the addon."""
        return LifeCycle(self.open(version), self._compositions[version])

    def upgrade(self) -> Site:
        """Upgrade to the new version by a plan."""
        life = self.life_cycle("new")
        return life.apply(life.plan_upgrade())

    def empty(self) -> None:
        """Drop all that the database holds."""
        assert self.site is not None
        with changing(self.site.database) as connection:
            if not self.site.database.sqlite:
                connection.exec_driver_sql("DROP SCHEMA green CASCADE")
                return
            found = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            for (name,) in found.all():
                connection.exec_driver_sql(f'DROP TABLE "{name}"')

    def close(self) -> None:
        """Close the site."""
        if self.site is not None:
            self.site.close()
            self.site = None


def migrations(site: Site) -> Migrations:
    """Return the migrations of a site's addons, read anew."""
    addons: AddonSet = site.composition.addons
    return Migrations(addons)


def upgrade(site: Site, progress: Callable[[Any], Any] | None = None) -> None:
    """Upgrade as the life cycle does: expand, data, comparison."""
    scripts = migrations(site)
    with changing(site.database) as connection:
        scripts.expand(connection)
    scripts.run_data(site.database, progress)
    change_tables(site.database, plan_tables(site.database, site.registry))


def plant(site: Site, count: int = 25) -> None:
    """Fill a site of the old version: some plants are sold, which freezes them."""
    with site.env() as env:
        bed_model: Any = site.registry.model("nursery.Bed").cls
        plant_model: Any = site.registry.model("nursery.Plant").cls
        beds = [bed_model(name=name) for name in ("north", "south")]
        env.add_all(beds)
        env.add_all(
            plant_model(
                name=f"p{number}",
                height=number,
                grade=f"{number % 7:03}",
                price=Decimal(number) / 8,
                bed=beds[number % 2],
                state="sold" if number % 3 == 0 else "draft",
            )
            for number in range(1, count + 1)
        )


def expected(count: int = 25) -> list[tuple[Any, ...]]:
    """Return what the rows of the new version have to be."""
    return [
        (
            f"p{number}",
            number,
            number % 7,
            Decimal(number) / 8,
            1,
            "south" if number % 2 else "north",
            f"P{number}-p{number}",
            "sold" if number % 3 == 0 else "draft",
        )
        for number in range(1, count + 1)
    ]


def heights(site: Site) -> list[tuple[Any, ...]]:
    """Return some of the rows of the old version, read by its models."""
    with site.env(readonly=True) as env:
        model: Any = site.registry.model("nursery.Plant").cls
        return [(one.name, one.height, one.bed.name) for one in env.scalars(select(model).order_by(model.id))]


def plants(site: Site) -> list[tuple[Any, ...]]:
    """Return the rows of the new version, read by its models."""
    with site.env(readonly=True) as env:
        model: Any = site.registry.model("nursery.Plant").cls
        return [
            (one.name, one.size, one.grade, one.price, one.tally, one.plot.name, one.tag, one.state)
            for one in env.scalars(select(model).order_by(model.id))
        ]


def schema(site: Site) -> dict[str, Any]:
    """Return all that a database says of the tables of the addon: columns, constraints, indexes, triggers."""
    with site.database.read.connect() as connection:

        def rows(sql: str) -> list[str]:
            found = connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
            return sorted(json.dumps([str(value) for value in row]) for row in found)

        if site.database.sqlite:
            made = rows("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name LIKE 'nursery%'")
            return {"made": sorted(" ".join(text.replace('\\"', "").replace("\\n", " ").split()) for text in made)}
        return {name: rows(sql) for name, sql in _CATALOG.items()}


_CATALOG = {
    "columns": "SELECT table_name, column_name, data_type, numeric_scale, character_maximum_length, is_nullable, "
    "column_default FROM information_schema.columns WHERE table_name LIKE 'nursery%'",
    "constraints": "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE conrelid::regclass::text LIKE 'nursery%'",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'nursery%'",
    "triggers": "SELECT pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'nursery%'",
    "sequences": "SELECT sequencename FROM pg_sequences WHERE sequencename LIKE 'nursery%'",
}
