"""Invoices as plain values, read with the buyer's own rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tradewright.base.numbers import round_half_up
from tradewright.i18n import _
from tradewright.orm import bindparam, func, or_, prepared, select
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_account.models.invoice_tax import InvoiceTax
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models.order import Order

from ....hooks import Event, document_files
from ....services.words import count, filled

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.bridges.sale.extends.invoice import OrderInvoice

PAGE = 25
KINDS = {"invoice": _("Invoice"), "credit_note": _("Credit note")}


@dataclass(frozen=True, slots=True)
class Invoices:
    """A page of invoices as plain values, and how many there are in all."""

    rows: list[dict[str, Any]]
    count: int


def _model(env: Env) -> type[OrderInvoice]:
    return cast("type[OrderInvoice]", env[Invoice])


def standing(env: Env, row: Any) -> dict[str, Any]:
    """Say whether an invoice is paid, open or overdue."""
    if row.kind == "credit_note":
        return {"label": _("Credited") if row.payment_state == "paid" else _("Open credit"), "tone": "info"}
    if row.payment_state == "paid":
        return {"label": _("Paid"), "tone": "success"}
    if row.due_date is not None and row.due_date < env.today:
        return {"label": _("Overdue"), "tone": "danger"}
    return (
        {"label": _("Partly paid"), "tone": "warning"}
        if row.payment_state == "partial"
        else {"label": _("Open"), "tone": ""}
    )


def invoice_rows(env: Env, *, which: str = "", words: str = "", limit: int = PAGE, offset: int = 0) -> Invoices:
    """Return invoices of the buyer's company, the newest first (what is due, by its day); two statements."""
    invoice, currency = _model(env), env[Currency]
    wanted = []
    if which in {"open", "overdue"}:
        wanted += [invoice.payment_state != "paid", invoice.kind == "invoice"]
    if which == "overdue":
        wanted.append(invoice.due_date < env.today)
    if which == "credit":
        wanted.append(invoice.kind == "credit_note")
    if words:
        like = [invoice.number, invoice.reference, invoice.order_number]
        wanted.append(or_(*(column.icontains(words, autoescape=True) for column in like)))
    rows = env.execute(
        select(
            invoice.id,
            invoice.uid,
            invoice.kind,
            invoice.number,
            invoice.payment_state,
            invoice.invoice_date,
            invoice.due_date,
            invoice.order_number,
            invoice.reference,
            invoice.total,
            invoice.residual,
            currency.code,
            func.count().over().label("all"),
        )
        .join(currency, currency.id == invoice.currency_id)
        .where(*wanted)
        .order_by(*([invoice.due_date, invoice.id] if which in {"open", "overdue"} else [invoice.id.desc()]))
        .limit(limit)
        .offset(offset)
    ).all()
    files = files_of(env, {row.id: row.uid for row in rows})
    return Invoices([{**_row(env, row), "files": files.get(row.id, [])} for row in rows], rows[0].all if rows else 0)


def files_of(env: Env, uids: Mapping[int, str]) -> dict[int, list[dict[str, Any]]]:
    """Return the files that other addons offer of invoices."""
    found: dict[int, list[dict[str, Any]]] = {}
    if uids:
        for one in env.hook(document_files)(env, "account.Invoice", uids):
            found.setdefault(one.record_id, []).append({"label": one.label, "href": one.href})
    return found


def _row(env: Env, row: Any) -> dict[str, Any]:
    fmt = env.format
    return {
        "id": row.id,
        "href": f"/portal/invoices/{row.uid}",
        "kind": KINDS[row.kind],
        "number": row.number or "",
        "date": fmt.date(row.invoice_date),
        "due": fmt.date(row.due_date) if row.kind == "invoice" else "",
        "due_words": fmt.relative(row.due_date, env.today) if row.due_date else "",
        "order": row.order_number or "",
        "total": fmt.money(_signed(row, row.total), row.code),
        "open": fmt.money(_signed(row, row.residual), row.code) if row.residual else "",
        "state": standing(env, row),
    }


def _signed(row: Any, amount: Any) -> Any:
    return -amount if row.kind == "credit_note" else amount


def _head(env: Env, uid: str) -> Any:
    """The invoice of a public id. Raises NotFound for one of somebody else, or a draft."""
    invoice, currency, order = _model(env), env[Currency], env[Order]
    row = env.execute(
        select(
            invoice.id,
            invoice.uid,
            invoice.kind,
            invoice.number,
            invoice.payment_state,
            invoice.invoice_date,
            invoice.due_date,
            invoice.delivery_date,
            invoice.order_number,
            invoice.reference,
            invoice.buyer_reference,
            invoice.note,
            invoice.untaxed,
            invoice.tax_total,
            invoice.total,
            invoice.residual,
            currency.code,
            order.uid.label("order_uid"),
        )
        .join(currency, currency.id == invoice.currency_id)
        .outerjoin(order, order.id == invoice.order_id)
        .where(invoice.uid == uid)
    ).first()
    if row is None:
        env.by_uid(Invoice, uid)
        raise AssertionError(uid)
    return row


def _lines(env: Env, invoice_id: int) -> list[Any]:
    line, product, unit, tax = env[InvoiceLine], env[Product], cast("Any", env[UnitOfMeasure]), env[Tax]
    with env.elevate("the buyer sees this invoice, with articles that were withdrawn since"):
        return list(
            env.execute(
                select(
                    line.id,
                    line.position,
                    line.description,
                    line.quantity,
                    line.unit_price,
                    line.discount,
                    line.subtotal,
                    product.sku,
                    unit.code.label("unit_code"),
                    unit.name_source,
                    unit.name_i18n,
                    tax.rate,
                    tax.category,
                )
                .outerjoin(product, product.id == line.product_id)
                .join(unit, unit.id == line.uom_id)
                .join(tax, tax.id == line.tax_id)
                .where(line.invoice_id == invoice_id)
                .order_by(line.position, line.id)
            )
        )


