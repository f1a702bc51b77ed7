"""An existing site follows its addons: nothing is lost when one goes, and what it kept is back when it returns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.addons.workshop import Workshop
from tradewright.app import Compositions, Site, install, open_site
from tradewright.app.lifecycle import LifeCycle
from tradewright.base import DeveloperError, UserError
from tradewright.base.settings import SiteSettings
from tradewright.registry.evolve import Plan
from tradewright.registry.install import plan_tables

ORDER = """
    from tradewright.orm import Mapped, Model, choice, field, frozen, text

    class Order(Model, title="number"):
        "What somebody wants."
        number: Mapped[str] = text(unique=True)
        state: Mapped[str] = choice([("draft", "Draft"), ("done", "Done")], default="draft")
        _kept = frozen(when={"state": ("done",)})
"""
LOYAL = """
    from decimal import Decimal
    from tradewright.orm import Mapped, Model, check, choice, field, index, many_to_one, money, more_choices, text
    from PACKAGE_shop.models import Order

    class LoyalOrder(Order, extend=True):
        "An order that earns points."
        points: Mapped[int] = field(default=7, at_least=0)
        bonus: Mapped[Decimal] = money(default=Decimal("1.5"))
        tier: Mapped[str | None] = text(index=True)
        level: Mapped[str] = choice([("low", "Low"), ("high", "High")], default="low")
        states = more_choices("state", [("held", "On hold")])
        _few = check(lambda cls: cls.points < 1000, message="Too many.")
        _ix = index("state", "points")

    class Reward(Model, title="name"):
        "What the points are for."
        name: Mapped[str] = text()
        order: Mapped[Order] = many_to_one()
        earlier: Mapped["Reward | None"] = many_to_one()
