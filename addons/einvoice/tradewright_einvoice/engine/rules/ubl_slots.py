"""Where UBL has what the rules talk about."""

from collections.abc import Callable, Mapping
from typing import Final

from ..text import squeezed
from ..xml import Node, Tree
from .facts import Adjustment, Category, Facts, Line, Part, TaxIds, TaxTotal, Totals
from .paths import is_vat
from .view import Slots

_LINES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine")
_TRUE: Final = {"true": True, "1": True, "false": False, "0": False}


def charge_indicator(node: Node) -> bool | None:
    """True for a charge, False for an allowance, None when the indicator says neither."""
    indicator = node.first("cbc:ChargeIndicator")
    return _TRUE.get(indicator.text.strip()) if indicator is not None else None


def _below(parent: str, *path: str) -> Callable[[Tree], list[Node]]:
    return lambda tree: [found for node in tree.named(parent) for found in node.all(*path)]


def _named(*names: str) -> Callable[[Tree], list[Node]]:
    return lambda tree: list(tree.named(*names))


def _adjustments(*, on_line: bool, charge: bool) -> Callable[[Tree], list[Node]]:
    def find(tree: Tree) -> list[Node]:
        owners = tree.named(*_LINES) if on_line else (tree.root,)
        return [
            node
            for owner in owners
            for node in owner.kids.get("cac:AllowanceCharge", ())
            if charge_indicator(node) is charge
        ]

    return find


def _transfer_accounts(tree: Tree) -> list[Node]:
    return [
        account
        for means in tree.named("cac:PaymentMeans")
        if any(code.text in {"30", "58"} for code in means.all("cbc:PaymentMeansCode"))
        for account in means.all("cac:PayeeFinancialAccount")
    ]


def _line_items(*path: str) -> Callable[[Tree], list[Node]]:
    return lambda tree: [found for line in tree.named(*_LINES) for found in line.all("cac:Item", *path)]


CONTEXTS: Final[Mapping[str, Callable[[Tree], list[Node]]]] = {
    "document": lambda tree: [tree.root],
    "document_with_lines": lambda tree: [tree.root],
    "seller": _named("cac:AccountingSupplierParty"),
    "seller_address": _below("cac:AccountingSupplierParty", "cac:Party", "cac:PostalAddress"),
    "seller_endpoint": _below("cac:AccountingSupplierParty", "cac:Party", "cbc:EndpointID"),
    "buyer_address": _below("cac:AccountingCustomerParty", "cac:Party", "cac:PostalAddress"),
    "buyer_endpoint": _below("cac:AccountingCustomerParty", "cac:Party", "cbc:EndpointID"),
    "payee": _named("cac:PayeeParty"),
    "representative": _named("cac:TaxRepresentativeParty"),
    "representative_address": _below("cac:TaxRepresentativeParty", "cac:PostalAddress"),
    "delivery_address": _below("cac:Delivery", "cac:DeliveryLocation", "cac:Address"),
    "period": lambda tree: tree.root.all("cac:InvoicePeriod"),
    "line_period": lambda tree: [found for line in tree.named(*_LINES) for found in line.all("cac:InvoicePeriod")],
    "totals": _named("cac:LegalMonetaryTotal"),
    "line": _named(*_LINES),
    "allowance": _adjustments(on_line=False, charge=False),
    "charge": _adjustments(on_line=False, charge=True),
    "line_allowance": _adjustments(on_line=True, charge=False),
    "line_charge": _adjustments(on_line=True, charge=True),
    "breakdown": _below("cac:TaxTotal", "cac:TaxSubtotal"),
    "payment": _named("cac:PaymentMeans"),
    "transfer_account": _transfer_accounts,
    "card": _below("cac:PaymentMeans", "cac:CardAccount", "cbc:PrimaryAccountNumberID"),
    "supporting": _named("cac:AdditionalDocumentReference"),
    "preceding": _named("cac:BillingReference"),
    "countries": _named("cbc:IdentificationCode"),
    "property": _named("cac:AdditionalItemProperty"),
    "vat_number": lambda tree: [scheme for scheme in tree.named("cac:PartyTaxScheme") if is_vat(scheme)],
    "standard_id": _line_items("cac:StandardItemIdentification", "cbc:ID"),
    "classification": _line_items("cac:CommodityClassification", "cbc:ItemClassificationCode"),
}

