"""The page of a ticket in the back office."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tradewright.testing.client import browser_for
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User, UserRole
from tradewright_helpdesk.models.ticket import Ticket

if TYPE_CHECKING:
    from tradewright.app import Site

pytestmark = pytest.mark.addons("helpdesk")


def test_what_a_ticket_asks_for_first_is_an_answer(site: Site) -> None:
    with site.env() as env:
        customer = env.add(env[Partner](name="Brightworks"))
        agent = env.add(
            env[User](
                login="a@example.org", name="Ada", company=env.company, roles=[env[UserRole](role="helpdesk.user")]
            )
        )
        ticket = env.add(env[Ticket](subject="Where is it?", customer=customer))
        env.flush()
        agent_id, ticket_id = agent.id, ticket.id
    browser = browser_for(site)
    browser.sign_in_as(agent_id)
    browser.get(f"/office/helpdesk.Ticket/{ticket_id}")
    main = browser.text[browser.text.index("<main") :]
    buttons = re.findall(r'<(?:button|a)[^>]*class="button primary[^"]*"[^>]*>(.*?)</(?:button|a)>', main, re.DOTALL)
    assert [re.sub(r"<[^>]+>", "", one).strip() for one in buttons if "data-slot" not in one][:1] == ["Answer"]
