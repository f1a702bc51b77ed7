"""PEPPOL-EN16931-R044 to R130 and BR-TMP-3: amounts, prices, periods and references of lines."""

from decimal import Decimal
from typing import Final

from ...amounts import ONE, ZERO, divide, round_official
from ...values import parse_date
from ...xml import Node
from ..base import Report, checks
from ..facts import number, total
from ..places import Places, is_cii, tidy
from ..view import View
from .places import places
from .taken_over import slack

_OBJECT: Final = "130"
_AGREEMENT: Final = "ram:SpecifiedLineTradeAgreement"
_NET: Final = "ram:NetPriceProductTradePrice"
_GROSS: Final = "ram:GrossPriceProductTradePrice"
_DISCOUNT: Final = "ram:AppliedTradeAllowanceCharge"
_OUTSIDE: Final = "The period of the line ({0}) is outside that of the invoice ({1})."
_OTHER_UNIT: Final = "The price is for the unit {0}, but the quantity of the line in another."
_NOT_ABOVE_ZERO: Final = "The quantity that the price is for must be above 0, but is {0}."
_LINE_NAMES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine", "ram:IncludedSupplyChainTradeLineItem")


@checks("PEPPOL-EN16931-R101", "PEPPOL-EN16931-R120")
def amounts(view: View, report: Report) -> None:
    """Net amount = quantity x price / base quantity + charges - allowances; references are invoiced objects."""
    at, most = places(view), view.once(slack)
    for line in view.tree.named(*_LINE_NAMES):
        documents = at.all("line.documents", line)
        if documents and not any(code.text == _OBJECT for node in documents for code in at.all("document.type", node)):
            message = "A document reference of a line must be its invoiced object (type 130)."
            report.fatal("PEPPOL-EN16931-R101", "BT-128", documents[0], message)
        expected = _expected(view, at, line)
        net = at.first("line.net", line)
        given = net.number if net is not None else ZERO
        if expected is None or given is None:
            continue
        if abs(given - expected) > most:
            message = "The net amount of the line is {0}, but quantity, price, allowances and charges give {1}."
            report.warning("PEPPOL-EN16931-R120", "BT-131", net or line, message, given, round_official(expected))


def _expected(view: View, at: Places, line: Node) -> Decimal | None:
    """What quantity, price, allowances and charges give; None when one of them is no number."""
    quantity, price = _quantity(view, line), at.first("line.price", line)
    amount, each = _value(quantity, ONE), _value(price, ZERO)
    per = _base(at, line)
    less, plus = _sum(at, line, "false"), _sum(at, line, "true")
    if amount is None or each is None or per is None or less is None or plus is None:
        return None
    return divide(amount * each, per) + plus - less


def _quantity(view: View, line: Node) -> Node | None:
    if is_cii(view):
        return line.first("ram:SpecifiedLineTradeDelivery", "ram:BilledQuantity")
    return line.first("cbc:InvoicedQuantity" if view.root.name == "inv:Invoice" else "cbc:CreditedQuantity")


def _base(at: Places, line: Node) -> Decimal | None:
    """The quantity that the price is for: that of the net price, else that of the gross price in CII, else one."""
    for node in (at.first("line.base_quantity", line), line.first(_AGREEMENT, _GROSS, "ram:BasisQuantity")):
        value = _value(node, ZERO)
        if value is None or value != ZERO:
            return value
    return ONE


def _value(node: Node | None, default: Decimal) -> Decimal | None:
    return default if node is None else node.number


def _sum(at: Places, line: Node, indicator: str) -> Decimal | None:
    amount = total(
        [
            found
            for node in at.all("line.adjustments", line)
            if tidy(at.first("adjustment.indicator", node)) == indicator
            for found in at.all("adjustment.amount", node)
        ]
    )
    return round_official(amount) if amount is not None else None


@checks("PEPPOL-EN16931-R110", "PEPPOL-EN16931-R111")
def periods(view: View, report: Report) -> None:
    """The period of a line lies within that of the invoice."""
    at, cii = places(view), is_cii(view)
    for rule, which, term, name, late in (
        ("PEPPOL-EN16931-R110", "start", "BT-134", "StartDate", False),
        ("PEPPOL-EN16931-R111", "end", "BT-135", "EndDate", True),
    ):
        for deal in at.all("deals", view.root):
            limits = at.all(f"deal.{which}", deal)
            for node in _days(at, deal, f"ram:{name}Time" if cii else f"cbc:{name}") if limits else ():
                if not (_texts_fit if cii else _days_fit)(node, limits, late=late):
                    report.fatal(rule, term, node, _OUTSIDE, _shown(node), _shown(limits[0]))


def _days(at: Places, deal: Node, name: str) -> list[Node]:
    return [
        node
        for line in at.all("deal.lines", deal)
        for period in at.all("line.period", line)
        for node in period.kids.get(name, ())
    ]


def _shown(node: Node) -> str:
    return tidy(node.first("udt:DateTimeString") or node)


def _texts_fit(node: Node, limits: list[Node], *, late: bool) -> bool:
    """In CII dates are compared as texts, as the official rules do."""
    days, edges = node.all("udt:DateTimeString"), [day for limit in limits for day in limit.all("udt:DateTimeString")]
    return any(day.text <= edge.text if late else day.text >= edge.text for day in days for edge in edges)


def _days_fit(node: Node, limits: list[Node], *, late: bool) -> bool:
    day, edge = parse_date(node.text), parse_date(limits[0].text)
    return day is None or edge is None or (day <= edge if late else day >= edge)


