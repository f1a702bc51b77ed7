"""Where each business term of an e-invoice comes from: the field of the record to mend, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tradewright.i18n import Text, _


@dataclass(frozen=True, slots=True)
class Place:
    """A field of one of the `records` of an invoice (see `drafts`), and one sentence that says what to do there."""

    record: str
    field: str
    text: Text


def _all(record: str, fields: dict[str, tuple[str, Text]]) -> dict[str, Place]:
    """Places of one record: terms (blanks between) to their field and sentence."""
    return {term: Place(record, field, text) for terms, (field, text) in fields.items() for term in terms.split()}


_POSTAL: Final = (
    ("street", _("Enter the street.")),
    ("street2", _("Shorten the second line of the street.")),
    ("name", _("Shorten the name of the address.")),
    ("city", _("Enter the city.")),
    ("zip", _("Enter the postal code.")),
    ("region", _("Enter the region.")),
    ("country", _("Choose the country.")),
)


def _postal(record: str, terms: str) -> dict[str, Place]:
    """The parts of an address in the order of `_POSTAL`, and the group last, which lacks its country."""
    parts = [*_POSTAL, _POSTAL[-1]]
    return {term: Place(record, *part) for term, part in zip(terms.split(), parts, strict=True)}


_RATE: Final = _("Choose a tax that fits the customer: its category and rate break a rule.")
_BANK: Final = _("Enter the bank account that customers pay to.")
_WHY_UNTAXED: Final = _("Enter why no tax is charged, or the code for it.")

TERMS: Final[dict[str, Place]] = {
    **_all(
        "invoice",
        {
            "BT-2 BT-7": ("invoice_date", _("Check the invoice date.")),
            "BT-5": ("currency", _("Choose a currency of ISO 4217.")),
            "BT-9 BT-20": ("due_date", _("Enter the day by which the invoice is to be paid, or a payment term.")),
            "BT-10": (
                "buyer_reference",
                _("Enter the buyer reference that the customer has named, such as a Leitweg-ID."),
            ),
            "BT-13": ("reference", _("Enter the order number of the customer.")),
            "BT-21 BT-22 BG-1": ("note", _("Change the note.")),
            "BT-72 BG-13 BG-14 BT-73 BT-74": ("delivery_date", _("Enter the day of delivery.")),
            "BG-25": ("lines", _("Add a line.")),
        },
    ),
    **_all(
        "company",
        {
            "BT-27 BT-28 BG-4": ("legal_name", _("Enter the registered name of your company.")),
            "BT-29 BT-30 BT-33": ("registration", _("Enter the registration of your company.")),
            "BT-31 BT-32": ("vat", _("Enter the VAT number of your company.")),
            "BT-34": ("endpoint_id", _("Enter the electronic address of your company, or its VAT number.")),
            "BT-41": ("name", _("Enter the name of your company.")),
            "BT-42 BG-6": ("phone", _("Enter the phone number of your company, where customers ask about invoices.")),
            "BT-43": ("email", _("Enter the e-mail address of your company, where customers ask about invoices.")),
            "BT-81 BT-82 BT-84 BT-85 BG-16 BG-17 BT-90 BT-91": ("iban", _BANK),
            "BT-86": ("bic", _("Enter the BIC of your bank.")),
            "BT-6 BT-111": ("currency", _("Check the currency of your company.")),
        },
    ),
    **_postal("company", "BT-35 BT-36 BT-162 BT-37 BT-38 BT-39 BT-40 BG-5"),
    **_all(
        "customer",
        {
            "BT-44 BT-45 BG-7": ("name", _("Enter the name of the customer.")),
            "BT-46": ("reference", _("Check the number of the customer.")),
            "BT-47": ("registration", _("Enter the company registration of the customer.")),
            "BT-48": ("vat", _("Enter the VAT number of the customer.")),
            "BT-49": ("endpoint_id", _("Enter the electronic address of the customer, or its VAT number.")),
        },
    ),
    **_all(
        "contact",
        {
            "BT-56 BG-9": ("name", _("Enter the name of the contact.")),
            "BT-57": ("phone", _("Enter the phone number of the contact.")),
            "BT-58": ("email", _("Enter the e-mail address of the contact.")),
        },
    ),
    **_postal("invoice_address", "BT-50 BT-51 BT-163 BT-52 BT-53 BT-54 BT-55 BG-8"),
    **_postal("delivery_address", "BT-75 BT-76 BT-165 BT-77 BT-78 BT-79 BT-80 BG-15"),
    "BT-70": Place("delivery_address", "name", _("Enter the name of the delivery address.")),
    **_all(
        "tax",
        {
            "BT-116 BT-117 BT-118 BT-119 BG-23": ("category", _RATE),
            "BT-120 BT-121": ("exemption_reason", _WHY_UNTAXED),
        },
    ),
    **_all(
        "line",
        {
            "BT-129 BT-149": ("quantity", _("Check the quantity.")),
            "BT-131": ("subtotal", _("Check quantity, price and discount.")),
            "BG-27 BT-136 BT-137 BT-138 BT-139 BT-140 BG-28": ("discount", _("Check the discount.")),
            "BT-146 BT-147 BT-148 BG-29": ("unit_price", _("Check the price.")),
            "BT-151 BT-152 BG-30": ("tax", _RATE),
            "BT-153 BT-154 BG-31": ("description", _("Write in the first line of the description what was sold.")),
        },
    ),
    "BT-130": Place("uom", "code", _("Give the unit a code of UN/ECE Recommendation 20, such as H87 for pieces.")),
    "BT-155": Place("product", "sku", _("Check the article number.")),
    "BT-157": Place("product", "barcode", _("Check the barcode: it is no GTIN.")),
}
"""By business term or group. Terms that no user writes, such as the totals, are not here."""

RULES: Final[dict[str, str]] = {
    "BR-CO-25": "BT-9",
    "BR-CO-26": "BT-31",
    "BR-IC-11": "BT-72",
    "BR-IC-12": "BT-80",
    "PEPPOL-EN16931-R003": "BT-10",
    "BR-DE-1": "BG-16",
    "BR-DE-15": "BT-10",
    "BR-DE-21": "BT-24",
}
"""Rules whose own term is not the one to mend."""

DIGITS: Final = Place(
    "invoice", "currency", _("E-invoices state amounts with two decimals at most: invoice in another currency.")
)
BUYER_REFERENCE: Final = TERMS["BT-10"]
ORDER_NUMBER: Final = TERMS["BT-13"]
NOT_WRITABLE: Final = Place("invoice", "", _("Delete the signs that can't be seen from texts of the invoice."))
OF_NUMBER: Final = frozenset({"BT-1", "BT-83"})
"""Terms that an invoice gets with its number."""


def place_of(rule: str, term: str) -> Place | None:
    """The place where a finding is mended; None where none of the invoice's records states it."""
    if rule.startswith("BR-DEC-") or rule == "UBL-DT-01":
        return DIGITS
    if rule == "TW-WRITE-01":
        return NOT_WRITABLE
    named = RULES.get(rule)
    if named is not None:
        return TERMS.get(named)
    for one in term.split():
        found = TERMS.get(one) or TERMS.get(_base(one))
        if found is not None:
            return found
    return None


def _base(term: str) -> str:
    """The term itself of a part of it: BT-34 of BT-34-1."""
    return "-".join(term.split("-")[:2])
