"""GR-R, GR-S: Greek suppliers."""

import re
from typing import Final

from ....xml import Node
from ...base import Report, checks
from ...view import View
from ..countries import countries, vat_numbers
from .common import CUSTOMER, SUPPLIER, is_number, says, schemes_named, text_of

_GREEK: Final = frozenset(("GR", "EL"))
_TYPES: Final = frozenset(("1.1", "1.6", "2.1", "2.4", "5.1", "5.2", ""))
_DATE: Final = re.compile(r"(0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(0?[1-9]|1[0-2])[-\\/ ]?(19|20)[0-9]{2}", re.ASCII)
_MARK: Final = re.compile(r"[1-9][0-9]*", re.ASCII)
_TIN: Final = re.compile(r"[0-9]{9}", re.ASCII)
_SEGMENTS: Final = 6
_MARK_TEXT: Final = "##M.AR.K##"
_URL_TEXT: Final = "##INVOICE|URL##"


def is_tin(text: str) -> bool:
    """A Greek tax number: powers of two as weights, modulo 11, modulo 10."""
    if _TIN.match(text) is None:
        return False
    weighted = sum(int(digit) << (8 - place) for place, digit in enumerate(text[:8]))
    return weighted % 11 % 10 == int(text[8])


@checks(
    *(f"GR-R-001-{part}" for part in range(1, 8)),
    *("GR-R-002", "GR-R-003", "GR-R-004-1", "GR-R-004-2", "GR-R-005", "GR-R-006", "GR-R-008-2", "GR-R-008-3"),
    *("GR-R-009", "GR-R-010", "GR-S-008-1", "GR-S-011"),
)
def greece(view: View, report: Report) -> None:
    """The number of the invoice, tax numbers, MARK and verification address."""
    where = view.once(countries)
    suppliers = view.root.all(SUPPLIER, "cac:Party")
    if where.own in _GREEK:
        _endpoints("GR-R-009", "BT-34", suppliers, report)
    if where.supplier not in _GREEK:
        return
    for number in view.root.kids.get("cbc:ID", ()):
        _number(view, number, report)
    for party in suppliers:
        _supplier(party, report)
    customers = view.root.all(CUSTOMER, "cac:Party")
    for party in customers:
        if not text_of(party, "cac:PartyName", "cbc:Name"):
            report.fatal("GR-R-005", "BT-45", party, "A Greek supplier must state the full name of the buyer.")
    _documents(view, report)
    if where.customer in _GREEK:
        for party in customers:
            if not _has_tin(party):
                report.fatal(
                    "GR-R-006", "BT-48", party, "The Greek buyer's VAT number (EL and a valid tax number) is missing."
                )
        _endpoints("GR-R-010", "BT-49", customers, report)


def _endpoints(rule: str, term: str, parties: list[Node], report: Report) -> None:
    for party in parties:
        for node in party.kids.get("cbc:EndpointID", ()):
            if node.get("schemeID") != "9933" or not is_tin(node.text):
                message = "The electronic address {0} of a Greek party must be its tax number with scheme 9933."
                report.fatal(rule, term, node, message, node)


def _number(view: View, number: Node, report: Report) -> None:
    segments = number.text.split("|")
    tin, day, serial, kind, fifth, sixth = (*segments, *[""] * _SEGMENTS)[:_SEGMENTS]
    representative = view.root.all("cac:TaxRepresentativeParty")
    tins = {
        found.text[2:11]
        for party in (*view.root.all(SUPPLIER, "cac:Party"), *representative)
        for found in vat_numbers(party)
    }
    issued = text_of(view.root, "cbc:IssueDate").split("-")
    broken = {
        "GR-R-001-1": (len(segments) != _SEGMENTS, "must have six segments"),
        "GR-R-001-2": (
            len(tin.strip()) != 9 or not is_tin(tin) or tin not in tins,
            "must start with the supplier's tax number",
        ),
        "GR-R-001-3": (
            _DATE.match(day) is None or day.split("/") != issued[::-1],
            "must have the date of issue (DD/MM/YYYY) as its second segment",
        ),
        "GR-R-001-4": (
            not is_number(serial) or serial.strip().startswith("-"),
            "must have a number as its third segment",
        ),
        "GR-R-001-5": (not kind.strip() or kind not in _TYPES, "must have a Greek document type as its fourth segment"),
        "GR-R-001-6": (not fifth, "must have a fifth segment"),
        "GR-R-001-7": (not sixth, "must have a sixth segment"),
    }
    for rule, (is_broken, what) in broken.items():
        if is_broken:
            report.fatal(rule, "BT-1", number, "The number {0} of a Greek invoice {1}.", number, what)


def _supplier(party: Node, report: Report) -> None:
    if not text_of(party, "cac:PartyName", "cbc:Name"):
        report.fatal("GR-R-002", "BT-28", party, "A Greek supplier must state its full name as registered.")
    if not _has_tin(party):
        report.warning(
            "GR-S-011", "BT-31", party, "A Greek supplier should state its VAT number, EL and a valid tax number."
        )
    for scheme in schemes_named(party, "VAT"):
        for number in scheme.kids.get("cbc:CompanyID", ()):
            if number.text[:2] != "EL" or not is_tin(number.text[2:]):
                report.fatal(
                    "GR-R-003", "BT-31", number, "The VAT number {0} must be EL and a valid tax number.", number
                )


def _has_tin(party: Node) -> bool:
    numbers = [number for scheme in schemes_named(party, "VAT") for number in scheme.kids.get("cbc:CompanyID", ())]
    return len(numbers) == 1 and numbers[0].text[:2] == "EL" and is_tin(numbers[0].text[2:])


def _documents(view: View, report: Report) -> None:
    documents = list(view.tree.named("cac:AdditionalDocumentReference"))
    own = view.root.kids.get("cac:AdditionalDocumentReference", [])
    marks = [node for node in documents if _described(node, _MARK_TEXT)]
    urls = [node for node in documents if _described(node, _URL_TEXT)]
    country = text_of(view.root, SUPPLIER, "cac:Party", "cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
    if country == "GR":
        if sum(node in marks for node in own) != 1:
            report.fatal("GR-R-004-1", "BT-122", view.root, "A Greek invoice must have one MARK number (##M.AR.K##).")
        count = sum(node in urls for node in own)
        if count != 1:
            report.warning("GR-S-008-1", "BT-122", view.root, "A Greek invoice should have one verification address.")
        if count > 1:
            report.fatal(
                "GR-R-008-2", "BT-122", view.root, "A Greek invoice must not have more than one verification address."
            )
        for mark in marks:
            for number in mark.kids.get("cbc:ID", ()):
                if _MARK.match(number.text) is None:
                    report.fatal(
                        "GR-R-004-2", "BT-122", number, "The MARK number {0} must be a positive number.", number
                    )
    for url in urls:
        if not says(url, "cac:Attachment", "cac:ExternalReference", "cbc:URI"):
            report.fatal("GR-R-008-3", "BT-124", url, "The verification address is empty.")


def _described(node: Node, text: str) -> bool:
    return any(found.text == text for found in node.kids.get("cbc:DocumentDescription", ()))


GREECE: Final = (greece,)
