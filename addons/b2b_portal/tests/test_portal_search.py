"""Search in the catalogue and the order pad: by the reader's and the source language, number and barcode."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tradewright.orm import select
from tradewright.testing import count_statements
from tradewright_b2b_portal.models.cart import CartLine
from tradewright_b2b_portal.services import catalogue, pad
from tradewright_base.models.partner import Partner
from tradewright_product.models.campaign import Campaign
from tradewright_product.models.category import Category
from tradewright_product.models.product import Product

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_b2b_portal.testing import Shop

pytestmark = pytest.mark.addons("b2b_portal")
NAMES = (
    {"": "Allen key", "de": "Innensechskantschlüssel", "zh_Hans": "内六角扳手"},
    {"": "Nut", "de": "Übermutter", "zh_Hans": "螺母"},
    {"": "Screw"},
)


@pytest.fixture
def named(shop: Shop) -> Shop:
    """The shop with names in three languages; the third product has one only, and the first one a barcode."""
    with shop.site.env() as env:
        for product_id, name in zip(shop.products, NAMES, strict=False):
            env.one(Product, product_id).name = name  # type: ignore[assignment]  # all languages at once
        env.one(Product, shop.products[0]).barcode = "4006381333931"
    return shop


def _found(named: Shop, language: str, words: str) -> list[str]:
    with named.site.env(named.actor(named.buyer), readonly=True, language=language) as env:
        return [one.sku for one in catalogue.find(env, words, None, 1).products]


@pytest.mark.parametrize(
    ("language", "words", "skus"),
    [
        ("de", "schlüssel", ["AB-1"]),
        ("de", "INNENSECHSKANTSCHLÜSSEL", ["AB-1"]),
        ("de", "übermutter", ["AB-2"]),
        ("de", "ÜBERMUTTER", ["AB-2"]),
        ("de", "mutter AB", ["AB-2"]),
        ("de", "allen KEY", ["AB-1"]),  # the source language
        ("de", "screw", ["AB-3"]),  # no translation
        ("de", "内六角", []),  # somebody else's language
        ("de", "de", []),  # nor the name of a language, which is a key of the stored value
        ("zh_Hans", "扳手", ["AB-1"]),
        ("zh_Hans", "内六角 ab-1", ["AB-1"]),
        ("zh_Hans", "螺母", ["AB-2"]),
        ("zh_Hans", "nut", ["AB-2"]),
        ("zh_Hans", "schlüssel", []),
        ("en", "key", ["AB-1"]),
        ("en", "扳手", []),
        ("en", "ab-", ["AB-1", "AB-2", "AB-3"]),
        ("en", "4006381333931", ["AB-1"]),
        ("en", "4 006381 333931", ["AB-1"]),
        ("en", "%", []),
        ("en", "_", []),
        ("en", '"', []),
    ],
)
def test_articles_are_found_in_the_readers_and_the_source_language(
    named: Shop, language: str, words: str, skus: list[str]
) -> None:
    assert _found(named, language, words) == skus


def test_a_page_of_the_search_is_one_statement_and_beyond_the_last_one_there_is_still_a_count(named: Shop) -> None:
    with named.site.env(named.actor(named.colleague), readonly=True, language="de") as env:
        catalogue.find(env, "x", None, 1)
        with count_statements(env) as counted:
            found = catalogue.find(env, "AB schlüssel", None, 1)
        assert (len(counted), found.count) == (1, 1)
        beyond = catalogue.find(env, "AB", None, 99)
        assert (list(beyond.products), beyond.count) == ([], 3)


def test_the_page_shows_what_a_german_buyer_typed(named: Shop) -> None:
    browser = named.browse(named.colleague)
    browser.get("/portal/catalogue?q=%C3%9CBERMUTTER")
    assert "Übermutter" in browser.text
    assert "Innensechskant" not in browser.text


@pytest.mark.parametrize(
    ("language", "line"), [("de", "SCHLÜSSEL 12"), ("zh_Hans", "扳手\t12"), ("de", "allen key 12")]
)
def test_a_name_in_the_order_pad_is_answered_with_its_article(named: Shop, language: str, line: str) -> None:
    with named.site.env(named.actor(named.buyer), readonly=True, language=language) as env:
        (answer,) = pad.answer(env, pad.parse(line))
        assert [one.sku for one in answer.near] == ["AB-1"]
        assert "choose the article that is meant" in str(answer.problem)


def test_a_name_chosen_in_the_order_pad_keeps_its_quantity(named: Shop) -> None:
    browser = named.browse(named.colleague)
    browser.get("/portal/pad")
    browser.submit({"lines": "Übermutter 7"}, action="/portal/pad")
    assert "AB-2 Übermutter" in browser.text
    browser.submit({"pick": "1:AB-2"}, action="/portal/pad")
    with named.site.env() as env:
        (line,) = env.all(select(env[CartLine]))
        assert (line.product_id, line.quantity) == (named.products[1], Decimal(7))


def test_a_barcode_in_the_order_pad_is_an_article(named: Shop) -> None:
    with named.site.env(named.actor(named.buyer), readonly=True) as env:
        (answer,) = pad.answer(env, pad.parse("4006381333931 5"))
        assert answer.product is not None
        assert (answer.product.sku, answer.quantity) == ("AB-1", Decimal(5))


def test_the_statements_of_the_order_pad_do_not_grow_with_unknown_names(named: Shop) -> None:
    with named.site.env(named.actor(named.buyer), readonly=True, language="de") as env:
        pad.answer(env, pad.parse("Warm 1"))
        counts = []
        for number in (1, 300):
            with count_statements(env) as counted:
                pad.answer(env, pad.parse("\n".join(f"Mutter{one} 1" for one in range(number))))
            counts.append(len(counted))
        assert counts[0] == counts[1] <= 4


# Campaigns -----------------------------------------------------------------------------------------------------------


def _campaign(env: Env, headline: str, **values: object) -> Campaign:
    made = env.add(
        env[Campaign](
            name=headline,
            headline={"": headline, "de": f"{headline} (de)"},
            discount=Decimal(10),
            starts=env.today - timedelta(days=1),
            ends=env.today + timedelta(days=1),
            **values,
        )
    )
    env.flush()
    return made


def test_a_banner_leads_to_what_its_campaign_covers_and_the_filter_goes_away(named: Shop) -> None:
    with named.site.env() as env:
        nut = env.one(Product, named.products[1])
        above = env.add(env[Category](name="Tools"))
        below = env.add(env[Category](name="Keys", parent=above))
        env.flush()
        env.one(Product, named.products[0]).category = below
        uid = _campaign(env, "Tools and nuts", products=[nut], categories=[above]).uid
    browser = named.browse(named.buyer)
    browser.get("/portal")
    assert f"/portal/catalogue?campaign={uid}" in browser.text
    browser.get(f"/portal/catalogue?campaign={uid}")
    assert "2 articles" in browser.text
    assert "Tools and nuts" in browser.text
    assert "AB-3" not in browser.text
    browser.get(f"/portal/catalogue?campaign={uid}&q=key")
    assert "1 article" in browser.text
    browser.get("/portal/catalogue")
    assert "3 articles" in browser.text


def test_a_campaign_on_everything_shows_everything(named: Shop) -> None:
    with named.site.env() as env:
        uid = _campaign(env, "Summer").uid
    browser = named.browse(named.buyer)
    browser.get(f"/portal/catalogue?campaign={uid}")
    assert "3 articles" in browser.text


def test_a_campaign_that_is_over_or_for_others_is_not_there(named: Shop) -> None:
    with named.site.env() as env:
        theirs = _campaign(env, "Theirs", customers=[env.one(Partner, named.other)]).uid
        over = _campaign(env, "Over").uid
        env.scalars(select(env[Campaign]).where(env[Campaign].uid == over)).one().active = False
    browser = named.browse(named.buyer)
    for uid in (theirs, over, "nonsense"):
        assert browser.get(f"/portal/catalogue?campaign={uid}").status_code == 404, uid
    assert named.browse(named.rival).get(f"/portal/catalogue?campaign={theirs}").status_code == 200
