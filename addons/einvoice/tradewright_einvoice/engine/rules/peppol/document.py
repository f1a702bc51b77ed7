"""PEPPOL-EN16931-R001 to R080: the document, its parties, allowances, charges, tax totals and payment."""

from typing import Final

from ...amounts import HUNDRED, ZERO
from ...xml import Node
from ..base import Check, Report, checks, plain
from ..facts import number
from ..view import View
from .billing import UNKNOWN, Billing
from .countries import countries

_SPACE: Final = " \t\r\n"
_DIRECT_DEBIT: Final = frozenset(("49", "59"))


@checks("PEPPOL-EN16931-R008")
def empty_elements(view: View, report: Report) -> None:
    """No element is empty."""
    for nodes in view.tree.by_name.values():
        for node in nodes:
            text = node.text
            # Nearly all have text that starts with a letter, which `isspace` sees soonest.
            if (not text or text.isspace()) and not node.kids and not text.strip(_SPACE):
                report.fatal("PEPPOL-EN16931-R008", "", node, "The element is empty; leave it out.")


def header(billing: Billing) -> Check:
    """The check of process, specification, notes, references and currencies."""

    @checks(*(f"PEPPOL-EN16931-R00{digit}" for digit in (1, 2, 3, 4, 5, 7)))
    def check(view: View, report: Report) -> None:
        root = view.root
        if not root.kids.get("cbc:ProfileID"):
            report.fatal("PEPPOL-EN16931-R001", "BT-23", root, "The document names no business process.")
        if billing.number(view) == UNKNOWN:
            message = "The business process {0} is none of Peppol's ({1})."
            report.fatal("PEPPOL-EN16931-R007", "BT-23", root, message, root.first("cbc:ProfileID"), billing.process)
        notes = root.kids.get("cbc:Note", [])
        if len(notes) > 1 and not view.once(countries).both_german:
            message = "Peppol allows one note, except between Germans; there are {0}."
            report.fatal("PEPPOL-EN16931-R002", "BG-1", notes[1], message, len(notes))
        if not root.kids.get("cbc:BuyerReference") and not root.all("cac:OrderReference", "cbc:ID"):
            message = "The invoice needs the buyer's reference or the number of the purchase order."
            report.fatal("PEPPOL-EN16931-R003", "BT-10", root, message)
        specification = plain(root.first("cbc:CustomizationID"))
        if not specification.startswith(billing.specification) or "::" in specification:
            message = "The specification {0} is not that of {1}."
            values = (root.first("cbc:CustomizationID"), billing.title)
            report.fatal("PEPPOL-EN16931-R004", "BT-24", root, message, *values)
        for currency in view.tree.named("cbc:TaxCurrencyCode"):
            if plain(currency) == plain(root.first("cbc:DocumentCurrencyCode")):
                message = "The VAT accounting currency {0} is that of the invoice; leave it out."
                report.fatal("PEPPOL-EN16931-R005", "BT-6", currency, message, currency)

    return check


@checks("PEPPOL-EN16931-R010", "PEPPOL-EN16931-R020")
def endpoints(view: View, report: Report) -> None:
    """Buyer and seller have an electronic address."""
    for rule, term, owner, who in (
        ("PEPPOL-EN16931-R010", "BT-49", "cac:AccountingCustomerParty", "buyer"),
        ("PEPPOL-EN16931-R020", "BT-34", "cac:AccountingSupplierParty", "seller"),
    ):
        for node in view.tree.named(owner):
            for party in node.kids.get("cac:Party", ()):
                if not party.kids.get("cbc:EndpointID"):
                    report.fatal(rule, term, party, "The {0} has no electronic address.", who)


@checks(*(f"PEPPOL-EN16931-R04{digit}" for digit in range(4)))
def allowances_and_charges(view: View, report: Report) -> None:
    """Base amount and percentage go together and give the amount."""
    for owner in (view.root, *view.context("line")):
        for node in owner.kids.get("cac:AllowanceCharge", ()):
            _adjustment(node, report)


