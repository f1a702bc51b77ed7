"""The data types of a UBL document: numbers, dates, booleans and embedded files, before any rule looks at them.

The official rules abort on text where a number belongs, and do not see an impossible date; ours say which element it is.
"""

import base64
import binascii
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


@checks("TW-DT-01", "TW-DT-02", "TW-DT-03", "TW-DT-04")
def data_types(view: View, report: Report) -> None:
    """Every value is of its type."""
    by_name = view.tree.by_name
    for name, term in _NUMBERS.items():
        for node in by_name.get(name, ()):
            if node.number is None:
                report.fatal("TW-DT-01", term, node, "{0} is no decimal number.", node)
    for name, term in _DATES.items():
        for node in by_name.get(name, ()):
            if parse_date(node.text) is None:
                report.fatal("TW-DT-02", term, node, "{0} is no date (YYYY-MM-DD).", node)
    for node in by_name.get("cbc:ChargeIndicator", ()):
        if node.text.strip() not in _BOOLEANS:
            report.fatal("TW-DT-03", "BG-20", node, "{0} is neither true nor false.", node)
    for node in by_name.get("cbc:EmbeddedDocumentBinaryObject", ()):
        try:
            base64.b64decode(_SPACE.sub("", node.text), validate=True)
        except (ValueError, binascii.Error):
            report.fatal("TW-DT-04", "BT-125", node, "The embedded file is not encoded as base64.")
