"""Fixtures of the back office's tests: a site with the atelier, its people, tasks, and browsers on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, application_for

ADDONS = Path(__file__).parent / "addons"
ROLES = {"ada": "atelier.manager", "bob": "atelier.user", "vera": "atelier.viewer"}


def model(site: Site, name: str) -> Any:
    """Return a composed class by its model's name."""
    return site.registry.model(name).cls


@pytest.fixture
def atelier(sites: SiteFactory) -> Site:
    """A site with three people (Ada manages, Bob works, Vera sees a little) and four tasks."""
    site = sites.make(Template(addons=("atelier",), paths=(ADDONS,)))
    with site.env() as env:
        user, role, partner = (model(site, f"base.{name}") for name in ("User", "UserRole", "Partner"))
        for login, granted in ROLES.items():
            env.add(
                user(
                    kind="staff",
                    login=f"{login}@example.com",
                    name=login.title(),
                    company=env.company,
                    roles=[role(role=granted)],
                )
            )
        acme = partner(name="Acme Ltd", kind="company", city="Delft")
        berg = partner(name="Berg GmbH", kind="company", city="Essen")
        env.add_all([acme, berg])
        task, step = model(site, "atelier.Task"), model(site, "atelier.Step")
        env.add_all(
            [
                task(
                    name="Roof",
                    state="open",
                    customer=acme,
                    due=date(2026, 2, 1),
                    hours=Decimal("2.5"),
                    cost=Decimal(5),
                ),
                task(name="Door", customer=berg, hours=Decimal(4), steps=[step(name="Plane"), step(name="Hang")]),
                task(name="Shed", state="done", due=date(2026, 3, 9)),
                task(name="=1+1", state="cancelled", note="@cmd"),
            ]
        )
    return site


@pytest.fixture
def browse(atelier: Site) -> Callable[..., Browser]:
    """A function that signs one of the people in and returns the browser."""
    application = application_for(atelier)

    def signed_in(login: str = "ada", language: str = "en") -> Browser:
        browser = Browser(application, atelier)
        user = model(atelier, "base.User")
        with atelier.env() as env:
            found = env.all(_select(user, login))[0]
            found.language = language
            user_id = found.id
        browser.sign_in_as(user_id)
        return browser

    return signed_in


def _select(user: Any, login: str) -> Any:
    from tradewright.orm import select

    return select(user).where(user.login == f"{login}@example.com")
