"""Buying: the cart, the order on account, and what must not happen twice or to others."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import pytest

from tradewright.base import Forbidden, NotFound
from tradewright.jobs.embedded import run_all
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright_b2b_portal.extends.order import PortalOrder
from tradewright_b2b_portal.models.cart import CartLine
from tradewright_b2b_portal.models.notification import Notification
from tradewright_base.models.address import Address
from tradewright_product.models.product import Product
from tradewright_sale.models.order import Order

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.testing.client import Browser
    from tradewright_b2b_portal.testing import Shop
    from tradewright_stock.bridges.sale.extends.order import StockOrder

pytestmark = pytest.mark.addons("b2b_portal", "stock", "account", "helpdesk")


def _fill(browser: Browser, lines: str) -> None:
    browser.get("/portal/pad")
    browser.submit({"lines": lines}, action="/portal/pad")


def _order(browser: Browser, lines: str = "AB-1 3\nAB-3 20") -> str:
    _fill(browser, lines)
    browser.get("/portal/cart")
    browser.submit({"reference": "PO-1"}, action="/portal/cart/order")
    assert browser.address.startswith("/portal/orders/"), browser.text
    return browser.address


def _orders(site: Site) -> list[tuple[str, Decimal, str]]:
    with site.env() as env:
        return [(one.state, one.untaxed, one.channel) for one in env.all(select(env[Order]).order_by(env[Order].id))]


def test_what_is_in_the_cart_becomes_an_order_at_the_servers_prices(shop: Shop) -> None:
    _order(shop.browse(shop.buyer))
    assert _orders(shop.site) == [("confirmed", Decimal("31.97"), "portal")]
    with shop.site.env() as env:
        assert env.all(select(env[CartLine])) == []
        assert list(verify(env, shop.site.composition.units)) == []


def test_the_same_order_sent_twice_is_one_order(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-1 3")
    browser.get("/portal/cart")
    form = browser.form("/portal/cart/order")
    fields = dict(form.fields)
    first = browser.post("/portal/cart/order", fields, follow=False)
    second = browser.post("/portal/cart/order", fields, follow=False)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(_orders(shop.site)) == 1


def test_a_second_tab_finds_the_cart_ordered_already(shop: Shop) -> None:
    browser, tab = shop.browse(shop.buyer), shop.browse(shop.buyer)
    _fill(browser, "AB-1 3")
    tab.get("/portal/cart")
    browser.get("/portal/cart")
    browser.submit({}, action="/portal/cart/order")
    answer = tab.submit({}, action="/portal/cart/order")
    assert answer.status_code == 409
    assert "may have been ordered already" in tab.text
    assert len(_orders(shop.site)) == 1


def test_a_cart_that_changed_in_another_tab_is_shown_before_it_is_ordered(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-1 3")
    browser.get("/portal/cart")
    fields = {**dict(browser.form("/portal/cart/order").fields), "note": "Ring twice"}
    _fill(shop.browse(shop.buyer), "AB-2 1")
    answer = browser.post("/portal/cart/order", fields)
    assert answer.status_code == 409
    assert "have changed since this page was opened" in browser.text
    assert "Ring twice" in browser.text
    assert _orders(shop.site) == []


def test_a_price_that_changed_meanwhile_is_shown_before_it_is_paid(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-1 3")
    browser.get("/portal/cart")
    with shop.site.env() as env:
        env.one(Product, shop.products[0]).list_price = Decimal(20)
    assert browser.submit({}, action="/portal/cart/order").status_code == 409


def test_an_article_withdrawn_meanwhile_is_named_and_not_ordered(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-1 3")
    with shop.site.env() as env:
        env.one(Product, shop.products[0]).active = False
    browser.get("/portal/cart")
    assert "This article is no longer sold: remove it." in browser.text
    assert browser.submit({}, action="/portal/cart/order").status_code == 422
    assert _orders(shop.site) == []


def test_the_client_has_no_say_in_prices_customers_or_states(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-1 3")
    for extra in ({"total": "1"}, {"customer": str(shop.other)}, {"state": "done"}, {"unit_price": "0.01"}):
        browser.get("/portal/cart")
        fields = {**dict(browser.form("/portal/cart/order").fields), **extra}
        assert browser.post("/portal/cart/order", fields).status_code == 400, extra
    assert _orders(shop.site) == []


def test_an_address_is_added_to_the_own_company_only(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    typed = {"name": "Dock 4", "street": "Hafen 1", "zip": "20457", "city": "Hamburg", "country": "DE"}
    browser.get("/portal/company")
    fields = {**dict(browser.form("/portal/company/addresses").fields), **typed}
    assert browser.post("/portal/company/addresses", {**fields, "partner_id": str(shop.other)}).status_code == 400
    browser.get("/portal/company")
    browser.submit(typed, action="/portal/company/addresses")
    with shop.site.env() as env:
        assert [one.partner_id for one in env.all(select(env[Address]))] == [shop.customer]


def test_nothing_of_another_company_is_there(shop: Shop) -> None:
    """Ids swapped to those of somebody else answer as ids that nobody has, byte for byte."""
    address = _order(shop.browse(shop.rival))
    uid = address.rpartition("/")[2]
    with shop.site.env() as env:
        shipment = cast("StockOrder", env.all(select(env[Order]))[0]).shipments[0].uid
        line = env.all(select(env[Order]))[0].lines[0].id
    browser = shop.browse(shop.buyer)
    for path in (
        f"/portal/orders/{uid}",
        f"/portal/shipments/{shipment}",
        f"/portal/invoices/{uid}",
        f"/portal/invoices/{uid}.json",
        f"/portal/tickets/{uid}",
        f"/portal/tickets/{uid}/files/{uid}",
        f"/portal/tickets/new?order={uid}",
        f"/portal/tickets/new?order={uid}&line={line}",
        f"/portal/tickets/new?shipment={shipment}",
    ):
        foreign = _plain(browser.get(path))
        nobodys = _plain(browser.get(path.replace(uid, "AAAAAAAAAAAAAAAA").replace(shipment, "AAAAAAAAAAAAAAAA")))
        assert foreign == nobodys, path
    for action in ("reorder", "accept"):
        browser.get("/portal/notifications")
        fields = {"csrf_token": browser.csrf_token(), "idempotency_key": f"key-{action}-0123456789"}
        assert browser.post(f"/portal/orders/{uid}/{action}", fields).status_code == 404
    for path in ("/portal", "/portal/orders", "/portal/shipments", "/portal/invoices", "/portal/account"):
        browser.get(path)
        assert uid not in browser.text
        assert shipment not in browser.text


def _plain(response: object) -> tuple[int, str]:
    """The answer without what is different each time: its reference and its tokens."""
    status, text = response.status_code, response.text  # type: ignore[attr-defined]
    return status, re.sub(r"<(code|meta)[^>]*>[^<]*|[0-9a-f]{12}", "", text)


def test_lines_of_another_cart_do_not_change(shop: Shop) -> None:
    _fill(shop.browse(shop.rival), "AB-1 3")
    with shop.site.env() as env:
        (line,) = env.all(select(env[CartLine]))
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-2 1")
    browser.get("/portal/cart")
    browser.submit({f"quantity.{line.id}": "99", "remove": str(line.id)}, action="/portal/cart")
    with shop.site.env() as env:
        assert env.one(CartLine, line.id).quantity == 3


def test_a_buyer_has_no_right_to_what_staff_does_with_orders(shop: Shop) -> None:
    _order(shop.browse(shop.rival))
    with shop.site.env() as env:
        order = env.all(select(env[Order]))[0]

    def refused(act: str, error: type[Exception]) -> None:
        def run(env: Env) -> None:
            with env.elevate("the record itself; the operation is asked as the buyer"):
                found = env.one(PortalOrder, order.id)
            getattr(env[PortalOrder], act)(env, [found])

        with pytest.raises(error):
            shop.site.run(run, shop.actor(shop.buyer))

    for act in ("confirm", "release", "cancel", "close", "send"):
        refused(act, Forbidden)
    for act in ("place", "accept_quotation"):
        refused(act, NotFound)


def test_costs_and_levels_reach_no_buyer(shop: Shop) -> None:
    from tradewright_stock.models.level import StockLevel

    with shop.site.env(shop.actor(shop.buyer), readonly=True) as env:
        with pytest.raises(Forbidden):
            env.all(select(env[Product].cost))
        with pytest.raises(Forbidden):
            env.all(select(env[StockLevel]))
        assert env.all(select(env[Product].sku).order_by(env[Product].sku)) == ["AB-1", "AB-2", "AB-3"]


def test_each_buyer_is_told_once_in_the_own_language(shop: Shop) -> None:
    _order(shop.browse(shop.buyer))
    run_all(shop.site)
    run_all(shop.site)
    with shop.site.env() as env:
        told = env.execute(
            select(env[Notification].user_id, env[Notification].kind).order_by(env[Notification].user_id)
        ).all()
    mails = shop.mails()
    assert [tuple(row) for row in told] == [(shop.buyer, "order_confirmed"), (shop.colleague, "order_confirmed")]
    assert [one.language for one in mails] == ["en", "de"]
    assert "SO-2026-00001" in mails[0].subject


def test_strangers_and_staff_do_not_see_the_portal(shop: Shop) -> None:
    assert shop.browse(shop.seller).get("/portal").status_code == 404
    from tradewright.testing.client import browser_for

    assert browser_for(shop.site).get("/portal/orders", follow=False).status_code == 303


@pytest.mark.parametrize("language", ["de", "zh_Hans"])
def test_every_page_is_shown_in_other_languages(shop: Shop, language: str) -> None:
    from tradewright_base.models.user import User

    address = _order(shop.browse(shop.buyer))
    with shop.site.env() as env:
        env.one(User, shop.buyer).language = language
    browser = shop.browse(shop.buyer)
    _fill(browser, "AB-1 3\nXX-1 2")
    for path in (
        "/portal",
        "/portal/catalogue",
        "/portal/pad",
        "/portal/cart",
        "/portal/orders",
        address,
        "/portal/shipments",
        "/portal/invoices",
        "/portal/account",
        "/portal/company",
        "/portal/notifications",
        "/portal/tickets",
        "/portal/tickets/new",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert f'lang="{language.replace("_", "-")}"' in browser.text
