"""DE-R: seller and buyer both in Germany, Peppol's form of the German national rules."""

import re
from typing import Final

from ....xml import Node
from ...base import Report, checks, plain
from ...ubl_slots import charge_indicator
from ...view import View
from ..countries import countries
from .common import CUSTOMER, SUPPLIER, says, text_of

_TAXED: Final = frozenset(("S", "Z", "E", "AE", "K", "G", "L", "M"))
_TYPES: Final = frozenset(("326", "380", "384", "389", "381", "875", "876", "877"))
_SKONTO: Final = re.compile(
    r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#$", re.ASCII
)
_SEGMENT: Final = re.compile(r"#.+#")
_EMAIL: Final = re.compile(r"[^@\s]+@(?:[^@.\s]+\.)+[^@.\s]+", re.ASCII)
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}", re.ASCII)
_URI: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:", re.ASCII)
_DIGITS_OF_PHONE: Final = 3
_LETTER: Final = ord("A")


def is_iban(text: str) -> bool:
    """An IBAN by its form and its check digits."""
    iban = "".join(text.split())
    if _IBAN.fullmatch(iban) is None:
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(letter if ord(letter) < _LETTER else str(ord(letter) - 55) for letter in turned)) % 97 == 1


@checks(
    *(f"DE-R-{number:03}" for number in (*range(1, 12), *range(14, 21), 22, 26, 27, 28, 30, 31)),
    *("DE-R-023-1", "DE-R-023-2", "DE-R-024-1", "DE-R-024-2", "DE-R-025-1", "DE-R-025-2", "DE-R-T02"),
)
def germany(view: View, report: Report) -> None:
    """Payment, contact, addresses, tax numbers and references."""
    if not view.once(countries).both_german:
        return
    _header(view, report)
    _terms(view, report)
    _parties(view, report)
    for means in view.root.kids.get("cac:PaymentMeans", ()):
        _payment(means, report)
    for node in view.root.all("cac:TaxTotal", "cac:TaxSubtotal"):
        if not says(node, "cac:TaxCategory", "cbc:Percent"):
            report.fatal("DE-R-014", "BT-119", node, "The VAT breakdown needs its rate.")
    for document in view.root.kids.get("cac:AdditionalDocumentReference", ()):
        for uri in document.all("cac:Attachment", "cac:ExternalReference", "cbc:URI"):
            if _URI.match(uri.text) is None:
                report.warning("DE-R-T02", "BT-124", uri, "The location {0} should be an absolute address.", uri)


def _header(view: View, report: Report) -> None:
    root = view.root
    if not root.kids.get("cac:PaymentMeans"):
        report.fatal("DE-R-001", "BG-16", root, "A German invoice must say how to pay.")
    if not says(root, "cbc:BuyerReference"):
        report.fatal("DE-R-015", "BT-10", root, "A German invoice needs the buyer's reference.")
    codes = [use.code for line in view.facts.lines for use in line.categories]
    codes += [
        code.text
        for node in root.kids.get("cac:AllowanceCharge", ())
        if charge_indicator(node) is not None
        for code in node.all("cac:TaxCategory", "cbc:ID")
    ]
    identified = root.kids.get("cac:TaxRepresentativeParty") or says(
        root, SUPPLIER, "cac:Party", "cac:PartyTaxScheme", "cbc:CompanyID"
    )
    if _TAXED.intersection(codes) and not identified:
        report.fatal("DE-R-016", "BT-31", root, "The seller needs a VAT number, a tax number or a tax representative.")
    types = {
        plain(code) for name in ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode") for code in root.kids.get(name, ())
    }
    if not types & _TYPES:
        report.warning("DE-R-017", "BT-3", root, "Type {0} is unusual in Germany.", ", ".join(sorted(types)))
    if "384" in types and not root.all("cac:BillingReference", "cac:InvoiceDocumentReference"):
        report.warning("DE-R-026", "BG-3", root, "A corrected invoice should refer to the one that it corrects.")
    names = [
        file.get("filename")
        for node in root.kids.get("cac:AdditionalDocumentReference", ())
        for file in node.all("cac:Attachment", "cbc:EmbeddedDocumentBinaryObject")
        if file.get("filename") is not None
    ]
    if len(names) != len(set(names)):
        report.fatal("DE-R-022", "BT-125", root, "Two embedded files have the same name.")
    if root.all("cac:PaymentMeans", "cac:PaymentMandate"):
        holders = (*root.all(SUPPLIER, "cac:Party"), *root.all("cac:PayeeParty"))
        ids = [found for holder in holders for found in holder.all("cac:PartyIdentification", "cbc:ID")]
        if not any(found.get("schemeID") == "SEPA" for found in ids):
            report.fatal("DE-R-030", "BT-90", root, "A direct debit needs the creditor identifier.")
        if not root.all("cac:PaymentMeans", "cac:PaymentMandate", "cac:PayerFinancialAccount", "cbc:ID"):
            report.fatal("DE-R-031", "BT-91", root, "A direct debit needs the account to debit.")


