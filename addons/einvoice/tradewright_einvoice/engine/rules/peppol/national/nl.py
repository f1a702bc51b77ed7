"""NL-R: Dutch suppliers."""

from typing import Final

from ....amounts import ZERO
from ....xml import Node
from ...base import Report, checks, filled, plain
from ...view import View
from ..countries import countries
from .common import CUSTOMER, SUPPLIER, has

_MEANS: Final = frozenset(("30", "48", "49", "57", "58", "59"))
_SCHEMES: Final = frozenset(("0106", "0190"))


@checks(*(f"NL-R-{number:03}" for number in range(1, 10)))
def netherlands(view: View, report: Report) -> None:
    """Addresses, KVK numbers, payment means and references."""
    where = view.once(countries)
    if where.supplier_address != "NL":
        return
    root = view.root
    for code in view.tree.named("cbc:CreditNoteTypeCode"):
        if not root.all("cac:BillingReference", "cac:InvoiceDocumentReference", "cbc:ID"):
            report.fatal("NL-R-001", "BT-25", code, "A Dutch credit note must refer to the invoice that it credits.")
    _addresses("NL-R-002", "BG-5", root.all(SUPPLIER, "cac:Party", "cac:PostalAddress"), "supplier", report)
    _registrations("NL-R-003", "BT-30", root.all(SUPPLIER, "cac:Party"), report)
    domestic = where.customer_address == "NL"
    if domestic:
        _addresses("NL-R-004", "BG-8", root.all(CUSTOMER, "cac:Party", "cac:PostalAddress"), "buyer", report)
        _registrations("NL-R-005", "BT-47", root.all(CUSTOMER, "cac:Party"), report)
    if where.representative_address == "NL":
        addresses = root.all("cac:TaxRepresentativeParty", "cac:PostalAddress")
        _addresses("NL-R-006", "BG-12", addresses, "tax representative", report)
    _payment(view, report, domestic=domestic)
    if not root.all("cac:OrderReference", "cbc:ID"):
        for node in view.tree.named("cac:OrderLineReference"):
            for line in node.kids.get("cbc:LineID", ()):
                report.fatal("NL-R-009", "BT-132", line, "An order line ({0}) needs the number of the order.", line)


def _addresses(rule: str, term: str, addresses: list[Node], who: str, report: Report) -> None:
    for node in addresses:
        if not has(node, "cbc:StreetName", "cbc:CityName", "cbc:PostalZone"):
            report.fatal(rule, term, node, "The address of the Dutch {0} needs street, city and post code.", who)


def _registrations(rule: str, term: str, parties: list[Node], report: Report) -> None:
    for party in parties:
        for number in party.all("cac:PartyLegalEntity", "cbc:CompanyID"):
            if number.get("schemeID") not in _SCHEMES or not filled(number):
                message = "The registration number {0} of a Dutch party must be a KVK number (0106) or an OIN (0190)."
                report.fatal(rule, term, number, message, number)


def _payment(view: View, report: Report, *, domestic: bool) -> None:
    means = view.context("payment")
    for totals in view.facts.totals:
        amount = totals.payable.number if totals.payable is not None else None
        owed = totals.payable is None or (
            amount is not None and (amount > ZERO if view.root.name == "inv:Invoice" else amount < ZERO)
        )
        if owed and not means:
            report.fatal("NL-R-007", "BG-16", totals.node, "A Dutch supplier must say how the amount is to be paid.")
    if domestic:
        for node in means:
            code = node.first("cbc:PaymentMeansCode")
            if plain(code) not in _MEANS:
                report.fatal("NL-R-008", "BT-81", node, "Payment means {0} is none of the Dutch ones.", code)


NETHERLANDS: Final = (netherlands,)
