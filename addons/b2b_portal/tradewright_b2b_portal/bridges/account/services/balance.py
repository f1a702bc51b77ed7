"""What the buyer's company owes and may owe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradewright.base.numbers import round_half_up
from tradewright.i18n import _
from tradewright.orm import select
from tradewright_account.bridges.sale.services.credit import exposure
from tradewright_account.services.statement import BUCKETS, Statement, open_items, statement
from tradewright_base.models.partner import Partner

from .... import errors

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.extends.partner import DebtorPartner

LONGEST = timedelta(days=731)
AGES = {
    "not_due": _("Not due yet"),
    "1_30": _("1 to 30 days overdue"),
    "31_60": _("31 to 60 days overdue"),
    "61_90": _("61 to 90 days overdue"),
    "over_90": _("More than 90 days overdue"),
}
KINDS = {
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "payment": _("Payment"),
    "entry": _("Booking"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a statement, both included."""

    start: date
    end: date


def period(env: Env, start: date | None, end: date | None) -> Period:
    """Return a period, by default the last three months. Raises Invalid for one that is none."""
    until = end or env.today
    since = start or (until - timedelta(days=90)).replace(day=1)
    if since > until or until - since > LONGEST:
        raise errors.bad_period()
    return Period(since, until)


def balance(env: Env) -> dict[str, Any]:
    """Return the parameters of the component `balance_bar`; four statements."""
    customer_id = env.actor.customer_id or 0
    with env.elevate("the balance of the buyer's own company"):
        partner = cast("type[DebtorPartner]", env[Partner])
        limit, held = env.execute(
            select(partner.credit_limit, partner.credit_hold).where(partner.id == customer_id)
        ).one()
        owed = exposure(env, [customer_id])[customer_id]
    code = env.company.currency.code
    fmt = env.format
    total = owed.total
    parts = [
        {
            "label": _("Invoices"),
            "value": fmt.money(owed.invoiced, code),
            "share": _share(owed.invoiced, limit, total),
            "tone": "",
        },
        {
            "label": _("Open orders"),
            "value": fmt.money(owed.ordered, code),
            "share": _share(owed.ordered, limit, total),
            "tone": "quiet",
        },
    ]
    over = limit is not None and total > limit
    alert = None
    if held:
        alert = _("The account is on hold: new orders wait for our accounting.")
    elif over:
        alert = _("The limit is reached: new orders wait until something is paid.")
    return {
        "value": fmt.money(total, code),
        "parts": parts,
        "limit": _("of {limit} limit", limit=fmt.money(limit, code)) if limit is not None else _("no limit agreed"),
        "rest": {"label": _("Available"), "value": fmt.money(max(limit - total, Decimal(0)), code)}
        if limit is not None
        else None,
        "alert": alert,
    }


def _share(amount: Decimal, limit: Decimal | None, total: Decimal) -> Decimal:
    """Return how much of the whole an amount is, in percent."""
    whole = max(limit or Decimal(0), total)
    return round_half_up(max(amount, Decimal(0)) * 100 / whole, 2) if whole > 0 else Decimal(0)


def ages(env: Env) -> dict[str, Any]:
    """Return the open items by age; two statements."""
    with env.elevate("the open items of the buyer's own company"):
        items = open_items(env, [env.actor.customer_id or 0])
    sums: dict[str, Decimal] = dict.fromkeys(BUCKETS, Decimal(0))
    for item in items:
        sums[item.bucket(env.today)] += item.residual
    code = env.company.currency.code
    fmt = env.format
    return {
        "items": [
            {
                "href": f"/portal/invoices/{item.uid}",
                "number": item.number,
                "kind": KINDS[item.kind],
                "date": fmt.date(item.invoice_date),
                "due": fmt.date(item.due_date),
                "late": item.days_overdue(env.today),
                "total": fmt.money(item.total, item.currency),
                "open": fmt.money(item.residual, item.currency),
            }
            for item in items
        ],
        "buckets": [
            {"label": AGES[name], "value": fmt.money(amount, code), "late": name != "not_due" and amount > 0}
            for name, amount in sums.items()
        ],
        "sum": fmt.money(sum(sums.values(), Decimal(0)), code),
    }


def statement_of(env: Env, wanted: Period) -> Statement:
    """Return the statement of the buyer's own company."""
    with env.elevate("the statement of the buyer's own company"):
        return statement(env, env.actor.customer_id or 0, wanted.start, wanted.end)
