"""Where CII (UN/CEFACT Cross Industry Invoice D16B) has what the rules talk about."""

from collections.abc import Callable, Mapping
from typing import Final

from ..text import SPACE
from ..xml import Node, Tree
from .facts import Adjustment, Category, Facts, Line, Part, TaxIds, TaxTotal, Totals
from .paths import is_vat_type
from .view import Arithmetic, Slots

SETTLEMENT: Final = "ram:ApplicableHeaderTradeSettlement"
AGREEMENT: Final = "ram:ApplicableHeaderTradeAgreement"
DELIVERY: Final = "ram:ApplicableHeaderTradeDelivery"
LINE: Final = "ram:IncludedSupplyChainTradeLineItem"
LINE_SETTLEMENT: Final = "ram:SpecifiedLineTradeSettlement"
ADJUSTMENT: Final = "ram:SpecifiedTradeAllowanceCharge"
SUMMATION: Final = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_LINE_SUMMATION: Final = "ram:SpecifiedTradeSettlementLineMonetarySummation"
_BASE: Final = "rsm:SupplyChainTradeTransaction"
_TRUE: Final = {"true": True, "1": True, "false": False, "0": False}
#: Categories whose breakdown is judged by rules of its own alone.
_SET_APART: Final = frozenset("LMO")
_TRANSFER: Final = frozenset(("30", "58"))

_OF_SETTLEMENT: Final = f"{_BASE}/{SETTLEMENT}/"
_OF_SELLER: Final = f"{_BASE}/{AGREEMENT}/ram:SellerTradeParty/"
_OF_BUYER: Final = f"{_BASE}/{AGREEMENT}/ram:BuyerTradeParty/"
_ADDRESS: Final = "ram:PostalTradeAddress"
_COUNTRY: Final = f"{_ADDRESS}/ram:CountryID"


def charge_indicator(node: Node) -> bool | None:
    """True for a charge, False for an allowance, None when the indicator says neither."""
    indicator = node.first("ram:ChargeIndicator", "udt:Indicator")
    return _TRUE.get(indicator.text.strip(SPACE)) if indicator is not None else None


def header(tree: Tree, *path: str) -> list[Node]:
    """What a path below the transaction reaches."""
    return tree.root.all(_BASE, *path)


def _named(*names: str) -> Callable[[Tree], list[Node]]:
    return lambda tree: list(tree.named(*names))


def _below(parent: str, *path: str) -> Callable[[Tree], list[Node]]:
    return lambda tree: [found for node in tree.named(parent) for found in node.all(*path)]


def _header(*path: str) -> Callable[[Tree], list[Node]]:
    return lambda tree: header(tree, *path)


def _with(find: Callable[[Tree], list[Node]], *path: str) -> Callable[[Tree], list[Node]]:
    """Those elements that have the path."""
    return lambda tree: [node for node in find(tree) if node.all(*path)]


def _endpoint(party: str) -> Callable[[Tree], list[Node]]:
    """The first electronic address of a party."""
    return lambda tree: header(tree, AGREEMENT, party, "ram:URIUniversalCommunication")[:1]


def _adjustments(owner: str, indicator: str) -> Callable[[Tree], list[Node]]:
    """Allowances or charges by the text of their indicator, which must be just that."""

    def find(tree: Tree) -> list[Node]:
        return [
            node
            for parent in tree.named(owner)
            for node in parent.kids.get(ADJUSTMENT, ())
            if any(said.text == indicator for said in node.all("ram:ChargeIndicator", "udt:Indicator"))
        ]

    return find


def _breakdown(tree: Tree) -> list[Node]:
    return [
        node
        for owner in tree.named(SETTLEMENT)
        for node in owner.kids.get("ram:ApplicableTradeTax", ())
        if not (any(code.text in _SET_APART for code in node.kids.get("ram:CategoryCode", ())) and is_vat_type(node))
    ]


def _transfer_accounts(tree: Tree) -> list[Node]:
    return [
        account
        for means in tree.named("ram:SpecifiedTradeSettlementPaymentMeans")
        if any(code.text in _TRANSFER for code in means.kids.get("ram:TypeCode", ()))
        for account in means.kids.get("ram:PayeePartyCreditorFinancialAccount", ())
    ]


def _vat_numbers(tree: Tree) -> list[Node]:
    return [
        node
        for owner in tree.named("ram:SpecifiedTaxRegistration")
        for node in owner.kids.get("ram:ID", ())
        if node.get("schemeID") == "VA"
    ]


