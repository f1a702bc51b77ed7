"""Sessions and their users: found together in one statement, and alike by either way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tradewright.addons.plugins import Hooks
from tradewright.orm import Env
from tradewright.security.sessions import SignedIn, find_session, open_session
from tradewright.testing import count_statements
from tradewright_base.models.user import User
from tradewright_base.testing import PartnerFactory, UserFactory

pytestmark = pytest.mark.addons("base")


@pytest.fixture(params=["together", "one after the other"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Find sessions with their users, or each by itself, as where another addon has a say in who a user is."""
    if request.param != "together":
        monkeypatch.setattr(Hooks, "sole", lambda _hooks, _spec: None)
    return str(request.param)


@pytest.fixture
def opened(env: Env, users: UserFactory) -> Callable[[User], str]:
    def open_for(user: User) -> str:
        env.flush()
        return open_session(env, users.actor(user), peer="192.0.2.1", agent="test")

    return open_for


def _found(env: Env, key: str) -> SignedIn:
    env.flush()
    found = find_session(env, key)
    assert found is not None
    return found


def test_a_session_leads_to_its_user(
    env: Env, ways: str, partners: PartnerFactory, users: UserFactory, opened: Callable[[User], str]
) -> None:
    buyer, staff = users.buyer(partners.customer()), users.staff("base.admin", "base.contact_manager")
    for user, statements in ((buyer, 1), (staff, 2)):  # staff: their further companies, too
        key = opened(user)
        _found(env, key)
        with count_statements(env) as taken:
            found = find_session(env, key)
        assert found is not None
        assert found.actor == users.actor(user)
        assert found.language is None
        assert len(taken) == statements + (ways != "together")


def _deactivate(user: User, _env: Env) -> None:
    user.active = False


def _deactivate_account(user: User, _env: Env) -> None:
    assert user.partner is not None
    assert user.partner.parent is not None
    user.partner.parent.active = False


def _end_sessions(user: User, _env: Env) -> None:
    user.session_epoch += 1


def _move_on(_user: User, env: Env) -> None:
    from tradewright.security.models import Session

    env.update_where(Session, values={"expires": env.now})


@pytest.mark.parametrize("change", [_deactivate, _deactivate_account, _end_sessions, _move_on])
@pytest.mark.usefixtures("ways")
def test_what_ends_a_session_ends_it(
    env: Env,
    partners: PartnerFactory,
    users: UserFactory,
    opened: Callable[[User], str],
    change: Callable[[User, Env], Any],
) -> None:
    buyer = users.buyer(partners.customer())
    key = opened(buyer)
    _found(env, key)
    change(buyer, env)
    env.flush()
    assert find_session(env, key) is None


@pytest.mark.usefixtures("ways")
def test_an_unknown_key_is_nobodys(env: Env) -> None:
    assert find_session(env, "x" * 43) is None
