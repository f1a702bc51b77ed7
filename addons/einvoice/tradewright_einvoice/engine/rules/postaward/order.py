"""The rules of an order (T01)."""

from functools import cache
from typing import Final

from ...codelists import codes
from ...postaward.order import SPECIFICATION
from ...xml import Node
from ..base import Report, checks, plain
from ..view import View
from .amounts import AMOUNTS
from .common import identified, starts_with
from .lines import unique_lines

_PROCESSES: Final = tuple(
    f"urn:fdc:peppol.eu:poacc:bis:{name}:3" for name in ("order_only", "ordering", "advanced_ordering")
)
_AMOUNTS: Final = ("cbc:Amount", "cbc:TaxAmount", "cbc:LineExtensionAmount", "cbc:PriceAmount", "cbc:BaseAmount")
_DECIMALS: Final = 2
#: Countries whose code the rule about VAT numbers does not know.
_NOT_IN_VAT: Final = frozenset(("1A", "BQ", "CW", "RE", "SS", "SX", "XI"))


@checks("PEPPOL-T01-R031")
def process(view: View, report: Report) -> None:
    """The process is one of orders."""
    for node in view.tree.named("cbc:ProfileID"):
        if plain(node) not in _PROCESSES:
            report.fatal("PEPPOL-T01-R031", "", node, "The process {0} is none of orders.", node)


@checks("PEPPOL-T01-R002")
def validity(view: View, report: Report) -> None:
    """The order says until when it holds."""
    if not view.root.all("cac:ValidityPeriod", "cbc:EndDate"):
        report.warning("PEPPOL-T01-R002", "", view.root, "The order does not say until when it is valid.")


@checks("PEPPOL-T01-R003", "PEPPOL-T01-R028")
def amounts(view: View, report: Report) -> None:
    """Amounts are in the currency of the order and have at most two decimals; prices may have more."""
    allowed = {node.text for node in view.root.kids.get("cbc:DocumentCurrencyCode", ())}
    priced = set[int]()
    for price in view.tree.named("cac:Price"):
        _collect(price, priced)
    totals = [
        node
        for owner in view.tree.named("cac:AnticipatedMonetaryTotal")
        for name, nodes in owner.kids.items()
        if name.startswith("cbc:") and name not in _AMOUNTS
        for node in nodes
    ]
    for node in (*view.tree.named(*_AMOUNTS), *totals):
        currency = node.get("currencyID")
        if currency is not None and currency not in allowed:
            report.fatal("PEPPOL-T01-R003", "", node, "The currency {0} is not that of the order.", repr(currency))
        if id(node) not in priced and len(node.text.partition(".")[2]) > _DECIMALS:
            report.fatal("PEPPOL-T01-R028", "", node, "{0} has more than two decimals.", node)


def _collect(node: Node, found: set[int]) -> None:
    """Note an element and all below it."""
    found.add(id(node))
    for nodes in node.kids.values():
        for kid in nodes:
            _collect(kid, found)


@cache
def _vat_prefixes() -> str:
    """The country codes as one text: the rule looks for the first two characters anywhere in it."""
    return " ".join(sorted((codes("iso3166") - _NOT_IN_VAT) | {"EL"}))


@checks("PEPPOL-T01-R026")
def vat_numbers(view: View, report: Report) -> None:
    """A VAT number starts with its country."""
    for node in view.tree.named("cac:PartyTaxScheme"):
        if any(name.text == "VAT" for name in node.all("cac:TaxScheme", "cbc:ID")):
            number = node.first("cbc:CompanyID")
            if number is not None and number.text[:2] not in _vat_prefixes():
                report.fatal("PEPPOL-T01-R026", "", number, "The VAT number {0} starts with no country.", number)


@checks("PEPPOL-T01-R029", "PEPPOL-T01-R030")
def tax_categories(view: View, report: Report) -> None:
    """A category has its rate, and the standard one a rate above zero."""
    for node in view.tree.named("cac:TaxCategory", "cac:ClassifiedTaxCategory"):
        code, rates = plain(node.first("cbc:ID")), node.kids.get("cbc:Percent", [])
        if not rates and code != "O":
            report.fatal("PEPPOL-T01-R029", "", node, "The tax category {0} has no rate.", code)
        numbers = [rate.number for rate in rates]
        if code == "S" and None not in numbers and not any(number > 0 for number in numbers if number is not None):
            report.fatal("PEPPOL-T01-R030", "", node, "The standard rate must be above zero.")


@checks("PEPPOL-T01-R035")
def quotations(view: View, report: Report) -> None:
    """A line of a quotation goes with the number of the quotation."""
    if view.root.all("cac:QuotationDocumentReference", "cbc:ID"):
        return
    for node in view.tree.named("cac:QuotationLineReference"):
        for line in node.kids.get("cbc:LineID", ()):
            report.fatal("PEPPOL-T01-R035", "", line, "A line of a quotation is named, but no quotation.")


@checks("PEPPOL-T01-CL001", "PEPPOL-T01-CL002")
def reason_codes(view: View, report: Report) -> None:
    """Reasons of allowances and charges are of their lists."""
    for node in view.tree.named("cac:AllowanceCharge"):
        indicators = {found.text for found in node.kids.get("cbc:ChargeIndicator", ())}
        for code in node.kids.get("cbc:AllowanceChargeReasonCode", ()):
            if "false" in indicators:
                if plain(code) not in codes("untdid5189"):
                    report.fatal("PEPPOL-T01-CL001", "", code, "{0} is no code of the reason of an allowance.", code)
            elif "true" in indicators and plain(code) not in codes("untdid7161"):
                report.fatal("PEPPOL-T01-CL002", "", code, "{0} is no code of the reason of a charge.", code)


ORDER: Final = (
    process,
    starts_with("PEPPOL-T01-R034", SPECIFICATION),
    validity,
    identified("PEPPOL-T01-R014", "cac:OriginatorCustomerParty", "cac:PartyName/cbc:Name", "originator"),
    unique_lines("PEPPOL-T01-R001"),
    amounts,
    vat_numbers,
    tax_categories,
    quotations,
    reason_codes,
    *AMOUNTS,
)
