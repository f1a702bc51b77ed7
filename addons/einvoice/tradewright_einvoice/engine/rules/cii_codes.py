"""BR-CL: which codes a CII document may use. A code is compared without white space around it and must be one token."""

from collections.abc import Iterable
from typing import Final

from ..codelists import units
from ..xml import NAMESPACES, Node, Tree
from .cii_slots import ADJUSTMENT, charge_indicator
from .ubl_codes import CodeRule, Place, attributes, code_list, elements, in_lists, inside

_RAM: Final = "{" + NAMESPACES["ram"] + "}"
_ELSEWHERE: Final = (f"{_RAM}SpecifiedTradeProduct", f"{_RAM}ShipToTradeParty")
#: The codes of the tax point, UN/EDIFACT 2475.
_TAX_POINTS: Final = frozenset(("5", "29", "72"))
_COUNTRIES: Final = code_list("iso3166", "en16931_cii")
_CURRENCIES: Final = code_list("iso4217", "en16931")
_ICD: Final = code_list("icd")


def _schemed(nodes: Iterable[Node]) -> Iterable[Place]:
    return ((node, "schemeID") for node in nodes if node.get("schemeID") is not None)


def _types(tree: Tree) -> Iterable[Place]:
    return (
        (node, None) for owner in tree.named("rsm:ExchangedDocument") for node in owner.kids.get("ram:TypeCode", ())
    )


def _global_ids(tree: Tree) -> Iterable[Place]:
    """Identifiers of parties. Those of items and of the place of delivery are looked at by other rules."""
    owners = tree.named("ram:SpecifiedTradeProduct", "ram:ShipToTradeParty")
    known = {id(node) for owner in owners for node in owner.kids.get("ram:GlobalID", ())}
    left = (node for node in tree.named("ram:GlobalID") if id(node) not in known)
    return (
        (node, name) for node, name in _schemed(left) if next(node.element.iterancestors(*_ELSEWHERE), None) is None
    )


def _ids(tree: Tree) -> Iterable[Place]:
    """Whatever other identifier has a scheme, except tax numbers."""
    taxes = {id(node) for owner in tree.named("ram:SpecifiedTaxRegistration") for node in owner.kids.get("ram:ID", ())}
    return _schemed(node for node in tree.named("ram:ID") if id(node) not in taxes)


def _origins(tree: Tree) -> Iterable[Place]:
    """Countries of origin. One with a scheme is looked at as an identifier instead."""
    owners = tree.named("ram:OriginTradeCountry")
    return ((node, None) for owner in owners for node in owner.kids.get("ram:ID", ()) if node.get("schemeID") is None)


def _reasons(tree: Tree, *, charge: bool) -> Iterable[Place]:
    for owner in tree.named(ADJUSTMENT):
        codes = owner.kids.get("ram:ReasonCode")
        if codes and charge_indicator(owner) is charge:
            for node in codes:
                yield node, None


def _delivered_to(tree: Tree) -> Iterable[Place]:
    owners = tree.named("ram:ApplicableHeaderTradeDelivery")
    return _schemed(node for owner in owners for node in owner.all("ram:ShipToTradeParty", "ram:GlobalID"))


CODES: Final = (
    CodeRule("BR-CL-01", "BT-3", "type of an invoice", _types, code_list("untdid1001", "cii")),
    CodeRule("BR-CL-03", "BT-5", "currency", attributes("currencyID", "ram:TaxTotalAmount"), _CURRENCIES),
    CodeRule("BR-CL-04", "BT-5", "currency", elements("ram:InvoiceCurrencyCode"), _CURRENCIES),
    CodeRule("BR-CL-05", "BT-6", "currency", elements("ram:TaxCurrencyCode"), _CURRENCIES),
    CodeRule("BR-CL-06", "BT-8", "tax point", elements("ram:DueDateTypeCode"), lambda: _TAX_POINTS),
    CodeRule(
        "BR-CL-07", "BT-18", "scheme of an invoiced object", elements("ram:ReferenceTypeCode"), code_list("untdid1153")
    ),
    CodeRule("BR-CL-08", "BT-21", "subject of a note", elements("ram:SubjectCode"), code_list("untdid4451")),
    CodeRule("BR-CL-10", "BT-29", "scheme of an identifier", _global_ids, _ICD),
    CodeRule("BR-CL-11", "BT-30", "scheme of a registration number", _ids, _ICD),
    CodeRule(
        "BR-CL-13", "BT-158", "item classification", attributes("listID", "ram:ClassCode"), code_list("untdid7143")
    ),
    CodeRule("BR-CL-14", "BT-40", "country", elements("ram:CountryID"), _COUNTRIES),
    CodeRule("BR-CL-15", "BT-159", "country of origin", _origins, _COUNTRIES),
    CodeRule(
        "BR-CL-16",
        "BT-81",
        "payment means",
        inside("ram:SpecifiedTradeSettlementPaymentMeans", "ram:TypeCode"),
        code_list("untdid4461"),
    ),
    CodeRule(
        "BR-CL-17", "BT-95", "VAT category", inside("ram:CategoryTradeTax", "ram:CategoryCode"), code_list("uncl5305")
    ),
    CodeRule(
        "BR-CL-18",
        "BT-151",
        "VAT category",
        inside("ram:ApplicableTradeTax", "ram:CategoryCode"),
        code_list("uncl5305"),
    ),
    CodeRule(
        "BR-CL-19",
        "BT-98",
        "reason of an allowance",
        lambda tree: _reasons(tree, charge=False),
        code_list("untdid5189"),
    ),
    CodeRule(
        "BR-CL-20", "BT-105", "reason of a charge", lambda tree: _reasons(tree, charge=True), code_list("untdid7161")
    ),
    CodeRule(
        "BR-CL-21",
        "BT-157",
        "scheme of a registered item number",
        inside("ram:SpecifiedTradeProduct", "ram:GlobalID", "schemeID"),
        _ICD,
    ),
    CodeRule(
        "BR-CL-22",
        "BT-121",
        "reason of an exemption",
        elements("ram:ExemptionReasonCode"),
        code_list("vatex"),
        upper=True,
    ),
    CodeRule(
        "BR-CL-23",
        "BT-130",
        "unit of measure",
        attributes("unitCode", "ram:BasisQuantity", "ram:BilledQuantity"),
        units,
    ),
    CodeRule(
        "BR-CL-24",
        "BT-125",
        "media type",
        attributes("mimeCode", "ram:AttachmentBinaryObject"),
        code_list("mime"),
        exact=True,
    ),
    CodeRule(
        "BR-CL-25",
        "BT-34",
        "scheme of an electronic address",
        inside("ram:URIUniversalCommunication", "ram:URIID", "schemeID"),
        code_list("eas"),
    ),
    CodeRule("BR-CL-26", "BT-71", "scheme of a location", _delivered_to, _ICD),
)

CII_CODES: Final = (in_lists(CODES, "{0} is no code of a {1}."),)
