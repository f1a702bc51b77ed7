"""A posted invoice as an invoice of EN 16931. The ledger is the truth: its amounts are stated, never computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewright.i18n import _

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
from .lines import line
from .parties import address_of, partner_address
from .wants import recipient_of

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.models import invoice as ledger
    from tradewright_account.models.invoice_tax import InvoiceTax
    from tradewright_base.models.company import Company

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


def profile_of(invoice: ledger.Invoice) -> str:
    """The profile to write: that of the customer, but plain EN 16931 for one that Peppol has no address for."""
    if recipient_of(invoice.customer).einvoice_profile != "peppol":
        return "en16931"
    found = endpoints.of_partner(invoice.customer)
    return "en16931" if found is not None and found.scheme == endpoints.MAIL else "peppol"


def document(env: Env, invoice: ledger.Invoice) -> Invoice:
    """The semantic invoice of a posted invoice or credit note; needs the rights to read all that it names.

    Raises UserError for a draft, and for a document that has no number yet.
    """
    if invoice.state != "posted" or invoice.number is None or invoice.invoice_date is None:
        raise errors.not_issued(invoice.display_name())
    credit = invoice.kind == "credit_note"
    outside = {row.tax.category for row in invoice.taxes} == {"O"}
    catalog = env.site.catalog(language_of(env, invoice))
    seller, buyer = _seller(invoice.company, outside=outside), _buyer(invoice, outside=outside)
    german = seller.address.country == buyer.address.country == "DE"
    foreign = invoice.currency_id != invoice.company.currency_id
    discount = catalog.translate(_("Discount"))
    return Invoice(
        number=invoice.number,
        issue_date=invoice.invoice_date,
        type_code=CREDIT_NOTE if credit else INVOICE,
        currency=invoice.currency.code,
        vat_currency=invoice.company.currency.code if foreign else None,
        due_date=None if credit else invoice.due_date,
        buyer_reference=_buyer_reference(invoice),
        order_reference=invoice.reference,
        sales_order=invoice.order_number,
        payment_terms=None
        if credit or invoice.due_date is None
        else catalog.translate(_("Payable without deduction by {date}.", date=invoice.due_date)),
        notes=(Note(invoice.note),) if invoice.note and invoice.note.strip() else (),
        preceding=_preceding(invoice),
        seller=seller,
        buyer=buyer,
        delivery=_delivery(invoice),
        payment=_payment(invoice),
        lines=tuple(line(place, one, invoice.currency, discount) for place, one in enumerate(invoice.lines, start=1)),
        vat_breakdown=tuple(_breakdown(row, german=german) for row in invoice.taxes),
        totals=_totals(invoice, foreign=foreign),
    )


def _buyer_reference(invoice: ledger.Invoice) -> str | None:
    """What the buyer wants to see to sort the invoice, which some countries demand; else its number with us."""
    account = invoice.customer.account
    return invoice.buyer_reference or account.reference or account.name


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


def _delivery(invoice: ledger.Invoice) -> Delivery:
    place = invoice.delivery_address
    return Delivery(
        name=place.name if place else None,
        actual_date=invoice.delivery_date or invoice.invoice_date,
        address=partner_address(invoice.customer.account, place, named=False),
    )


def _payment(invoice: ledger.Invoice) -> PaymentInstructions | None:
    """How an invoice is paid; a credit note is set off against what is open."""
    company = invoice.company
    if invoice.kind == "credit_note":
        return PaymentInstructions(means=CLEARING)
    if not company.iban:
        return None
    return PaymentInstructions(
        means=SEPA_TRANSFER if invoice.currency.code == "EUR" else TRANSFER,
        reference=invoice.number,
        accounts=(Account(id=company.iban, name=company.legal_name or company.name, bank=company.bic),),
    )


def _breakdown(row: InvoiceTax, *, german: bool) -> VatBreakdown:
    """One row of the ledger's tax. What is outside the scope of tax has no rate, except between Germans."""
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


def _totals(invoice: ledger.Invoice, *, foreign: bool) -> Totals:
    home = invoice.company.currency
    return Totals(
        lines=invoice.untaxed,
        net=invoice.untaxed,
        vat=invoice.tax_total,
        vat_accounting=home.round(invoice.tax_total * invoice.currency_rate) if foreign else None,
        gross=invoice.total,
        payable=invoice.total,
    )
