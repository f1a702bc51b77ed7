"""Fixtures of the web layer's tests: a site with the probe addons, its people, and browsers on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tradewright.security.passwords import hash_password
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for
from tradewright.web.application import Application

if TYPE_CHECKING:
    from tradewright.app import Site

ADDONS = Path(__file__).parent / "addons"
PASSWORD = "correct horse battery"


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def probe(sites: SiteFactory) -> Site:
    """A site with the probe addons and three people: Wanda writes, Sam only looks, Bo buys."""
    site = sites.make(Template(addons=("probe", "probe_more"), paths=(ADDONS,)))
    from tradewright_base.models.user import User, UserRole
    from tradewright_base.testing import PartnerFactory

    with site.env() as env:
        people = (
            ("wanda", "staff", ("probe.writer",)),
            ("sam", "staff", ("base.user",)),
            ("bo", "portal", ("probe.buyer",)),
        )
        for name, kind, roles in people:
            user = env[User](
                kind=kind,
                login=f"{name}@example.com",
                name=name.title(),
                company=env.company,
                roles=[env[UserRole](role=role) for role in roles],
            )
            if kind == "portal":
                factory = PartnerFactory(env)
                user.partner = factory.contact(factory.customer())
            user.password_hash = _password_hash()
            env.add(user)
    return site


@pytest.fixture
def application(probe: Site) -> Application:
    """The application on the probe site."""
    return application_for(probe)


@pytest.fixture
def visitor(application: Application, probe: Site) -> Browser:
    """A visitor on the probe site; nobody is signed in."""
    return Browser(application, probe)


@pytest.fixture
def signed_in(application: Application, probe: Site) -> Callable[[str], Browser]:
    """A function that gives a visitor in which somebody is signed in: `wanda`, `sam` or `bo`."""

    def become(name: str) -> Browser:
        from tradewright.orm import select
        from tradewright_base.models.user import User

        with probe.env() as env:
            user_id = env.scalar(select(env[User].id).where(env[User].login == f"{name}@example.com"))
        assert user_id is not None
        visitor = Browser(application, probe)
        visitor.sign_in_as(user_id)
        return visitor

    return become


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine must not reach the tests."""
    for name in list(os.environ):
        if name.startswith("TRADEWRIGHT_SITES"):
            monkeypatch.delenv(name)