"""
ACCESS = '[{}]\nuser = "create read update delete"\n'
ROLE = '[roles.user]\nlabel = "User"'


class Works:
    """One database, opened with one set of addons after the other."""

    def __init__(self, workshop: Workshop, database: str, folder: Path) -> None:
        self.workshop = workshop
        self.settings = SiteSettings("test", database, files=folder / "files")
        self.compositions = Compositions(workshop.discover())
        self.site: Site | None = None

    def open(self, *addons: str) -> Site:
        self.close()
        self.site = open_site(self.settings, self.compositions.get(addons))
        return self.site

    def installed(self, *addons: str) -> Site:
        site = self.open(*addons)
        install(site)
        return site

    def cycle(self) -> LifeCycle:
        """The life cycle of the site that is open, whose database says which addons it has."""
        assert self.site is not None
        return LifeCycle(self.site, self.compositions)

    def uninstalled(self, *addons: str) -> list[str]:
        """Uninstall addons by plan; the site that is open has those that are left."""
        plan = self.cycle().plan_uninstall(*addons)
        self.site = self.cycle().apply(plan)
        return [step.says for step in plan.steps]

    def close(self) -> None:
        if self.site is not None:
            self.site.close()
            self.site = None


@pytest.fixture
def works(workshop: Workshop, database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Works]:
    workshop.addon("shop", extra=ROLE, files={"models.py": ORDER, "access.toml": ACCESS.format("Order")})
    workshop.addon("loyal", ["shop"], extra=ROLE, files={"models.py": LOYAL, "access.toml": ACCESS.format("Reward")})
    url = f"sqlite:///{tmp_path}/site.sqlite"
    if database_kind == "postgresql":
        fresh: Callable[[str | None], str] = request.getfixturevalue("fresh_postgres_database")
        url = fresh(None)
    opened = Works(workshop, url, tmp_path)
    yield opened
    opened.close()


def rows(site: Site, table: str, *columns: str) -> list[tuple[Any, ...]]:
    with site.database.read.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")  # noqa: S608
        return [tuple(row) for row in found]


def model(site: Site, name: str) -> Any:
    return site.registry.model(name).cls


def order(site: Site, number: str, **values: object) -> int:
    with site.env() as env:
        made = env.add(model(site, "shop.Order")(number=number, **values))
        env.flush()
        return int(made.id)


def plan(site: Site) -> Plan:
    return plan_tables(site.database, site.registry)


def refused(site: Site, **values: object) -> str:
    with pytest.raises(UserError) as caught, site.env() as env:
        env.add(model(site, "shop.Order")(number="refused", **values))
    return str(caught.value)


def test_an_installed_site_needs_no_change(works: Works) -> None:
    assert not plan(works.installed("loyal"))
    assert not plan(works.installed("loyal"))


def test_an_extension_that_comes_later_fills_and_guards_the_rows_that_are_there(works: Works) -> None:
    site = works.installed("shop")
    order(site, "A")
    order(site, "B", state="done")
    site = works.open("loyal")
    steps = [step.says for step in plan(site).steps]
    assert "loyal_reward: made" in steps
    assert "shop_order: points added, bonus added, tier added, level added" in steps
    install(site)
    assert not plan(site)
    with site.env() as env:
        made = env.all(env_select(site))
        assert [(each.number, each.points, str(each.bonus), each.tier, each.level) for each in made] == [
            ("A", 7, "1.5000", None, "low"),
            ("B", 7, "1.5000", None, "low"),
        ]
    order(site, "C", state="held")
    assert refused(site, points=-1)
    assert refused(site, points=1000) == "Too many."
    assert refused(site, level="none")
    with pytest.raises(UserError), site.env() as env:
        env.update_where(model(site, "shop.Order"), model(site, "shop.Order").number == "B", values={"number": "X"})
    with site.env() as env:
        assert [each.number for each in env.all(env_select(site))] == ["A", "B", "C"]


def env_select(site: Site) -> Any:
    from tradewright.orm import select

    cls = model(site, "shop.Order")
    return select(cls).order_by(cls.id)


def test_what_leaves_is_parked_and_comes_back(works: Works) -> None:
    site = works.installed("loyal")
    first, second = order(site, "A", points=42, tier="gold"), order(site, "B", points=1)
    with site.env() as env:
        cup = env.add(model(site, "loyal.Reward")(name="Cup", order_id=first))
        env.flush()
        env.add(model(site, "loyal.Reward")(name="Pen", order_id=second, earlier_id=cup.id))
        env.add(model(site, "loyal.Reward")(name="Hat", order_id=first))
    steps = works.uninstalled("loyal")
    site = works.open("shop")
    assert "shop_order: points parked, bonus parked, tier parked, level parked" in steps
    assert "loyal_reward: parked with 3 rows" in steps
    assert steps[-1] == "noted as not installed: loyal"
    assert not plan(site)
    assert refused(site, state="held")
    third = order(site, "C")
    with site.env() as env:
        env.delete(env.one(model(site, "shop.Order"), second))
    back = works.cycle().plan_install("loyal")
    assert [(change.name, change.what) for change in back.addons if change.what != "stay"] == [("loyal", "bring back")]
    assert [(loss.name, loss.rows) for loss in back.losses] == [("loyal_reward", 1)]
    with pytest.raises(DeveloperError, match="--lose loyal_reward"):
        works.cycle().apply(back)
    works.cycle().apply(back, lose=["loyal_reward"])
    site = works.open("loyal")
    assert rows(site, "shop_order", "id", "points", "tier") == [(first, 42, "gold"), (third, 7, None)]
    assert rows(site, "loyal_reward", "id", "name", "order_id", "earlier_id") == [
        (1, "Cup", first, None),
        (3, "Hat", first, None),
    ]
    assert not plan(site)
    with site.env() as env:
        again = env.add(model(site, "loyal.Reward")(name="New", order_id=first))
        env.flush()
        assert again.id > 3


def test_parking_twice_keeps_both(works: Works) -> None:
    site = works.installed("loyal")
    order(site, "A", points=42)
    for _ in range(2):
        works.uninstalled("loyal")
        site = works.installed("loyal")
        assert rows(site, "shop_order", "number", "points") == [("A", 42)]


def test_a_value_that_only_the_leaving_addon_allows_stops_it_and_nothing_is_changed(works: Works) -> None:
    site = works.installed("loyal")
    order(site, "A", state="held")
    refusal = works.cycle().plan_uninstall("loyal")
    assert [(one.code, one.where, one.value) for one in refusal.blocking] == [
        ("lifecycle.value-in-use", "shop_order.state", "held")
    ]
    with pytest.raises(DeveloperError, match=r"1 records have a value in shop_order\.state"):
        works.cycle().apply(refusal)
    site = works.open("loyal")
    assert not plan(site)
    assert rows(site, "shop_order", "number", "state", "points") == [("A", "held", 7)]


def test_a_site_whose_addon_is_gone_from_the_settings_is_not_touched(works: Works) -> None:
    works.installed("loyal")
    with pytest.raises(DeveloperError) as caught:
        works.installed("shop")
    assert str(caught.value) == (
        "[install.left-out] the site has addons that it does not enable any more, or that could not be loaded\n"
        "  value:  'loyal'\n"
        "  remedy: enable them again (`tradewright doctor` says what is wrong with them), "
        "or park their data: tradewright addon uninstall loyal"
    )


def newer(works: Works, models: str, version: str = "1.1") -> Works:
    """The same database with another version of the addon shop, from another folder."""
    works.close()
    folder = works.workshop.folder.parent / f"newer{version}"
    folder.mkdir()
    workshop = Workshop(folder, f"{works.workshop.prefix}_newer")
    files = {"models.py": models, "access.toml": ACCESS.format("Order")}
    workshop.addon("shop", version=version, extra=ROLE, files=files)
    upgraded = Works(workshop, works.settings.database, folder)
    upgraded.settings = works.settings
    return upgraded


def test_an_upgrade_that_names_addons_is_refused_where_others_would_be_upgraded_along(works: Works) -> None:
    works.installed("shop", "loyal")
    works.close()
    folder = works.workshop.folder.parent / "newer"
    folder.mkdir()
    workshop = Workshop(folder, f"{works.workshop.prefix}_newer")
    for name, depends in (("shop", []), ("loyal", ["shop"])):
        workshop.addon(name, depends, version="1.1", extra=ROLE)
    upgraded = Works(workshop, works.settings.database, folder)
    upgraded.settings = works.settings
    upgraded.open("shop", "loyal")
    life = upgraded.cycle()
    assert [(one.code, one.addon) for one in life.plan_upgrade("shop").blocking] == [("lifecycle.not-named", "loyal")]
    assert life.plan_upgrade("shop").blocking[0].remedy == (
        "name it as well, or leave all names out: tradewright addon upgrade loyal shop"
    )
    with pytest.raises(DeveloperError) as caught:
        life.plan_upgrade("shup")
    assert (caught.value.code, caught.value.near) == ("lifecycle.not-installed", ("shop",))
    assert life.plan_upgrade("shop", "loyal").mark == life.plan_upgrade().mark
    life.apply(life.plan_upgrade("shop", "loyal")).close()
    upgraded.close()


def test_an_upgrade_adds_parks_and_notes_the_version(works: Works) -> None:
    site = works.installed("shop")
    order(site, "A")
    changed = ORDER.replace("number: Mapped[str] =", "code: Mapped[str | None] =").replace('"number"', '"code"')
    upgraded = newer(works, changed)
    site = upgraded.open("shop")
    assert next(step.says for step in plan(site).steps) == "shop_order: code added, number parked"
    install(site)
    assert rows(site, "shop_order", "code", "state") == [(None, "draft")]
    assert rows(site, "parked_shop_order_columns", "id", "number") == [(1, "A")]
    assert ("shop", "1.1") in rows(site, "core_installed_addon", "name", "installed_version")
    upgraded.close()


def test_a_new_required_field_without_a_default_is_refused_while_there_are_rows(works: Works) -> None:
    site = works.installed("shop")
    order(site, "A")
    upgraded = newer(works, ORDER + "        code: Mapped[str] = text()\n")
    site = upgraded.open("shop")
    with pytest.raises(DeveloperError) as caught:
        plan(site)
    assert str(caught.value) == (
        "[registry.no-filling] a new required field has no default for the rows that there are\n"
        "  addon:  shop\n"
        f"  where:  {works.workshop.prefix}_newer_shop.models.Order.code\n"
        "  value:  'code'\n"
        "  remedy: give the field a plain default, or make it optional"
    )
    upgraded.close()


def test_a_field_that_becomes_optional_or_public_is_followed(works: Works) -> None:
    site = works.installed("shop")
    order(site, "A")
    changed = ORDER.replace("number: Mapped[str]", "number: Mapped[str | None]").replace(
        'title="number"', 'title="number", public=True, versioned=True'
    )
    upgraded = newer(works, changed)
    site = upgraded.installed("shop")
    with site.env() as env:
        env.add(model(site, "shop.Order")())
    found = rows(site, "shop_order", "number", "version", "length(uid)")
    assert found[0] == ("A", 1, 32)
    assert found[1][:2] == (None, 1)
    upgraded.close()
