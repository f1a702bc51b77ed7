"""The demonstration's company, its staff and its customers: Nordlicht Großhandel in Hamburg, which does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks import DemoLogin
from tradewright.orm import select
from tradewright.security.passwords import hash_password

from ..models.address import Address
from ..models.company import Company
from ..models.country import Country
from ..models.partner import Partner
from ..models.setting import Setting
from ..models.user import User, UserRole
from .customers import CUSTOMERS, Customer, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tradewright.orm import Env

PASSWORD = "demo"  # noqa: S105  # printed beside the logins: a demonstration is open to everybody
SETTING = "base.demo"
"""Set where a site was made for a demonstration: its logins may be shown, its password is none."""

STAFF = (
    ("admin@nordlicht.example", "Nora Albrecht", ("base.admin",)),
    (
        "anna@nordlicht.example",
        "Anna Lindqvist",
        ("base.contact_manager", "product.manager", "sale.manager", "b2b_portal.sales", "helpdesk.user", "stock.user"),
    ),
    ("lars@nordlicht.example", "Lars Petersen", ("stock.manager", "product.user", "sale.user", "helpdesk.user")),
    ("mei@nordlicht.example", "Mei Tan", ("account.manager", "einvoice.user", "sale.user", "product.user")),
)


def write(env: Env) -> None:
    """Turn the first company into the wholesaler and give it staff and customers."""
    countries = {country.code: country for country in env.scalars(select(env[Country]))}
    company = env.company or env.scalars(select(env[Company]).order_by(env[Company].id).limit(1)).one()
    _name_company(company, countries)
    env.add(env[Setting](key=SETTING, value=True))
    hashed = hash_password(PASSWORD)
    for login, name, roles in STAFF:
        env.add(_user(env, company, login, name, roles, kind="staff", password_hash=hashed))
    for customer in CUSTOMERS:
        _customer(env, company, customer, countries[customer.country], hashed)
    env.flush()


def logins(env: Env) -> Sequence[DemoLogin]:
    """The staff, then the buyers, as far as the demonstration made them."""
    there = set(env.all(select(env[User].login)))
    who = {
        "admin@nordlicht.example": "Administrator",
        "anna@nordlicht.example": "Sales",
        "lars@nordlicht.example": "Warehouse",
        "mei@nordlicht.example": "Accounting",
    }
    who |= {_mail(customer, person): f"Buyer at {customer.name}" for customer, person in _portal_people()}
    return [DemoLogin(login, PASSWORD, said) for login, said in who.items() if login in there]


def _name_company(company: Company, countries: dict[str, Country]) -> None:
    company.name = "Nordlicht Großhandel"
    company.legal_name = "Nordlicht Großhandel GmbH"
    company.street, company.zip, company.city = "Kaiserkai 12", "20457", "Hamburg"
    company.country = countries["DE"]
    company.vat = "DE342115826"
    company.registration = "Amtsgericht Hamburg, HRB 000000"
    company.email, company.website = "info@nordlicht.example", "https://nordlicht.example"
    company.phone = "+49 40 66969 100"  # from the numbers that are kept for fiction
    company.iban, company.bic, company.bank_name = "DE89370400440532013000", "COBADEFFXXX", "Musterbank Hamburg"
    company.accent = "#0f5c8c"


def _customer(env: Env, company: Company, customer: Customer, country: Country, hashed: str) -> None:
    account = env[Partner](
        name=customer.name,
        email=f"office@{customer.domain}",
        website=f"https://{customer.domain}",
        vat=customer.vat,
        language=customer.language,
        street=customer.street,
        zip=customer.zip,
        city=customer.city,
        country=country,
        addresses=[
            env[Address](name=site.name, street=site.street, zip=site.zip, city=site.city, country=country)
            for site in customer.sites
        ],
    )
    env.add(account)
    for person in customer.people:
        contact = env[Partner](
            kind="contact",
            parent=account,
            name=person.name,
            position=person.position,
            email=_mail(customer, person),
            language=person.language,
        )
        env.add(contact)
        if _known(env, person.portal):
            login, language = _mail(customer, person), person.language
            user = _user(env, company, login, person.name, person.portal, kind="portal", password_hash=hashed)
            user.partner, user.language = contact, language
            env.add(user)


def _user(env: Env, company: Company, login: str, name: str, roles: Iterable[str], **values: str) -> User:
    """A user with those of the roles that this site's addons declare."""
    wanted = ("base.user", *roles) if values["kind"] == "staff" else roles
    given = [env[UserRole](role=role) for role in _known(env, wanted)]
    return env[User](login=login, name=name, company=company, roles=given, **values)


def _known(env: Env, roles: Iterable[str]) -> list[str]:
    return [role for role in roles if role in env.site.roles]


def _mail(customer: Customer, person: Person) -> str:
    return f"{person.mailbox}@{customer.domain}"


def _portal_people() -> list[tuple[Customer, Person]]:
    return [(customer, person) for customer in CUSTOMERS for person in customer.people if person.portal]
