"""Factories for tests of base and of everything above it: companies, partners, users."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.base import UserError
from tradewright.orm import SYSTEM, select

from .models.address import Address
from .models.company import Company
from .models.country import Country
from .models.currency import Currency
from .models.partner import Partner
from .models.user import User, UserRole
from .services.actors import find_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewright.app import Site
    from tradewright.orm import Actor, Env

BUYER = "b2b_portal.buyer"


def country(env: Env, code: str) -> Country:
    """The country of an ISO 3166 code."""
    return env.scalars(select(env[Country]).where(env[Country].code == code)).one()


def currency(env: Env, code: str) -> Currency:
    """The currency of an ISO 4217 code."""
    return env.scalars(select(env[Currency]).where(env[Currency].code == code)).one()


def refusal(site: Site, act: Callable[[Env], object], actor: Actor = SYSTEM) -> str:
    """What an actor reads when `act`, in a unit of work of its own, is refused; the test fails if it is not."""
    try:
        with site.env(actor) as env:
            act(env)
    except UserError as refused:
        return str(refused.text)
    return pytest.fail("nothing was refused")


class CompanyFactory:
    """Companies that use the site."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self._numbers = count(1)

    def main(self) -> Company:
        """The company that the installation made."""
        company: Company = self.env.company
        return company

    def other(self, **values: Any) -> Company:
        """One more company, in Germany and with euros unless told otherwise."""
        values.setdefault("name", f"Second company {next(self._numbers)}")
        values.setdefault("country", country(self.env, "DE"))
        values.setdefault("currency", currency(self.env, "EUR"))
        company = self.env.add(self.env[Company](**values))
        self.env.flush()
        return company


class PartnerFactory:
    """Customers with their contacts and addresses."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self._numbers = count(1)

    def customer(self, *, in_country: str = "DE", **values: Any) -> Partner:
        """A company account in a country (ISO 3166 code)."""
        number = next(self._numbers)
        values.setdefault("name", f"Customer {number}")
        values.setdefault("email", f"office@customer{number}.example")
        values.setdefault("street", f"Teststraße {number}")
        values.setdefault("zip", "20095")
        values.setdefault("city", "Hamburg")
        partner = self.env.add(self.env[Partner](country=country(self.env, in_country), **values))
        self.env.flush()
        return partner

    def contact(self, account: Partner, **values: Any) -> Partner:
        """A person at a customer."""
        number = next(self._numbers)
        values.setdefault("name", f"Contact {number}")
        values.setdefault("email", f"contact{number}@customer.example")
        partner = self.env.add(self.env[Partner](kind="contact", parent=account, **values))
        self.env.flush()
        return partner

    def address(self, partner: Partner, **values: Any) -> Address:
        """A delivery address."""
        values.setdefault("name", f"Dock {next(self._numbers)}")
        values.setdefault("street", "Hafenweg 1")
        values.setdefault("zip", "20457")
        values.setdefault("city", "Hamburg")
        values.setdefault("country", partner.country)
        address = self.env.add(self.env[Address](partner=partner, **values))
        self.env.flush()
        return address


class UserFactory:
    """Users and the actors they are."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self._numbers = count(1)

    def staff(self, *roles: str, **values: Any) -> User:
        """A member of staff with these roles (`base.user` when none is given)."""
        values.setdefault("login", f"staff{next(self._numbers)}@company.example")
        return self._user("staff", roles or ("base.user",), values)

    def buyer(self, customer: Partner, *roles: str, **values: Any) -> User:
        """A portal user for a new contact of a customer; a buyer where the site has a portal."""
        number = next(self._numbers)
        if "partner" not in values:
            values["partner"] = PartnerFactory(self.env).contact(customer, name=f"Buyer {number}")
        values.setdefault("login", f"buyer{number}@customer{customer.id}.example")
        default = (BUYER,) if BUYER in self.env.site.roles else ()
        return self._user("portal", roles or default, values)

    def actor(self, user: User) -> Actor:
        """The actor that a user is."""
        self.env.flush()
        actor = find_actor(self.env, user.id)
        if actor is None:
            pytest.fail(f"{user.login} can't act: the user, its contact or its account is not active")
        return actor

    def _user(self, kind: str, roles: tuple[str, ...], values: dict[str, Any]) -> User:
        values.setdefault("name", values["login"].partition("@")[0].capitalize())
        values.setdefault("company", self.env.company)
        given = [self.env[UserRole](role=role) for role in roles]
        user = self.env.add(self.env[User](kind=kind, roles=given, **values))
        self.env.flush()
        return user


@pytest.fixture
def companies(env: Env) -> CompanyFactory:
    """Companies of the test's site."""
    return CompanyFactory(env)


@pytest.fixture
def partners(env: Env) -> PartnerFactory:
    """Customers of the test's site."""
    return PartnerFactory(env)


@pytest.fixture
def users(env: Env) -> UserFactory:
    """Users of the test's site."""
    return UserFactory(env)
