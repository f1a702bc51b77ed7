"""POR21: public ids are opaque, and whoever guesses them anyway is stopped; with a vulnerable twin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tradewright.base.clock import FixedClock
from tradewright.security.throttle import Limit
from tradewright.testing import count_statements
from tradewright.testing.client import browser_for
from tradewright.web import misses
from tradewright_product.models.product import Product

if TYPE_CHECKING:
    from tradewright.testing.client import Browser
    from tradewright_b2b_portal.testing import Shop

pytestmark = pytest.mark.addons("b2b_portal")
MOST = misses.ACTOR.most


def _guess(browser: Browser, times: int, address: str = "/portal/products/guess{}") -> list[int]:
    return [browser.get(address.format(number)).status_code for number in range(times)]


def _product(shop: Shop) -> str:
    with shop.site.env() as env:
        return f"/portal/products/{env.one(Product, shop.products[0]).uid}"


def _cannot_go_on(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    real = _product(shop)
    assert _guess(browser, MOST) == [404] * MOST
    assert _guess(browser, 2, "/portal/orders/guess{}") == [429, 429], "one limit for all kinds of objects"
    assert browser.get(real).status_code == 429, "a hit must not be told from a miss"


def test_por21_who_guesses_has_to_wait_and_is_told_how_long(shop: Shop) -> None:
    _cannot_go_on(shop)
    browser = shop.browse(shop.buyer)
    _guess(browser, 1)
    answer = browser.get("/portal/orders/guess")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= misses.ACTOR.window.total_seconds()
    assert "Too many pages were opened that do not exist: in 15 minutes, open what you need from its list." in (
        browser.text
    )


def test_por21_twin_without_the_check_the_guessing_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "check", lambda _env, _request: None)
    with pytest.raises(AssertionError):
        _cannot_go_on(shop)


def test_por21_twin_without_the_count_the_guessing_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "note", lambda _request, _response: None)
    with pytest.raises(AssertionError):
        _cannot_go_on(shop)


def test_por21_posts_count_and_are_stopped_too(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    browser.get("/portal/catalogue")
    form = dict(browser.form("/portal/cart/add").fields)

    def reorder() -> int:
        fields = {name: form[name] for name in ("csrf_token", "idempotency_key")}
        return browser.post("/portal/orders/guess/reorder", fields).status_code

    assert [reorder() for _again in range(MOST)] == [404] * MOST
    assert reorder() == 429


def test_por21_others_at_the_same_address_go_on_and_lists_stay_open(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    _guess(browser, MOST + 1)
    assert browser.get("/portal").status_code == 200
    assert browser.get("/portal/catalogue").status_code == 200
    assert shop.browse(shop.colleague).get(_product(shop)).status_code == 200


def test_por21_after_the_wait_everything_opens_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = shop.browse(shop.buyer)
    _guess(browser, MOST + 1)
    later = shop.site.clock.now() + misses.ACTOR.window + timedelta(seconds=1)
    monkeypatch.setattr(shop.site, "clock", FixedClock(later))
    assert browser.get(_product(shop)).status_code == 200


def test_por21_tokens_of_invitations_are_not_guessed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "PEER", Limit("miss-peer", 5, misses.PEER.window))
    visitor = browser_for(shop.site)
    assert _guess(visitor, 7, "/portal/activate/guess{}") == [410] * 5 + [429] * 2
    assert "Too many pages" in visitor.text
    elsewhere = browser_for(shop.site)
    elsewhere.peer = "203.0.113.9"
    assert _guess(elsewhere, 1, "/portal/activate/guess{}") == [410]


def test_por21_somebody_who_never_missed_costs_no_statement(shop: Shop) -> None:
    browser = shop.browse(shop.buyer)
    address = _product(shop)
    browser.get(address)
    with count_statements(shop.site) as before:
        browser.get(address)
    _guess(browser, 1)
    with count_statements(shop.site) as after:
        browser.get(address)
    assert len(after) == len(before) + 1


def test_what_is_remembered_is_bounded() -> None:
    suspects = misses.Suspects()
    for number in range(misses.REMEMBERED + 10):
        suspects.add([(misses.PEER, str(number))])
    assert suspects.among([(misses.PEER, "3")]) == []
    assert suspects.among([(misses.PEER, "12")]) == [(misses.PEER, "12")]
