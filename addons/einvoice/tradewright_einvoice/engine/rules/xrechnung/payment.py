"""BR-DE: means of payment, direct debit and cash discounts."""

import re
from typing import Final

from ...xml import Node
from ..base import Report, checks
from ..places import Places, is_cii, tidy
from ..view import View
from .places import places

_KINDS: Final = {
    "30": "transfer",
    "58": "transfer",
    "48": "card",
    "54": "card",
    "55": "card",
    "59": "debit",
}
_RULES: Final = {"transfer": ("BR-DE-23", "BG-17"), "card": ("BR-DE-24", "BG-18"), "debit": ("BR-DE-25", "BG-19")}
_SEPA_TRANSFER: Final = "58"
_SEPA_DEBIT: Final = "59"
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}", re.ASCII)
_BLANKS: Final = re.compile("[ \t\r\n]+")
_LETTER: Final = ord("A")
_SKONTO: Final = re.compile(
    r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(?:#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#", re.ASCII
)
_SEGMENT: Final = re.compile(r"#[^\r\n]+#")
_LINE_END: Final = re.compile(r"\r?\n")
_BREAK: Final = re.compile(r"[ \t\r\n]*\n")
_BANKS: Final = ("ram:PayeeSpecifiedCreditorFinancialInstitution", "ram:PayerSpecifiedDebtorFinancialInstitution")


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN, by its form and its check digits."""
    iban = _BLANKS.sub("", text)
    if _IBAN.fullmatch(iban) is None:
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(letter if ord(letter) < _LETTER else str(ord(letter) - 55) for letter in turned)) % 97 == 1


def only_code(at: Places, node: Node) -> str:
    """The code of means of payment; nothing where there are several."""
    codes = at.all("means.code", node)
    return tidy(codes[0]) if len(codes) == 1 else ""


@checks(
    "BR-DE-19",
    "BR-DE-20",
    *(f"{rule}-{letter}" for rule, _ in _RULES.values() for letter in "ab"),
)
def means(view: View, report: Report) -> None:
    """Each means of payment has the details of its kind, and no others."""
    at = places(view)
    for node in at.all("means", view.root):
        code = only_code(at, node)
        kind = _KINDS.get(code)
        if kind is None:
            continue
        there = _details(view, at, node)
        rule, term = _RULES[kind]
        if kind not in there:
            report.fatal(f"{rule}-a", term, node, "Payment means {0} need the details of {1}.", code, term)
        if there - {kind} or (kind == "debit" and any(node.kids.get(bank) for bank in _BANKS)):
            message = "Payment means {0} must not have the details of another kind of payment."
            report.fatal(f"{rule}-b", term, node, message, code)
        if code == _SEPA_TRANSFER and not is_iban(tidy(at.first("means.transfer_account", node))):
            message = "The account {0} of a SEPA transfer should be a valid IBAN."
            report.warning("BR-DE-19", "BT-84", node, message, at.first("means.transfer_account", node))
        if code == _SEPA_DEBIT and not is_iban(tidy(at.first("means.debit_account", node))):
            message = "The account {0} of a SEPA direct debit should be a valid IBAN."
            report.warning("BR-DE-20", "BT-91", node, message, at.first("means.debit_account", node))


def _details(view: View, at: Places, node: Node) -> set[str]:
    """The kinds of payment that have details. Direct debit in CII has some of them outside of the means."""
    there = {kind for kind in _RULES if at.all(f"means.{kind}", node)}
    if is_cii(view) and (at.all("mandate", view.root) or at.all("creditor", view.root)):
        there.add("debit")
    return there


@checks("BR-DE-30", "BR-DE-31")
def direct_debit(view: View, report: Report) -> None:
    """A direct debit names the creditor and the account."""
    at, root = places(view), view.root
    accounts = [found for node in at.all("means", root) for found in at.all("means.debit_account", node)]
    if is_cii(view):
        mandate, creditor = at.all("mandate", root), at.all("creditor", root)
        named, account = bool(creditor and (mandate or accounts)), bool(accounts and (mandate or creditor))
        used = bool(mandate or creditor or accounts)
    else:
        used = any(at.all("means.debit", node) for node in at.all("means", root))
        holders = (*root.all("cac:AccountingSupplierParty", "cac:Party"), *root.kids.get("cac:PayeeParty", ()))
        ids = [found for holder in holders for found in holder.all("cac:PartyIdentification", "cbc:ID")]
        named, account = any(found.get("schemeID") == "SEPA" for found in ids), bool(accounts)
    if used and not named:
        report.fatal("BR-DE-30", "BT-90", root, "A direct debit needs the creditor identifier.")
    if used and not account:
        report.fatal("BR-DE-31", "BT-91", root, "A direct debit needs the account to debit.")


@checks("BR-DE-18")
def cash_discounts(view: View, report: Report) -> None:
    """A line of the payment terms that starts with # is a cash discount in a fixed form, and lines end with a break."""
    for note in places(view).all("terms", view.root):
        lines = [line for text in _LINE_END.split(note.text) if (line := _BLANKS.sub(" ", text).strip(" "))[:1] == "#"]
        ended = _BREAK.match(_SEGMENT.split(note.text)[-1]) is not None
        if any(_SKONTO.fullmatch(line) is None or not ended for line in lines):
            message = "A cash discount is a line like #SKONTO#TAGE=14#PROZENT=2.00#, ended by a line break."
            report.fatal("BR-DE-18", "BT-20", note, message)
            break


PAYMENT: Final = (means, direct_debit, cash_discounts)
