"""BR-DEX: the extension of XRechnung, which has more schemes, sub lines and payments by third parties."""

from decimal import Decimal
from typing import Final

from ...amounts import ZERO, round_official
from ...codelists import codes
from ...xml import Node
from ..base import Report, checks
from ..facts import total
from ..places import is_cii, tidied, tidy
from ..view import View
from .document import EXTENSION, specification_is

_MIME: Final = frozenset(
    (
        "application/pdf",
        "image/png",
        "image/jpeg",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/xml",
    )
)
#: Schemes of the German health system that only the extension knows.
_OWN: Final = frozenset(("XR01", "XR02", "XR03"))
_PARTIES: Final = ("BR-DEX-04", "BT-29")
_REGISTRATIONS: Final = ("BR-DEX-05", "BT-30")
_ITEMS: Final = ("BR-DEX-06", "BT-157")
_ENDPOINTS: Final = ("BR-DEX-07", "BT-34")
_LOCATIONS: Final = ("BR-DEX-08", "BT-71")
_SCHEMES: Final = (_PARTIES, _REGISTRATIONS, _ITEMS, _ENDPOINTS, _LOCATIONS)
_MOST_DECIMALS: Final = 2
Scheme = tuple[tuple[str, str], Node]


def is_extension(view: View) -> bool:
    """Whether the document follows the extension."""
    return specification_is(view, EXTENSION)


@checks("BR-DEX-01")
def files(view: View, report: Report) -> None:
    """Embedded files may be XML, too."""
    if not view.once(is_extension):
        return
    for node in view.tree.named("ram:AttachmentBinaryObject" if is_cii(view) else "cbc:EmbeddedDocumentBinaryObject"):
        if node.get("mimeCode") not in _MIME:
            message = "Files of the type {0} can't be embedded."
            report.fatal("BR-DEX-01", "BT-125", node, message, node.get("mimeCode"))


@checks(*(rule for rule, _ in _SCHEMES))
def schemes(view: View, report: Report) -> None:
    """The schemes of identifiers are of the usual lists, or of the extension's own."""
    if not view.once(is_extension):
        return
    for (rule, term), node in _of_cii(view) if is_cii(view) else _of_ubl(view):
        scheme = node.get("schemeID")
        if scheme is None:
            continue
        known = codes("eas" if rule == _ENDPOINTS[0] else "icd")
        code = tidied(scheme)
        if code and code not in known and code not in _OWN and not _is_creditor(rule, code, node):
            report.fatal(rule, term, node, "The scheme {0} of the identifier is unknown.", scheme)


def _is_creditor(rule: str, code: str, node: Node) -> bool:
    """Whether it is a creditor identifier of SEPA at the seller or the payee, in UBL."""
    if rule != _PARTIES[0] or code != "SEPA" or not node.name.startswith("cbc:"):
        return False
    return _is_below(node, "AccountingSupplierParty", "PayeeParty")


def _of_ubl(view: View) -> list[Scheme]:
    places = (
        (_PARTIES, "cac:PartyIdentification", "cbc:ID"),
        (_REGISTRATIONS, "cac:PartyLegalEntity", "cbc:CompanyID"),
        (_ITEMS, "cac:StandardItemIdentification", "cbc:ID"),
        (_LOCATIONS, "cac:DeliveryLocation", "cbc:ID"),
    )
    found = [(what, node) for what, owner, name in places for held in view.tree.named(owner) for node in held.all(name)]
    return [*found, *((_ENDPOINTS, node) for node in view.tree.named("cbc:EndpointID"))]


def _of_cii(view: View) -> list[Scheme]:
    found: list[Scheme] = []
    for node in view.tree.named("ram:GlobalID"):
        above = node.element.getparent()
        parent = str(above.tag).rpartition("}")[2] if above is not None else ""
        if not _is_below(node, "SpecifiedTradeProduct", "ShipToTradeParty"):
            found.append((_PARTIES, node))
        elif parent == "SpecifiedTradeProduct":
            found.append((_ITEMS, node))
        elif parent == "ShipToTradeParty" and _is_below(node, "ApplicableHeaderTradeDelivery"):
            found.append((_LOCATIONS, node))
    found += [(_REGISTRATIONS, node) for node in view.tree.named("ram:ID") if not _is_below(node, _TAX)]
    owners = view.tree.named("ram:URIUniversalCommunication")
    return [*found, *((_ENDPOINTS, node) for owner in owners for node in owner.all("ram:URIID"))]


_TAX: Final = "SpecifiedTaxRegistration"


def _is_below(node: Node, *names: str) -> bool:
    return any(str(above.tag).rpartition("}")[2] in names for above in node.element.iterancestors())