PATHS: Final[Mapping[str, str]] = {
    "document.specification": "cbc:CustomizationID",
    "document.number": "cbc:ID",
    "document.issue_date": "cbc:IssueDate",
    "document.type_code": "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode",
    "document.currency": "cbc:DocumentCurrencyCode",
    "document.seller_name": "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    "document.buyer_name": "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    "document.seller_address": "cac:AccountingSupplierParty/cac:Party/cac:PostalAddress",
    "document.buyer_address": "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress",
    "document.vat_currency": "cbc:TaxCurrencyCode",
    "document.tax_point_date": "cbc:TaxPointDate",
    "document.tax_point_code": "cac:InvoicePeriod/cbc:DescriptionCode",
    "document.tax_amounts": "cac:TaxTotal/cbc:TaxAmount",
    "document.seller_trading_name": "cac:AccountingSupplierParty/cac:Party/cac:PartyName/cbc:Name",
    "document.seller_identifiers": "cac:AccountingSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID",
    "document.delivery_date": "cac:Delivery/cbc:ActualDeliveryDate",
    "document.delivery_country": "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode",
    "document.lines": "cac:InvoiceLine | cac:CreditNoteLine",
    "document_with_lines.breakdown": "cac:TaxTotal/cac:TaxSubtotal",
    "seller.identification": (
        "cac:Party/cac:PartyTaxScheme[vat]/cbc:CompanyID | cac:Party/cac:PartyLegalEntity/cbc:CompanyID"
    ),
    "seller.identifiers": "cac:Party/cac:PartyIdentification/cbc:ID",
    "seller_address.country": "cac:Country/cbc:IdentificationCode",
    "seller_endpoint.scheme": "./@schemeID",
    "buyer_address.country": "cac:Country/cbc:IdentificationCode",
    "buyer_endpoint.scheme": "./@schemeID",
    "payee.name": "cac:PartyName/cbc:Name",
    "payee.identifiers": "cac:PartyIdentification/cbc:ID",
    "representative.name": "cac:PartyName/cbc:Name",
    "representative.address": "cac:PostalAddress",
    "representative.vat_id": "cac:PartyTaxScheme[vat]/cbc:CompanyID",
    "representative_address.country": "cac:Country/cbc:IdentificationCode",
    "delivery_address.country": "cac:Country/cbc:IdentificationCode",
    "period.start": "cbc:StartDate",
    "period.end": "cbc:EndDate",
    "line_period.start": "cbc:StartDate",
    "line_period.end": "cbc:EndDate",
    "line_period.any": "cbc:StartDate | cbc:EndDate",
    "period.any": "cbc:StartDate | cbc:EndDate | cbc:DescriptionCode",
    "totals.lines": "cbc:LineExtensionAmount",
    "totals.net": "cbc:TaxExclusiveAmount",
    "totals.gross": "cbc:TaxInclusiveAmount",
    "totals.payable": "cbc:PayableAmount",
    "totals.allowances": "cbc:AllowanceTotalAmount",
    "totals.charges": "cbc:ChargeTotalAmount",
    "totals.prepaid": "cbc:PrepaidAmount",
    "totals.rounding": "cbc:PayableRoundingAmount",
    "line.id": "cbc:ID",
    "line.quantity": "cbc:InvoicedQuantity | cbc:CreditedQuantity",
    "line.unit": "cbc:InvoicedQuantity/@unitCode | cbc:CreditedQuantity/@unitCode",
    "line.net": "cbc:LineExtensionAmount",
    "line.name": "cac:Item/cbc:Name",
    "line.price": "cac:Price/cbc:PriceAmount",
    "line.gross_price": "cac:Price/cac:AllowanceCharge/cbc:BaseAmount",
    "line.category": "cac:Item/cac:ClassifiedTaxCategory[vat]/cbc:ID",
    **{
        f"{context}.{slot}": path
        for context in ("allowance", "charge", "line_allowance", "line_charge")
        for slot, path in (
            ("amount", "cbc:Amount"),
            ("base", "cbc:BaseAmount"),
            ("reason", "cbc:AllowanceChargeReason | cbc:AllowanceChargeReasonCode"),
            ("category", "cac:TaxCategory[vat]/cbc:ID"),
        )
    },
    "breakdown.taxable": "cbc:TaxableAmount",
    "breakdown.tax": "cbc:TaxAmount",
    "breakdown.rate": "cac:TaxCategory[vat]/cbc:Percent",
    "breakdown.category": "cac:TaxCategory[vat]/cbc:ID",
    "payment.means": "cbc:PaymentMeansCode",
    "payment.account": "cac:PayeeFinancialAccount/cbc:ID",
    "transfer_account.id": "cbc:ID",
    "supporting.reference": "cbc:ID",
    "preceding.number": "cac:InvoiceDocumentReference/cbc:ID",
    "property.name": "cbc:Name",
    "property.value": "cbc:Value",
    "standard_id.scheme": "./@schemeID",
    "classification.scheme": "./@listID",
    "vat_number.number": "cbc:CompanyID",
}


def _category(node: Node) -> Category:
    code = node.first("cbc:ID")
    text = squeezed(code.text) if code is not None else ""
    return Category(node, text, is_vat(node), node.first("cbc:Percent"))


