"""IS-R: Icelandic suppliers."""

from typing import Final

from ....values import parse_date
from ....xml import Node
from ...base import Report, checks, plain
from ...view import View
from .common import CUSTOMER, SUPPLIER, has, only_text_of, text_of

_COUNTRY: Final = ("cac:Party", "cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
_ACCOUNT_LENGTH: Final = 12
_DATE_LENGTH: Final = 10


@checks(*(f"IS-R-{number:03}" for number in range(1, 11)))
def iceland(view: View, report: Report) -> None:
    """Kennitala, addresses, accounts and final due date (eindagi)."""
    root = view.root
    if only_text_of(root, SUPPLIER, *_COUNTRY) != "IS":
        return
    codes = {
        plain(code) for name in ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode") for code in root.kids.get(name, ())
    }
    if not codes & {"380", "381"}:
        report.warning("IS-R-001", "BT-3", root, "An Icelandic invoice should be of type 380 or 381.")
    _party(root, SUPPLIER, ("IS-R-002", "BT-30"), ("IS-R-003", "BT-35"), report)
    if only_text_of(root, CUSTOMER, *_COUNTRY) == "IS":
        _party(root, CUSTOMER, ("IS-R-004", "BT-47"), ("IS-R-005", "BT-50"), report)
    for rule, code in (("IS-R-006", "9"), ("IS-R-007", "42")):
        means = [
            node
            for node in root.kids.get("cac:PaymentMeans", ())
            if any(found.text == code for found in node.kids.get("cbc:PaymentMeansCode", ()))
        ]
        accounts = [account for node in means for account in node.all("cac:PayeeFinancialAccount", "cbc:ID")]
        if means and not any(len(plain(account)) == _ACCOUNT_LENGTH for account in accounts):
            message = "Payment means {0} of an Icelandic seller needs an account of 12 digits."
            report.fatal(rule, "BT-84", means[0], message, code)
    _final_due_date(root, report)


def _party(root: Node, owner: str, number: tuple[str, str], address: tuple[str, str], report: Report) -> None:
    for party in root.all(owner, "cac:Party") or [root]:
        registered = party.all("cac:PartyLegalEntity", "cbc:CompanyID")
        if not any(found.get("schemeID") == "0196" for found in registered):
            report.fatal(number[0], number[1], party, "An Icelandic party must state its kennitala with scheme 0196.")
        if not any(has(found, "cbc:StreetName", "cbc:PostalZone") for found in party.kids.get("cac:PostalAddress", ())):
            report.fatal(address[0], address[1], party, "The address of an Icelandic party needs street and post code.")


def _final_due_date(root: Node, report: Report) -> None:
    for node in root.kids.get("cac:AdditionalDocumentReference", ()):
        if not any(found.text == "EINDAGI" for found in node.kids.get("cbc:DocumentDescription", ())):
            continue
        text, due = text_of(node, "cbc:ID"), root.first("cbc:DueDate")
        if len(text) != _DATE_LENGTH or parse_date(text) is None:
            report.fatal("IS-R-008", "BT-122", node, "The final due date (eindagi) {0} is no date.", text)
        if due is None:
            report.fatal("IS-R-009", "BT-9", node, "A final due date (eindagi) needs the due date.")
        if due is None or due.text > text:
            report.fatal("IS-R-010", "BT-122", node, "The final due date (eindagi) {0} is before the due date.", text)


ICELAND: Final = (iceland,)
