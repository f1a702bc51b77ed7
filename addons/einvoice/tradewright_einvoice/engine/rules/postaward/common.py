"""Rules of all messages: nothing empty, dates as dates, no schema location."""

import re
from typing import Final

from ...values import parse_date
from ...xml import Node
from ..base import Check, Report, checks
from ..view import View
from .structure import has_schema_location

_DATES: Final = (
    "cbc:IssueDate",
    "cbc:DueDate",
    "cbc:TaxPointDate",
    "cbc:StartDate",
    "cbc:EndDate",
    "cbc:ActualDeliveryDate",
)
_MORE_DATES: Final = (
    "cbc:EffectiveDate",
    "cbc:RequestedDespatchDate",
    "cbc:ActualDespatchDate",
    "cbc:ManufactureDate",
    "cbc:BestBeforeDate",
    "cbc:ExpiryDate",
)
_NUMBERS: Final = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
    "cbc:Quantity",
    "cbc:BaseQuantity",
    "cbc:MaximumBackorderQuantity",
    "cbc:DeliveredQuantity",
    "cbc:OutstandingQuantity",
    "cbc:Percent",
    "cbc:MultiplierFactorNumeric",
    "cbc:GrossWeightMeasure",
    "cbc:GrossVolumeMeasure",
    "cbc:Measure",
    "cbc:ValueQuantity",
)
_DATE_LENGTH: Final = 10
#: A number as the rules that only ask whether it is negative take it: with an exponent, and infinite ones, too.
_NOT_NEGATIVE: Final = re.compile(
    r"\s*(?:INF|\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|-(?:0+(?:\.0*)?|\.0+)(?:[eE][+-]?[0-9]+)?)\s*",
    re.ASCII,
)


@checks("PEPPOL-COMMON-R001")
def empty(view: View, report: Report) -> None:
    """No element is empty."""
    for nodes in view.tree.by_name.values():
        for node in nodes:
            if not node.kids and not node.text.strip(" \t\r\n"):
                report.fatal("PEPPOL-COMMON-R001", "", node, "The element {0} is empty.", node.name)


@checks("PEPPOL-COMMON-R003")
def schema_location(view: View, report: Report) -> None:
    """The document does not say where its schema is."""
    if has_schema_location(view.root):
        report.warning(
            "PEPPOL-COMMON-R003", "", view.root, "The document names where its schema is, which it should not."
        )


@checks("PEPPOL-COMMON-R030", "TW-DT-01", "TW-DT-02")
def values(view: View, report: Report) -> None:
    """Dates are dates and numbers are numbers."""
    by_name = view.tree.by_name
    for name in _DATES:
        for node in by_name.get(name, ()):
            if len(node.text) != _DATE_LENGTH or parse_date(node.text) is None:
                report.fatal("PEPPOL-COMMON-R030", "", node, "{0} is no date (YYYY-MM-DD).", node)
    for name in _MORE_DATES:
        for node in by_name.get(name, ()):
            if parse_date(node.text) is None:
                report.fatal("TW-DT-02", "", node, "{0} is no date (YYYY-MM-DD).", node)
    for name in _NUMBERS:
        for node in by_name.get(name, ()):
            if node.number is None:
                report.fatal("TW-DT-01", "", node, "{0} is no decimal number.", node)


def starts_with(rule: str, specification: str) -> Check:
    """The check that a document names a specification or one made from it."""

    @checks(rule)
    def check(view: View, report: Report) -> None:
        for node in view.tree.named("cbc:CustomizationID"):
            if not " ".join(node.text.split()).startswith(specification):
                report.fatal(rule, "", node, "The specification is {0}; it must start with {1}.", node, specification)

    return check


def not_negative(node: Node | None) -> bool:
    """Whether an element holds a number of at least zero; a missing one holds none."""
    return node is not None and _NOT_NEGATIVE.fullmatch(node.text) is not None


def identified(rule: str, owner: str, names: str, what: str) -> Check:
    """The check that a party has a name, at a path below its ``cac:Party``, or an identifier."""
    path = names.split("/")

    @checks(rule)
    def check(view: View, report: Report) -> None:
        for node in view.tree.named(owner):
            if not node.all("cac:Party", *path) and not node.all("cac:Party", "cac:PartyIdentification", "cbc:ID"):
                report.fatal(rule, "", node, "The {0} has neither a name nor an identifier.", what)

    return check


COMMON: Final = (empty, schema_location, values)
