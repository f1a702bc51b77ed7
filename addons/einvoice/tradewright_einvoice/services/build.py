"""An invoice of the ledger as one of EN 16931. The ledger is the truth: its amounts are stated, not computed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from tradewright.i18n import _
from tradewright_account.services.totals import breakdown

from .. import errors
from ..engine import (
    EXEMPTIONS,
    Account,
    Contact,
    Delivery,
    Exemption,
    Identifier,
    Invoice,
    Note,
    Party,
    PaymentInstructions,
    PrecedingInvoice,
    Totals,
    VatBreakdown,
)
from . import endpoints
from .lines import Words, line
from .parties import address_of, partner_address
from .wants import AUTOMATIC, names_buyer_reference, recipient_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tradewright.orm import Env
    from tradewright_account.extends.partner import DebtorPartner
    from tradewright_account.models import invoice as ledger
    from tradewright_account.models.invoice_tax import InvoiceTax
    from tradewright_base.models.company import Company
    from tradewright_product.services.tax import TaxAmount

PROVISIONAL: Final = "DRAFT"
"""The number of an invoice that has none yet."""
INVOICE: Final = "380"
CREDIT_NOTE: Final = "381"
TRANSFER: Final = "30"
SEPA_TRANSFER: Final = "58"
CLEARING: Final = "97"
"""UNTDID 4461: how a credit note is settled."""


def language_of(env: Env, invoice: ledger.Invoice) -> str:
    """The language that the customer's documents are written in."""
    contact = invoice.contact.language if invoice.contact else None
    return contact or invoice.customer.language or invoice.company.language or env.language


@dataclass(frozen=True, slots=True)
class _Facts:
    """What posting decides of an invoice."""

    number: str
    issue_date: date
    due_date: date | None
    taxes: Sequence[InvoiceTax | TaxAmount]


def profile_of(invoice: ledger.Invoice) -> str:
    """The profile to write: the declared one, else Peppol's for customers with an address there, else EN 16931."""
    declared = recipient_of(invoice.customer).einvoice_profile
    if declared != AUTOMATIC:
        return "en16931" if declared == "none" else declared
    found = endpoints.of_partner(invoice.customer)
    return "en16931" if found is None or found.scheme == endpoints.MAIL else "peppol"


def document(env: Env, invoice: ledger.Invoice) -> Invoice:
    """The semantic invoice of a posted invoice or credit note; needs the rights to read all that it names.

    Raises UserError for a draft, and for a document that has no number yet.
    """
    if invoice.state != "posted" or invoice.number is None or invoice.invoice_date is None:
        raise errors.not_issued(invoice.display_name())
    return _document(env, invoice, _Facts(invoice.number, invoice.invoice_date, invoice.due_date, invoice.taxes))


def provisional(env: Env, invoice: ledger.Invoice) -> Invoice:
    """The semantic invoice that a draft would become if it were posted today, with a number that says so."""
    day = invoice.invoice_date or env.today
    term = invoice.payment_term or cast("DebtorPartner", invoice.customer).payment_term
    due = invoice.due_date or day + timedelta(days=term.days if term else 0)
    return _document(env, invoice, _Facts(invoice.number or PROVISIONAL, day, due, breakdown(invoice)))


def _document(env: Env, invoice: ledger.Invoice, facts: _Facts) -> Invoice:
    credit = invoice.kind == "credit_note"
    outside = {row.tax.category for row in facts.taxes} == {"O"}
    catalog = env.site.catalog(language_of(env, invoice))
    seller, buyer = _seller(invoice.company, outside=outside), _buyer(invoice, outside=outside)
    german = seller.address.country == buyer.address.country == "DE" or profile_of(invoice) == "xrechnung"
    foreign = invoice.currency_id != invoice.company.currency_id
    words = Words(catalog.translate(_("Discount")), catalog.translate(_("Rounding")))
    return Invoice(
        number=facts.number,
        issue_date=facts.issue_date,
        type_code=CREDIT_NOTE if credit else INVOICE,
        currency=invoice.currency.code,
        vat_currency=invoice.company.currency.code if foreign else None,
        due_date=None if credit else facts.due_date,
        buyer_reference=_buyer_reference(invoice),
        order_reference=invoice.reference,
        sales_order=invoice.order_number,
        payment_terms=None
        if credit or facts.due_date is None
        else catalog.translate(_("Payable without deduction by {date}.", date=facts.due_date)),
        notes=(Note(invoice.note),) if invoice.note and invoice.note.strip() else (),
        preceding=_preceding(invoice),
        seller=seller,
        buyer=buyer,
        delivery=_delivery(invoice, facts),
        payment=_payment(invoice, facts.number),
        lines=tuple(line(place, one, words) for place, one in enumerate(invoice.lines, start=1)),
        vat_breakdown=tuple(_breakdown(row, german=german) for row in facts.taxes),
        totals=_totals(invoice, facts.taxes, foreign=foreign),
    )


