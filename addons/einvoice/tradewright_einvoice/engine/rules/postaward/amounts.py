"""What an order says in numbers: its totals, its lines, its allowances and prices."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ...amounts import HUNDRED, ONE, ZERO, divide, round_official
from ...xml import Node
from ..base import Report, checks
from ..view import View
from .common import not_negative

_SLACK: Final = Decimal("0.02")


@dataclass(slots=True)
class _Broken(Exception):
    """A number that a rule needs is none: the data types say so, the rule is silent."""


def _number(node: Node | None) -> Decimal | None:
    """The number of an element; None when it is missing."""
    if node is None:
        return None
    if node.number is None:
        raise _Broken
    return node.number


def _or(node: Node | None, default: Decimal) -> Decimal:
    found = _number(node)
    return default if found is None else found


def _sum(nodes: list[Node]) -> Decimal:
    return round_official(sum((_or(node, ZERO) for node in nodes), ZERO))


def _adjustments(owner: Node, indicator: str) -> Decimal:
    """The allowances (`false`) or charges (`true`) of an element."""
    return _sum(
        [
            amount
            for node in owner.kids.get("cac:AllowanceCharge", ())
            if (found := node.first("cbc:ChargeIndicator")) is not None and " ".join(found.text.split()) == indicator
            for amount in node.kids.get("cbc:Amount", ())
        ]
    )


def _near(value: Decimal, expected: Decimal) -> bool:
    return abs(value - expected) <= _SLACK


@checks(*(f"PEPPOL-T01-R0{number}" for number in ("06", "07", "08", "09", "10", "11", "16", "17")))
def totals(view: View, report: Report) -> None:
    """The totals follow from the lines, and are not negative."""
    for node in view.tree.named("cac:AnticipatedMonetaryTotal"):
        try:
            _totals(view.root, node, report)
        except _Broken:
            continue


def _totals(root: Node, node: Node, report: Report) -> None:
    payable, lines = _number(node.first("cbc:PayableAmount")), _number(node.first("cbc:LineExtensionAmount"))
    gross = _number(node.first("cbc:TaxInclusiveAmount"))
    allowances = _or(node.first("cbc:AllowanceTotalAmount"), ZERO)
    charges = _or(node.first("cbc:ChargeTotalAmount"), ZERO)
    follows = None if lines is None else lines - allowances + charges
    exclusive = node.first("cbc:TaxExclusiveAmount")
    net = follows if exclusive is None else _number(exclusive)
    for rule, what, amount in (
        ("PEPPOL-T01-R006", "amount to pay", payable),
        ("PEPPOL-T01-R007", "sum of the lines", lines),
    ):
        if amount is None or amount < ZERO:
            report.fatal(rule, "", node, "The {0} is {1}; it must be zero or more.", what, amount)
    expected = _sum(root.all("cac:OrderLine", "cac:LineItem", "cbc:LineExtensionAmount"))
    for rule, what, given, total in (
        ("PEPPOL-T01-R008", "lines", lines, expected),
        ("PEPPOL-T01-R009", "allowances", allowances, _adjustments(root, "false")),
        ("PEPPOL-T01-R010", "charges", charges, _adjustments(root, "true")),
    ):
        if given != total:
            report.fatal(rule, "", node, "The sum of the {0} is {1}, but they add up to {2}.", what, given, total)
    if net is None or net != follows:
        message = "The total without VAT is {0}; lines less allowances plus charges give {1}."
        report.fatal("PEPPOL-T01-R011", "", node, message, net, follows)
    if gross:
        _gross(root, node, report, (gross, net, payable))


def _gross(root: Node, node: Node, report: Report, found: tuple[Decimal, Decimal | None, Decimal | None]) -> None:
    """The amount to pay and the VAT, where the total with VAT is given and not zero."""
    gross, net, payable = found
    rule = "PEPPOL-T01-R016"
    message = "The amount to pay is {0}; the total with VAT less what is paid plus rounding gives {1}."
    prepaid, rounding = node.first("cbc:PrepaidAmount"), node.first("cbc:PayableRoundingAmount")
    if payable is None:
        report.fatal(rule, "", node, message, payable, gross)
    elif payable != (due := gross - _or(prepaid, ZERO) + _or(rounding, ZERO)):
        report.fatal(rule, "", node, message, payable, due)
    if "cac:TaxTotal" in root.kids:
        taxes = root.all("cac:TaxTotal", "cbc:TaxAmount")
        tax = taxes[0] if taxes else None
        if net is None or gross != net + _or(tax, ZERO):
            message = "The total with VAT is {0}; {1} plus VAT {2} is another."
            report.fatal("PEPPOL-T01-R017", "", node, message, gross, net, tax)


@checks(*(f"PEPPOL-T01-R0{number}" for number in (20, 21, 22, 23, 32)))
def allowances_and_charges(view: View, report: Report) -> None:
    """Allowances and charges: amount, percentage and base go together."""
    root = view.root
    own = [*root.all("cac:AllowanceCharge"), *root.all("cac:OrderLine", "cac:LineItem", "cac:AllowanceCharge")]
    ids = {id(node) for node in own}
    for node in view.tree.named("cac:AllowanceCharge"):
        percent, base = node.first("cbc:MultiplierFactorNumeric"), node.first("cbc:BaseAmount")
        if percent is not None and base is None:
            report.fatal("PEPPOL-T01-R020", "", node, "There is a percentage, but not of which amount.")
        elif id(node) in ids:
            if percent is None and base is not None:
                report.fatal("PEPPOL-T01-R021", "", node, "There is a base amount, but no percentage.")
            else:
                _adjustment(node, percent, base, report)


def _adjustment(node: Node, percent: Node | None, base: Node | None, report: Report) -> None:
    amount = node.first("cbc:Amount")
    if percent is not None and base is not None:
        try:
            expected = _or(base, ZERO) * _or(percent, ZERO) / HUNDRED
            if not _near(_or(amount, ZERO), expected):
                message = "The amount is {0}, but {1} % of {2} is {3}."
                report.fatal("PEPPOL-T01-R022", "", node, message, amount, percent, base, expected)
        except _Broken:
            pass
    if "cbc:AllowanceChargeReason" not in node.kids and "cbc:AllowanceChargeReasonCode" not in node.kids:
        report.fatal("PEPPOL-T01-R023", "", node, "An allowance or charge needs a reason: a text or a code.")
    if not not_negative(amount):
        report.fatal("PEPPOL-T01-R032", "", node, "The amount is {0}; it must be zero or more.", amount)


@checks(*(f"PEPPOL-T01-R0{number}" for number in ("04", "13", "24", "25")))
def lines(view: View, report: Report) -> None:
    """The amount of a line follows from quantity, price, allowances and charges."""
    for line in view.tree.named("cac:OrderLine"):
        for node in line.kids.get("cac:LineItem", ()):
            quantity = node.first("cbc:Quantity")
            if not not_negative(quantity):
                report.fatal("PEPPOL-T01-R004", "", node, "The quantity is {0}; it must be zero or more.", quantity)
            if quantity is None:
                report.warning("PEPPOL-T01-R013", "", node, "The line does not say how much is ordered.")
            try:
                _line(node, quantity, report)
            except _Broken:
                continue


def _line(node: Node, quantity: Node | None, report: Report) -> None:
    given = _or(node.first("cbc:LineExtensionAmount"), ZERO)
    per = node.first("cac:Price", "cbc:BaseQuantity")
    base = _or(per, ONE)
    if per is not None and base <= ZERO:
        report.fatal("PEPPOL-T01-R025", "", node, "The base quantity of the price is {0}; it must be above zero.", base)
    price = divide(_or(node.first("cac:Price", "cbc:PriceAmount"), ZERO), base or ONE)
    expected = _or(quantity, ONE) * price + _adjustments(node, "true") - _adjustments(node, "false")
    if not _near(given, expected):
        message = "The amount of the line is {0}; quantity, price, allowances and charges give {1}."
        report.fatal("PEPPOL-T01-R024", "", node, message, given, round_official(expected))


@checks("PEPPOL-T01-R005", "PEPPOL-T01-R019", "PEPPOL-T01-R027", "PEPPOL-T01-R033")
def prices(view: View, report: Report) -> None:
    """Prices are not negative, and the net price is the gross price less the discount."""
    for node in view.tree.named("cac:Price"):
        net = node.first("cbc:PriceAmount")
        if not not_negative(net):
            report.fatal("PEPPOL-T01-R005", "", node, "The price is {0}; it must be zero or more.", net)
        gross, discounts = (
            node.all("cac:AllowanceCharge", "cbc:BaseAmount"),
            node.all("cac:AllowanceCharge", "cbc:Amount"),
        )
        if gross and not any(not_negative(price) for price in gross):
            report.fatal("PEPPOL-T01-R027", "", node, "The gross price is {0}; it must be zero or more.", gross[0])
        if discounts and not not_negative(discounts[0]):
            report.fatal("PEPPOL-T01-R033", "", node, "The discount is {0}; it must be zero or more.", discounts[0])
        for reduction in node.kids.get("cac:AllowanceCharge", ()):
            base = reduction.first("cbc:BaseAmount")
            if base is not None:
                _net_price(reduction, (net, base, reduction.first("cbc:Amount")), report)


def _net_price(node: Node, found: tuple[Node | None, Node, Node | None], report: Report) -> None:
    try:
        net, gross, discount = (_number(part) for part in found)
    except _Broken:
        return
    if net is None or gross is None or discount is None or net != gross - discount:
        message = "The price is {0}; the gross price {1} less the discount {2} gives another."
        report.fatal("PEPPOL-T01-R019", "", node, message, net, gross, discount)


AMOUNTS: Final = (totals, allowances_and_charges, lines, prices)
