"""A wholesaler with two customers, for tests of the portal and of what builds on it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.hooks import actor_for
from tradewright.orm import Actor, Env, select
from tradewright.testing.client import Browser, browser_for
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User, UserRole
from tradewright_base.testing import country
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure


@dataclass(frozen=True, slots=True)
class Shop:
    """A site with users: `buyer` and `colleague` buy for one company, `rival` for another one."""

    site: Site
    buyer: int
    colleague: int
    rival: int
    seller: int
    customer: int
    other: int
    invited: int
    products: tuple[int, ...]

    def actor(self, user_id: int) -> Actor:
        """Return the actor that a user is."""
        with self.site.env() as env:
            found = env.first(actor_for)(env, user_id)
        assert found is not None, f"user {user_id} can't act"  # a failure of the test
        return found

    def mails(self) -> list[Any]:
        """Return all mails, the oldest first."""
        with self.site.env() as env:
            mail: Any = env.site.registry.model("core.MailMessage").cls
            return list(env.all(select(mail).order_by(mail.id)))

    def browse(self, user_id: int) -> Browser:
        """Return a browser in which a user is signed in."""
        browser = browser_for(self.site)
        browser.sign_in_as(user_id)
        return browser


def _user(env: Env, contact: Partner, login: str, language: str) -> User:
    return env.add(
        env[User](
            login=login,
            name=contact.name,
            kind="portal",
            partner=contact,
            company=env.company,
            language=language,
            roles=[env[UserRole](role="b2b_portal.buyer")],
        )
    )


@pytest.fixture
def shop(site: Site) -> Shop:
    """Two customers, three buyers, a salesperson, four products (the third in packs of 10, the last withdrawn)."""
    with site.env() as env:
        tax = env.all(select(env[Tax]).where(env[Tax].rate == 19))[0]
        unit = env.all(select(env[UnitOfMeasure]).where(env[UnitOfMeasure].code == "H87"))[0]
        made = [
            env[Product](
                sku=sku, name=name, uom=unit, tax=tax, list_price=Decimal(price), pack_size=pack, active=active
            )
            for sku, name, price, pack, active in (
                ("AB-1", "Bolt", "9.99", 1, True),
                ("AB-2", "Nut", "1.50", 1, True),
                ("AB-3", "Screw", "0.10", 10, True),
                ("AB-4", "Relic", "5.00", 1, False),
            )
        ]
        env.add_all(made)
        accounts = [env.add(env[Partner](name=name, country=country(env, "DE"))) for name in ("Brightworks", "Rivals")]
        env.flush()
        people = [
            env.add(env[Partner](kind="contact", parent=account, name=name, email=f"{name.lower()}@example.com"))
            for account, name in zip(
                [accounts[0], accounts[0], accounts[1], accounts[0]], ("Sanne", "Joost", "Rita", "Ida"), strict=True
            )
        ]
        env.flush()
        users = [
            _user(env, person, f"{person.name.lower()}@example.com", language)
            for person, language in zip(people[:3], ("en", "de", "en"), strict=True)
        ]
        seller = env.add(
            env[User](
                login="anna@example.org",
                name="Anna",
                company=env.company,
                roles=[env[UserRole](role=role) for role in ("base.user", "b2b_portal.sales")],
            )
        )
        env.flush()
        return Shop(
            site,
            users[0].id,
            users[1].id,
            users[2].id,
            seller.id,
            accounts[0].id,
            accounts[1].id,
            people[3].id,
            tuple(product.id for product in made),
        )
