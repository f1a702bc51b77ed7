"""Conditions between a few values: the rest of BR-01 to BR-65, and the BR-CO rules that compare no sums."""

from functools import cache
from typing import Final

from ..amounts import ZERO
from ..codelists import codes
from ..values import parse_date
from ..xml import Node
from .base import Report, checks, plain
from .facts import minus_zero
from .view import View

_TRANSFER: Final = frozenset(("30", "58"))
_LONGEST_CARD_NUMBER: Final = 10


@checks("BR-17")
def payee(view: View, report: Report) -> None:
    """A payee is somebody else than the seller."""
    for node in view.context("payee"):
        own = view.all("payee.name", node)
        if not own:
            report.fatal("BR-17", "BT-59", node, "The payee has no name.")
            continue
        names = {found.text for found in view.all("document.seller_trading_name", view.root)}
        ids = {found.text for found in view.all("document.seller_identifiers", view.root)}
        twins = [name for name in own if name.text in names]
        twins += [found for found in view.all("payee.identifiers", node) if found.text in ids]
        if twins:
            report.fatal(
                "BR-17", "BT-59", node, "The payee {0} is the seller, so it is not to be named again.", twins[0]
            )


@checks("BR-27", "BR-28")
def prices(view: View, report: Report) -> None:
    """No price is negative."""
    for line in view.context("line"):
        net, gross = view.all("line.price", line), view.all("line.gross_price", line)
        if not net:
            report.fatal("BR-27", "BT-146", line, "The line has no net price, so it is not known to be positive.")
        elif all(_is_negative(price) for price in net):
            report.fatal("BR-27", "BT-146", net[0], "The net price {0} is negative.", net[0])
        if gross and all(_is_negative(price) for price in gross):
            report.fatal("BR-28", "BT-148", gross[0], "The gross price {0} is negative.", gross[0])


def _is_negative(price: Node) -> bool:
    value = price.number
    return value is not None and (value < ZERO or (value == ZERO and minus_zero(price)))


@checks("BR-29", "BR-30")
def periods(view: View, report: Report) -> None:
    """No period ends before it starts."""
    for rule, context, term in (("BR-29", "period", "BT-74"), ("BR-30", "line_period", "BT-135")):
        for node in view.context(context):
            start, end = view.first(f"{context}.start", node), view.first(f"{context}.end", node)
            if start is None or end is None:
                continue
            first, last = parse_date(start.text), parse_date(end.text)
            if first is not None and last is not None and last < first:
                report.fatal(rule, term, end, "The period ends on {0}, before it starts on {1}.", last, first)


@checks("BR-48")
def breakdown_rates(view: View, report: Report) -> None:
    """Each part of the VAT breakdown has a rate, except what is not subject to VAT."""
    for node in view.context("breakdown"):
        if view.all("breakdown.rate", node):
            continue
        if not any(plain(code) == "O" for code in view.all("breakdown.category", node)):
            report.fatal("BR-48", "BT-119", node, "The VAT breakdown lacks its rate.")


@checks("BR-51", "BR-61")
def payment(view: View, report: Report) -> None:
    """A credit transfer needs an account; of a card only the last digits may be shown."""
    for card in view.context("card"):
        if len(plain(card)) > _LONGEST_CARD_NUMBER:
            report.warning("BR-51", "BT-87", card, "The card number {0} shows more than its last digits.", card)
    for node in view.context("payment"):
        code = view.first("payment.means", node)
        if plain(code) in _TRANSFER and not view.all("payment.account", node):
            report.fatal("BR-61", "BT-84", node, "A credit transfer (code {0}) needs the account to transfer to.", code)


@checks("BR-53")
def vat_currency(view: View, report: Report) -> None:
    """A VAT accounting currency needs the VAT total in it."""
    for currency in view.all("document.vat_currency", view.root):
        amounts = view.all("document.tax_amounts", view.root)
        if not any(amount.get("currencyID") == currency.text for amount in amounts):
            report.fatal(
                "BR-53", "BT-111", currency, "The total VAT in the accounting currency {0} is missing.", currency
            )


@checks("BR-54")
def properties(view: View, report: Report) -> None:
    """An item property has a name and a value."""
    for node in view.context("property"):
        if not (view.all("property.name", node) and view.all("property.value", node)):
            report.fatal("BR-54", "BG-32", node, "The item property lacks its name or its value.")


@checks("BR-CO-03")
def tax_point(view: View, report: Report) -> None:
    """The tax point is a date or a code, not both."""
    date = view.first("document.tax_point_date", view.root)
    if date is not None and view.all("document.tax_point_code", view.root):
        report.fatal("BR-CO-03", "BT-7", date, "The tax point is given both as a date ({0}) and as a code.", date)


@checks("BR-CO-09")
def vat_prefixes(view: View, report: Report) -> None:
    """A VAT number starts with a country."""
    for scheme in view.context("vat_number"):
        found = view.first("vat_number.number", scheme)
        if found is not None and not _is_country(found.text[:2]):
            report.fatal(
                "BR-CO-09", "BT-31", found, "The VAT number {0} does not start with the code of a country.", found
            )


def _is_country(prefix: str) -> bool:
    """Whether two letters are a country as VAT numbers have it: Greece is EL."""
    return prefix in _prefixes()


@cache
def _prefixes() -> str:
    """All countries in one text: officially a prefix passes that occurs in it, so also an empty or a half one."""
    return f" {' '.join(sorted(codes('iso3166', 'en16931_ubl')))} EL "


@checks("BR-CO-26")
def seller_identified(view: View, report: Report) -> None:
    """The seller can be identified by some number."""
    for node in view.context("seller"):
        if view.all("seller.identification", node):
            continue
        if all(found.get("schemeID") == "SEPA" for found in view.all("seller.identifiers", node)):
            report.fatal(
                "BR-CO-26",
                "BT-29",
                node,
                "The seller has neither an identifier nor a registration number nor a VAT number.",
            )


CONDITIONS: Final = (
    payee,
    prices,
    periods,
    breakdown_rates,
    payment,
    vat_currency,
    properties,
    tax_point,
    vat_prefixes,
    seller_identified,
)
