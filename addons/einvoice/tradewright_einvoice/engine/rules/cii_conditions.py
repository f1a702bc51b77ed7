"""Conditions between a few values that CII judges otherwise than UBL; the rest is in `conditions.py`."""

from typing import Final

from ..amounts import HUNDRED, ONE, ZERO, round_official, round_whole
from ..codelists import codes
from ..xml import Node
from .base import Check, Report, checks, plain
from .conditions import prices, properties, seller_identified
from .facts import binary_same
from .sums import added, document_totals, gross_total, numbers_of
from .view import View

_LONGEST_CARD_NUMBER: Final = 10
_TAX: Final = "ram:CalculatedAmount"
#: What tells a payee from the seller: the same slot of both must not say the same.
_TWINS: Final = (
    ("payee.name", "document.seller_trading_name"),
    ("payee.identifiers", "document.seller_identifiers"),
    ("payee.registrations", "document.seller_registrations"),
)


@checks("BR-17")
def payee(view: View, report: Report) -> None:
    """A payee is somebody else than the seller."""
    payees = view.context("payee")
    if not payees:
        return
    of_seller = [(own, {found.text for found in view.all(other, view.root)}) for own, other in _TWINS]
    for node in payees:
        if not view.all("payee.name", node):
            report.fatal("BR-17", "BT-59", node, "The payee has no name.")
            continue
        twins = (found for own, texts in of_seller for found in view.all(own, node) if found.text in texts)
        twin = next(twins, None)
        if twin is not None:
            message = "The payee {0} is the seller, so it is not to be named again."
            report.fatal("BR-17", "BT-59", node, message, twin)


@checks("BR-29", "BR-30")
def periods(view: View, report: Report) -> None:
    """No period ends before it starts. Days are compared as they are written, so another format never fits."""
    for rule, context, term in (("BR-29", "period", "BT-74"), ("BR-30", "line_period", "BT-135")):
        for node in view.context(context):
            start, end = view.first(f"{context}.start", node), view.first(f"{context}.end", node)
            if start is None or end is None:
                continue
            first, last = view.all(f"{context}.first_day", node), view.all(f"{context}.last_day", node)
            if not any(to.text >= since.text for since in first for to in last):
                message = "The period ends on {0}, before it starts on {1}."
                report.fatal(rule, term, end, message, *(days[0] if days else None for days in (last, first)))


@checks("BR-48")
def breakdown_rates(view: View, report: Report) -> None:
    """Each part of the VAT breakdown has a rate, except what is not subject to VAT."""
    for node in view.context("breakdown"):
        if not view.all("breakdown.rate", node) and not any(
            code.text == "O" for code in view.all("breakdown.category", node)
        ):
            report.fatal("BR-48", "BT-119", node, "The VAT breakdown lacks its rate.")


@checks("BR-51", "BR-61")
def payment(view: View, report: Report) -> None:
    """A credit transfer needs an account; of a card only the last digits may be shown."""
    for card in view.context("card"):
        if len(plain(card)) > _LONGEST_CARD_NUMBER:
            report.fatal("BR-51", "BT-87", card, "The card number {0} shows more than its last digits.", card)
    for account in view.context("transfer_account"):
        if not view.all("transfer_account.any", account):
            report.fatal("BR-61", "BT-84", account, "The account to transfer to has neither an IBAN nor a number.")


@checks("BR-53", "BR-DEC-13", "BR-DEC-15")
def vat_totals(view: View, report: Report) -> None:
    """The totals of VAT: one in another accounting currency where there is one, with two decimals at most."""
    own = {currency.text for currency in view.all("document.currency", view.root)}
    others = view.all("document.vat_currency", view.root)
    wanted = {currency.text for currency in others}
    for totals in view.context("totals"):
        amounts = totals.kids.get("ram:TaxTotalAmount", [])
        if others:
            _accounting_currency(totals, others[0], wanted, report, repeated=bool(wanted & own))
        exact = [amount for amount in amounts if not _too_exact(amount)]
        if amounts and not exact and all(amount.get("currencyID") in own for amount in amounts):
            message = "The total VAT {0} has more than two decimals."
            report.fatal("BR-DEC-13", "BT-110", amounts[0], message, amounts[0])
        if amounts and others and not any(amount.get("currencyID") in wanted for amount in exact):
            message = "There is no total VAT in the accounting currency {0} with two decimals at most."
            report.fatal("BR-DEC-15", "BT-111", amounts[0], message, others[0])


