"""The cart asks for the references that the customer's e-invoices have to name."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tradewright.orm import select
from tradewright_base.models.partner import Partner
from tradewright_sale.models.order import Order

if TYPE_CHECKING:
    from tradewright_b2b_portal.testing import Shop
    from tradewright_einvoice.extends.partner import RecipientPartner

pytestmark = pytest.mark.addons("b2b_portal", "einvoice", "stock", "account", "helpdesk")
LEITWEG = "04011000-12345-67"


def test_the_portal_asks_before_it_takes_an_order(shop: Shop) -> None:
    with shop.site.env() as env:
        customer = cast("RecipientPartner", env.one(Partner, shop.customer))
        customer.einvoice_profile, customer.requires_order_number = "xrechnung", True
    browser = shop.browse(shop.buyer)
    browser.get("/portal/pad")
    browser.submit({"lines": "AB-1 3"}, action="/portal/pad")
    browser.get("/portal/cart")
    assert "Your invoice is sorted by it" in browser.text
    browser.submit({"reference": "", "buyer_reference": ""}, action="/portal/cart/order")
    assert browser.status == 422
    assert 'id="f-buyer_reference-error"' in browser.text
    assert 'id="f-reference-error"' in browser.text
    browser.submit({"reference": "PO-1", "buyer_reference": LEITWEG}, action="/portal/cart/order")
    assert browser.address.startswith("/portal/orders/")
    with shop.site.env() as env:
        (found,) = env.all(select(env[Order]))
        assert (found.state, found.reference, found.buyer_reference) == ("confirmed", "PO-1", LEITWEG)


def test_the_portal_fills_in_what_is_always_the_same(shop: Shop) -> None:
    with shop.site.env() as env:
        customer = cast("RecipientPartner", env.one(Partner, shop.customer))
        customer.requires_buyer_reference, customer.buyer_reference = True, LEITWEG
    browser = shop.browse(shop.buyer)
    browser.get("/portal/pad")
    browser.submit({"lines": "AB-1 3"}, action="/portal/pad")
    browser.get("/portal/cart")
    browser.submit({}, action="/portal/cart/order")
    assert browser.address.startswith("/portal/orders/")
    with shop.site.env() as env:
        (found,) = env.all(select(env[Order]))
        assert found.buyer_reference == LEITWEG
