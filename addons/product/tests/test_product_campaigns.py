"""Campaigns: who gets them, on what, and when."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.orm import Env
from tradewright_base.models.partner import Partner
from tradewright_base.testing import PartnerFactory, refusal
from tradewright_product.models.product import Product
from tradewright_product.services.pricing import Want, price_lines, running_campaigns
from tradewright_product.testing import PriceFactory, ProductFactory

pytestmark = pytest.mark.addons("base", "product")


def discount(env: Env, customer: Partner | None, product: Product, days: int = 0) -> Decimal:
    return price_lines(env, customer, [Want(product.id, Decimal(1))], env.today + timedelta(days=days))[0].discount


def test_a_campaign_for_everybody_gives_its_discount_on_everything(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    campaign, product = prices.campaign("10"), products.goods("80.00")
    (quote,) = price_lines(env, partners.customer(), [Want(product.id, Decimal(3))], env.today)
    assert (quote.unit_price, quote.discount, quote.campaign_id) == (Decimal("80.00"), Decimal(10), campaign.id)
    assert quote.net_price == Decimal("72.00")
    assert discount(env, None, product) == 10


def test_a_campaign_runs_from_its_first_to_its_last_day(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    prices.campaign("10", starts=env.today, ends=env.today + timedelta(days=2))
    customer, product = partners.customer(), products.goods()
    assert [discount(env, customer, product, day) for day in (-1, 0, 2, 3)] == [0, 10, 10, 0]


def test_a_campaign_that_is_switched_off_gives_nothing(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    prices.campaign("10", active=False)
    assert discount(env, partners.customer(), products.goods()) == 0


def test_only_chosen_customers_get_their_campaign_and_with_them_their_contacts(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    chosen, other, product = partners.customer(), partners.customer(), products.goods()
    campaign = prices.campaign("10", customers=[chosen])
    contact = partners.contact(chosen)
    assert [discount(env, customer, product) for customer in (chosen, contact, other, None)] == [10, 10, 0, 0]
    assert [running_campaigns(env, customer, env.today) for customer in (contact, other)] == [[campaign], []]


def test_a_campaign_on_a_category_covers_what_is_below_it(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    lighting = products.category("Lighting")
    below = products.goods(category=products.category("Tubes", lighting))
    beside, chosen = products.goods(category=products.category("Cables")), products.goods()
    prices.campaign("10", categories=[lighting], products=[chosen])
    customer = partners.customer()
    assert [discount(env, customer, product) for product in (below, beside, chosen)] == [10, 0, 10]


def test_of_several_campaigns_the_highest_discount_counts_and_of_equal_ones_the_oldest(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product = products.goods()
    prices.campaign("5")
    oldest = prices.campaign("15", products=[product])
    prices.campaign("15")
    (quote,) = price_lines(env, partners.customer(), [Want(product.id, Decimal(1))], env.today)
    assert (quote.discount, quote.campaign_id) == (Decimal(15), oldest.id)


def test_a_campaign_comes_on_top_of_an_agreement(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, customer = products.goods("10.00"), partners.customer()
    prices.entry(customer, product=product, price="8.00")
    prices.campaign("50")
    (quote,) = price_lines(env, customer, [Want(product.id, Decimal(1))], env.today)
    assert (quote.list_price, quote.unit_price, quote.net_price) == (Decimal(10), Decimal(8), Decimal(4))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"discount": "0"}, "The discount of a campaign is above 0 %."),
        ({"discount": "100.5"}, "Discount is at most 100."),
        ({"days": -3}, "The campaign ends before it starts: correct one of the dates."),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(site: Site, values: dict[str, Any], sentence: str) -> None:
    def begin(env: Env) -> None:
        more = {"ends": env.today + timedelta(days=values["days"])} if "days" in values else {}
        PriceFactory(env).campaign(values.get("discount", "10"), **more)

    assert refusal(site, begin) == sentence
