"""Tickets in the portal: on a line of an order, answered, with files, and never with internal notes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tradewright.jobs.embedded import run_all
from tradewright.orm import select
from tradewright_b2b_portal.models.notification import Notification
from tradewright_base.models.user import UserRole
from tradewright_helpdesk.models.ticket import Ticket
from tradewright_helpdesk.services.saying import say

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.testing.client import Browser
    from tradewright_b2b_portal.testing import Shop

pytestmark = pytest.mark.addons("b2b_portal", "helpdesk")


def _open(shop: Shop) -> Browser:
    browser = shop.browse(shop.buyer)
    browser.get("/portal/pad")
    browser.submit({"lines": "AB-1 3"}, action="/portal/pad")
    browser.get("/portal/cart")
    browser.submit({}, action="/portal/cart/order")
    uid = browser.address.rpartition("/")[2]
    with shop.site.env() as env:
        line = _ticket_line(env)
    browser.get(f"/portal/tickets/new?order={uid}&line={line}")
    files = {"files": (io.BytesIO(b"two of three"), "list.txt")}
    browser.submit(
        {"subject": "Broken", "body": "Two are broken.", "amount": "19.98", "kind": "dispute", **files},
        action="/portal/tickets/new",
    )
    assert browser.address.startswith("/portal/tickets/"), browser.text
    return browser


def _ticket_line(env: Env) -> int:
    from tradewright_sale.models.order_line import OrderLine

    return env.all(select(env[OrderLine].id))[0]


def test_a_dispute_names_its_line_and_carries_its_files(shop: Shop) -> None:
    browser = _open(shop)
    with shop.site.env() as env:
        (ticket,) = env.all(select(env[Ticket]))
        assert (ticket.kind, ticket.state, str(ticket.disputed_amount)) == ("dispute", "new", "19.9800")
        assert ticket.about == "SO-2026-00001 · Bolt"
        (file,) = ticket.messages[0].attachments
        uid, path = file.uid, f"/portal/tickets/{ticket.uid}/files/{file.uid}"
    assert uid in browser.text
    answer = browser.get(path)
    assert answer.data == b"two of three"
    answer.close()
    assert shop.browse(shop.rival).get(path).status_code == 404


def test_an_answer_is_told_and_an_internal_note_is_not_shown(shop: Shop) -> None:
    browser = _open(shop)
    address = browser.address
    with shop.site.env() as env:
        env.add(env[UserRole](user_id=shop.seller, role="helpdesk.user"))
    with shop.site.env(shop.actor(shop.seller)) as env:
        (ticket,) = env.all(select(env[Ticket]))
        say(env, ticket, "New ones are on their way.")
        say(env, ticket, "Their third complaint", internal=True)
    run_all(shop.site)
    browser.get(address)
    assert "New ones are on their way." in browser.text
    assert "Their third complaint" not in browser.text
    with shop.site.env() as env:
        told = env.execute(select(env[Notification].user_id).where(env[Notification].kind == "ticket_answered")).all()
    assert [row[0] for row in told] == [shop.buyer]


def test_a_solved_ticket_is_opened_again_by_its_customer(shop: Shop) -> None:
    browser = _open(shop)
    with shop.site.env() as env:
        env[Ticket].solve(env, env.all(select(env[Ticket])))
    browser.get(browser.address)
    browser.submit({}, action=f"{browser.address}/reopen")
    with shop.site.env() as env:
        assert env.all(select(env[Ticket].state)) == ["open"]
