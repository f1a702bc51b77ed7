"""Which price a customer pays, each rule as a sentence."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tradewright.base import NotFound
from tradewright.orm import Env
from tradewright.testing import count_statements
from tradewright_base.models.partner import Partner
from tradewright_base.testing import PartnerFactory, currency
from tradewright_product.models.product import Product
from tradewright_product.services.pricing import Quote, Want, price_lines
from tradewright_product.testing import PriceFactory, ProductFactory, tax

pytestmark = pytest.mark.addons("base", "product")


def quote(env: Env, customer: Partner | None, product: Product, quantity: str = "1", days: int = 0) -> Quote:
    wants = [Want(product.id, Decimal(quantity))]
    return price_lines(env, customer, wants, env.today + timedelta(days=days))[0]


def test_without_any_agreement_a_customer_pays_the_list_price(
    env: Env, partners: PartnerFactory, products: ProductFactory
) -> None:
    found = quote(env, partners.customer(), products.goods("12.50"))
    assert (found.list_price, found.unit_price, found.discount) == (Decimal("12.50"), Decimal("12.50"), Decimal(0))
    assert found.campaign_id is None
    assert found.currency_id == env.company.currency_id


def test_a_price_of_the_customer_wins_over_its_price_list(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, prices_of_group = products.goods("10.00"), prices.price_list()
    customer = partners.customer(price_list=prices_of_group)
    prices.entry(prices_of_group, product=product, price="8.00")
    assert quote(env, customer, product).unit_price == Decimal("8.00")
    prices.entry(customer, product=product, price="9.00")
    assert quote(env, customer, product).unit_price == Decimal("9.00")
    assert quote(env, partners.customer(), product).unit_price == Decimal("10.00")


def test_the_largest_quantity_that_is_reached_gives_the_price(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, prices_of_group = products.goods("10.00"), prices.price_list()
    customer = partners.customer(price_list=prices_of_group)
    for quantity, price in (("10", "9.00"), ("100", "7.50"), ("50", "8.00")):
        prices.entry(prices_of_group, product=product, min_quantity=quantity, price=price)
    paid = [quote(env, customer, product, quantity).unit_price for quantity in ("9.999999", "10", "49", "50", "1000")]
    assert paid == [Decimal(price) for price in ("10.00", "9.00", "9.00", "8.00", "7.50")]


def test_a_product_comes_before_its_category_and_a_near_category_before_a_farther_one(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    tools = products.category("Tools")
    drills = products.category("Drills", tools)
    bits = products.category("Bits", drills)
    product, prices_of_group = products.goods("100.00", category=bits), prices.price_list()
    customer = partners.customer(price_list=prices_of_group)
    expected = []
    for entry, price in (
        ({"discount": "1"}, "99.00"),
        ({"category": tools, "discount": "2"}, "98.00"),
        ({"category": drills, "discount": "3"}, "97.00"),
        ({"category": bits, "discount": "4"}, "96.00"),
        ({"product": product, "discount": "5"}, "95.00"),
    ):
        prices.entry(prices_of_group, **entry)
        expected.append((quote(env, customer, product).unit_price, Decimal(price)))
    assert [paid for paid, _ in expected] == [price for _, price in expected]


def test_an_entry_holds_from_its_first_to_its_last_day(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, customer = products.goods("10.00"), partners.customer()
    starts, ends = env.today, env.today + timedelta(days=2)
    prices.entry(customer, product=product, price="6.00", starts=starts, ends=ends)
    paid = [quote(env, customer, product, days=day).unit_price for day in (-1, 0, 2, 3)]
    assert paid == [Decimal(price) for price in ("10.00", "6.00", "6.00", "10.00")]


def test_the_entry_that_started_last_wins_over_an_older_one(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, customer = products.goods("10.00"), partners.customer()
    prices.entry(customer, product=product, price="7.00", starts=env.today - timedelta(days=3))
    prices.entry(customer, product=product, price="8.00")
    assert quote(env, customer, product).unit_price == Decimal("7.00")


def test_contacts_buy_at_the_prices_of_their_account(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, customer = products.goods("10.00"), partners.customer()
    prices.entry(customer, product=product, price="7.00")
    assert quote(env, partners.contact(customer), product).unit_price == Decimal("7.00")


def test_an_inactive_price_list_no_longer_counts(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    product, prices_of_group = products.goods("10.00"), prices.price_list()
    prices.entry(prices_of_group, product=product, price="8.00")
    customer = partners.customer(price_list=prices_of_group)
    prices_of_group.active = False
    assert quote(env, customer, product).unit_price == Decimal("10.00")


def test_a_discount_is_rounded_to_the_currency_or_as_fine_as_the_list_price(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    coarse, fine, customer = products.goods("9.99"), products.goods("0.0345"), partners.customer()
    prices.entry(customer, discount="12.5")
    assert quote(env, customer, coarse).unit_price == Decimal("8.74")
    assert quote(env, customer, fine).unit_price == Decimal("0.0302")


def test_prices_come_in_the_currency_of_the_price_list(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    crowns, product = currency(env, "DKK"), products.goods("10.00")
    in_crowns = prices.price_list(currency=crowns, rate=Decimal("7.46"))
    customer = partners.customer(in_country="DK", price_list=in_crowns)
    prices.entry(customer, product=product, price="5.00")  # agreed in euros, so it can't be a price in crowns
    found = quote(env, customer, product)
    assert (found.currency_id, found.list_price, found.unit_price) == (crowns.id, Decimal("74.60"), Decimal("74.60"))
    entry = prices.entry(in_crowns, product=product, price="70.00")
    assert entry.currency is crowns
    assert quote(env, customer, product).unit_price == Decimal("70.00")


def test_a_product_that_does_not_exist_has_no_price(env: Env, partners: PartnerFactory) -> None:
    with pytest.raises(NotFound, match=r"Product 999999 does not exist: choose another one\."):
        price_lines(env, partners.customer(), [Want(999999, Decimal(1))], env.today)


@pytest.mark.parametrize(("country", "vat", "expected"), [("DE", None, "S"), ("NL", "NL004495445B01", "K")])
def test_the_tax_follows_the_customers_country_and_vat_number(
    env: Env, partners: PartnerFactory, products: ProductFactory, *, country: str, vat: str | None, expected: str
) -> None:
    found = quote(env, partners.customer(in_country=country, vat=vat), products.goods())
    assert found.tax_id == {"S": tax(env), "K": tax(env, "0", "K")}[expected].id


def test_a_private_customer_of_another_eu_country_pays_the_tax_of_the_product(
    env: Env, partners: PartnerFactory, products: ProductFactory
) -> None:
    assert quote(env, partners.customer(in_country="FR"), products.goods()).tax_id == tax(env).id


def test_a_customer_outside_the_union_pays_no_tax(env: Env, partners: PartnerFactory, products: ProductFactory) -> None:
    assert quote(env, partners.customer(in_country="CH"), products.goods()).tax_id == tax(env, "0", "G").id


def test_a_thousand_lines_cost_the_statements_of_ten(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    category, prices_of_group = products.category(), prices.price_list()
    customer = partners.customer(price_list=prices_of_group)
    many: list[Any] = [products.goods(category=category) for _ in range(100)]
    for product in many:
        prices.entry(prices_of_group, product=product, price="9.00")
    prices.campaign("5", products=many[:50])
    prices.campaign("3", categories=[category])
    env.flush()
    wants = [Want(product.id, Decimal(quantity)) for product in many for quantity in range(1, 11)]
    with count_statements(env) as few:
        price_lines(env, customer, wants[:10], env.today)
    with count_statements(env) as lots:
        quotes = price_lines(env, customer, wants, env.today)
    assert len(quotes) == 1000
    assert len(lots) <= len(few) <= 10