def _adjusted_prices(tree: Tree) -> list[Node]:
    prices = tree.named("ram:GrossPriceProductTradePrice")
    return [node for price in prices for node in price.kids.get("ram:AppliedTradeAllowanceCharge", ())]


_PRODUCTS: Final = _header(LINE, "ram:SpecifiedTradeProduct")
CONTEXTS: Final[Mapping[str, Callable[[Tree], list[Node]]]] = {
    "document": lambda tree: [tree.root],
    "document_with_lines": lambda tree: [tree.root] if LINE in tree.by_name else [],
    "document_context": lambda tree: tree.root.all("rsm:ExchangedDocumentContext"),
    "exchanged": lambda tree: tree.root.all("rsm:ExchangedDocument"),
    "note": lambda tree: tree.root.all("rsm:ExchangedDocument", "ram:IncludedNote"),
    "agreement": _header(AGREEMENT),
    "delivery": _header(DELIVERY),
    "settlement": _header(SETTLEMENT),
    "header_totals": _header(SETTLEMENT, SUMMATION),
    "header_line": _header(LINE),
    "line_document": _header(LINE, "ram:AssociatedDocumentLineDocument"),
    "product": _PRODUCTS,
    "product_property": _header(LINE, "ram:SpecifiedTradeProduct", "ram:ApplicableProductCharacteristic"),
    "made_product": _with(_PRODUCTS, "ram:OriginTradeCountry"),
    "line_agreement": _header(LINE, "ram:SpecifiedLineTradeAgreement"),
    "line_settlement": _header(LINE, LINE_SETTLEMENT),
    "adjustment": _named(ADJUSTMENT),
    "price_adjustment": _adjusted_prices,
    "seller": _named("ram:SellerTradeParty"),
    "seller_address": lambda tree: [tree.root],
    "seller_endpoint": _endpoint("ram:SellerTradeParty"),
    "buyer_address": lambda tree: [tree.root],
    "buyer_endpoint": _endpoint("ram:BuyerTradeParty"),
    "payee": _named("ram:PayeeTradeParty"),
    "representative": _named("ram:SellerTaxRepresentativeTradeParty"),
    "representative_address": _named("ram:SellerTaxRepresentativeTradeParty"),
    "delivery_address": _with(_header(DELIVERY), "ram:ShipToTradeParty", _ADDRESS),
    "period": _below(SETTLEMENT, "ram:BillingSpecifiedPeriod"),
    "line_period": _below(LINE_SETTLEMENT, "ram:BillingSpecifiedPeriod"),
    "totals": _named(SUMMATION),
    "line": _named(LINE),
    "allowance": _adjustments(SETTLEMENT, "false"),
    "charge": _adjustments(SETTLEMENT, "true"),
    "line_allowance": _adjustments(LINE_SETTLEMENT, "false"),
    "line_charge": _adjustments(LINE_SETTLEMENT, "true"),
    "breakdown": _breakdown,
    "payment": _named("ram:SpecifiedTradeSettlementPaymentMeans"),
    "transfer_account": _transfer_accounts,
    "card": _below("ram:ApplicableTradeSettlementFinancialCard", "ram:ID"),
    "supporting": _named("ram:AdditionalReferencedDocument"),
    "preceding": _header(SETTLEMENT, "ram:InvoiceReferencedDocument"),
    "countries": _named("ram:CountryID"),
    "property": _named("ram:ApplicableProductCharacteristic"),
    "vat_number": _vat_numbers,
    "standard_id": _with(_named(LINE), "ram:SpecifiedTradeProduct", "ram:GlobalID"),
    "classification": _with(_named("ram:DesignatedProductClassification"), "ram:ClassCode"),
}

