"""The data types of a UBL document: numbers, dates, booleans and embedded files, before any rule looks at them.

The official rules abort on text where a number belongs, and do not see an impossible date; ours say which element
it is.
"""

import base64
import re
from typing import Final

from ..values import parse_date
from .base import Report, checks
from .view import View

_DATES: Final = {
    "cbc:IssueDate": "BT-2",
    "cbc:DueDate": "BT-9",
    "cbc:PaymentDueDate": "BT-9",
    "cbc:TaxPointDate": "BT-7",
    "cbc:StartDate": "BT-73",
    "cbc:EndDate": "BT-74",
    "cbc:ActualDeliveryDate": "BT-72",
}
_NUMBERS: Final = {
    "cbc:Amount": "BT-92",
    "cbc:BaseAmount": "BT-93",
    "cbc:PriceAmount": "BT-146",
    "cbc:TaxAmount": "BT-117",
    "cbc:TaxableAmount": "BT-116",
    "cbc:LineExtensionAmount": "BT-131",
    "cbc:TaxExclusiveAmount": "BT-109",
    "cbc:TaxInclusiveAmount": "BT-112",
    "cbc:AllowanceTotalAmount": "BT-107",
    "cbc:ChargeTotalAmount": "BT-108",
    "cbc:PrepaidAmount": "BT-113",
    "cbc:PayableRoundingAmount": "BT-114",
    "cbc:PayableAmount": "BT-115",
    "cbc:InvoicedQuantity": "BT-129",
    "cbc:CreditedQuantity": "BT-129",
    "cbc:BaseQuantity": "BT-149",
    "cbc:Percent": "BT-119",
    "cbc:MultiplierFactorNumeric": "BT-94",
}
_BOOLEANS: Final = frozenset(("true", "false", "1", "0"))
_SPACE: Final = re.compile(r"\s+")


@checks("TW-DT-01", "TW-DT-02")
def numbers_and_dates(view: View, report: Report) -> None:
    """Every number is a number, every date a date."""
    by_name = view.tree.by_name
    for name, term in _NUMBERS.items():
        for node in by_name.get(name, ()):
            if node.number is None:
                report.fatal("TW-DT-01", term, node, "{0} is no decimal number.", node)
    for name, term in _DATES.items():
        for node in by_name.get(name, ()):
            if parse_date(node.text) is None:
                report.fatal("TW-DT-02", term, node, "{0} is no date (YYYY-MM-DD).", node)


@checks("TW-DT-03", "TW-DT-04")
def booleans_and_files(view: View, report: Report) -> None:
    """Every indicator is true or false, every embedded file is base64."""
    for node in view.tree.named("cbc:ChargeIndicator"):
        if node.text.strip() not in _BOOLEANS:
            report.fatal("TW-DT-03", "BG-20", node, "{0} is neither true nor false.", node)
    for node in view.tree.named("cbc:EmbeddedDocumentBinaryObject"):
        try:
            base64.b64decode(_SPACE.sub("", node.text), validate=True)
        except ValueError:
            report.fatal("TW-DT-04", "BT-125", node, "The embedded file is not encoded as base64.")


UBL_TYPES: Final = (numbers_and_dates, booleans_and_files)
