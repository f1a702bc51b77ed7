"""PEPPOL-EN16931-R001 to R061: the rules about the document that XRechnung takes over from Peppol, in its own form."""

from decimal import Decimal
from typing import Final

from ...amounts import HUNDRED, ZERO
from ...xml import Node
from ..base import Report, checks
from ..facts import number
from ..places import Places, is_cii, tidy
from ..view import View
from .payment import only_code
from .places import places

_SLACK: Final = Decimal("0.02")
_SLACK_OF_FORINT: Final = Decimal("0.5")
_INDICATORS: Final = frozenset(("true", "false"))
_DIRECT_DEBIT: Final = frozenset(("49", "59"))
_TOTALS: Final = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_CURRENCY: Final = "ram:InvoiceCurrencyCode"
_VAT_CURRENCY: Final = "ram:TaxCurrencyCode"
_MAY_BE_EMPTY: Final = ("ram", "ram:ApplicableHeaderTradeDelivery")


def slack(view: View) -> Decimal:
    """By how much an amount may differ from what it is computed from."""
    forint = any(node.text == "HUF" for node in places(view).all("currency", view.root))
    return _SLACK_OF_FORINT if forint else _SLACK


@checks("PEPPOL-EN16931-R008")
def empty_elements(view: View, report: Report) -> None:
    """No element is empty, but for the delivery in CII, which the schema demands."""
    for nodes in view.tree.by_name.values():
        for node in nodes:
            if node.kids or tidy(node):
                continue
            if (node.element.prefix, node.name) != _MAY_BE_EMPTY:
                report.fatal("PEPPOL-EN16931-R008", "", node, "The element is empty; leave it out.")


@checks("PEPPOL-EN16931-R001", "PEPPOL-EN16931-R005", "PEPPOL-EN16931-R010", "PEPPOL-EN16931-R020")
def header(view: View, report: Report) -> None:
    """Process, currencies and electronic addresses."""
    root, named = view.root, view.tree.named
    process: tuple[str, ...]
    endpoint: tuple[str, ...]
    if is_cii(view):
        owners = list(named("rsm:ExchangedDocumentContext"))
        process = "ram:BusinessProcessSpecifiedDocumentContextParameter", "ram:ID"
        currencies, codes = list(named("ram:ApplicableHeaderTradeSettlement")), (_VAT_CURRENCY, _CURRENCY)
        endpoint = "ram:URIUniversalCommunication", "ram:URIID"
        sellers, buyers = list(named("ram:SellerTradeParty")), list(named("ram:BuyerTradeParty"))
    else:
        owners, process, endpoint = [root], ("cbc:ProfileID",), ("cbc:EndpointID",)
        currencies, codes = [root], ("cbc:TaxCurrencyCode", "cbc:DocumentCurrencyCode")
        sellers = [party for owner in named("cac:AccountingSupplierParty") for party in owner.all("cac:Party")]
        buyers = [party for owner in named("cac:AccountingCustomerParty") for party in owner.all("cac:Party")]
    for owner in owners:
        if not owner.all(*process):
            report.fatal("PEPPOL-EN16931-R001", "BT-23", owner, "The document names no business process.")
    for owner in currencies:
        node = owner.first(codes[0])
        if node is not None and tidy(node) == tidy(owner.first(codes[1])):
            message = "The VAT accounting currency {0} is that of the invoice; leave it out."
            report.fatal("PEPPOL-EN16931-R005", "BT-6", node, message, node)
    for rule, term, parties, message in (
        ("PEPPOL-EN16931-R010", "BT-49", buyers, "The buyer has no electronic address."),
        ("PEPPOL-EN16931-R020", "BT-34", sellers, "The seller has no electronic address."),
    ):
        for party in parties:
            if not party.all(*endpoint):
                report.fatal(rule, term, party, message)


@checks("PEPPOL-EN16931-R053", "PEPPOL-EN16931-R054", "PEPPOL-EN16931-R055")
def tax_totals(view: View, report: Report) -> None:
    """One VAT total with a breakdown, and another in the accounting currency, of the same sign."""
    if is_cii(view):
        _totals_of_cii(view, report)
    else:
        _totals_of_ubl(view.root, report)


def _totals_of_ubl(root: Node, report: Report) -> None:
    totals, currency = root.kids.get("cac:TaxTotal", []), root.first("cbc:TaxCurrencyCode")
    with_parts = sum(bool(node.kids.get("cac:TaxSubtotal")) for node in totals)
    if with_parts != 1:
        message = "There must be one VAT total with a breakdown, but there are {0}."
        report.fatal("PEPPOL-EN16931-R053", "BG-23", root, message, with_parts)
    others = len(totals) - with_parts
    if others != (0 if currency is None else 1):
        message = "One more VAT total goes with a VAT accounting currency, and none without; there are {0}."
        report.fatal("PEPPOL-EN16931-R054", "BT-111", root, message, others)
    if currency is not None:
        amounts = root.all("cac:TaxTotal", "cbc:TaxAmount")
        invoiced = tidy(root.first("cbc:DocumentCurrencyCode"))
        if not _signs(amounts, {tidy(currency)}, zero="+-") & _signs(amounts, {invoiced}, zero="+-"):
            report.fatal("PEPPOL-EN16931-R055", "BT-111", currency, _SIGNS, currency)