def _terms(view: View, report: Report) -> None:
    """Cash discounts are written in lines of #SKONTO#TAGE=n#PROZENT=n.nn#, each ended by a line break."""
    for note in view.root.all("cac:PaymentTerms", "cbc:Note")[:1]:
        lines = [line for line in note.text.splitlines() if line.strip().startswith("#")]
        rest = _SEGMENT.split(note.text)[-1]
        ended = re.match(r"\s*\n", rest) is not None
        if any(_SKONTO.search(" ".join(line.split())) is None or not ended for line in lines):
            message = "A cash discount is a line like #SKONTO#TAGE=14#PROZENT=2.00#, ended by a line break."
            report.fatal("DE-R-018", "BT-20", note, message)


def _parties(view: View, report: Report) -> None:
    root = view.root
    for owner in root.kids.get(SUPPLIER, ()):
        if not owner.all("cac:Party", "cac:Contact"):
            report.fatal("DE-R-002", "BG-6", owner, "A German seller must name a contact.")
    for rules, path, who in (
        (("DE-R-003", "BT-37", "DE-R-004", "BT-38"), (SUPPLIER, "cac:Party", "cac:PostalAddress"), "seller's"),
        (("DE-R-008", "BT-52", "DE-R-009", "BT-53"), (CUSTOMER, "cac:Party", "cac:PostalAddress"), "buyer's"),
        (
            ("DE-R-010", "BT-77", "DE-R-011", "BT-78"),
            ("cac:Delivery", "cac:DeliveryLocation", "cac:Address"),
            "delivery",
        ),
    ):
        for address in root.all(*path):
            if not says(address, "cbc:CityName"):
                report.fatal(rules[0], rules[1], address, "The {0} address needs its city.", who)
            if not says(address, "cbc:PostalZone"):
                report.fatal(rules[2], rules[3], address, "The {0} address needs its post code.", who)
    for contact in root.all(SUPPLIER, "cac:Party", "cac:Contact"):
        _contact(contact, report)


def _contact(contact: Node, report: Report) -> None:
    for rule, term, name, what in (
        ("DE-R-005", "BT-41", "cbc:Name", "name"),
        ("DE-R-006", "BT-42", "cbc:Telephone", "telephone number"),
        ("DE-R-007", "BT-43", "cbc:ElectronicMail", "e-mail address"),
    ):
        if not says(contact, name):
            report.fatal(rule, term, contact, "The seller's contact needs a {0}.", what)
    phone, email = contact.first("cbc:Telephone"), contact.first("cbc:ElectronicMail")
    if sum(letter in "0123456789" for letter in plain(phone)) < _DIGITS_OF_PHONE:
        report.warning(
            "DE-R-027", "BT-42", contact, "The telephone number {0} should have three digits at least.", phone
        )
    if _EMAIL.fullmatch(plain(email)) is None:
        report.warning("DE-R-028", "BT-43", contact, "The e-mail address {0} does not look like one.", email)


def _payment(means: Node, report: Report) -> None:
    code = plain(means.first("cbc:PaymentMeansCode"))
    groups = {
        "transfer": ("cac:PayeeFinancialAccount", "BG-17", "DE-R-023"),
        "card": ("cac:CardAccount", "BG-18", "DE-R-024"),
        "debit": ("cac:PaymentMandate", "BG-19", "DE-R-025"),
    }
    kinds = {"30": "transfer", "58": "transfer", "48": "card", "54": "card", "55": "card", "59": "debit"}
    kind = kinds.get(code)
    if kind is None:
        return
    element, term, rule = groups[kind]
    if not means.kids.get(element):
        report.fatal(f"{rule}-1", term, means, "Payment means {0} needs its details ({1}).", code, term)
    if any(means.kids.get(other) for other, _, _ in groups.values() if other != element):
        report.fatal(
            f"{rule}-2", term, means, "Payment means {0} must not have the details of another kind of payment.", code
        )
    if code == "58" and not is_iban(text_of(means, "cac:PayeeFinancialAccount", "cbc:ID")):
        report.warning("DE-R-019", "BT-84", means, "The account of a SEPA transfer should be a valid IBAN.")
    if code == "59" and not is_iban(text_of(means, "cac:PaymentMandate", "cac:PayerFinancialAccount", "cbc:ID")):
        report.warning("DE-R-020", "BT-91", means, "The account of a SEPA direct debit should be a valid IBAN.")


GERMANY: Final = (germany,)
