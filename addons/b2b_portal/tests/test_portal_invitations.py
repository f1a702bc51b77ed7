"""Invitations: a link that works once, for one address, and gives the portal and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tradewright.base import Conflict, Forbidden
from tradewright.hooks import actor_for
from tradewright.orm import Env, select
from tradewright.testing.client import browser_for
from tradewright_b2b_portal.extends.partner import InvitedPartner
from tradewright_b2b_portal.models.invitation import Invitation
from tradewright_b2b_portal.services import inviting
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User

if TYPE_CHECKING:
    from tradewright_b2b_portal.testing import Shop
pytestmark = pytest.mark.addons("b2b_portal")
PASSWORD = "a long enough secret 7"  # of a test


def _invite(shop: Shop) -> str:
    """Invite the contact and return the path of the link in the mail."""
    shop.site.run(lambda env: _act(env, shop.invited), shop.actor(shop.seller))
    found = shop.mails()[-1]
    assert found.recipients == "ida@example.com"
    link = re.search(r"/portal/activate/[\w-]+", found.html)
    assert link is not None
    return link[0]


def _act(env: Env, contact_id: int) -> None:
    env[InvitedPartner].invite(env, [env.one(InvitedPartner, contact_id)])


def test_an_invited_contact_sets_a_password_and_is_in(shop: Shop) -> None:
    link = _invite(shop)
    browser = browser_for(shop.site)
    browser.get(link)
    browser.submit({"password": PASSWORD})
    assert browser.address == "/portal"
    with shop.site.env() as env:
        user = env.scalars(select(env[User]).where(env[User].login == "ida@example.com")).one()
        actor = env.first(actor_for)(env, user.id)
    assert actor is not None
    assert (actor.kind, actor.customer_id, actor.roles) == ("portal", shop.customer, frozenset({"b2b_portal.buyer"}))
    other = browser_for(shop.site)
    other.sign_in("ida@example.com", PASSWORD)
    assert other.address == "/portal"


def test_a_link_works_once(shop: Shop) -> None:
    link = _invite(shop)
    browser, late = browser_for(shop.site), browser_for(shop.site)
    late.get(link)
    browser.get(link)
    browser.submit({"password": PASSWORD})
    assert late.submit({"password": "another secret 88"}).status_code in {404, 410}
    assert browser_for(shop.site).get(link).status_code == 410


@pytest.mark.parametrize("why", ["address", "revoked", "inactive", "again", "late", "forged"])
def test_a_link_that_is_over_opens_nothing(shop: Shop, why: str) -> None:
    link = _invite(shop)
    with shop.site.env() as env:
        invitation = env.all(select(env[Invitation]))[0]
        contact = env.one(Partner, shop.invited)
        if why == "address":
            contact.email = "eve@example.com"
        if why == "revoked":
            env[Invitation].revoke(env, [invitation])
        if why == "inactive":
            contact.active = False
        if why == "again":
            env[Invitation].resend(env, [invitation])
        if why == "late":
            invitation.expires_at = env.now - timedelta(seconds=1)
    if why == "forged":
        link += "x"
    assert browser_for(shop.site).get(link).status_code == 410


def test_a_weak_password_is_refused_and_the_link_lives_on(shop: Shop) -> None:
    browser = browser_for(shop.site)
    browser.get(_invite(shop))
    assert browser.submit({"password": "short"}).status_code == 422
    browser.submit({"password": PASSWORD})
    assert browser.address == "/portal"


def test_who_has_access_is_not_invited(shop: Shop) -> None:
    with shop.site.env() as env:
        contact_id = env.one(User, shop.buyer).partner_id
    with pytest.raises(Conflict, match="has access to the portal already"), shop.site.env() as env:
        _act(env, contact_id or 0)


def test_the_address_of_somebody_else_is_not_invited(shop: Shop) -> None:
    with shop.site.env() as env:
        env.one(Partner, shop.invited).email = "anna@example.org"
    with pytest.raises(Conflict, match=r"Somebody else signs in as anna@example\.org"):
        shop.site.run(lambda env: _act(env, shop.invited))


def test_a_buyer_invites_nobody(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        shop.site.run(lambda env: _act(env, shop.invited), shop.actor(shop.buyer))


def test_old_invitations_expire(shop: Shop) -> None:
    _invite(shop)
    with shop.site.env() as env:
        env.all(select(env[Invitation]))[0].expires_at = env.now - timedelta(days=1)
    with shop.site.env() as env:
        assert inviting.expire(env) == 1
    with shop.site.env() as env:
        assert env.all(select(env[Invitation]))[0].state == "expired"