PATHS: Final[Mapping[str, str]] = {
    "document.specification": "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "document.number": "rsm:ExchangedDocument/ram:ID",
    "document.issue_date": "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString[@format=102]",
    "document.type_code": "rsm:ExchangedDocument/ram:TypeCode",
    "document.currency": f"{_OF_SETTLEMENT}ram:InvoiceCurrencyCode",
    "document.vat_currency": f"{_OF_SETTLEMENT}ram:TaxCurrencyCode",
    "document.seller_name": f"{_OF_SELLER}ram:Name",
    "document.buyer_name": f"{_OF_BUYER}ram:Name",
    "document.seller_address": f"{_OF_SELLER}{_ADDRESS}",
    "document.buyer_address": f"{_OF_BUYER}{_ADDRESS}",
    "document.tax_amounts": f"{_OF_SETTLEMENT}{SUMMATION}/ram:TaxTotalAmount",
    "document.seller_trading_name": f"{_OF_SELLER}ram:Name",
    "document.seller_identifiers": f"{_OF_SELLER}ram:ID",
    "document.seller_registrations": f"{_OF_SELLER}ram:SpecifiedLegalOrganization/ram:ID",
    "document.delivery_date": (
        f"{_BASE}/{DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    ),
    "document.delivery_country": f"{_BASE}/{DELIVERY}/ram:ShipToTradeParty/{_COUNTRY}",
    "document.lines": f"{_BASE}/{LINE}",
    "document_with_lines.breakdown": f"{_OF_SETTLEMENT}ram:ApplicableTradeTax",
    "seller.identification": (
        "ram:ID | ram:GlobalID | ram:SpecifiedLegalOrganization/ram:ID"
        " | ram:SpecifiedTaxRegistration/ram:ID[@schemeID=VA]"
    ),
    "seller.identifiers": "ram:GlobalID",
    "seller_address.country": f"{_OF_SELLER}{_COUNTRY}",
    "seller_endpoint.scheme": "ram:URIID[@schemeID]",
    "buyer_address.country": f"{_OF_BUYER}{_COUNTRY}",
    "buyer_endpoint.scheme": "ram:URIID[@schemeID]",
    "payee.name": "ram:Name",
    "payee.identifiers": "ram:ID",
    "payee.registrations": "ram:SpecifiedLegalOrganization/ram:ID",
    "representative.name": "ram:Name",
    "representative.address": _ADDRESS,
    "representative.vat_id": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID=VA][filled]",
    "representative_address.country": _COUNTRY,
    "delivery_address.country": f"ram:ShipToTradeParty/{_COUNTRY}[filled]",
    **{
        f"{context}.{slot}": path
        for context in ("period", "line_period")
        for slot, path in (
            ("start", "ram:StartDateTime"),
            ("end", "ram:EndDateTime"),
            ("any", "ram:StartDateTime | ram:EndDateTime"),
            ("first_day", "ram:StartDateTime/udt:DateTimeString[@format=102]"),
            ("last_day", "ram:EndDateTime/udt:DateTimeString[@format=102]"),
        )
    },
    "totals.lines": "ram:LineTotalAmount",
    "totals.net": "ram:TaxBasisTotalAmount",
    "totals.gross": "ram:GrandTotalAmount",
    "totals.payable": "ram:DuePayableAmount",
    "totals.allowances": "ram:AllowanceTotalAmount",
    "totals.charges": "ram:ChargeTotalAmount",
    "totals.prepaid": "ram:TotalPrepaidAmount",
    "totals.rounding": "ram:RoundingAmount",
    "line.id": "ram:AssociatedDocumentLineDocument/ram:LineID",
    "line.quantity": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
    "line.unit": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
    "line.net": f"{LINE_SETTLEMENT}/{_LINE_SUMMATION}/ram:LineTotalAmount",
    "line.name": "ram:SpecifiedTradeProduct/ram:Name",
    "line.price": "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
    "line.gross_price": "ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice/ram:ChargeAmount",
    "line.category": f"{LINE_SETTLEMENT}/ram:ApplicableTradeTax[VAT]/ram:CategoryCode",
    **{
        f"{context}.{slot}": path
        for context in ("allowance", "charge", "line_allowance", "line_charge")
        for slot, path in (
            ("amount", "ram:ActualAmount[1]"),
            ("base", "ram:BasisAmount"),
            ("reason", "ram:Reason | ram:ReasonCode"),
            ("category", "ram:CategoryTradeTax[VAT]/ram:CategoryCode"),
        )
    },
    "breakdown.taxable": "ram:BasisAmount",
    "breakdown.tax": "ram:CalculatedAmount",
    "breakdown.rate": ".[VAT]/ram:RateApplicablePercent",
    "breakdown.category": ".[VAT]/ram:CategoryCode",
    "payment.means": "ram:TypeCode",
    "transfer_account.id": "ram:IBANID[filled] | ram:ProprietaryID[filled]",
    "transfer_account.any": "ram:IBANID | ram:ProprietaryID",
    "supporting.reference": "ram:IssuerAssignedID",
    "preceding.number": "ram:IssuerAssignedID[filled]",
    "property.name": "ram:Description",
    "property.value": "ram:Value",
    "standard_id.scheme": "ram:SpecifiedTradeProduct/ram:GlobalID[@schemeID]",
    "classification.scheme": "ram:ClassCode[@listID]",
    "vat_number.number": ".",
}