def _accounting_currency(totals: Node, currency: Node, wanted: set[str], report: Report, *, repeated: bool) -> None:
    amounts = totals.kids.get("ram:TaxTotalAmount", ())
    if repeated:
        message = "The accounting currency {0} is that of the invoice, so it is not to be named again."
        report.fatal("BR-53", "BT-6", currency, message, currency)
    elif not any(amount.get("currencyID") in wanted for amount in amounts):
        message = "The total VAT in the accounting currency {0} is missing."
        report.fatal("BR-53", "BT-111", totals, message, currency)


def _too_exact(amount: Node) -> bool:
    """Whether a number has more than two decimals that say something."""
    value = amount.number
    return value is not None and value != round_official(value)


@checks("BR-CO-03")
def tax_point(view: View, report: Report) -> None:
    """The tax point is a date or a code, not both."""
    by_name = view.tree.by_name
    dates = by_name.get("ram:TaxPointDate")
    if dates and "ram:DueDateTypeCode" in by_name and view.context("breakdown"):
        message = "The tax point is given both as a date ({0}) and as a code."
        said = dates[0].first("udt:DateString") or dates[0]
        report.fatal("BR-CO-03", "BT-7", dates[0], message, said)


@checks("BR-CO-09")
def vat_prefixes(view: View, report: Report) -> None:
    """A VAT number starts with a country, Greece as EL."""
    for found in view.context("vat_number"):
        prefix = found.text[:2]
        if prefix != "EL" and prefix not in codes("iso3166", "en16931_cii"):
            message = "The VAT number {0} does not start with the code of a country."
            report.fatal("BR-CO-09", "BT-31", found, message, found)


@checks("BR-CO-14")
def vat_total(view: View, report: Report) -> None:
    """The total VAT in the invoice currency is the sum of the breakdown."""
    own = {currency.text for currency in view.all("document.currency", view.root)}
    parts = [part for tax in view.facts.parts for part in tax.node.kids.get(_TAX, ())]
    amount = added(view, [*parts])
    if amount is None:
        return
    for totals in view.context("totals"):
        for given in totals.kids.get("ram:TaxTotalAmount", ()):
            if given.number is None or given.get("currencyID") not in own:
                continue
            if not binary_same(given, amount, summed=bool(parts)):
                message = "The total VAT is {0}, but its breakdown gives {1}."
                report.fatal("BR-CO-14", "BT-110", given, message, given, round_official(amount))


@checks("BR-CO-17")
def breakdown_tax(view: View, report: Report) -> None:
    """The tax of each part of the breakdown is its basis times its rate, to one currency unit."""
    rule, term = "BR-CO-17", "BT-117"
    for node in view.context("breakdown"):
        tax, taxable, percent = node.first(_TAX), node.first("ram:BasisAmount"), node.first("ram:RateApplicablePercent")
        if not any(plain(code).upper() == "VAT" for code in node.kids.get("ram:TypeCode", ())):
            percent = None
        small = percent is None or (percent.number is not None and round_whole(percent.number) == ZERO)
        if tax is None or (taxable is None and not small):
            message = "The VAT breakdown lacks its taxable amount or its tax amount."
            report.fatal(rule, term, node, message)
            continue
        numbers = numbers_of(tax, taxable, percent)
        if numbers is None:
            continue
        given, basis, rate = numbers
        fits = (
            round_whole(given) == ZERO
            if small
            else abs(abs(given) - round_official(abs(basis) * rate / HUNDRED)) <= ONE
        )
        if not fits:
            message = "The tax is {0}, but {1} at {2} % gives another."
            report.fatal(rule, term, tax, message, tax, basis, rate)


@checks("BR-B-01", "BR-B-02")
def split_payment(view: View, report: Report) -> None:
    """Split payment (B) is domestic Italian, and does not go together with the standard rate."""
    if "B" not in view.facts.used:
        return
    foreign = next((country for country in view.context("countries") if country.text != "IT"), None)
    if foreign is not None:
        message = "VAT category B (split payment) is for Italy only, not {0}."
        report.fatal("BR-B-01", "BT-151", foreign, message, foreign)
    if "S" in view.facts.used:
        message = "VAT category B (split payment) does not go together with category S."
        report.fatal("BR-B-02", "BT-151", view.root, message)


CII_CONDITIONS: Final[tuple[Check, ...]] = (
    payee,
    prices,
    periods,
    breakdown_rates,
    payment,
    vat_totals,
    properties,
    tax_point,
    vat_prefixes,
    seller_identified,
    document_totals,
    vat_total,
    gross_total,
    breakdown_tax,
    split_payment,
)
