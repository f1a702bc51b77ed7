"""A received document as people read it: plain values for the page, made anew from the bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewright.base import UserError
from tradewright.i18n import _

from ...engine import Finding
from .differing import said
from .drafting import invoice_of

if TYPE_CHECKING:
    from decimal import Decimal

    from tradewright.orm import Env

    from ...engine import Invoice, Party
    from ...models.received import ReceivedDocument

MOST_SHOWN: Final = 300
"""How many lines and findings are shown; the document itself has the others."""


def shown(env: Env, received: ReceivedDocument) -> dict[str, Any]:
    """Return what the page shows."""
    try:
        with env.elevate("who may read a received document may see what it says"):
            invoice: Invoice | None = invoice_of(env, received)
    except UserError:
        invoice = None
    labels = dict(type(received).__info__.fields["state"].choices)
    return {
        "state": {"text": labels.get(received.state, received.state), "tone": TONES.get(received.state, "")},
        "differences": [dict(zip(("text", "tone"), said(one), strict=True)) for one in received.differences],
        "findings": [_finding(env, one) for one in received.findings[:MOST_SHOWN]],
        "document": _document(env, invoice) if invoice is not None else None,
        "lines": [_line(env, invoice, one) for one in invoice.lines[:MOST_SHOWN]] if invoice is not None else [],
        "left_out": max(0, len(invoice.lines) - MOST_SHOWN) if invoice is not None else 0,
    }


TONES: Final = {
    "new": "info",
    "pending": "warning",
    "ready": "info",
    "accepted": "success",
    "rejected": "danger",
    "duplicate": "warning",
    "unreadable": "danger",
}


def _finding(env: Env, stored: dict[str, Any]) -> dict[str, Any]:
    finding = Finding.from_dict(stored)
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.text(env.language),
        "term": finding.term,
        "line": finding.line,
    }


def _document(env: Env, invoice: Invoice) -> dict[str, Any]:
    totals, form, code = invoice.totals, env.format, invoice.currency
    rows: list[tuple[Any, Decimal | None]] = [
        (_("Lines"), totals.lines),
        (_("Deductions"), totals.allowances),
        (_("Surcharges"), totals.charges),
        (_("Net total"), totals.net),
        (_("Tax"), totals.vat),
        (_("Total"), totals.gross),
        (_("Paid already"), totals.prepaid),
        (_("Rounding"), totals.rounding),
        (_("Amount due"), totals.payable),
    ]
    payment = invoice.payment
    facts: list[tuple[Any, str | None]] = [
        (_("Number"), invoice.number),
        (_("Date"), form.date(invoice.issue_date)),
        (_("Due"), form.date(invoice.due_date) if invoice.due_date else None),
        (_("Type"), invoice.type_code),
        (_("Our order number"), invoice.order_reference),
        (_("Buyer reference"), invoice.buyer_reference),
        (_("Bank account"), ", ".join(one.id for one in payment.accounts) if payment else None),
        (_("Payment reference"), payment.reference if payment else None),
        (_("Payment terms"), invoice.payment_terms),
        (_("Profile"), invoice.specification),
    ]
    return {
        "credit": invoice.is_credit_note,
        "seller": _party(invoice.seller),
        "buyer": _party(invoice.buyer),
        "facts": [(label, value) for label, value in facts if value],
        "taxes": [
            {
                "category": row.category,
                "rate": form.percent(row.rate) if row.rate is not None else "",
                "base": _money(env, row.taxable, code),
                "tax": _money(env, row.tax, code),
            }
            for row in invoice.vat_breakdown[:MOST_SHOWN]
        ],
        "totals": [(label, _money(env, value, code)) for label, value in rows if value is not None],
        "notes": [note.text for note in invoice.notes[:20]],
        "attached": [one.attachment.filename for one in invoice.supporting_documents[:50] if one.attachment],
    }


def _party(party: Party) -> list[str]:
    address = party.address
    town = " ".join(part for part in (address.post_code, address.city, address.country) if part)
    lines = [party.name, party.trading_name, address.line_1, address.line_2, town, party.vat_id]
    if party.endpoint is not None:
        lines.append(f"{party.endpoint.scheme}: {party.endpoint.value}")
    return [line for line in lines if line]


def _line(env: Env, invoice: Invoice, line: Any) -> dict[str, Any]:
    price = line.price
    per = f" / {env.format.number(price.base_quantity)}" if price.base_quantity not in {None, 1} else ""
    return {
        "id": line.id,
        "name": line.item.name,
        "description": line.item.description or "",
        "code": line.item.seller_id or "",
        "quantity": f"{env.format.number(line.quantity)} {line.unit}",
        "price": env.format.number(price.net) + per,
        "tax": f"{line.vat_category} {env.format.percent(line.vat_rate)}"
        if line.vat_rate is not None
        else line.vat_category,
        "net": _money(env, line.net, invoice.currency),
    }


def _money(env: Env, amount: Decimal, code: str) -> str:
    """An amount; a currency that nobody knows is written behind it as it is."""
    if len(code) == 3 and code.isascii() and code.isalpha() and code.isupper():
        return env.format.money(amount, code)
    return f"{env.format.number(amount)} {code[:10]}"
