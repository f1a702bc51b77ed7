"""The buyer's own company: its data, people and delivery addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web import Form, Problem, Request, Response, ShortText, flash, page, redirect, route
from tradewright_base.models.address import Address
from tradewright_base.models.country import Country
from tradewright_base.models.partner import Partner

from ..services.words import filled
from .home import BUYER

if TYPE_CHECKING:
    from tradewright.orm import Env


class NewAddress(Form):
    """A delivery address; whose it is is not asked for."""

    name: ShortText
    street: ShortText
    street2: ShortText = ""
    zip: ShortText
    city: ShortText
    country: ShortText
    phone: ShortText = ""


@route("/portal/company", access=BUYER)
def company(env: Env, request: Request) -> Response:
    """Show the company, its people and its addresses."""
    return _page(env, request, None)


def company_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show what is wrong with the address."""
    return _page(env, request, problem)


def _page(env: Env, request: Request, problem: Problem | None) -> Response:
    partner, address, country = env[Partner], env[Address], env[Country]
    own = env.execute(
        select(
            partner.name,
            partner.reference,
            partner.vat,
            partner.street,
            partner.street2,
            partner.zip,
            partner.city,
            partner.email,
            partner.phone,
            partner.country_id,
        ).where(partner.id == env.actor.customer_id)
    ).one()
    countries = env.execute(select(country.id, country.code)).all()
    codes = {row.id: row.code for row in countries}
    people = env.execute(
        select(partner.name, partner.position, partner.email, partner.phone)
        .where(partner.parent_id == env.actor.customer_id, partner.active.is_(True))
        .order_by(partner.name)
    )
    addresses = env.execute(
        select(
            address.name, address.street, address.street2, address.zip, address.city, address.country_id, address.kind
        )
        .where(address.active.is_(True))
        .order_by(address.name)
    )
    typed = dict(problem.values) if problem else {}
    return page(
        env,
        request,
        "portal/company.html",
        title=own.name,
        facts=filled(
            [
                (_("Customer number"), own.reference or ""),
                (_("VAT number"), own.vat or ""),
                (_("Address"), _lines(env, own, codes)),
                (_("E-mail"), own.email or ""),
                (_("Phone"), own.phone or ""),
            ]
        ),
        people=[
            {"name": row.name, "position": row.position or "", "email": row.email or "", "phone": row.phone or ""}
            for row in people
        ],
        addresses=[
            {"name": row.name, "text": _lines(env, row, codes), "invoice": row.kind == "invoice"} for row in addresses
        ],
        countries=sorted(((code, env.format.country(code)) for code in codes.values()), key=lambda pair: pair[1]),
        typed={key: str(typed.get(key) or "") for key in NewAddress.model_fields}
        | ({} if typed else {"country": codes.get(own.country_id, "")}),
        problem=problem.text if problem else None,
        fields=dict(problem.fields) if problem else {},
    )


def _lines(env: Env, row: Any, codes: dict[int, str]) -> str:
    town = " ".join(part for part in (row.zip, row.city) if part)
    land = env.format.country(codes[row.country_id]) if row.country_id in codes else ""
    return ", ".join(part for part in (row.street, row.street2, town, land) if part)


@route("/portal/company/addresses", methods=("POST",), access=BUYER, form=NewAddress, on_error=company_again)
def add_address(env: Env, request: Request, form: NewAddress) -> Response:
    """Add a delivery address to the own company."""
    needed = {"name": form.name, "street": form.street, "zip": form.zip, "city": form.city}
    missing = {key: _("This field is needed.") for key, value in needed.items() if not value}
    country = env.scalar(select(env[Country]).where(env[Country].code == form.country))
    if country is None:
        missing["country"] = _("Choose one of the values offered.")
    if missing:
        raise Invalid(
            "portal.address", _("Some fields need attention: check what is marked and send it again."), fields=missing
        )
    with env.elevate("a buyer adds a delivery address to the own company"):
        env.add(
            env[Address](
                partner_id=env.actor.customer_id,
                kind="delivery",
                street2=form.street2 or None,
                phone=form.phone[:40] or None,
                country=country,
                **needed,
            )
        )
    flash(env, request, _("The address is added: choose it when you order."))
    return redirect("/portal/company")
