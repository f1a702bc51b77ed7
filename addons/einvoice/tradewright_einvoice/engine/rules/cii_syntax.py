"""CII-SR and CII-DT about how often something occurs and what goes together; what is not used is in `cii_unused.py`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ..xml import Node
from .base import Check, Report, checks, plain
from .cii_slots import CII, charge_indicator
from .cii_unused import unused
from .paths import Finder, finder
from .view import View

_TRANSFER: Final = frozenset(("30", "58"))
_DAY: Final = re.compile(r"[ \t\r\n]*\d{4}(1[0-2]|0[1-9])(3[01]|[12][0-9]|0[1-9])[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Count:
    """How often a path occurs at each element of a context."""

    rule: str
    context: str
    path: str
    what: str
    least: int = 0
    most: int | None = 1
    fatal: bool = True


def _some(rule: str, context: str, path: str, what: str) -> Count:
    """A path that may occur once, or the receiver is warned."""
    return Count(rule, context, path, what, fatal=False)


_SUPPORTING: Final = "ram:AdditionalReferencedDocument"
_GUIDELINE: Final = "ram:GuidelineSpecifiedDocumentContextParameter"
_PRICE: Final = "ram:NetPriceProductTradePrice/ram:ChargeAmount"
COUNTS: Final = (
    _some("CII-SR-003", "document_context", "ram:BusinessProcessSpecifiedDocumentContextParameter", "business process"),
    Count("CII-SR-009", "document_context", _GUIDELINE, "specification", least=1),
    Count("CII-SR-010", "document_context", f"{_GUIDELINE}/ram:ID", "identifier of the specification", least=1),
    Count("CII-SR-014", "exchanged", "ram:TypeCode", "type code of the invoice", least=1),
    _some("CII-SR-030", "note", "ram:Content", "text in one note"),
    _some("CII-SR-039", "line_document", "ram:IncludedNote", "note of the line"),
    _some("CII-SR-040", "line_document", "ram:IncludedNote/ram:Content", "text in the note of the line"),
    Count("CII-SR-090", "made_product", "ram:OriginTradeCountry/ram:ID", "country of origin", least=1),
    Count("CII-SR-069", "product_property", "ram:Description", "name of the item property", least=1),
    Count("CII-SR-072", "product_property", "ram:Value", "value of the item property", least=1),
    Count("CII-SR-439", "line_agreement", _PRICE, "net price", least=1),
    Count("CII-SR-441", "line_agreement", _PRICE, "net price"),
    Count("CII-SR-463", "adjustment", "ram:ChargeIndicator", "indicator of an allowance or charge", 1, None),
    Count("CII-SR-471", "adjustment", "ram:RateApplicablePercent", "rate of an allowance or charge"),
    Count("CII-SR-472", "adjustment", "ram:CategoryTradeTax", "VAT category of an allowance or charge"),
    Count("CII-SR-473", "adjustment", "ram:ActualAmount", "amount of an allowance or charge"),
    Count("CII-SR-440", "price_adjustment", "ram:ActualAmount", "discount on the price"),
    Count("CII-SR-454", "line_settlement", "ram:ApplicableTradeTax", "VAT category of the line", 1, 1, fatal=False),
    _some("CII-SR-474", "line_settlement", f"{_SUPPORTING}[ram:TypeCode~130]", "invoiced object of the line"),
    Count("CII-SR-455", "agreement", "ram:SellerTradeParty/ram:DefinedTradeContact", "contact of the seller"),
    Count("CII-SR-456", "agreement", "ram:BuyerTradeParty/ram:DefinedTradeContact", "contact of the buyer"),
    _some("CII-SR-457", "agreement", f"{_SUPPORTING}[ram:TypeCode=50]", "call for tender"),
    _some("CII-SR-458", "agreement", f"{_SUPPORTING}[ram:TypeCode=130]", "invoiced object"),
    Count(
        "CII-SR-459",
        "agreement",
        "ram:SellerTradeParty/ram:URIUniversalCommunication",
        "electronic address of the seller",
    ),
    Count(
        "CII-SR-460",
        "agreement",
        "ram:BuyerTradeParty/ram:URIUniversalCommunication",
        "electronic address of the buyer",
    ),
    _some(
        "CII-SR-475",
        "agreement",
        f"{_SUPPORTING}[ram:TypeCode~916]/ram:Name",
        "description of a supporting document",
    ),
    _some(
        "CII-SR-476", "agreement", f"{_SUPPORTING}[ram:TypeCode~916]/ram:AttachmentBinaryObject", "embedded document"
    ),
    _some("CII-SR-452", "settlement", "ram:SpecifiedTradePaymentTerms", "payment terms"),
    _some("CII-SR-453", "settlement", "ram:SpecifiedTradePaymentTerms/ram:Description", "text of the payment terms"),
    Count("CII-SR-461", "settlement", "ram:ApplicableTradeTax/ram:TaxPointDate", "date of the tax point"),
    *(
        Count(f"CII-SR-{number}", "header_totals", f"ram:{name}", name)
        for number, name in enumerate(
            (
                "LineTotalAmount",
                "ChargeTotalAmount",
                "AllowanceTotalAmount",
                "TaxBasisTotalAmount",
                "RoundingAmount",
                "GrandTotalAmount",
                "InformationAmount",
                "TotalPrepaidAmount",
                "TotalDiscountAmount",
                "TotalAllowanceChargeAmount",
                "DuePayableAmount",
                "RetailValueExcludingTaxInformationAmount",
                "TotalDepositFeeInformationAmount",
                "ProductValueExcludingTobaccoTaxInformationAmount",
                "TotalRetailValueInformationAmount",
                "GrossLineTotalAmount",
                "NetLineTotalAmount",
                "NetIncludingTaxesLineTotalAmount",
            ),
            start=477,
        )
    ),
)


def _counts() -> Check:
    by_context: dict[str, list[tuple[Count, Finder]]] = {}
    for rule in COUNTS:
        by_context.setdefault(rule.context, []).append((rule, finder(rule.path)))
    compiled = tuple(by_context.items())

    @checks(*(rule.rule for rule in COUNTS))
    def check(view: View, report: Report) -> None:
        for context, rules in compiled:
            for node in view.context(context):
                for rule, find in rules:
                    found = find(node)
                    if not found:
                        if rule.least:
                            _say(report, rule.rule, node, "There is no {0}.", rule.what, fatal=rule.fatal)
                    elif rule.most is not None and len(found) > rule.most:
                        _say(report, rule.rule, found[1], "There is more than one {0}.", rule.what, fatal=rule.fatal)

    return check


def _say(report: Report, rule: str, node: Node, message: str, *values: object, fatal: bool) -> None:
    (report.fatal if fatal else report.warning)(rule, "", node, message, *values)


@dataclass(frozen=True, slots=True)
class Either:
    """Of two paths an element of the context has one at most, or the receiver is warned."""

    rule: str
    context: str
    one: str
    other: str
    message: str


_TWO_IDS: Final = "The {0} has an identifier and a global identifier; only one of them is expected."
_TWO_NAMES: Final = "The contact of the {0} has a person and a department; only one of them is expected."
EITHER: Final = (
    *(
        (Either(rule, context, f"ram:{party}/ram:ID", f"ram:{party}/ram:GlobalID", _TWO_IDS), who)
        for rule, context, party, who in (
            ("CII-SR-449", "delivery", "ShipToTradeParty", "receiver of the goods"),
            ("CII-SR-450", "agreement", "BuyerTradeParty", "buyer"),
            ("CII-SR-451", "settlement", "PayeeTradeParty", "payee"),
        )
    ),
    *(
        (
            Either(
                rule,
                "agreement",
                f"ram:{party}/ram:DefinedTradeContact/ram:PersonName",
                f"ram:{party}/ram:DefinedTradeContact/ram:DepartmentName",
                _TWO_NAMES,
            ),
            who,
        )
        for rule, party, who in (
            ("CII-SR-465", "SellerTradeParty", "seller"),
            ("CII-SR-466", "BuyerTradeParty", "buyer"),
        )
    ),
)


def _either() -> Check:
    compiled = tuple((rule, who, finder(rule.one), finder(rule.other)) for rule, who in EITHER)

    @checks(*(rule.rule for rule, _ in EITHER))
    def check(view: View, report: Report) -> None:
        for rule, who, one, other in compiled:
            for node in view.context(rule.context):
                found = one(node)
                if found and other(node):
                    report.warning(rule.rule, "", found[0], rule.message, who)

    return check


@checks("CII-SR-046", "CII-SR-119")
def items_and_prices(view: View, report: Report) -> None:
    """A registered item number has a scheme; a discount on a price is an allowance with an amount."""
    for product in view.context("product"):
        ids = product.kids.get("ram:GlobalID")
        if ids and not any(found.get("schemeID") is not None for found in ids):
            report.fatal("CII-SR-046", "BT-157", ids[0], "The registered item number has no scheme.")
    for agreement in view.context("line_agreement"):
        discounts = agreement.all("ram:GrossPriceProductTradePrice", "ram:AppliedTradeAllowanceCharge")
        if not discounts:
            continue
        amounts = any(discount.kids.get("ram:ActualAmount") for discount in discounts)
        allowances = any(charge_indicator(discount) is False for discount in discounts)
        marked = any(discount.kids.get("ram:ChargeIndicator") for discount in discounts)
        if not (amounts and allowances) and (amounts or marked):
            message = "A discount on the price must be an allowance (false) with an amount."
            report.warning("CII-SR-119", "BT-147", discounts[0], message)


@checks("CII-SR-462", "CII-SR-467", "CII-SR-468", "CII-SR-469", "CII-SR-470")
def one_payment(view: View, report: Report) -> None:
    """What stands in several places of CII, but is said once in EN 16931, is said alike everywhere."""
    taxes = view.tree.named("ram:ApplicableTradeTax")
    codes = [code for tax in taxes for code in tax.kids.get("ram:DueDateTypeCode", ())]
    _alike(codes, "CII-SR-462", "code of the tax point", report, lambda node: node.text)
    means = view.context("payment")
    for rule, name, what in (
        ("CII-SR-467", "ram:TypeCode", "code of the payment means"),
        ("CII-SR-468", "ram:Information", "text of the payment means"),
    ):
        _alike([found for node in means for found in node.kids.get(name, ())], rule, what, report, plain)
    owners = view.tree.named("ram:ApplicableHeaderTradeSettlement")
    references = [found for owner in owners for found in owner.kids.get("ram:PaymentReference", ())]
    if len(references) > 1:
        report.fatal("CII-SR-469", "BT-83", references[1], "There is more than one {0}.", "payment reference")
    for node in view.root.all(
        "rsm:SupplyChainTradeTransaction",
        "ram:ApplicableHeaderTradeSettlement",
        "ram:SpecifiedTradeSettlementPaymentMeans",
    ):
        code = next((found for found in node.kids.get("ram:TypeCode", ()) if plain(found) in _TRANSFER), None)
        accounts = node.kids.get("ram:PayeePartyCreditorFinancialAccount", ())
        if code is not None and not any(
            account.kids.get("ram:IBANID") or account.kids.get("ram:ProprietaryID") for account in accounts
        ):
            message = "A credit transfer (code {0}) needs the account to transfer to."
            report.fatal("CII-SR-470", "BT-84", node, message, code)


def _alike(nodes: list[Node], rule: str, what: str, report: Report, text: Callable[[Node], str]) -> None:
    if len(nodes) > 1:
        first = text(nodes[0])
        other = next((node for node in nodes if text(node) != first), None)
        if other is not None:
            report.fatal(rule, "", other, "There is more than one {0}: {1} and {2}.", what, nodes[0], other)


@checks("CII-DT-033", "CII-DT-037")
def units_and_taxes(view: View, report: Report) -> None:
    """A quantity has a unit only where an invoiced one has; a tax is VAT."""
    if not any(CII.finder("line.unit")(line) for line in view.context("header_line")):
        for node in _ending(view, "Quantity"):
            if node.get("unitCode") is not None:
                message = "The quantity has a unit, but no invoiced quantity has one."
                report.fatal("CII-DT-033", "BT-130", node, message)
    for node in _ending(view, "TradeTax"):
        kinds = node.kids.get("ram:TypeCode")
        if kinds and not any(kind.text == "VAT" for kind in kinds):
            report.fatal("CII-DT-037", "", kinds[0], "The tax must be VAT, but is {0}.", kinds[0])


def _ending(view: View, end: str) -> Iterator[Node]:
    """All elements whose name ends so."""
    for name, nodes in view.tree.by_name.items():
        if name.endswith(end) and name.startswith("ram:"):
            yield from nodes


@checks("CII-DT-097")
def days(view: View, report: Report) -> None:
    """A day is written YYYYMMDD."""
    for node in view.tree.named("udt:DateTimeString"):
        if node.get("format") == "102" and not _DAY.fullmatch(node.text):
            report.fatal("CII-DT-097", "", node, "{0} is no date (YYYYMMDD).", node)


CII_SYNTAX: Final = (_counts(), _either(), items_and_prices, one_payment, units_and_taxes, days, unused())
