"""CII-SR and CII-DT: every element and attribute that EN 16931 does not use is named, and nothing else is."""

from importlib.resources import files
from typing import Final

from tradewright_einvoice.engine import check

CII: Final = "urn:un:unece:uncefact:data:standard:"
NAMES: Final = (
    f'xmlns:rsm="{CII}CrossIndustryInvoice:100" xmlns:ram="{CII}ReusableAggregateBusinessInformationEntity:100" '
    f'xmlns:udt="{CII}UnqualifiedDataType:100"'
)
TABLE = files("tradewright_einvoice.engine.rules").joinpath("cii_unused.csv").read_text("utf-8").splitlines()[1:]
ROWS = [line.split(",") for line in TABLE]


def place_of(below: str, place: str) -> bytes:
    """A document that holds one place of the table of what is not used, and nothing else."""
    line = "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem"
    header = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTrade"
    places = {
        "document": "",
        "context": "rsm:ExchangedDocumentContext",
        "exchanged": "rsm:ExchangedDocument",
        "line": line,
        "line_document": f"{line}/ram:AssociatedDocumentLineDocument",
        "product": f"{line}/ram:SpecifiedTradeProduct",
        "line_agreement": f"{line}/ram:SpecifiedLineTradeAgreement",
        "line_delivery": f"{line}/ram:SpecifiedLineTradeDelivery",
        "line_settlement": f"{line}/ram:SpecifiedLineTradeSettlement",
        "line_category": f"{line}/ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:CategoryCode",
        "agreement": f"{header}Agreement",
        "delivery": f"{header}Delivery",
        "settlement": f"{header}Settlement",
        "totals": f"{header}Settlement/ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        "own ID": "rsm:ExchangedDocument/ram:ID",
        "//*ID": "ram:GlobalID",
        "//*TradeTax": "ram:CategoryTradeTax",
        "//*ReferencedDocument": "ram:ContractReferencedDocument",
        "//*Amount": "ram:BasisAmount",
        "//*Quantity": "ram:BasisQuantity",
        "//*DocumentContextParameter": "ram:TestDocumentContextParameter",
    }
    outer = places.get(below, f"ram:{below[2:]}")
    steps = [step for step in outer.split("/") if step]
    steps += [step if ":" in step or step.startswith("@") else f"ram:{step}" for step in place.split("/")]
    attribute = f' {steps.pop()[1:]}="x"' if steps[-1].startswith("@") else ""
    inner = ""
    for depth, step in enumerate(reversed(steps)):
        inner = f"<{step}{'' if depth else attribute}>{inner}</{step}>"
    root = "rsm:CrossIndustryInvoice"
    return f"<{root} {NAMES}{'' if steps else attribute}>{inner}</{root}>".encode()


def test_every_place_of_the_table_is_reported() -> None:
    for rule, severity, below, place, _ in ROWS:
        found = {finding.rule: finding for finding in check(place_of(below, place), "en16931-cii")}
        assert rule in found, (rule, below, place)
        assert found[rule].severity == severity


def test_what_is_not_used_is_reported_by_its_rule_only() -> None:
    """The only rules that see the same place are a second id for it, and what is not used above it."""
    unused = {row[0] for row in ROWS}
    twins = {frozenset(("CII-SR-184", "CII-SR-193")), frozenset(("CII-SR-333", "CII-SR-334"))}
    for rule, _, below, place, _ in ROWS:
        found = {finding.rule for finding in check(place_of(below, place), "en16931-cii")} & unused - {"CII-SR-464"}
        if len(found) > 1:
            assert frozenset(found) in twins or len({other[:6] for other in found}) > 1, (rule, found)