@checks("PEPPOL-EN16931-R044", "PEPPOL-EN16931-R046", "PEPPOL-EN16931-R121", "PEPPOL-EN16931-R130")
def prices(view: View, report: Report) -> None:
    """A price has a discount at most, which leads from the gross to the net price, and is for the unit of the line."""
    if is_cii(view):
        for line in _lines_of_cii(view):
            for gross in line.all(_AGREEMENT, _GROSS):
                _gross_of_cii(line, gross, report)
        for price in view.tree.named(_NET, _GROSS):
            _above_zero(price.kids.get("ram:BasisQuantity", []), report)
        for line in view.tree.named("ram:IncludedSupplyChainTradeLineItem"):
            units = {node.get("unitCode") for node in line.all("ram:SpecifiedLineTradeDelivery", "ram:BilledQuantity")}
            for name in (_NET, _GROSS):
                _units(line.all(_AGREEMENT, name, "ram:BasisQuantity"), units, report)
        return
    for price in view.tree.named("cac:Price"):
        for node in price.kids.get("cac:AllowanceCharge", ()):
            _discount_of_ubl(price, node, report)
    for line in view.tree.named("cac:InvoiceLine", "cac:CreditNoteLine"):
        _above_zero(line.all("cac:Price", "cbc:BaseQuantity"), report)
    _units_of_ubl(view, report)


def _lines_of_cii(view: View) -> list[Node]:
    return view.root.all("rsm:SupplyChainTradeTransaction", "ram:IncludedSupplyChainTradeLineItem")


def _units_of_ubl(view: View, report: Report) -> None:
    wanted = "cbc:InvoicedQuantity" if view.root.name == "inv:Invoice" else "cbc:CreditedQuantity"
    for line in view.tree.named("cac:InvoiceLine", "cac:CreditNoteLine", "cac:SubInvoiceLine"):
        if line.kids.get("cbc:InvoicedQuantity") or line.kids.get("cbc:CreditedQuantity"):
            units = {node.get("unitCode") for node in line.kids.get(wanted, ())}
            _units(line.all("cac:Price", "cbc:BaseQuantity"), units, report)


def _units(quantities: list[Node], units: set[str | None], report: Report) -> None:
    for node in quantities:
        unit = node.get("unitCode")
        if unit is not None and unit not in units:
            report.fatal("PEPPOL-EN16931-R130", "BT-150", node, _OTHER_UNIT, unit)


def _above_zero(quantities: list[Node], report: Report) -> None:
    for node in quantities:
        if node.number is not None and node.number <= ZERO:
            report.fatal("PEPPOL-EN16931-R121", "BT-149", node, _NOT_ABOVE_ZERO, node)


def _discount_of_ubl(price: Node, node: Node, report: Report) -> None:
    if tidy(node.first("cbc:ChargeIndicator")) != "false":
        report.fatal("PEPPOL-EN16931-R044", "BT-147", node, "A price may have a discount, but no charge.")
    gross, discount = node.first("cbc:BaseAmount"), node.first("cbc:Amount")
    net = price.first("cbc:PriceAmount")
    if gross is None:
        return
    if discount is None or net is None:
        report.fatal("PEPPOL-EN16931-R046", "BT-148", node, "A gross price needs the discount and the net price.")
        return
    _compare(net, number(gross), number(discount), report)


def _gross_of_cii(line: Node, node: Node, report: Report) -> None:
    indicators = [found.text for found in node.all(_DISCOUNT, "ram:ChargeIndicator", "udt:Indicator")]
    discounts = node.all(_DISCOUNT, "ram:ActualAmount")
    if discounts and "false" not in indicators:
        report.fatal("PEPPOL-EN16931-R044", "BT-147", node, "A price may have a discount, but no charge.")
    gross, net = node.first("ram:ChargeAmount"), line.first(_AGREEMENT, _NET, "ram:ChargeAmount")
    if gross is None:
        return
    if net is None:
        report.fatal("PEPPOL-EN16931-R046", "BT-148", node, "A gross price needs the discount and the net price.")
        return
    _compare(net, number(gross), number(discounts[0]) if discounts else ZERO, report)


def _compare(net: Node, before: Decimal | None, less: Decimal | None, report: Report) -> None:
    after = net.number
    if before is not None and less is not None and after is not None and after != before - less:
        message = "The net price is {0}, but the gross price {1} less {2} is another."
        report.fatal("PEPPOL-EN16931-R046", "BT-146", net, message, after, before, less)


@checks("BR-TMP-3")
def base_quantities(view: View, report: Report) -> None:
    """In CII the gross and the net price are for the same quantity."""
    for line in _lines_of_cii(view):
        gross, net = line.all(_AGREEMENT, _GROSS, "ram:BasisQuantity"), line.all(_AGREEMENT, _NET, "ram:BasisQuantity")
        if not gross or not net:
            continue
        units = [{unit for node in nodes if (unit := node.get("unitCode")) is not None} for nodes in (gross, net)]
        same_unit = not all(units) or units[0] & units[1]
        if not {node.text for node in gross} & {node.text for node in net} or not same_unit:
            message = "The gross price is for the quantity {0}, but the net price for {1}."
            report.fatal("BR-TMP-3", "BT-149", line, message, gross[0], net[0])


LINES: Final = (amounts, periods, prices)
CII_LINES: Final = (base_quantities,)
