"""What the rendered invoice shows: plain texts for the template, with all numbers and dates already formatted."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from .amounts import ONE, ZERO, round_amount, write_number
from .labels import labels
from .model import Address, AllowanceCharge, Invoice, Line
from .sepa import grouped, is_iban, transfer_code

_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"\{(page|pages)\}")
_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "image/svg+xml"),
)
_TITLES: Final = {"384": "corrected_invoice", "386": "prepayment_invoice"}


def _money(value: Decimal) -> str:
    return f"{round_amount(value):,.2f}"


def _percent(value: Decimal) -> str:
    return f"{write_number(value)} %"


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an invoice looks and speaks. The functions turn values into text of the language."""

    language: str = "en"
    #: Replaces words of the language's own labels.
    words: Mapping[str, str] = field(default_factory=dict)
    #: PNG, JPEG or SVG.
    logo: bytes | None = None
    #: The colour of rules and the amount due, as #rrggbb.
    accent: str = "#1d4e89"
    #: An amount without its currency.
    money: Callable[[Decimal], str] = _money
    #: A quantity.
    number: Callable[[Decimal], str] = write_number
    #: A unit price, which may have more than two decimals.
    price: Callable[[Decimal], str] = _money
    percent: Callable[[Decimal], str] = _percent
    day: Callable[[date], str] = date.isoformat
    #: The name of a country by its code.
    country: Callable[[str], str] = _same
    #: The word for a unit of measure, by its code, beside a quantity; by default the language's own words.
    unit: Callable[[str, Decimal], str] | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """One row of the totals."""

    label: str
    value: str
    style: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One line as it is shown; `gross` is its amount before its own discounts and surcharges."""

    id: str
    name: str
    details: list[str]
    quantity: str
    price: str
    per: str
    rate: str
    gross: str
    amount: str
    adjustments: list[tuple[str, str]]


def shown(invoice: Invoice, look: Look) -> dict[str, object]:
    """All that the template needs."""
    words = {**labels("en"), **labels(look.language), **look.words}
    page = _Page(invoice, look, words)
    return {
        "invoice": invoice,
        "t": words,
        "language": look.language.replace("_", "-"),
        "accent": look.accent if _COLOUR.fullmatch(look.accent) else "#1d4e89",
        "logo": picture(look.logo),
        "qr": transfer_code(invoice),
        "title": page.title(),
        "sender": page.sender(),
        "company": page.company(),
        "numbers": page.numbers(),
        "return_line": page.return_line(),
        "recipient": page.recipient(),
        "meta": list(page.meta()),
        "delivery": page.delivery(),
        "lines": [page.line(line) for line in invoice.lines],
        "totals": list(page.totals()),
        "payment": list(page.payment()),
        "notes": [note.text for note in invoice.notes],
        "page_parts": list(_page_parts(words["page"])),
    }


def picture(content: bytes | None) -> str | None:
    """A picture as a ``data:`` address, by what its first bytes say it is; None for anything else."""
    if not content:
        return None
    head = content.lstrip()[:16]
    kind = next((kind for start, kind in _PICTURES if head.startswith(start)), None)
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}" if kind else None


def _page_parts(text: str) -> Iterator[tuple[str, str]]:
    """``Page {page} of {pages}`` in pieces, because only the style sheet can count."""
    for place, piece in enumerate(_PLACEHOLDER.split(text)):
        yield (piece, "") if place % 2 else ("", piece)


class _Page:
    """Gathers the texts of one invoice."""

    def __init__(self, invoice: Invoice, look: Look, words: Mapping[str, str]) -> None:
        self._invoice = invoice
        self._look = look
        self._t = words

    def title(self) -> str:
        name = "credit_note" if self._invoice.is_credit_note else _TITLES.get(self._invoice.type_code, "invoice")
        return self._t[name]

    def sender(self) -> list[str]:
        seller = self._invoice.seller
        contact = seller.contact
        parts = [part for part in (contact.phone, contact.email) if part] if contact else []
        return [seller.name, *self._street(seller.address), *parts]

    def return_line(self) -> str:
        seller = self._invoice.seller
        return " · ".join([seller.name, *self._street(seller.address)])

    def recipient(self) -> list[str]:
        buyer = self._invoice.buyer
        contact = [buyer.contact.name] if buyer.contact and buyer.contact.name else []
        foreign = buyer.address.country != self._invoice.seller.address.country
        country = [self._look.country(buyer.address.country)] if foreign else []
        return [buyer.name, *contact, *self._street(buyer.address), *country]

    def _street(self, address: Address) -> list[str]:
        place = " ".join(part for part in (address.post_code, address.city) if part)
        return [part for part in (address.line_1, address.line_2, address.line_3, place) if part]

    def company(self) -> list[str]:
        seller = self._invoice.seller
        return [
            seller.name,
            ", ".join(self._street(seller.address)),
            *([seller.legal_info] if seller.legal_info else []),
        ]

    def numbers(self) -> list[str]:
        seller, t = self._invoice.seller, self._t
        registration = seller.registration.value if seller.registration else None
        pairs = ((t["vat_id"], seller.vat_id), (t["tax_id"], seller.tax_id), (t["registration"], registration))
        return [f"{label} {value}" for label, value in pairs if value]

    def meta(self) -> Iterator[tuple[str, str]]:
        invoice, t, day = self._invoice, self._t, self._look.day
        delivery, period = invoice.delivery, invoice.period
        days = [day(found) for found in (period.start, period.end) if found] if period else []
        values: list[tuple[str, str | None]] = [
            ("number", invoice.number),
            ("issue_date", day(invoice.issue_date)),
            ("due_date", day(invoice.due_date) if invoice.due_date and not invoice.is_credit_note else None),
            ("delivery_date", day(delivery.actual_date) if delivery and delivery.actual_date else None),
            ("period", " – ".join(days)),
            ("preceding", ", ".join(earlier.number for earlier in invoice.preceding)),
            ("customer", ", ".join(found.value for found in invoice.buyer.identifiers)),
            ("order", invoice.order_reference),
            ("buyer_reference", invoice.buyer_reference),
            ("sales_order", invoice.sales_order),
            ("despatch", invoice.despatch),
            ("receipt", invoice.receipt),
            ("contract", invoice.contract),
            ("project", invoice.project),
            ("buyer_vat", invoice.buyer.vat_id),
        ]
        contact = invoice.seller.contact
        values.append(("contact", contact.name if contact else None))
        return ((t[name], value) for name, value in values if value)

    def delivery(self) -> str:
        delivery = self._invoice.delivery
        if delivery is None or delivery.address is None:
            return ""
        street = self._street(delivery.address)
        if street == self._street(self._invoice.buyer.address) and delivery.name in {None, self._invoice.buyer.name}:
            return ""
        parts = [*([delivery.name] if delivery.name else []), *street, self._look.country(delivery.address.country)]
        return self._t["delivered_to"].format(address=", ".join(parts))

    def _amount(self, quantity: Decimal, unit: str) -> str:
        word = self._look.unit(unit, quantity) if self._look.unit else self._t.get(f"unit_{unit}", unit)
        return f"{self._look.number(quantity)}\N{NO-BREAK SPACE}{word}"

    def line(self, line: Line) -> ShownLine:
        look, item, price = self._look, line.item, line.price
        adjusted = sum((part.amount for part in line.charges), ZERO) - sum(
            (part.amount for part in line.allowances), ZERO
        )
        base = price.base_quantity
        per = self._amount(base, price.base_unit or line.unit) if base and base != ONE else ""
        return ShownLine(
            id=line.id,
            name=item.name,
            details=list(self._details(line)),
            quantity=self._amount(line.quantity, line.unit),
            price=look.price(price.net),
            per=self._t["per"].format(quantity=per) if per else "",
            rate=look.percent(line.vat_rate) if line.vat_rate is not None else "–",
            gross=look.money(line.net - adjusted),
            amount=look.money(line.net),
            adjustments=[
                *((self._adjustment(part, "discount"), look.money(-part.amount)) for part in line.allowances),
                *((self._adjustment(part, "surcharge"), look.money(part.amount)) for part in line.charges),
            ],
        )

    def _details(self, line: Line) -> Iterator[str]:
        t, item, price, look = self._t, line.item, line.price, self._look
        if item.description and item.description != item.name:
            yield item.description
        standard = item.standard_id.value if item.standard_id and item.standard_id.scheme in {"0088", "0160"} else None
        ids = (("seller_item", item.seller_id), ("buyer_item", item.buyer_id), ("standard_item", standard))
        numbers = [t[label].format(id=value) for label, value in ids if value]
        if numbers:
            yield " · ".join(numbers)
        if price.discount and price.gross is not None:
            yield t["list_price"].format(gross=look.price(price.gross), discount=look.price(price.discount))
        if line.period and (line.period.start or line.period.end):
            days = [look.day(found) for found in (line.period.start, line.period.end) if found]
            yield f"{t['period']} {' – '.join(days)}"
        for found in item.properties:
            yield f"{found.name}: {found.value}"
        if line.note:
            yield line.note

    def _adjustment(self, part: AllowanceCharge, kind: str) -> str:
        percent = f" {self._look.percent(part.percent)}" if part.percent is not None else ""
        return f"{part.reason or self._t[kind]}{percent}"

    def totals(self) -> Iterator[Total]:
        invoice, t, look = self._invoice, self._t, self._look
        totals, currency = invoice.totals, invoice.currency
        if invoice.allowances or invoice.charges:
            yield Total(t["subtotal"], look.money(totals.lines))
            for part in invoice.allowances:
                yield Total(self._adjustment(part, "discount"), look.money(-part.amount))
            for part in invoice.charges:
                yield Total(self._adjustment(part, "surcharge"), look.money(part.amount))
        yield Total(t["net_total"], look.money(totals.net), "rule" if invoice.allowances or invoice.charges else "")
        for found in invoice.vat_breakdown:
            taxed = found.rate is not None and (found.rate != ZERO or found.category in {"S", "Z"})
            label = t["vat_at" if taxed else "vat_none"].format(
                rate=look.percent(found.rate or ZERO), taxable=look.money(found.taxable)
            )
            yield Total(label, look.money(found.tax), why=found.reason or "")
        open_amount = totals.prepaid or totals.rounding
        if open_amount:
            yield Total(t["gross_total"], look.money(totals.gross), "rule strong")
        if totals.prepaid:
            yield Total(t["prepaid"], look.money(-totals.prepaid))
        if totals.rounding:
            yield Total(t["rounding"], look.money(totals.rounding))
        label = t["credited" if invoice.is_credit_note else "payable"]
        yield Total(label, f"{look.money(totals.payable)} {currency}", "payable")
        if totals.vat_accounting is not None and invoice.vat_currency:
            label = t["vat_accounting"].format(currency=invoice.vat_currency)
            yield Total(label, look.money(totals.vat_accounting), "gap quiet")

    def payment(self) -> Iterator[tuple[str, str]]:
        invoice, t, payment = self._invoice, self._t, self._invoice.payment
        values: list[tuple[str, str | None]] = [("terms", invoice.payment_terms)]
        if payment is not None:
            for account in payment.accounts:
                iban = is_iban(account.id)
                values.append(("account", grouped(account.id)) if iban else ("other_account", account.id))
                values += [("bank", account.bank), ("holder", account.name)]
            if payment.debit is not None:
                values += [("mandate", payment.debit.mandate), ("debit_account", payment.debit.account)]
                values.append(("creditor", invoice.creditor_id))
            values.append(("card", payment.card.number if payment.card else None))
            values.append(("reference", payment.reference))
        return ((t[name], value) for name, value in values if value)
