"""References that customers demand on their e-invoices are asked for while the order is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tradewright.testing.client import browser_for
from tradewright_base.testing import PartnerFactory, UserFactory
from tradewright_sale.models.order import Order
from tradewright_sale.testing import OrderFactory

if TYPE_CHECKING:
    from typing import Any

    from tradewright.app import Site
    from tradewright.orm import Env

pytestmark = pytest.mark.addons("einvoice", "sale")
LEITWEG = "04011000-12345-67"


def order(env: Env, wishes: dict[str, Any], **values: Any) -> Order:
    """A quotation to a customer with wishes."""
    return OrderFactory(env).draft(customer=PartnerFactory(env).customer(**wishes), **values)


@pytest.mark.parametrize(
    ("wishes", "values", "reasons"),
    [
        ({}, {}, []),
        ({"requires_order_number": True}, {}, ["order number"]),
        ({"requires_order_number": True}, {"reference": "PO-1"}, []),
        ({"einvoice_profile": "xrechnung"}, {}, ["Leitweg-ID"]),
        ({"einvoice_profile": "xrechnung"}, {"buyer_reference": LEITWEG}, []),
        ({"einvoice_profile": "xrechnung", "buyer_reference": LEITWEG}, {}, []),
        ({"requires_buyer_reference": True, "requires_order_number": True}, {}, ["order number", "Leitweg-ID"]),
        ({"einvoice_profile": "none", "requires_order_number": True}, {}, []),
    ],
)
def test_an_order_without_a_demanded_reference_waits(
    env: Env, wishes: dict[str, Any], values: dict[str, Any], reasons: list[str]
) -> None:
    found = order(env, wishes)
    for name, value in values.items():
        setattr(found, name, value)
    env[Order].confirm(env, [found])
    assert found.state == ("on_hold" if reasons else "confirmed")
    lines = (found.hold_reason or "").splitlines()
    assert len(lines) == len(reasons)
    assert all(word in line for word, line in zip(reasons, lines, strict=True))


def test_the_order_form_asks_at_the_fields(site: Site) -> None:
    with site.env() as env:
        number = order(env, {"einvoice_profile": "xrechnung"}).id
        anna = UserFactory(env).staff("sale.user").id
    browser = browser_for(site)
    browser.sign_in_as(anna)
    page = f"/office/sale.Order/{number}"
    browser.get(page)
    assert f'href="{page}/edit#f-v.buyer_reference"' in browser.text
    browser.get(f"{page}/edit")
    browser.submit({"v.buyer_reference": LEITWEG}, action=f"{page}/edit")
    assert "Leitweg-ID" not in browser.text
