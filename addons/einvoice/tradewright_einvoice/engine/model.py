"""The semantic model of EN 16931-1: what an invoice says, whatever the syntax it is written in.

Each field names its business term (BT) or group (BG) in its annotation. A class that several groups share (`Party`,
`Address`) names the terms of all of them. Amounts are exact decimals in the invoice currency unless a field says
otherwise; on a credit note they are positive. All classes are immutable: `dataclasses.replace` makes a changed
copy.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from .amounts import ZERO

# UNTDID 1001 codes that UBL writes as a credit note instead of an invoice.
CREDIT_NOTE_CODES: Final = frozenset(
    ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532")
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the scheme it belongs to, such as a GLN (scheme 0088)."""

    value: str
    scheme: Annotated[str | None, "the -1 of its term"] = None
    version: Annotated[str | None, "BT-158-2"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """BG-5, BG-8, BG-12, BG-15: a postal address."""

    line_1: Annotated[str | None, "BT-35 BT-50 BT-64 BT-75"] = None
    line_2: Annotated[str | None, "BT-36 BT-51 BT-65 BT-76"] = None
    line_3: Annotated[str | None, "BT-162 BT-163 BT-164 BT-165"] = None
    city: Annotated[str | None, "BT-37 BT-52 BT-66 BT-77"] = None
    post_code: Annotated[str | None, "BT-38 BT-53 BT-67 BT-78"] = None
    region: Annotated[str | None, "BT-39 BT-54 BT-68 BT-79"] = None
    country: Annotated[str, "BT-40 BT-55 BT-69 BT-80"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """BG-6, BG-9: whom to ask."""

    name: Annotated[str | None, "BT-41 BT-56"] = None
    phone: Annotated[str | None, "BT-42 BT-57"] = None
    email: Annotated[str | None, "BT-43 BT-58"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """BG-4 seller, BG-7 buyer."""

    name: Annotated[str, "BT-27 BT-44"]
    trading_name: Annotated[str | None, "BT-28 BT-45"] = None
    identifiers: Annotated[tuple[Identifier, ...], "BT-29 BT-46, at most one for a buyer"] = ()
    registration: Annotated[Identifier | None, "BT-30 BT-47"] = None
    vat_id: Annotated[str | None, "BT-31 BT-48"] = None
    tax_id: Annotated[str | None, "BT-32, seller only"] = None
    legal_info: Annotated[str | None, "BT-33, seller only"] = None
    endpoint: Annotated[Identifier | None, "BT-34 BT-49, the electronic address"] = None
    address: Annotated[Address, "BG-5 BG-8"]
    contact: Annotated[Contact | None, "BG-6 BG-9"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """BG-10: who is paid, when it is not the seller."""

    name: Annotated[str, "BT-59"]
    identifier: Annotated[Identifier | None, "BT-60"] = None
    registration: Annotated[Identifier | None, "BT-61"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRepresentative:
    """BG-11: who answers for the seller's VAT."""

    name: Annotated[str, "BT-62"]
    vat_id: Annotated[str, "BT-63"]
    address: Annotated[Address, "BG-12"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """BG-13: where and when the goods or services were delivered."""

    name: Annotated[str | None, "BT-70"] = None
    location: Annotated[Identifier | None, "BT-71"] = None
    actual_date: Annotated[date | None, "BT-72"] = None
    address: Annotated[Address | None, "BG-15"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """BG-14, BG-26: what period is invoiced."""

    start: Annotated[date | None, "BT-73 BT-134"] = None
    end: Annotated[date | None, "BT-74 BT-135"] = None


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1: a free note."""

    text: Annotated[str, "BT-22"]
    subject: Annotated[str | None, "BT-21, UNTDID 4451"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedingInvoice:
    """BG-3: an earlier invoice that this one corrects or credits."""

    number: Annotated[str, "BT-25"]
    issue_date: Annotated[date | None, "BT-26"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """BT-125: a file embedded in the invoice."""

    content: Annotated[bytes, "BT-125"]
    mime_type: Annotated[str, "BT-125-1"]
    filename: Annotated[str, "BT-125-2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingDocument:
    """BG-24: a document that backs the invoice."""

    reference: Annotated[str, "BT-122"]
    description: Annotated[str | None, "BT-123"] = None
    uri: Annotated[str | None, "BT-124"] = None
    attachment: Annotated[Attachment | None, "BT-125"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """BG-17: a bank account to transfer to."""

    id: Annotated[str, "BT-84, an IBAN or another account number"]
    name: Annotated[str | None, "BT-85"] = None
    bank: Annotated[str | None, "BT-86, such as a BIC"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """BG-18: the payment card used."""

    number: Annotated[str, "BT-87, the last digits only"]
    holder: Annotated[str | None, "BT-88"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDebit:
    """BG-19: the seller collects the amount. The creditor identifier BT-90 is `Invoice.creditor_id`."""

    mandate: Annotated[str | None, "BT-89"] = None
    account: Annotated[str | None, "BT-91"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInstructions:
    """BG-16: how to pay. All means of one invoice have the same code."""

    means: Annotated[str, "BT-81, UNTDID 4461"]
    means_text: Annotated[str | None, "BT-82"] = None
    reference: Annotated[str | None, "BT-83"] = None
    accounts: Annotated[tuple[Account, ...], "BG-17"] = ()
    card: Annotated[Card | None, "BG-18"] = None
    debit: Annotated[DirectDebit | None, "BG-19"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """BG-20, BG-21 on the document, BG-27, BG-28 on a line: a discount or a surcharge. Only the document's have VAT."""

    amount: Annotated[Decimal, "BT-92 BT-99 BT-136 BT-141"]
    base: Annotated[Decimal | None, "BT-93 BT-100 BT-137 BT-142"] = None
    percent: Annotated[Decimal | None, "BT-94 BT-101 BT-138 BT-143"] = None
    vat_category: Annotated[str | None, "BT-95 BT-102"] = None
    vat_rate: Annotated[Decimal | None, "BT-96 BT-103"] = None
    reason: Annotated[str | None, "BT-97 BT-104 BT-139 BT-144"] = None
    reason_code: Annotated[str | None, "BT-98 BT-105 BT-140 BT-145"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """BG-22: the totals. `engine.totals.complete` computes them."""

    lines: Annotated[Decimal, "BT-106"] = ZERO
    allowances: Annotated[Decimal | None, "BT-107"] = None
    charges: Annotated[Decimal | None, "BT-108"] = None
    net: Annotated[Decimal, "BT-109"] = ZERO
    vat: Annotated[Decimal | None, "BT-110"] = None
    vat_accounting: Annotated[Decimal | None, "BT-111, in the VAT accounting currency"] = None
    gross: Annotated[Decimal, "BT-112"] = ZERO
    prepaid: Annotated[Decimal | None, "BT-113"] = None
    rounding: Annotated[Decimal | None, "BT-114"] = None
    payable: Annotated[Decimal, "BT-115"] = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class VatBreakdown:
    """BG-23: what is taxed with one category and rate."""

    taxable: Annotated[Decimal, "BT-116"]
    tax: Annotated[Decimal, "BT-117"]
    category: Annotated[str, "BT-118"]
    rate: Annotated[Decimal | None, "BT-119"] = None
    reason: Annotated[str | None, "BT-120"] = None
    reason_code: Annotated[str | None, "BT-121"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """BG-29: the price of the item, without VAT."""

    net: Annotated[Decimal, "BT-146"]
    discount: Annotated[Decimal | None, "BT-147"] = None
    gross: Annotated[Decimal | None, "BT-148"] = None
    base_quantity: Annotated[Decimal | None, "BT-149, one when not given"] = None
    base_unit: Annotated[str | None, "BT-150"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProperty:
    """BG-32: a property of the item."""

    name: Annotated[str, "BT-160"]
    value: Annotated[str, "BT-161"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """BG-31: what was sold."""

    name: Annotated[str, "BT-153"]
    description: Annotated[str | None, "BT-154"] = None
    seller_id: Annotated[str | None, "BT-155"] = None
    buyer_id: Annotated[str | None, "BT-156"] = None
    standard_id: Annotated[Identifier | None, "BT-157, such as a GTIN with scheme 0160"] = None
    classifications: Annotated[tuple[Identifier, ...], "BT-158"] = ()
    origin_country: Annotated[str | None, "BT-159"] = None
    properties: Annotated[tuple[ItemProperty, ...], "BG-32"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """BG-25: one line."""

    id: Annotated[str, "BT-126"]
    note: Annotated[str | None, "BT-127"] = None
    object_id: Annotated[Identifier | None, "BT-128"] = None
    quantity: Annotated[Decimal, "BT-129"]
    unit: Annotated[str, "BT-130, UN/ECE Recommendation 20 or 21"]
    net: Annotated[Decimal, "BT-131"] = ZERO
    order_line: Annotated[str | None, "BT-132"] = None
    buyer_account: Annotated[str | None, "BT-133"] = None
    period: Annotated[Period | None, "BG-26"] = None
    allowances: Annotated[tuple[AllowanceCharge, ...], "BG-27"] = ()
    charges: Annotated[tuple[AllowanceCharge, ...], "BG-28"] = ()
    price: Annotated[Price, "BG-29"]
    vat_category: Annotated[str, "BT-151"]
    vat_rate: Annotated[Decimal | None, "BT-152"] = None
    item: Annotated[Item, "BG-31"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """BG-0: an invoice or a credit note, told apart by `type_code`."""

    number: Annotated[str, "BT-1"]
    issue_date: Annotated[date, "BT-2"]
    type_code: Annotated[str, "BT-3, UNTDID 1001"] = "380"
    currency: Annotated[str, "BT-5"]
    vat_currency: Annotated[str | None, "BT-6"] = None
    tax_point_date: Annotated[date | None, "BT-7"] = None
    tax_point_code: Annotated[str | None, "BT-8, UNTDID 2005"] = None
    due_date: Annotated[date | None, "BT-9"] = None
    buyer_reference: Annotated[str | None, "BT-10"] = None
    project: Annotated[str | None, "BT-11"] = None
    contract: Annotated[str | None, "BT-12"] = None
    order_reference: Annotated[str | None, "BT-13"] = None
    sales_order: Annotated[str | None, "BT-14"] = None
    receipt: Annotated[str | None, "BT-15"] = None
    despatch: Annotated[str | None, "BT-16"] = None
    tender: Annotated[str | None, "BT-17"] = None
    object_id: Annotated[Identifier | None, "BT-18"] = None
    buyer_account: Annotated[str | None, "BT-19"] = None
    payment_terms: Annotated[str | None, "BT-20"] = None
    notes: Annotated[tuple[Note, ...], "BG-1"] = ()
    process: Annotated[str | None, "BT-23"] = None
    specification: Annotated[str | None, "BT-24"] = None
    preceding: Annotated[tuple[PrecedingInvoice, ...], "BG-3"] = ()
    seller: Annotated[Party, "BG-4"]
    buyer: Annotated[Party, "BG-7"]
    payee: Annotated[Payee | None, "BG-10"] = None
    tax_representative: Annotated[TaxRepresentative | None, "BG-11"] = None
    delivery: Annotated[Delivery | None, "BG-13"] = None
    period: Annotated[Period | None, "BG-14"] = None
    payment: Annotated[PaymentInstructions | None, "BG-16"] = None
    creditor_id: Annotated[str | None, "BT-90"] = None
    allowances: Annotated[tuple[AllowanceCharge, ...], "BG-20"] = ()
    charges: Annotated[tuple[AllowanceCharge, ...], "BG-21"] = ()
    totals: Annotated[Totals, "BG-22"] = Totals()
    vat_breakdown: Annotated[tuple[VatBreakdown, ...], "BG-23"] = ()
    supporting_documents: Annotated[tuple[SupportingDocument, ...], "BG-24"] = ()
    lines: Annotated[tuple[Line, ...], "BG-25"] = ()

    @property
    def is_credit_note(self) -> bool:
        """Whether the type code is one of a credit note."""
        return self.type_code in CREDIT_NOTE_CODES
