"""TW-FR: what the French reform asks of an invoice of a French seller beyond EN 16931. Rules of our own, not official.

Source: XP Z12-012 (AFNOR), as far as it is fields that must be there. The official rules are the publisher's BR-FR.
"""

import re
from typing import Final

from ..xml import Node
from .base import Report, checks
from .places import Places, is_cii, tidy
from .view import View

#: BT-23: goods (B), services (S) or both (M), and the circumstances.
_FRAMEWORKS: Final = frozenset(
    (
        *("B1", "B2", "B4", "B7", "B8", "B9"),
        *("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"),
        *("M1", "M2", "M4", "M8", "M9"),
    )
)
#: Notes on costs of recovery, on late payment, and on discounts for early payment.
_NOTES: Final = ("PMT", "PMD", "AAB")
_SIREN: Final = re.compile("[0-9]{9}", re.ASCII)
_SIREN_SCHEME: Final = "0002"
_SUBJECT: Final = re.compile("#([A-Z]{3})#", re.ASCII)
_PARTY: Final = {
    "party.country": "cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    "party.registration": "cac:PartyLegalEntity/cbc:CompanyID",
    "party.endpoint": "cbc:EndpointID",
}
_UBL: Final = Places(
    {
        "process": "cbc:ProfileID",
        "notes": "cbc:Note",
        "seller": "cac:AccountingSupplierParty/cac:Party",
        "buyer": "cac:AccountingCustomerParty/cac:Party",
        **_PARTY,
    }
)
_AGREEMENT: Final = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
_CII: Final = Places(
    {
        "process": "rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
        "notes": "rsm:ExchangedDocument/ram:IncludedNote/ram:SubjectCode",
        "seller": f"{_AGREEMENT}/ram:SellerTradeParty",
        "buyer": f"{_AGREEMENT}/ram:BuyerTradeParty",
        "party.country": "ram:PostalTradeAddress/ram:CountryID",
        "party.registration": "ram:SpecifiedLegalOrganization/ram:ID",
        "party.endpoint": "ram:URIUniversalCommunication/ram:URIID",
    }
)


@checks(*(f"TW-FR-0{digit}" for digit in range(1, 7)))
def france(view: View, report: Report) -> None:
    """Framework, notes, registration numbers and electronic addresses."""
    at, root = _CII if is_cii(view) else _UBL, view.root
    sellers, buyers = at.all("seller", root), at.all("buyer", root)
    if not any(_is_french(at, seller) for seller in sellers):
        return
    process = at.first("process", root)
    if tidy(process) not in _FRAMEWORKS:
        message = "A French invoice names its framework (such as B1 for goods, S1 for services), not {0}."
        report.fatal("TW-FR-01", "BT-23", root, message, process)
    missing = [code for code in _NOTES if code not in _subjects(view, at)]
    if missing:
        message = "A French invoice needs notes on {0}: costs of recovery, late payment, early payment."
        report.fatal("TW-FR-02", "BG-1", root, message, ", ".join(missing))
    for seller in sellers:
        if not _has_siren(at, seller):
            report.fatal("TW-FR-03", "BT-30", seller, "A French seller needs its SIREN (nine digits, scheme 0002).")
        if not at.says("party.endpoint", seller):
            report.fatal("TW-FR-05", "BT-34", seller, "The seller has no electronic address.")
    for buyer in buyers:
        if _is_french(at, buyer) and not _has_siren(at, buyer):
            report.fatal("TW-FR-04", "BT-47", buyer, "A French buyer needs its SIREN (nine digits, scheme 0002).")
        if not at.says("party.endpoint", buyer):
            report.fatal("TW-FR-06", "BT-49", buyer, "The buyer has no electronic address.")


def _is_french(at: Places, party: Node) -> bool:
    return any(tidy(country) == "FR" for country in at.all("party.country", party))


def _has_siren(at: Places, party: Node) -> bool:
    return any(
        number.get("schemeID") == _SIREN_SCHEME and _SIREN.fullmatch(tidy(number)) is not None
        for number in at.all("party.registration", party)
    )


def _subjects(view: View, at: Places) -> set[str]:
    notes = at.all("notes", view.root)
    if is_cii(view):
        return {tidy(note) for note in notes}
    return {match[1] for note in notes if (match := _SUBJECT.match(note.text)) is not None}


FRANCE: Final = (france,)