def _totals_of_cii(view: View, report: Report) -> None:
    at, root = places(view), view.root
    invoiced = {node.text for node in at.all("currency", root)}
    accounting = {node.text for node in at.all("vat_currency", root)}
    for owner in view.tree.named("ram:ApplicableHeaderTradeSettlement"):
        amounts = owner.all(_TOTALS, "ram:TaxTotalAmount")
        ours = [node for node in amounts if node.get("currencyID") in invoiced]
        others = [node for node in amounts if _is_other(node.get("currencyID"), invoiced)]
        if len(ours) > 1:
            message = "There must be one VAT total in the invoice currency, but there are {0}."
            report.fatal("PEPPOL-EN16931-R053", "BT-110", owner, message, len(ours))
        if len(others) != (1 if owner.kids.get(_VAT_CURRENCY) else 0):
            message = "One more VAT total goes with a VAT accounting currency, and none without; there are {0}."
            report.fatal("PEPPOL-EN16931-R054", "BT-111", owner, message, len(others))
        if accounting and ours and not _signs(amounts, accounting, zero="+") & _signs(amounts, invoiced, zero="+"):
            report.fatal("PEPPOL-EN16931-R055", "BT-111", owner, _SIGNS, ", ".join(sorted(accounting)))


_SIGNS: Final = "The VAT in the accounting currency {0} must have the same sign as that in the invoice currency."


def _is_other(currency: str | None, invoiced: set[str]) -> bool:
    return currency is not None and any(currency != code for code in invoiced)


def _signs(amounts: list[Node], currencies: set[str], *, zero: str) -> set[str]:
    """The signs that the amounts in a currency have; zero has those given, and what is no number has both."""
    signs: set[str] = set()
    for node in amounts:
        if node.get("currencyID") in currencies:
            amount = node.number
            signs.update("+-" if amount is None else zero if amount == ZERO else "+" if amount > ZERO else "-")
    return signs


@checks(*(f"PEPPOL-EN16931-R04{digit}" for digit in range(3)))
def adjustments(view: View, report: Report) -> None:
    """Base amount and percentage go together and give the amount."""
    at, most = places(view), view.once(slack)
    for node in view.once(all_adjustments):
        percent, base = at.first("adjustment.percent", node), at.first("adjustment.base", node)
        if percent is not None and base is None:
            report.fatal("PEPPOL-EN16931-R041", "BT-93", node, "A percentage ({0}) needs its base amount.", percent)
        elif base is not None and percent is None:
            report.fatal("PEPPOL-EN16931-R042", "BT-94", node, "A base amount ({0}) needs its percentage.", base)
        elif percent is not None and base is not None:
            amount = at.first("adjustment.amount", node)
            given = number(amount) if amount is not None else ZERO
            if given is None or percent.number is None or base.number is None:
                continue
            expected = base.number * percent.number / HUNDRED
            if abs(given - expected) > most:
                message = "The amount is {0}, but {1} % of {2} is {3}."
                report.fatal("PEPPOL-EN16931-R040", "BT-92", node, message, given, percent, base, expected)


def all_adjustments(view: View) -> list[Node]:
    """The allowances and charges of the document and its lines."""
    if is_cii(view):
        return list(view.tree.named("ram:SpecifiedTradeAllowanceCharge"))
    lines = view.root.kids.get("cac:InvoiceLine" if view.root.name == "inv:Invoice" else "cac:CreditNoteLine", ())
    return [node for owner in (view.root, *lines) for node in owner.kids.get("cac:AllowanceCharge", ())]


@checks("PEPPOL-EN16931-R043")
def indicators(view: View, report: Report) -> None:
    """In UBL: an allowance or a charge says which of the two it is."""
    at = places(view)
    for node in view.once(all_adjustments):
        if not _is_half(at, node) and tidy(at.first("adjustment.indicator", node)) not in _INDICATORS:
            report.fatal("PEPPOL-EN16931-R043", "BG-20", node, _NEITHER)


@checks("PEPPOL-EN16931-R043-1", "PEPPOL-EN16931-R043-2")
def indicators_of_cii(view: View, report: Report) -> None:
    """In CII: the same, and also of a discount on a price."""
    at = places(view)
    for node in view.once(all_adjustments):
        if not _is_half(at, node) and tidy(at.first("adjustment.indicator", node)) not in _INDICATORS:
            report.fatal("PEPPOL-EN16931-R043-1", "BG-20", node, _NEITHER)
    for node in view.tree.named("ram:AppliedTradeAllowanceCharge"):
        if tidy(at.first("adjustment.indicator", node)) not in _INDICATORS:
            report.fatal("PEPPOL-EN16931-R043-2", "BT-147", node, _NEITHER)


_NEITHER: Final = "The charge indicator must be true or false."


def _is_half(at: Places, node: Node) -> bool:
    """Whether it has a base or a percentage without the other. Such a one is judged by that rule alone."""
    return bool(at.all("adjustment.percent", node)) != bool(at.all("adjustment.base", node))


@checks("PEPPOL-EN16931-R061")
def mandates(view: View, report: Report) -> None:
    """A direct debit needs its mandate."""
    at = places(view)
    cii = is_cii(view)
    for owner in view.tree.named("ram:ApplicableHeaderTradeSettlement") if cii else (view.root,):
        given = bool(owner.all("ram:SpecifiedTradePaymentTerms", "ram:DirectDebitMandateID"))
        name = "ram:SpecifiedTradeSettlementPaymentMeans" if cii else "cac:PaymentMeans"
        for node in owner.kids.get(name, ()) if cii else view.tree.named(name):
            if only_code(at, node) not in _DIRECT_DEBIT:
                continue
            if not (given if cii else node.all("cac:PaymentMandate", "cbc:ID")):
                message = "A direct debit needs the reference of its mandate."
                report.fatal("PEPPOL-EN16931-R061", "BT-89", node, message)


TAKEN_OVER: Final = (empty_elements, header, tax_totals, adjustments, mandates)
UBL_TAKEN_OVER: Final = (indicators,)
CII_TAKEN_OVER: Final = (indicators_of_cii,)