def _adjustment(node: Node) -> Adjustment:
    categories = [_category(category) for category in node.kids.get("cac:TaxCategory", ())]
    return Adjustment(node, charge_indicator(node), node.first("cbc:Amount"), categories)


def _line(node: Node) -> Line:
    return Line(
        node,
        node.first("cbc:LineExtensionAmount"),
        [_category(category) for category in node.all("cac:Item", "cac:ClassifiedTaxCategory")],
        [_adjustment(adjustment) for adjustment in node.kids.get("cac:AllowanceCharge", ())],
    )


def _part(node: Node) -> Part:
    categories = [_category(category) for category in node.kids.get("cac:TaxCategory", ())]
    return Part(node, node.first("cbc:TaxableAmount"), node.first("cbc:TaxAmount"), categories)


def _totals(node: Node) -> Totals:
    return Totals(
        node,
        lines=node.first("cbc:LineExtensionAmount"),
        allowances=node.first("cbc:AllowanceTotalAmount"),
        charges=node.first("cbc:ChargeTotalAmount"),
        net=node.first("cbc:TaxExclusiveAmount"),
        gross=node.first("cbc:TaxInclusiveAmount"),
        prepaid=node.first("cbc:PrepaidAmount"),
        rounding=node.first("cbc:PayableRoundingAmount"),
        payable=node.first("cbc:PayableAmount"),
    )


def _has_vat(owners: list[Node]) -> bool:
    return any(
        scheme.kids.get("cbc:CompanyID") and is_vat(scheme)
        for owner in owners
        for scheme in owner.all("cac:PartyTaxScheme")
    )


def _ids(tree: Tree) -> TaxIds:
    sellers = [party for owner in tree.named("cac:AccountingSupplierParty") for party in owner.all("cac:Party")]
    buyers = [party for owner in tree.named("cac:AccountingCustomerParty") for party in owner.all("cac:Party")]
    return TaxIds(
        seller_vat=_has_vat(sellers),
        seller_any=any(party.all("cac:PartyTaxScheme", "cbc:CompanyID") for party in sellers),
        representative_vat=_has_vat(list(tree.named("cac:TaxRepresentativeParty"))),
        buyer_vat=_has_vat(buyers),
        buyer_registration=any(party.all("cac:PartyLegalEntity", "cbc:CompanyID") for party in buyers),
    )


def facts(tree: Tree) -> Facts:
    """The facts of a UBL document."""
    root = tree.root
    found = Facts(
        root,
        root.first("cbc:DocumentCurrencyCode"),
        [_line(node) for name in _LINES for node in root.kids.get(name, ())],
        [_adjustment(node) for node in root.kids.get("cac:AllowanceCharge", ())],
        [_totals(node) for node in tree.named("cac:LegalMonetaryTotal")],
        [
            TaxTotal(node, node.first("cbc:TaxAmount"), [_part(part) for part in node.kids.get("cac:TaxSubtotal", ())])
            for node in root.kids.get("cac:TaxTotal", ())
        ],
        _ids(tree),
        frozenset(
            squeezed(code.text)
            for category in tree.named("cac:TaxCategory", "cac:ClassifiedTaxCategory")
            for code in category.kids.get("cbc:ID", ())
        ),
        two_kinds_of_line=True,
    )
    _look_elsewhere(tree, found)
    return found


def _look_elsewhere(tree: Tree, found: Facts) -> None:
    """Find what some rules count wherever it is. Usually there is none, which the numbers alone tell."""
    owned = [*found.adjustments, *(adjustment for line in found.lines for adjustment in line.adjustments)]
    found.other_adjustments = [
        _adjustment(node) for node in _left(tree, "cac:AllowanceCharge", [owner.node for owner in owned])
    ]
    items = [use.node for line in found.lines for use in line.categories]
    found.other_items = [_category(node) for node in _left(tree, "cac:ClassifiedTaxCategory", items)]
    subtotals = _left(tree, "cac:TaxSubtotal", [part.node for part in found.parts])
    inside = {id(part) for total in tree.named("cac:TaxTotal") for part in total.kids.get("cac:TaxSubtotal", ())}
    found.other_parts = [_part(node) for node in subtotals if id(node) in inside]
    known = [use.node for part in found.parts for use in part.categories]
    known += [use.node for owner in (*owned, *found.other_adjustments) for use in owner.categories]
    found.other_categories = [_category(node) for node in _left(tree, "cac:TaxCategory", known)]


def _left(tree: Tree, name: str, known: list[Node]) -> list[Node]:
    """The elements of a name other than those that are known."""
    every = tree.by_name.get(name, [])
    if len(every) == len(known):
        return []
    ids = {id(node) for node in known}
    return [node for node in every if id(node) not in ids]


UBL: Final = Slots(CONTEXTS, PATHS, facts)