def _taxes(env: Env, invoice_id: int) -> list[Any]:
    breakdown, tax = env[InvoiceTax], env[Tax]
    return list(
        env.execute(
            select(tax.rate, tax.category, breakdown.base, breakdown.amount)
            .join(tax, tax.id == breakdown.tax_id)
            .where(breakdown.invoice_id == invoice_id)
            .order_by(breakdown.id)
        )
    )


def invoice_page(env: Env, uid: str) -> dict[str, Any]:
    """Return all that the page of an invoice shows. Raises NotFound for one of somebody else."""
    row = _head(env, uid)
    fmt = env.format
    return {
        **_row(env, row),
        "uid": row.uid,
        "order_href": f"/portal/orders/{row.order_uid}" if row.order_uid else None,
        "is_open": bool(row.residual) and row.kind == "invoice",
        "facts": filled(
            [
                (_("Date"), fmt.date(row.invoice_date)),
                (_("Due"), fmt.date(row.due_date) if row.kind == "invoice" else ""),
                (_("Delivered"), fmt.date(row.delivery_date)),
                (_("Your reference"), row.reference or ""),
                (_("Note"), row.note or ""),
            ]
        ),
        "lines": [
            {
                "id": line.id,
                "name": line.description,
                "sku": line.sku or "",
                "quantity": count(env, line.quantity, line.unit_code, line.name_source, line.name_i18n),
                "price": fmt.price(round_half_up(line.unit_price * (100 - line.discount) / 100, 4), row.code),
                "total": fmt.money(line.subtotal, row.code),
            }
            for line in _lines(env, row.id)
        ],
        "totals": [
            {"label": _("Net"), "value": fmt.money(row.untaxed, row.code)},
            *(
                {
                    "label": _("Tax {rate}", rate=fmt.percent(tax.rate)),
                    "value": fmt.money(tax.amount, row.code),
                    "quiet": True,
                }
                for tax in _taxes(env, row.id)
            ),
            {"label": _("Total"), "value": fmt.money(row.total, row.code), "strong": True},
            *([{"label": _("Open"), "value": fmt.money(row.residual, row.code)}] if row.residual else []),
        ],
        "files": [
            *files_of(env, {row.id: row.uid}).get(row.id, []),
            {"label": "JSON", "href": f"/portal/invoices/{row.uid}.json"},
        ],
    }


def invoice_json(env: Env, uid: str) -> dict[str, Any]:
    """Return an invoice in our own JSON, version 1: see the README. Raises NotFound for one of somebody else."""
    row = _head(env, uid)
    partner = env[Partner]
    customer = env.execute(
        select(partner.name, partner.reference, partner.vat).where(partner.id == env.actor.customer_id)
    ).one()
    company = env.company
    return {
        "format": "tradewright-invoice",
        "version": 1,
        "kind": row.kind,
        "number": row.number,
        "invoice_date": row.invoice_date,
        "delivery_date": row.delivery_date,
        "due_date": row.due_date,
        "currency": row.code,
        "order": row.order_number,
        "reference": row.reference,
        "buyer_reference": row.buyer_reference,
        "seller": {"name": company.legal_name or company.name, "vat": company.vat},
        "buyer": {"name": customer.name, "number": customer.reference, "vat": customer.vat},
        "lines": [
            {
                "position": line.position,
                "sku": line.sku,
                "description": line.description,
                "quantity": line.quantity,
                "unit": line.unit_code,
                "unit_price": line.unit_price,
                "discount_percent": line.discount,
                "net": line.subtotal,
                "tax": {"category": line.category, "rate": line.rate},
            }
            for line in _lines(env, row.id)
        ],
        "taxes": [
            {"category": tax.category, "rate": tax.rate, "base": tax.base, "amount": tax.amount}
            for tax in _taxes(env, row.id)
        ],
        "net": row.untaxed,
        "tax": row.tax_total,
        "total": row.total,
        "open": row.residual,
    }


@prepared
def _of_orders(invoice: Any, currency: Any) -> Any:
    """The invoices of the order with an id."""
    return (
        select(
            invoice.id,
            invoice.uid,
            invoice.kind,
            invoice.number,
            invoice.payment_state,
            invoice.invoice_date,
            invoice.due_date,
            invoice.total,
            currency.code,
        )
        .join(currency, currency.id == invoice.currency_id)
        .where(invoice.order_id == bindparam("order_id"))
        .order_by(invoice.id)
    )


def events(env: Env, order_id: int) -> list[Event]:
    """Return the invoices of an order for its time line; two statements."""
    models: tuple[Any, ...] = (_model(env), env[Currency])
    rows = env.execute(_of_orders(*models), {"order_id": order_id}).all()
    files = files_of(env, {row.id: row.uid for row in rows})
    found = []
    for row in rows:
        state = standing(env, row)
        document = {
            "label": row.number or KINDS[row.kind],
            "href": f"/portal/invoices/{row.uid}",
            "icon": "receipt",
            "meta": env.format.money(_signed(row, row.total), row.code),
            "badge": state,
            "files": files.get(row.id, []),
        }
        title = _("Invoiced") if row.kind == "invoice" else KINDS[row.kind]
        found.append(Event(row.invoice_date, title, icon="receipt", documents=[document], rank=40))
    return found
