"""The data types of a CII document: numbers, dates, booleans and embedded files, before any rule looks at them.

The official rules abort on text where a number belongs, and do not see an impossible date; ours say which element
it is.
"""

import base64
import re
from datetime import date
from typing import Final

from .base import Report, checks
from .view import View

_NUMBERS: Final = {
    "ram:ActualAmount": "BT-92",
    "ram:BasisAmount": "BT-116",
    "ram:ChargeAmount": "BT-146",
    "ram:CalculatedAmount": "BT-117",
    "ram:LineTotalAmount": "BT-131",
    "ram:TaxBasisTotalAmount": "BT-109",
    "ram:TaxTotalAmount": "BT-110",
    "ram:GrandTotalAmount": "BT-112",
    "ram:AllowanceTotalAmount": "BT-107",
    "ram:ChargeTotalAmount": "BT-108",
    "ram:TotalPrepaidAmount": "BT-113",
    "ram:RoundingAmount": "BT-114",
    "ram:DuePayableAmount": "BT-115",
    "ram:BilledQuantity": "BT-129",
    "ram:BasisQuantity": "BT-149",
    "ram:RateApplicablePercent": "BT-119",
    "ram:CalculationPercent": "BT-94",
}
_DATES: Final = ("udt:DateTimeString", "udt:DateString", "qdt:DateTimeString")
_DAY: Final = re.compile(r"[ \t\r\n]*([0-9]{8})[ \t\r\n]*")
_BOOLEANS: Final = frozenset(("true", "false", "1", "0"))
_SPACE: Final = re.compile(r"\s+")


def parse_day(text: str) -> date | None:
    """The date that a text holds as YYYYMMDD, or None."""
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match is not None else None
    except ValueError:
        return None


@checks("TW-DT-01", "TW-DT-02")
def numbers_and_dates(view: View, report: Report) -> None:
    """Every number is a number, every day (format 102) a day."""
    by_name = view.tree.by_name
    for name, term in _NUMBERS.items():
        for node in by_name.get(name, ()):
            if node.number is None:
                report.fatal("TW-DT-01", term, node, "{0} is no decimal number.", node)
    for name in _DATES:
        for node in by_name.get(name, ()):
            if node.get("format") == "102" and parse_day(node.text) is None:
                report.fatal("TW-DT-02", "", node, "{0} is no date (YYYYMMDD).", node)


@checks("TW-DT-03", "TW-DT-04")
def booleans_and_files(view: View, report: Report) -> None:
    """Every indicator is true or false, every embedded file is base64."""
    for node in view.tree.named("udt:Indicator"):
        if node.text.strip() not in _BOOLEANS:
            report.fatal("TW-DT-03", "BG-20", node, "{0} is neither true nor false.", node)
    for node in view.tree.named("ram:AttachmentBinaryObject"):
        try:
            base64.b64decode(_SPACE.sub("", node.text), validate=True)
        except ValueError:
            report.fatal("TW-DT-04", "BT-125", node, "The embedded file is not encoded as base64.")


CII_TYPES: Final = (numbers_and_dates, booleans_and_files)
