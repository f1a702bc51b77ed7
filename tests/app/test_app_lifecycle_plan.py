"""The life cycle of the shipped addons: what is shown is what is done, nothing is lost, two can't collide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.shop import confirm, customers, invoice, order, ship, stock_up
from tradewright.app import Site, open_site
from tradewright.app.gate import check
from tradewright.app.lifecycle import LifeCycle, LifePlan
from tradewright.app.lifecycle.lock import life_cycle_lock
from tradewright.app.lifecycle.parked import list_parked
from tradewright.app.lifecycle.rehearse import rehearse
from tradewright.base import DeveloperError
from tradewright.base.settings import SiteSettings
from tradewright.orm import select
from tradewright.registry import install as installing
from tradewright.registry.models import InstalledAddon, SiteState
from tradewright.registry.verify import verify
from tradewright.testing import Template
from tradewright.testing.schema import all_rows, schema_text
from tradewright.testing.sites import compositions

SHOP = ("stock", "account", "helpdesk", "einvoice")
CHANGING = ("core_installed_addon", "core_site_state", "core_audit_entry", "core_parked_table", "core_job")
MakeSite = Callable[..., Site]


def cycle(site: Site) -> LifeCycle:
    return LifeCycle(site, compositions())


def done(site: Site, plan: LifePlan) -> Site:
    return cycle(site).apply(plan)


@pytest.fixture
def shop(make_site: MakeSite) -> Site:
    """A shop without a portal, with an order that was shipped and one that waits."""
    site = make_site(Template(addons=(*SHOP, "sale")))
    with site.env() as env:
        products, (customer,) = stock_up(env, [5, 9]), customers(env, 1)
        first, _second = order(env, customer, products), order(env, customer, products, 9)
        confirm(env, first)
        ship(env, first)
    return site


def test_the_portal_comes_goes_and_comes_back_with_all_it_had(shop: Site) -> None:
    plan = cycle(shop).plan_install("b2b_portal")
    assert [(one.name, one.what) for one in plan.addons if one.what != "stay"] == [("b2b_portal", "install")]
    assert plan.brings[0].roles[0].startswith("b2b_portal.")
    assert "GET /portal/orders" in plan.brings[0].routes
    with_portal = done(shop, plan)
    _fill_portal(with_portal)
    schema, rows = schema_text(shop.database), all_rows(shop.database, without=CHANGING)
    left = done(with_portal, cycle(with_portal).plan_uninstall("b2b_portal"))
    assert "b2b_portal_cart" not in all_rows(shop.database)
    assert {row.addon for row in list_parked(left)} == {"b2b_portal"}
    with left.env(readonly=True) as env:
        assert not [one for one in verify(env, left.registry.units) if not one.notice]
    back = cycle(left).plan_install("b2b_portal")
    assert [(one.name, one.what) for one in back.addons if one.what != "stay"] == [("b2b_portal", "bring back")]
    assert back.losses == ()
    again = done(left, back)
    assert schema_text(shop.database) == schema
    assert all_rows(shop.database, without=CHANGING) == rows
    assert list_parked(again) == []


def _fill_portal(site: Site) -> None:
    """Invite somebody, and let their cart hold something."""
    model = {name: site.registry.model(name).cls for name in ("b2b_portal.Cart", "b2b_portal.CartLine", "base.User")}
    product: Any = site.registry.model("product.Product").cls
    partner: Any = site.registry.model("base.Partner").cls
    with site.env() as env:
        customer = env.scalars(select(partner).order_by(partner.id.desc()).limit(1)).one()
        article = env.scalars(select(product).order_by(product.id).limit(1)).one()
        user = env.add(model["base.User"](login="b@example.com", name="B", kind="staff", company=env.company))
        line = model["b2b_portal.CartLine"](product=article, quantity=Decimal(3))
        env.add(model["b2b_portal.Cart"](user=user, customer=customer, lines=[line]))


def test_a_plan_says_what_others_wait_for_and_how_many_rows_are_touched(make_site: MakeSite) -> None:
    site = make_site(Template(addons=("sale",)))
    with site.env() as env:
        customers(env, 3)
        partners = len(env.all(select(site.registry.model("base.Partner").cls)))
    plan = cycle(site).plan_install("account")
    touched = {step.table: step.rows for step in plan.steps if step.rows}
    assert touched["base_partner"] == partners >= 3
    assert plan.rows >= partners
    locks = {lock.table: lock.lock for lock in plan.locks}
    if site.database.sqlite:
        assert locks == {"*": "the file: writers wait, readers go on"}
    else:
        assert locks["base_partner"] == "ACCESS EXCLUSIVE"
        assert set(locks.values()) <= {"ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE", "ROW EXCLUSIVE"}
    assert plan.to_json()["mark"] == plan.mark


def test_planning_changes_nothing(shop: Site) -> None:
    before = schema_text(shop.database), all_rows(shop.database)
    assert cycle(shop).plan_install("b2b_portal")
    assert cycle(shop).plan_uninstall("helpdesk")
    assert not cycle(shop).plan_upgrade()
    assert (schema_text(shop.database), all_rows(shop.database)) == before


def test_another_plan_than_the_one_shown_is_not_applied(shop: Site) -> None:
    plan = cycle(shop).plan_install("b2b_portal")
    before = schema_text(shop.database)
    first = replace(plan.steps[0], sql=(*plan.steps[0].sql[:-1], "DROP TABLE sale_order"))
    with pytest.raises(DeveloperError, match="not what it was when it was shown") as caught:
        done(shop, replace(plan, steps=(first, *plan.steps[1:])))
    assert caught.value.code == "lifecycle.plan-changed"
    assert caught.value.value == plan.steps[0].sql[-1]
    assert schema_text(shop.database) == before


def test_what_is_executed_is_what_was_shown(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, ran = cycle(shop).plan_install("b2b_portal"), []

    def watched(connection: Any, statement: str) -> None:
        ran.append(statement)
        execute(connection, statement)

    execute = installing.execute
    monkeypatch.setattr(installing, "execute", watched)
    done(shop, plan)
    assert tuple(ran) == plan.statements


def test_two_administrators_can_not_collide(shop: Site) -> None:
    plan = cycle(shop).plan_install("b2b_portal")
    with life_cycle_lock(shop.database, shop.name), pytest.raises(DeveloperError, match="somebody else is changing"):
        done(shop, plan)
    done(shop, plan)  # the lock ends with its holder
    with pytest.raises(DeveloperError) as caught:
        done(shop, plan)
    assert caught.value.code == "lifecycle.plan-changed"


def test_what_others_depend_on_and_what_is_posted_stays(shop: Site) -> None:
    with shop.env() as env:
        order_model: Any = shop.registry.model("sale.Order").cls
        invoice(env, env.scalars(select(order_model.id).order_by(order_model.id).limit(1)).one())
    codes = {(one.code, one.addon) for one in cycle(shop).plan_uninstall("account").blocking}
    assert ("lifecycle.posted", "account") in codes
    assert ("lifecycle.needed", "einvoice") in codes
    with pytest.raises(DeveloperError) as caught:
        done(shop, cycle(shop).plan_uninstall("account", "einvoice"))
    assert caught.value.code == "lifecycle.refused"
    assert "posted and have to be kept" in str(caught.value)


def test_an_addon_that_fails_while_it_is_installed_leaves_the_site_as_it_was(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = cycle(shop).plan_install("b2b_portal")
    before = schema_text(shop.database), all_rows(shop.database)

    def fails(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(installing, "load_data", fails)
        with pytest.raises(ZeroDivisionError):
            done(shop, plan)
    assert (schema_text(shop.database), all_rows(shop.database)) == before
    done(shop, plan)


def test_a_rehearsal_reports_and_leaves_the_site_alone(shop: Site) -> None:
    before = schema_text(shop.database), all_rows(shop.database)
    plan = cycle(shop).plan_install("b2b_portal")
    report = rehearse(cycle(shop), plan)
    assert report.violations == ()
    assert report.statements == len(plan.statements) > 0
    assert (schema_text(shop.database), all_rows(shop.database)) == before
    done(shop, plan)


def _gate(site: Site) -> str | None:
    try:
        check(site)
    except DeveloperError as error:
        return error.code
    return None


def test_the_gate_opens_only_where_code_and_tables_fit(shop: Site) -> None:
    assert _gate(shop) is None
    assert _gate(shop.with_composition(compositions().get([*SHOP, "sale", "b2b_portal"]))) == "lifecycle.code-newer"

    def note(**values: Any) -> None:
        with shop.env() as env:
            env.update_where(SiteState, values=values)

    note(phase="upgrade")
    assert _gate(shop) == "lifecycle.interrupted"
    for digest in ("another", ""):
        note(phase=None, digest=digest)
        assert _gate(shop) == "lifecycle.tables-differ"
    assert cycle(shop).plan_upgrade().steps == ()
    shop = done(shop, cycle(shop).plan_upgrade())
    assert _gate(shop) is None
    assert not cycle(shop).plan_upgrade()
    for version, code in (("0.9", "lifecycle.code-newer"), ("9.0", "lifecycle.code-older")):
        with shop.env() as env:
            env.update_where(InstalledAddon, env[InstalledAddon].name == "sale", values={"installed_version": version})
        assert _gate(shop) == code


def test_the_gate_refuses_a_site_that_nobody_made(tmp_path: Path) -> None:
    site = open_site(SiteSettings("new", f"sqlite:///{tmp_path}/new.sqlite"), compositions().get(["base"]))
    assert _gate(site) == "lifecycle.not-made"
    site.close()
