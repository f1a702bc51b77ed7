"""The cart, and ordering what is in it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web import (
    Day,
    Form,
    LongText,
    Problem,
    Quantity,
    Request,
    Response,
    ShortText,
    flash,
    page,
    redirect,
    route,
)
from tradewright_base.models.address import Address
from tradewright_base.models.partner import Partner

from ..hooks import shortage_policies
from ..services import carts, catalogue
from ..services.checkout import Wishes, asked, place
from ..services.words import amount
from .home import BUYER

if TYPE_CHECKING:
    from tradewright.orm import Env


_TYPED = ("address", "reference", "buyer_reference", "requested_date", "note")


class Change(Form):
    """Quantities by the id of the line; `remove` takes one out."""

    quantity: dict[str, Quantity] = {}
    remove: ShortText = ""


class Order(Form):
    """What the buyer says about the order. Prices are not asked for: they are computed."""

    mark: ShortText
    policy: ShortText = ""
    address: ShortText = ""
    reference: ShortText = ""
    buyer_reference: ShortText = ""
    requested_date: Day | None = None
    note: LongText = ""


@route("/portal/cart", access=BUYER, name="cart")
def show_cart(env: Env, request: Request) -> Response:
    """Show the cart with prices as they are now, and what is short."""
    return _page(env, request, None)


def cart_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show the cart with what is in the way, and what was typed."""
    return _page(env, request, problem)


def _page(env: Env, request: Request, problem: Problem | None) -> Response:
    sheet = carts.look(env)
    typed = problem.values if problem else {}
    references = asked(env)
    short = [line for line in sheet.lines if line.short > 0 and line.sold]
    return page(
        env,
        request,
        "portal/cart.html",
        title=_("Cart"),
        lines=[_line(env, line, sheet.currency) for line in sheet.lines],
        mark=sheet.mark,
        totals=_totals(env, sheet),
        short={"lines": len(short), "of": len(sheet.lines), "pieces": env.format.quantity(_sum(short))}
        if short
        else None,
        policies=_policies(env, typed) if short else [],
        addresses=_addresses(env),
        home_address=_home(env),
        today=env.today.isoformat(),
        asked={name: one.help for name, one in references.items()},
        typed={
            **{name: one.value for name, one in references.items()},
            **{key: str(typed[key] or "") for key in _TYPED if key in typed},
        },
        problem=problem.text if problem else None,
        conflict=bool(problem and problem.status == 409),
        fields=dict(problem.fields) if problem else {},
        blocked=any(not line.sold for line in sheet.lines),
    )


def _sum(lines: list[carts.Line]) -> Decimal:
    return sum((line.short for line in lines), Decimal(0))


def _line(env: Env, line: carts.Line, code: str) -> dict[str, Any]:
    facts = catalogue.facts(env, line.product)
    prices = catalogue.prices(env, line.quote, code)
    unit = line.product.uom
    stock = {line.product.id: line.stock} if line.stock else {}
    shown = {
        **facts,
        "id": line.id,
        "field": f"quantity.{line.id}",
        "quantity": catalogue.plain(line.quantity),
        "total": env.format.money(line.amount, code),
        "each": env.t(_("{price} {per}", price=prices["price"], per=env.t(facts["per"]))),
        "availability": catalogue.availability(env, line.product, stock),
    }
    if not line.sold:
        shown |= {"error": _("This article is no longer sold: remove it."), "availability": None, "href": None}
    elif line.short > 0 and line.stock:
        there = max(line.stock.free, Decimal(0))
        if line.stock.next_date is not None:
            text = _(
                "{short} of {wanted} are short. More is expected on {date}.",
                short=env.format.quantity(line.short),
                wanted=amount(env, line.quantity, unit),
                date=env.format.date(max(line.stock.next_date, env.today)),
            )
        else:
            text = _(
                "{short} of {wanted} are short.",
                short=env.format.quantity(line.short),
                wanted=amount(env, line.quantity, unit),
            )
        shown |= {"shortage": {"text": text}, "availability": None if there else shown["availability"]}
    return shown


def _totals(env: Env, sheet: carts.Sheet) -> list[dict[str, Any]]:
    fmt = env.format
    rows: list[dict[str, Any]] = [{"label": _("Net"), "value": fmt.money(sheet.untaxed, sheet.currency)}]
    rows += [
        {"label": _("Tax {rate}", rate=fmt.percent(rate)), "value": fmt.money(amount, sheet.currency), "quiet": True}
        for rate, amount in sheet.taxes
    ]
    return [*rows, {"label": _("Total"), "value": fmt.money(sheet.total, sheet.currency), "strong": True}]


def _policies(env: Env, typed: Any) -> list[dict[str, Any]]:
    offered = env.first(shortage_policies)(env, env.actor.customer_id or 0) or ()
    chosen = str(typed.get("policy") or next((one.value for one in offered if one.chosen), ""))
    return [
        {"value": one.value, "label": one.label, "hint": one.hint, "checked": one.value == chosen} for one in offered
    ]


def _addresses(env: Env) -> list[tuple[str, str]]:
    address = env[Address]
    rows = env.execute(
        select(address.uid, address.name, address.street, address.city)
        .where(address.kind == "delivery", address.active.is_(True))
        .order_by(address.name)
    )
    return [(row.uid, ", ".join(part for part in (row.name, row.street, row.city) if part)) for row in rows]


def _home(env: Env) -> str:
    partner = env[Partner]
    row = env.execute(
        select(partner.name, partner.street, partner.city).where(partner.id == env.actor.customer_id)
    ).first()
    return ", ".join(part for part in row or () if part)


@route("/portal/cart", methods=("POST",), access=BUYER, form=Change, name="change_cart", on_error=cart_again)
def change_cart(env: Env, request: Request, form: Change) -> Response:  # noqa: ARG001  # every handler has it
    """Set quantities; what is left is shown with new prices."""
    quantities = {int(key): value for key, value in form.quantity.items() if _is_id(key)}
    carts.change(env, quantities, int(form.remove) if _is_id(form.remove) else None)
    return redirect("/portal/cart")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@route("/portal/cart/order", methods=("POST",), access=BUYER, form=Order, on_error=cart_again)
def place_order(env: Env, request: Request, form: Order) -> Response:
    """Order on account."""
    order = place(
        env,
        Wishes(
            mark=form.mark,
            policy=form.policy or None,
            address_uid=form.address or None,
            reference=form.reference[:80] or None,
            buyer_reference=form.buyer_reference[:80] or None,
            requested_date=form.requested_date,
            note=form.note[:4_000] or None,
        ),
    )
    if order.state == "on_hold":
        flash(env, request, order.hold_reason or "", "warning", _("Your order is on hold"))
    else:
        flash(env, request, _("Your order is placed. A confirmation is on its way to you by e-mail."))
    return redirect(f"/portal/orders/{order.uid}")