def _buyer_reference(invoice: ledger.Invoice) -> str | None:
    """What the buyer wants to see to sort the invoice; its number with us where it did not say that it wants one."""
    account = recipient_of(invoice.customer)
    given = invoice.buyer_reference or account.buyer_reference
    return given if given or names_buyer_reference(account) else account.reference or account.name


def _preceding(invoice: ledger.Invoice) -> tuple[PrecedingInvoice, ...]:
    credited = invoice.credited_invoice
    if credited is None or credited.number is None:
        return ()
    return (PrecedingInvoice(number=credited.number, issue_date=credited.invoice_date),)


def _seller(company: Company, *, outside: bool) -> Party:
    name = company.legal_name or company.name
    return Party(
        name=name,
        trading_name=company.name if company.name != name else None,
        registration=Identifier(company.registration) if company.registration else None,
        vat_id=None if outside else company.vat,
        endpoint=endpoints.of_company(company),
        address=address_of(company),
        contact=Contact(name=company.name, phone=company.phone, email=company.email),
    )


def _buyer(invoice: ledger.Invoice, *, outside: bool) -> Party:
    account, contact = invoice.customer.account, invoice.contact
    return Party(
        name=account.name,
        identifiers=(Identifier(account.reference),) if account.reference else (),
        registration=Identifier(account.registration) if account.registration else None,
        vat_id=None if outside else account.vat,
        endpoint=endpoints.of_partner(account),
        address=partner_address(account, invoice.invoice_address),
        contact=Contact(name=contact.name, phone=contact.phone, email=contact.email) if contact else None,
    )


def _delivery(invoice: ledger.Invoice, facts: _Facts) -> Delivery:
    place = invoice.delivery_address
    return Delivery(
        name=place.name if place else None,
        actual_date=invoice.delivery_date or facts.issue_date,
        address=partner_address(invoice.customer.account, place, named=False),
    )


def _payment(invoice: ledger.Invoice, number: str) -> PaymentInstructions | None:
    """How an invoice is paid; a credit note is set off against what is open."""
    company = invoice.company
    if invoice.kind == "credit_note":
        return PaymentInstructions(means=CLEARING)
    if not company.iban:
        return None
    return PaymentInstructions(
        means=SEPA_TRANSFER if invoice.currency.code == "EUR" else TRANSFER,
        reference=number,
        accounts=(Account(id=company.iban, name=company.legal_name or company.name, bank=company.bic),),
    )


def _breakdown(row: InvoiceTax | TaxAmount, *, german: bool) -> VatBreakdown:
    """One row of the ledger's tax. What is outside the scope of tax has no rate, except by German rules."""
    category = row.tax.category
    default = EXEMPTIONS.get(category, Exemption())
    untaxed = category not in {"S", "Z"}
    return VatBreakdown(
        taxable=row.base,
        tax=row.amount,
        category=category,
        rate=None if category == "O" and not german else row.tax.rate,
        reason=(row.tax.exemption_reason or default.reason) if untaxed else None,
        reason_code=(row.tax.exemption_code or default.code) if untaxed else None,
    )


def _totals(invoice: ledger.Invoice, taxes: Sequence[InvoiceTax | TaxAmount], *, foreign: bool) -> Totals:
    """The totals of the ledger, which books the tax in the company's currency part by part."""
    home = invoice.company.currency
    booked = sum((home.round(row.amount * invoice.currency_rate) for row in taxes), Decimal(0))
    return Totals(
        lines=invoice.untaxed,
        net=invoice.untaxed,
        vat=invoice.tax_total,
        vat_accounting=booked if foreign else None,
        gross=invoice.total,
        payable=invoice.total,
    )