def _adjustment(node: Node, report: Report) -> None:
    percent, base = node.first("cbc:MultiplierFactorNumeric"), node.first("cbc:BaseAmount")
    if percent is not None and base is None:
        report.fatal("PEPPOL-EN16931-R041", "BT-93", node, "A percentage ({0}) needs its base amount.", percent)
        return
    if base is not None and percent is None:
        report.fatal("PEPPOL-EN16931-R042", "BT-94", node, "A base amount ({0}) needs its percentage.", base)
        return
    if plain(node.first("cbc:ChargeIndicator")) not in {"true", "false"}:
        report.fatal("PEPPOL-EN16931-R043", "BG-20", node, "The charge indicator must be true or false.")
    if percent is None or base is None:
        return
    amount = node.first("cbc:Amount")
    given = number(amount) if amount is not None else ZERO
    if given is None or percent.number is None or base.number is None:
        return
    expected = base.number * percent.number / HUNDRED
    if abs(given - expected) * HUNDRED > 2:
        message = "The amount is {0}, but {1} % of {2} is {3}."
        report.fatal("PEPPOL-EN16931-R040", "BT-92", node, message, amount, percent, base, expected)


@checks("PEPPOL-EN16931-R053", "PEPPOL-EN16931-R054", "PEPPOL-EN16931-R055")
def tax_totals(view: View, report: Report) -> None:
    """One VAT total with a breakdown, and one without for the accounting currency."""
    root = view.root
    totals = root.kids.get("cac:TaxTotal", [])
    broken_down = [node for node in totals if node.kids.get("cac:TaxSubtotal")]
    currency = root.first("cbc:TaxCurrencyCode")
    if len(broken_down) != 1:
        message = "There must be one VAT total with a breakdown, but there are {0}."
        report.fatal("PEPPOL-EN16931-R053", "BG-23", root, message, len(broken_down))
    if len(totals) - len(broken_down) != (0 if currency is None else 1):
        message = "One VAT total without breakdown goes with a VAT accounting currency, none without; there are {0}."
        report.fatal("PEPPOL-EN16931-R054", "BT-111", root, message, len(totals) - len(broken_down))
    if currency is None:
        return
    accounting, invoiced = _signs(root, plain(currency)), _signs(root, plain(root.first("cbc:DocumentCurrencyCode")))
    if not accounting & invoiced:
        message = "The VAT in the accounting currency {0} must have the same sign as that in the invoice currency."
        report.fatal("PEPPOL-EN16931-R055", "BT-111", currency, message, currency)


def _signs(root: Node, currency: str) -> set[str]:
    """The signs that the VAT totals in a currency may have; zero and what is no number have both."""
    amounts = [tax.number for tax in root.all("cac:TaxTotal", "cbc:TaxAmount") if tax.get("currencyID") == currency]
    positive = {"+" for amount in amounts if amount is None or amount >= ZERO}
    return positive | {"-" for amount in amounts if amount is None or amount <= ZERO}


@checks("PEPPOL-EN16931-R061")
def mandates(view: View, report: Report) -> None:
    """A direct debit needs its mandate."""
    for node in view.context("payment"):
        codes = {plain(code) for code in node.kids.get("cbc:PaymentMeansCode", ())}
        if codes & _DIRECT_DEBIT and not node.all("cac:PaymentMandate", "cbc:ID"):
            report.fatal("PEPPOL-EN16931-R061", "BT-89", node, "A direct debit needs the reference of its mandate.")


@checks("PEPPOL-EN16931-R080")
def projects(view: View, report: Report) -> None:
    """A credit note refers to one project."""
    if view.root.name != "cn:CreditNote":
        return
    found = [
        node
        for node in view.root.kids.get("cac:AdditionalDocumentReference", ())
        if any(code.text == "50" for code in node.kids.get("cbc:DocumentTypeCode", ()))
    ]
    if len(found) > 1:
        report.fatal("PEPPOL-EN16931-R080", "BT-11", found[1], "A credit note may refer to one project only.")


DOCUMENT: Final = (
    empty_elements,
    endpoints,
    allowances_and_charges,
    tax_totals,
    mandates,
    projects,
)
