"""DK-R: Danish suppliers, and mostly only when the buyer is Danish too."""

import re
from typing import Final

from ....amounts import ZERO, parse_decimal
from ....xml import Node
from ...base import Report, checks, plain
from ...view import View
from .common import CUSTOMER, SUPPLIER, only_text_of, says, text_of

_COUNTRY: Final = ("cac:Party", "cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
_REGISTRATION: Final = ("cac:Party", "cac:PartyLegalEntity", "cbc:CompanyID")
_MEANS: Final = frozenset(("1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"))
_UNSPSC: Final = frozenset(("19.05.01", "19.0501", "26.08.01", "26.0801"))
_GIRO: Final = re.compile(r"[0-9]{7,8}", re.ASCII)
_CVR: Final = "0184"


def _is_danish(view: View, owner: str) -> bool:
    return only_text_of(view.root, owner, *_COUNTRY) == "DK"


@checks(*(f"DK-R-{number:03}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17)))
def denmark(view: View, report: Report) -> None:
    """CVR numbers, payment means, classifications and taxes."""
    if not _is_danish(view, SUPPLIER):
        return
    domestic = _is_danish(view, CUSTOMER)
    _supplier(view, report, domestic=domestic)
    if not domestic:
        return
    _customer(view, report)
    if view.root.name == "inv:Invoice":
        for means in view.root.kids.get("cac:PaymentMeans", ()):
            _payment(means, report)
    for line in (*view.root.kids.get("cac:InvoiceLine", ()), *view.root.kids.get("cac:CreditNoteLine", ())):
        classes = line.all("cac:Item", "cac:CommodityClassification", "cbc:ItemClassificationCode")
        is_unspsc = any(found.get("listID") == "TST" for found in classes)
        if is_unspsc and not any(found.get("listVersionID") in _UNSPSC for found in classes):
            message = "An UNSPSC classification must be of version 19.05.01 or 26.08.01."
            report.fatal("DK-R-003", "BT-158", line, message)
    for node in view.tree.named("cac:AllowanceCharge"):
        if any(code.text == "ZZZ" for code in node.kids.get("cbc:AllowanceChargeReasonCode", ())) and not _tax_named(
            node
        ):
            message = "A tax other than VAT (reason ZZZ) is named by its four digits, or by a text with # inside."
            report.fatal("DK-R-004", "BT-97", node, message)


def _supplier(view: View, report: Report, *, domestic: bool) -> None:
    root = view.root
    if not says(root, SUPPLIER, *_REGISTRATION):
        report.fatal("DK-R-002", "BT-30", root, "A Danish supplier must state its CVR number.")
    for number in root.all(SUPPLIER, *_REGISTRATION)[:1]:
        if (number.get("schemeID") or "").strip() != _CVR:
            report.fatal("DK-R-014", "BT-30", number, "The CVR number of a Danish supplier needs the scheme 0184.")
    payable = parse_decimal(text_of(root, "cac:LegalMonetaryTotal", "cbc:PayableAmount"))
    if root.name == "cn:CreditNote" and domestic and payable is not None and payable < ZERO:
        report.fatal(
            "DK-R-016", "BT-115", root, "A Danish credit note must not have a negative amount to pay ({0}).", payable
        )


def _customer(view: View, report: Report) -> None:
    root = view.root
    for owner in (SUPPLIER, CUSTOMER):
        for holder in root.all(owner, "cac:Party", "cac:PartyIdentification"):
            for number in holder.kids.get("cbc:ID", ())[:1]:
                if not (number.get("schemeID") or "").strip():
                    report.fatal("DK-R-013", "BT-29", number, "An identifier of a Danish party needs its scheme.")
    for number in root.all(CUSTOMER, *_REGISTRATION)[:1]:
        if (number.get("schemeID") or "").strip() != _CVR:
            report.fatal("DK-R-017", "BT-47", number, "The CVR number of a Danish buyer needs the scheme 0184.")


def _payment(means: Node, report: Report) -> None:
    code, reference = text_of(means, "cbc:PaymentMeansCode"), text_of(means, "cbc:PaymentID")
    account = text_of(means, "cac:PayeeFinancialAccount", "cbc:ID")
    if code not in _MEANS:
        report.fatal("DK-R-005", "BT-81", means, "Payment means {0} is none of the Danish ones.", code)
    branch = says(means, "cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID")
    if code in {"31", "42"} and not (account.strip() and branch):
        report.fatal(
            "DK-R-006", "BT-84", means, "Payment means {0} needs the account and the bank's registration number.", code
        )
    mandate = says(means, "cac:PaymentMandate", "cbc:ID")
    if code == "49" and not (mandate and says(means, "cac:PaymentMandate", "cac:PayerFinancialAccount", "cbc:ID")):
        report.fatal("DK-R-007", "BT-89", means, "A direct debit (49) needs the mandate and the account to debit.")
    card = reference[:3]
    if code == "50":
        if card not in {"01#", "04#", "15#"} or _GIRO.fullmatch(account) is None:
            message = "A giro (50) needs a reference that starts with 01#, 04# or 15#, and an account of 7 or 8 digits."
            report.fatal("DK-R-008", "BT-83", means, message)
        if card in {"04#", "15#"} and len(reference) != 19:
            report.fatal("DK-R-009", "BT-83", means, "A giro reference with {0} needs 16 digits after it.", card)
    if code == "93":
        if card not in {"71#", "73#", "75#"} or len(account) != 8:
            message = (
                "A FIK payment (93) needs a reference that starts with 71#, 73# or 75#, and an account of 8 characters."
            )
            report.fatal("DK-R-010", "BT-83", means, message)
        if card in {"71#", "75#"} and len(reference) not in {18, 19}:
            report.fatal("DK-R-011", "BT-83", means, "A FIK reference with {0} needs 15 or 16 digits after it.", card)


def _tax_named(node: Node) -> bool:
    reason = node.first("cbc:AllowanceChargeReason")
    if reason is None:
        return False
    value = parse_decimal(reason.text)
    if len(plain(reason)) == 4 and value is not None and 0 <= value <= 9999:
        return True
    return "#" in reason.text and not reason.text.startswith("#") and not reason.text.endswith("#")


DENMARK: Final = (denmark,)