@checks("BR-DEX-15")
def no_sub_lines(view: View, report: Report) -> None:
    """CII has no sub lines."""
    if not view.once(is_extension) or "ram:ParentLineID" not in view.tree.by_name:
        return
    line = "rsm:SupplyChainTradeTransaction", "ram:IncludedSupplyChainTradeLineItem"
    for node in view.root.all(*line, "ram:AssociatedDocumentLineDocument"):
        message = "Lines below lines, as in {0}, are not foreseen for CII."
        report.warning("BR-DEX-15", "BG-25", node, message, "ram:ParentLineID")


@checks("BR-DEX-02", "BR-DEX-03")
def sub_lines(view: View, report: Report) -> None:
    """The amount of a line is the sum of the lines below it, which have one VAT category each."""
    if view.root.name != "inv:Invoice" or not view.once(is_extension):
        return
    for line in (*view.root.kids.get("cac:InvoiceLine", ()), *view.tree.named("cac:SubInvoiceLine")):
        below = line.kids.get("cac:SubInvoiceLine")
        if not below:
            continue
        amounts = line.kids.get("cbc:LineExtensionAmount", [])
        given = amounts[0].number if amounts else None
        expected = total([amount for part in below for amount in part.kids.get("cbc:LineExtensionAmount", ())])
        if expected is not None and given != expected and (given is not None or not amounts):
            message = "The net amount of the line is {0}, but the lines below it sum up to {1}."
            report.warning("BR-DEX-02", "BT-131", line, message, given, expected)
    for line in view.tree.named("cac:SubInvoiceLine"):
        for item in line.kids.get("cac:Item", ()):
            if len(item.kids.get("cac:ClassifiedTaxCategory", ())) != 1:
                report.fatal("BR-DEX-03", "BG-DEX-06", item, "A line below a line needs one VAT category.")


@checks("BR-DEX-09")
def payable(view: View, report: Report) -> None:
    """Payable = total with VAT - prepaid + rounding + paid by third parties."""
    if is_cii(view) or not view.once(is_extension):
        return
    for node in view.tree.named("cac:LegalMonetaryTotal"):
        gross, due = node.first("cbc:TaxInclusiveAmount"), node.first("cbc:PayableAmount")
        prepaid, rounding = total([node.first("cbc:PrepaidAmount")]), total([node.first("cbc:PayableRoundingAmount")])
        others = _third_party(view)
        if gross is None or due is None:
            message = "The totals lack the total with VAT or the amount to pay."
            report.fatal("BR-DEX-09", "BT-115", node, message)
            continue
        if gross.number is None or due.number is None or prepaid is None or rounding is None or others is None:
            continue
        expected = gross.number - prepaid + others
        if round_official(due.number - rounding) != round_official(expected):
            message = "The amount to pay is {0}, but total, prepayment, rounding and payments of others give {1}."
            report.fatal("BR-DEX-09", "BT-115", due, message, due, expected + rounding)


def _third_party(view: View) -> Decimal | None:
    amounts = view.root.all("cac:PrepaidPayment", "cbc:PaidAmount")
    return total(list(amounts)) if any(tidy(amount) for amount in amounts) else ZERO


@checks(*(f"BR-DEX-{number}" for number in range(10, 15)))
def third_party_payments(view: View, report: Report) -> None:
    """A payment by a third party has its type, amount and description."""
    if view.root.name != "inv:Invoice" or not view.once(is_extension):
        return
    currencies = {node.text for node in view.root.kids.get("cbc:DocumentCurrencyCode", ())}
    for node in view.root.kids.get("cac:PrepaidPayment", ()):
        for rule, term, name, message in (
            ("BR-DEX-10", "BT-DEX-001", "cbc:ID", "The payment of a third party needs its type."),
            ("BR-DEX-11", "BT-DEX-002", "cbc:PaidAmount", "The payment of a third party needs its amount."),
            ("BR-DEX-12", "BT-DEX-003", "cbc:InstructionID", "The payment of a third party needs its description."),
        ):
            if not any(tidy(found) for found in node.kids.get(name, ())):
                report.fatal(rule, term, node, message)
        amounts = node.kids.get("cbc:PaidAmount", [])
        if any(len(amount.text.partition(".")[2]) > _MOST_DECIMALS for amount in amounts):
            report.fatal("BR-DEX-13", "BT-DEX-002", amounts[0], "{0} has more than two decimals.", amounts[0])
        if not any(amount.get("currencyID") in currencies for amount in amounts):
            message = "The payment of a third party must be in the invoice currency."
            report.fatal("BR-DEX-14", "BT-DEX-002", node, message)


EXTENSIONS: Final = (files, schemes)
UBL_EXTENSIONS: Final = (sub_lines, payable, third_party_payments)
CII_EXTENSIONS: Final = (no_sub_lines,)
