"""The page of an order in the back office: a line says once what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tradewright.testing.client import browser_for
from tradewright_base.models.user import User, UserRole
from tradewright_sale.services.place import Item
from tradewright_sale.testing import OrderFactory

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.testing.client import Browser

pytestmark = pytest.mark.addons("sale")


def _page(site: Site, *, language: str = "en", description: str = "", edit: bool = False) -> Browser:
    """The page of an order over bolts, seen by a salesperson."""
    with site.env() as env:
        orders = OrderFactory(env)
        bolt = orders.products.goods("2.00", name={"": "Bolt", "de": "Schraube"}, pack_size=1)
        order = orders.draft(Item(bolt.id, 2))  # type: ignore[arg-type]  # an int is an exact quantity
        if description:
            order.lines[0].description = description
        seller = env.add(
            env[User](
                login="s@example.org",
                name="Sam",
                company=env.company,
                language=language,
                roles=[env[UserRole](role="sale.user")],
            )
        )
        env.flush()
        if not edit:
            env[type(order)].confirm(env, [order])
        user_id, order_id = seller.id, order.id
    browser = browser_for(site)
    browser.sign_in_as(user_id)
    browser.get(f"/office/sale.Order/{order_id}{'/edit' if edit else ''}")
    return browser


@pytest.mark.parametrize(("language", "name"), [("en", "Bolt"), ("de", "Schraube")])
def test_a_description_that_is_the_products_name_in_any_language_is_not_repeated(
    site: Site, language: str, name: str
) -> None:
    browser = _page(site, language=language)
    assert f"] {name}" in browser.text
    assert 'class="under"' not in browser.text


def test_a_description_of_its_own_stands_quietly_below_the_product(site: Site) -> None:
    browser = _page(site, description="Bolt, cut to 40 mm")
    assert '<span class="under">Bolt, cut to 40 mm</span>' in browser.text


def test_a_description_is_a_field_of_its_own_while_the_order_is_changed(site: Site) -> None:
    browser = _page(site, edit=True)
    assert 'value="Bolt"' in browser.text


def test_quantities_stand_with_the_short_form_of_their_unit(site: Site) -> None:
    assert "2\N{NO-BREAK SPACE}Stk." in _page(site, language="de").text
