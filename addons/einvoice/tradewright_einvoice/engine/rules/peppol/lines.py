"""PEPPOL-EN16931-R044 to R130: amounts, prices and periods of lines, and the currency of all amounts."""

from decimal import Decimal
from typing import Final

from ...amounts import HUNDRED, ONE, ZERO, divide, round_official
from ...values import parse_date
from ...xml import Node
from ..base import Check, Report, checks, plain
from ..facts import number, total
from ..ubl_codes import AMOUNTS, grouped_amounts
from ..view import View
from .billing import Billing

_OTHER_AMOUNTS: Final = tuple(name for name in AMOUNTS if name != "cbc:TaxAmount")


def currencies(billing: Billing) -> Check:
    """The check that all amounts are in the invoice currency, except the VAT total in the accounting currency."""

    @checks("PEPPOL-EN16931-R051")
    def check(view: View, report: Report) -> None:
        currency = view.root.first("cbc:DocumentCurrencyCode")
        code = currency.text if currency is not None else None
        if code and grouped_amounts(view).keys() <= {code}:
            return
        amounts = list(view.tree.named(*_OTHER_AMOUNTS))
        for tax_total in view.tree.named("cac:TaxTotal"):
            if tax_total.kids.get("cac:TaxSubtotal"):
                amounts += tax_total.kids.get("cbc:TaxAmount", [])
        if billing.subtotal_currency:
            for part in view.tree.named("cac:TaxSubtotal"):
                amounts += part.kids.get("cbc:TaxAmount", [])
        for amount in amounts:
            found = amount.get("currencyID")
            if code is None or found != code:
                message = "The amount is in {0}, but the invoice in {1}."
                report.fatal("PEPPOL-EN16931-R051", "BT-5", amount, message, found, currency)

    return check


@checks("PEPPOL-EN16931-R110", "PEPPOL-EN16931-R111")
def line_periods(view: View, report: Report) -> None:
    """The period of a line lies within that of the invoice."""
    for rule, name, term, late in (
        ("PEPPOL-EN16931-R110", "cbc:StartDate", "BT-134", False),
        ("PEPPOL-EN16931-R111", "cbc:EndDate", "BT-135", True),
    ):
        outer = view.root.first("cac:InvoicePeriod", name)
        limit = parse_date(outer.text) if outer is not None else None
        if limit is None:
            continue
        for period in view.context("line_period"):
            for node in period.kids.get(name, ()):
                day = parse_date(node.text)
                if not node.text or (day is not None and (day > limit if late else day < limit)):
                    message = "The period of the line ({0}) is outside that of the invoice ({1})."
                    report.fatal(rule, term, node, message, day or node, limit)


@checks("PEPPOL-EN16931-R100", "PEPPOL-EN16931-R101", "PEPPOL-EN16931-R120", "PEPPOL-EN16931-R121")
def lines(view: View, report: Report) -> None:
    """Net amount, base quantity and invoiced object of each line."""
    for line in view.context("line"):
        _net(line, view.root.name, report)
        for base in line.all("cac:Price", "cbc:BaseQuantity"):
            if base.number is not None and base.number <= ZERO:
                message = "The quantity that the price is for must be above 0, but is {0}."
                report.fatal("PEPPOL-EN16931-R121", "BT-149", base, message, base)
        references = line.kids.get("cac:DocumentReference", [])
        if len(references) > 1:
            report.fatal("PEPPOL-EN16931-R100", "BT-128", references[1], "The line may have one invoiced object only.")
        if references and not any(
            code.text == "130" for reference in references for code in reference.kids.get("cbc:DocumentTypeCode", ())
        ):
            message = "A document reference of a line must be its invoiced object (type 130)."
            report.fatal("PEPPOL-EN16931-R101", "BT-128", references[0], message)


def _net(line: Node, root: str, report: Report) -> None:
    """Net amount = quantity x price / base quantity + charges - allowances, to 0.02."""
    net = line.first("cbc:LineExtensionAmount")
    quantity = line.first("cbc:InvoicedQuantity" if root == "inv:Invoice" else "cbc:CreditedQuantity")
    price, base = line.first("cac:Price", "cbc:PriceAmount"), line.first("cac:Price", "cbc:BaseQuantity")
    allowances, charges = _adjustments(line, "false"), _adjustments(line, "true")
    values = [_value(net, ZERO), _value(quantity, ONE), _value(price, ZERO), _value(base, ONE), allowances, charges]
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return
    given, amount, each, per, less, plus = known
    expected = divide(amount * each, per or ONE) + plus - less
    if abs(given - expected) * HUNDRED > 2:
        message = "The net amount of the line is {0}, but quantity, price, allowances and charges give {1}."
        report.fatal("PEPPOL-EN16931-R120", "BT-131", net or line, message, given, round_official(expected))


def _value(node: Node | None, default: Decimal) -> Decimal | None:
    return default if node is None else node.number


def _adjustments(line: Node, indicator: str) -> Decimal | None:
    amount = total(
        [
            found
            for node in line.kids.get("cac:AllowanceCharge", ())
            if plain(node.first("cbc:ChargeIndicator")) == indicator
            for found in node.kids.get("cbc:Amount", ())
        ]
    )
    return round_official(amount) if amount is not None else None


@checks("PEPPOL-EN16931-R044", "PEPPOL-EN16931-R046", "PEPPOL-EN16931-R130")
def prices(view: View, report: Report) -> None:
    """A price has a discount at most, which leads from the gross to the net price, and is for the unit of the line."""
    for price in view.tree.named("cac:Price"):
        for node in price.kids.get("cac:AllowanceCharge", ()):
            if plain(node.first("cbc:ChargeIndicator")) != "false":
                report.fatal("PEPPOL-EN16931-R044", "BT-147", node, "A price may have a discount, but no charge.")
            _gross(price, node, report)
    own = "cbc:InvoicedQuantity" if view.root.name == "inv:Invoice" else "cbc:CreditedQuantity"
    for line in (*view.context("line"), *view.tree.named("cac:SubInvoiceLine", "cac:SubCreditNoteLine")):
        quantities = [*line.kids.get("cbc:InvoicedQuantity", ()), *line.kids.get("cbc:CreditedQuantity", ())]
        for base in line.all("cac:Price", "cbc:BaseQuantity"):
            unit = base.get("unitCode")
            if (
                unit is not None
                and quantities
                and unit not in {quantity.get("unitCode") for quantity in line.kids.get(own, ())}
            ):
                message = "The price is for the unit {0}, but the quantity of the line in another."
                report.fatal("PEPPOL-EN16931-R130", "BT-150", base, message, unit)


def _gross(price: Node, node: Node, report: Report) -> None:
    gross, discount, net = node.first("cbc:BaseAmount"), node.first("cbc:Amount"), price.first("cbc:PriceAmount")
    if gross is None:
        return
    if discount is None or net is None:
        report.fatal("PEPPOL-EN16931-R046", "BT-148", node, "A gross price needs the discount and the net price.")
        return
    before, less, after = number(gross), number(discount), number(net)
    if before is not None and less is not None and after is not None and after != before - less:
        message = "The net price is {0}, but the gross price {1} less {2} is another."
        report.fatal("PEPPOL-EN16931-R046", "BT-146", net, message, after, before, less)


LINES: Final = (line_periods, lines, prices)
