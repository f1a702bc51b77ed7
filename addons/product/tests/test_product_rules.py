"""Rules of single records: products, prices, categories, taxes."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing.sites import compositions
from tradewright_base.testing import PartnerFactory, currency, refusal
from tradewright_product.models.pricing import PriceItem
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.testing import PriceFactory, ProductFactory, unit

pytestmark = pytest.mark.addons("base", "product")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"price": "-1"}, "List price is at least 0."),
        ({"pack_size": 0}, "A pack size is greater than 0."),
        ({"min_order": -1}, "Smallest order is at least 0."),
    ],
)
def test_a_product_with_impossible_figures_is_refused(site: Site, values: dict[str, Any], sentence: str) -> None:
    assert refusal(site, lambda env: ProductFactory(env).goods(**values)) == sentence


def test_an_article_number_is_given_once(site: Site) -> None:
    def twice(env: Env) -> None:
        ProductFactory(env).goods(sku="A-1")
        ProductFactory(env).goods(sku="A-1")

    assert refusal(site, twice) == "There is already a record with this value."


@pytest.mark.parametrize(
    ("pack", "least", "smallest"), [("1", "0", "1"), ("12", "0", "12"), ("12", "13", "24"), ("2.5", "5", "5")]
)
def test_the_smallest_quantity_is_whole_packs(products: ProductFactory, pack: str, least: str, smallest: str) -> None:
    product = products.goods(pack_size=Decimal(pack), min_order=Decimal(least))
    assert product.smallest_quantity == Decimal(smallest)


def test_a_product_is_found_by_article_number_name_and_barcode(site: Site) -> None:
    assert site.registry.model("product.Product").search == ("sku", "name", "barcode")


def test_a_category_that_would_be_part_of_itself_is_refused(site: Site) -> None:
    def circle(env: Env) -> None:
        products = ProductFactory(env)
        top = products.category("Top")
        below = products.category("Below", products.category("Middle", top))
        top.parent = below

    assert refusal(site, circle).endswith("would be part of itself: choose another category.")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"price": "1", "discount": "1"}, "Fill in a price or a discount, not both."),
        ({}, "Fill in a price or a discount, not both."),
        ({"price": "1", "product": None}, "A price is for one product: for several products give a discount."),
        ({"discount": "101"}, "Discount on the list price is at most 100."),
        ({"price": "-0.01"}, "Price is at least 0."),
    ],
)
def test_a_price_that_says_too_much_or_too_little_is_refused(site: Site, values: dict[str, Any], sentence: str) -> None:
    def enter(env: Env) -> None:
        prices = PriceFactory(env)
        prices.entry(prices.price_list(), **{"product": ProductFactory(env).goods(), **values})

    assert refusal(site, enter) == sentence


def test_a_price_belongs_to_a_list_or_to_a_customer(site: Site) -> None:
    def enter(env: Env) -> None:
        prices = PriceFactory(env).price_list()
        env.add(env[PriceItem](price_list=prices, customer=PartnerFactory(env).customer(), discount=Decimal(5)))

    assert refusal(site, enter) == "A price belongs to a price list or to a customer: fill in one of the two."


def test_an_entry_takes_the_currency_of_its_list_and_an_agreement_that_of_the_company(
    env: Env, partners: PartnerFactory, products: ProductFactory, prices: PriceFactory
) -> None:
    in_francs = prices.price_list(currency=currency(env, "CHF"))
    entry = prices.entry(in_francs, product=products.goods(), price="5")
    agreement = prices.entry(partners.customer(), product=products.goods(), price="5")
    assert (entry.currency.code, agreement.currency.code) == ("CHF", "EUR")


@pytest.mark.parametrize(("category", "rate"), [("S", 0), ("K", 19), ("E", 7)])
def test_only_a_standard_tax_has_a_rate(site: Site, category: str, rate: int) -> None:
    def add(env: Env) -> None:
        env.add(env[Tax](name="Tax", category=category, rate=rate))

    assert refusal(site, add) == "A standard tax has a rate above 0 %, every other category has 0 %."


def test_the_units_of_the_data_convert_as_everybody_knows(env: Env) -> None:
    def convert(quantity: str, source: str, target: str) -> Decimal:
        return unit(env, source).convert(Decimal(quantity), unit(env, target))

    assert convert("2.5", "KGM", "GRM") == 2500
    assert convert("1250", "MMT", "MTR") == Decimal("1.25")
    assert convert("3", "CEN", "H87") == 300
    assert convert("90", "MIN", "HUR") == Decimal("1.5")
    assert convert("0.75", "LTR", "MLT") == 750


def test_german_taxes_are_there_with_what_replaces_them_abroad(env: Env) -> None:
    found = {(tax.category, tax.rate) for tax in env.scalars(select(env[Tax]))}
    assert found == {
        ("S", Decimal(19)),
        ("S", Decimal(7)),
        *((category, Decimal(0)) for category in ("Z", "K", "G", "AE")),
    }


def test_names_are_read_in_the_language_of_the_reader(site: Site) -> None:
    with site.env() as env:
        number = ProductFactory(env).goods(name={"": "Hammer", "de": "Hammer", "zh_Hans": "锤子"}).id
    with site.env(language="zh_Hans", readonly=True) as env:
        assert env.one(Product, number).name == "锤子"
        assert env.one(Product, number).uom.name == "件"


def test_the_demonstration_has_an_assortment_and_breaks_no_rule(make_site: Callable[..., Site]) -> None:
    from tradewright.testing import Template

    site = make_site(Template(addons=("base", "product"), demo=True))
    with site.env(readonly=True) as env:
        assert len(env.all(select(env[Product].id))) >= 190
        assert list(verify(env, site.composition.units)) == []


@pytest.mark.parametrize("addons", [("base",), ("base", "product")])
def test_all_views_build_with_and_without_the_addons_above(addons: tuple[str, ...]) -> None:
    composition = compositions().get(addons)
    assert composition.addons.names[1:] == addons
    assert "base.partner_form" in composition.views.forms
    assert ("product.product_form" in composition.views.forms) == ("product" in addons)