def categories(tax: Node) -> list[Category]:
    """A tax with each of its categories; there should be one. The code is the text as it stands."""
    percent = tax.first("ram:RateApplicablePercent")
    vat = is_vat_type(tax)
    codes = tax.kids.get("ram:CategoryCode", ())
    if len(codes) == 1:
        return [Category(tax, codes[0].text, vat, percent)]
    return [Category(tax, code, vat, percent) for code in dict.fromkeys(code.text for code in codes)]


def _adjustment(node: Node) -> Adjustment:
    uses = [use for tax in node.kids.get("ram:CategoryTradeTax", ()) for use in categories(tax)]
    return Adjustment(node, charge_indicator(node), node.first("ram:ActualAmount"), uses)


def _line(node: Node) -> Line:
    parts = node.kids.get(LINE_SETTLEMENT, [])
    return Line(
        node,
        node.first(LINE_SETTLEMENT, _LINE_SUMMATION, "ram:LineTotalAmount"),
        [use for part in parts for tax in part.kids.get("ram:ApplicableTradeTax", ()) for use in categories(tax)],
        [_adjustment(found) for part in parts for found in part.kids.get(ADJUSTMENT, ())],
    )


def _part(node: Node) -> Part:
    return Part(node, node.first("ram:BasisAmount"), node.first("ram:CalculatedAmount"), categories(node))


def _totals(node: Node) -> Totals:
    return Totals(
        node,
        lines=node.first("ram:LineTotalAmount"),
        allowances=node.first("ram:AllowanceTotalAmount"),
        charges=node.first("ram:ChargeTotalAmount"),
        net=node.first("ram:TaxBasisTotalAmount"),
        gross=node.first("ram:GrandTotalAmount"),
        prepaid=node.first("ram:TotalPrepaidAmount"),
        rounding=node.first("ram:RoundingAmount"),
        payable=node.first("ram:DuePayableAmount"),
    )


def _schemes(tree: Tree, party: str) -> set[str | None]:
    """The schemes of a party's tax numbers: VA for VAT, FC for another."""
    return {
        number.get("schemeID")
        for owner in tree.named(party)
        for number in owner.all("ram:SpecifiedTaxRegistration", "ram:ID")
    }


def _ids(tree: Tree) -> TaxIds:
    seller = _schemes(tree, "ram:SellerTradeParty")
    buyers = tree.named("ram:BuyerTradeParty")
    return TaxIds(
        seller_vat="VA" in seller,
        seller_any=bool(seller & {"VA", "FC"}),
        representative_vat="VA" in _schemes(tree, "ram:SellerTaxRepresentativeTradeParty"),
        buyer_vat="VA" in _schemes(tree, "ram:BuyerTradeParty"),
        buyer_registration=any(buyer.all("ram:SpecifiedLegalOrganization", "ram:ID") for buyer in buyers),
    )


def _summations(tree: Tree) -> list[Node]:
    """All totals, those of the document first."""
    own = header(tree, SETTLEMENT, SUMMATION)
    known = {id(node) for node in own}
    return own + [node for node in tree.named(SUMMATION) if id(node) not in known]


def facts(tree: Tree) -> Facts:
    """The facts of a CII document. One tax total holds the breakdown; the totals of VAT are with the other totals."""
    settlements = header(tree, SETTLEMENT)
    currency = [node for owner in settlements for node in owner.kids.get("ram:InvoiceCurrencyCode", ())]
    return Facts(
        tree.root,
        currency[0] if currency else None,
        [_line(node) for node in header(tree, LINE)],
        [_adjustment(node) for owner in settlements for node in owner.kids.get(ADJUSTMENT, ())],
        [_totals(node) for node in _summations(tree)],
        [
            TaxTotal(
                owner,
                owner.first(SUMMATION, "ram:TaxTotalAmount"),
                [_part(part) for part in owner.kids.get("ram:ApplicableTradeTax", ())],
            )
            for owner in settlements
        ],
        _ids(tree),
        frozenset(code.text for code in tree.named("ram:CategoryCode")),
    )


CII: Final = Slots(
    CONTEXTS, PATHS, facts, Arithmetic(binary=True, rounds_net=True, rounds_payable=False, net_as_gross=True)
)
