"""The order pad: what is understood, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tradewright.orm import select
from tradewright_b2b_portal.models.cart import CartLine
from tradewright_b2b_portal.services import pad
from tradewright_b2b_portal.web.frame import NAVIGATION

if TYPE_CHECKING:
    from tradewright_b2b_portal.testing import Shop
pytestmark = pytest.mark.addons("b2b_portal")


@pytest.mark.parametrize(
    ("line", "sku", "quantity"),
    [
        ("AB-1\t12", "AB-1", "12"),
        ("AB-1 12", "AB-1", "12"),
        ("AB-1;12;", "AB-1", "12"),
        ("AB-1,12", "AB-1", "12"),
        ("AB-1, 12", "AB-1", "12"),
        ("AB-1;1,5", "AB-1", "1,5"),
        ("12 x AB-1", "AB-1", "12"),
        ("12x AB-1", "AB-1", "12"),
        ("AB-1 x 12", "AB-1", "12"),
        ("AB-1 x12", "AB-1", "12"),
        ("AB-1 × 12", "AB-1", "12"),
        ("AB-1", "AB-1", None),
        ("Hex bolt 12", "Hex bolt", "12"),
        ("Hex bolt\t12", "Hex bolt", "12"),
        ("六角 螺栓 12", "六角 螺栓", "12"),
        ("  AB-1 \t 12  ", "AB-1", "12"),
    ],
)
def test_a_line_is_understood_as_people_write_it(line: str, sku: str, quantity: str | None) -> None:
    (said,) = pad.parse(line)
    assert (said.sku, said.quantity) == (sku, quantity)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("XX-9 1", "No article XX-9 is on sale."),
        ("AB-4 1", "No article AB-4 is on sale."),
        ("AB-1", "The quantity is missing"),
        ("AB-1 0", "must be greater than 0"),
        ("AB-1 -3", "must be greater than 0"),
        ("AB-1 NaN", "This is no quantity"),
        ("AB-1 sNaN", "This is no quantity"),
        ("AB-1 Infinity", "This is no quantity"),
        ("AB-1 1e400", "This is no quantity"),
        ("AB-1 1E+2000000", "This is no quantity"),
        ("AB-1 1_000", "This is no quantity"),
        ("AB-1 ١٢", "This is no quantity"),
        ("AB-1 １２", "This is no quantity"),
        ("AB-1 " + "9" * 5000, "too many digits"),
        ("AB-1 0.0000001", "too many decimal places"),
        ("AB-3 15", "Sold in packs of 10"),
    ],
)
def test_bad_lines_are_answered_and_change_nothing(shop: Shop, line: str, answer: str) -> None:
    browser = shop.browse(shop.buyer)
    browser.get("/portal/pad")
    assert browser.submit({"lines": line}, action="/portal/pad").status_code == 200
    assert answer in browser.text
    with shop.site.env() as env:
        assert env.all(select(env[CartLine])) == []


def test_a_mistyped_number_is_answered_with_near_ones(shop: Shop) -> None:
    with shop.site.env(shop.actor(shop.buyer), readonly=True) as env:
        (answer,) = pad.answer(env, pad.parse("AB1 3"))
        assert "AB-1" in [one.sku for one in answer.near]


def test_a_suggestion_replaces_the_number_of_its_line(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    browser.get("/portal/pad")
    browser.submit({"lines": "AB-2 1\nAB1 3", "pick": "2:AB-1"}, action="/portal/pad")
    with shop.site.env() as env:
        found = {one.product.sku: one.quantity for one in env.all(select(env[CartLine]))}
    assert found == {"AB-2": 1, "AB-1": 3}


def test_lines_of_one_article_are_put_together(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    browser.get("/portal/pad")
    browser.submit({"lines": "AB-1 3\nab-1;4\nAB-2 1"}, action="/portal/pad")
    assert "Added to line 1." in browser.text
    with shop.site.env() as env:
        assert {one.product.sku: one.quantity for one in env.all(select(env[CartLine]))} == {"AB-1": 7, "AB-2": 1}


@pytest.mark.parametrize(("language", "short"), [("en", "Pad"), ("de", "Liste"), ("zh_Hans", "快速下单")])
def test_the_pad_has_a_short_word_of_its_own_on_the_phone(shop: Shop, language: str, short: str) -> None:
    with shop.site.env() as env:
        (entry,) = [one for one in NAVIGATION if one.url == "/portal/pad"]
        assert entry.short is not None
        assert env.site.catalog(language).translate(entry.short) == short
