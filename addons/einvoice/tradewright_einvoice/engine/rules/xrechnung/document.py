"""BR-DE: what the document as a whole must say."""

import re
from typing import Final

from ...xml import Node
from ..base import Report, checks
from ..places import is_cii, tidy
from ..view import View
from .places import places

CIUS: Final = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
EXTENSION: Final = f"{CIUS}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
VEHICLES: Final = f"{CIUS}#compliant#urn:xeinkauf.de:kosit:xrechnung:cvd_0.9"
_SPECIFICATIONS: Final = frozenset((CIUS, EXTENSION, VEHICLES))
_TYPES: Final = frozenset(("326", "380", "384", "389", "381", "875", "876", "877"))
_CORRECTED: Final = "384"
_TAXED: Final = frozenset(("S", "Z", "E", "AE", "K", "G", "L", "M"))
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:", re.ASCII)
_AGREEMENT: Final = ("rsm:SupplyChainTradeTransaction", "ram:ApplicableHeaderTradeAgreement")
_SETTLEMENT: Final = ("rsm:SupplyChainTradeTransaction", "ram:ApplicableHeaderTradeSettlement")


def specification_is(view: View, specification: str) -> bool:
    """Whether the document names exactly this specification."""
    at = places(view)
    return any(
        node.text == specification
        for context in at.all("context", view.root)
        for node in at.all("context.specification", context)
    )


@checks("BR-DE-1", "BR-DE-15", "BR-DE-17", "BR-DE-21", "BR-DE-26")
def header(view: View, report: Report) -> None:
    """How to pay, the buyer's reference, the type and the specification."""
    at, root = places(view), view.root
    if not at.all("means", root):
        report.fatal("BR-DE-1", "BG-16", root, "The invoice must say how to pay.")
    if not at.says("buyer_reference", root):
        report.fatal("BR-DE-15", "BT-10", root, "The invoice needs the buyer's reference, such as the routing number.")
    types = {tidy(node) for node in at.all("type_code", root)}
    if not types & _TYPES:
        report.warning("BR-DE-17", "BT-3", root, "The invoice type {0} is unusual.", ", ".join(sorted(types)))
    if _CORRECTED in types and not at.all("preceding", root):
        message = "A corrected invoice (384) should name the invoice that it corrects."
        report.warning("BR-DE-26", "BG-3", root, message)
    for context in at.all("context", root):
        specifications = at.all("context.specification", context)
        if not any(node.text in _SPECIFICATIONS for node in specifications):
            message = "The specification {0} is none of XRechnung 3.0."
            report.warning("BR-DE-21", "BT-24", context, message, specifications[0] if specifications else None)


@checks("BR-DE-16")
def tax_numbers(view: View, report: Report) -> None:
    """Who charges VAT has a tax number or a representative."""
    root = view.root
    used = _used_in_cii(root) if is_cii(view) else _used_in_ubl(root)
    if not used or places(view).all("representative", root):
        return
    if is_cii(view):
        numbers = [
            node
            for node in root.all(*_AGREEMENT, "ram:SellerTradeParty", "ram:SpecifiedTaxRegistration", "ram:ID")
            if (node.get("schemeID") or "").strip(" \t\r\n") in {"VA", "FC"}
        ]
    else:
        numbers = root.all("cac:AccountingSupplierParty", "cac:Party", "cac:PartyTaxScheme", "cbc:CompanyID")
    if not any(tidy(node) for node in numbers):
        message = "The seller needs a VAT number, a tax number or a tax representative."
        report.fatal("BR-DE-16", "BT-31", root, message)


def _used_in_ubl(root: Node) -> bool:
    codes = [
        code
        for line in ("cac:InvoiceLine", "cac:CreditNoteLine")
        for code in root.all(line, "cac:Item", "cac:ClassifiedTaxCategory", "cbc:ID")
    ]
    for node in root.kids.get("cac:AllowanceCharge", ()):
        if any(said.text in {"true", "false"} for said in node.kids.get("cbc:ChargeIndicator", ())):
            codes += node.all("cac:TaxCategory", "cbc:ID")
    return any(code.text in _TAXED for code in codes)


def _used_in_cii(root: Node) -> bool:
    line = "rsm:SupplyChainTradeTransaction", "ram:IncludedSupplyChainTradeLineItem"
    taxes = root.all(*line, "ram:SpecifiedLineTradeSettlement", "ram:ApplicableTradeTax")
    if any(kind.text == "VAT" for tax in taxes for kind in tax.kids.get("ram:TypeCode", ())) and _taxed(taxes):
        return True
    # The official rule compares the whole text of the element, so that the discounts of a real document never count.
    taxes = root.all(*_SETTLEMENT, "ram:SpecifiedTradeAllowanceCharge", "ram:CategoryTradeTax")
    return any("".join(map(str, tax.element.itertext())) == "VAT" for tax in taxes) and _taxed(taxes)


def _taxed(taxes: list[Node]) -> bool:
    return any(code.text in _TAXED for tax in taxes for code in tax.kids.get("ram:CategoryCode", ()))


@checks("BR-DE-22", "BR-TMP-2")
def attachments(view: View, report: Report) -> None:
    """Embedded files have different names, and links are absolute."""
    if is_cii(view):
        owners = _siblings(view, "ram:AdditionalReferencedDocument", "ram:AttachmentBinaryObject")
    else:
        found = view.root.kids.get("cac:AdditionalDocumentReference", ())
        owners = [[node.all("cac:Attachment", "cbc:EmbeddedDocumentBinaryObject") for node in found]]
    for files in owners:
        twin = _twin(files)
        if twin is not None:
            message = "Two embedded files have the same name {0}."
            report.fatal("BR-DE-22", "BT-125", twin, message, twin.get("filename"))
            break
    for node, locations in _links(view):
        if not any(_SCHEME.match(location.text) for location in locations):
            message = "The location {0} should be an absolute address, such as https://..."
            report.warning("BR-TMP-2", "BT-124", node, message, locations[0] if locations else None)


def _siblings(view: View, name: str, file: str) -> list[list[list[Node]]]:
    """The files of documents, by the parents of the documents."""
    owners: dict[object, list[list[Node]]] = {}
    for node in view.tree.named(name):
        owners.setdefault(node.element.getparent(), []).append(node.kids.get(file, []))
    return list(owners.values())


def _twin(documents: list[list[Node]]) -> Node | None:
    """A file whose name a document before it has."""
    seen: set[str] = set()
    for files in documents:
        names = {name: node for node in files if (name := node.get("filename")) is not None}
        for name, node in names.items():
            if name in seen:
                return node
        seen.update(names)
    return None


def _links(view: View) -> list[tuple[Node, list[Node]]]:
    """The supporting documents that have a link, and it."""
    if not is_cii(view):
        owners = view.root.all("cac:AdditionalDocumentReference", "cac:Attachment", "cac:ExternalReference")
        return [(node, node.kids.get("cbc:URI", [])) for node in owners]
    return [
        (node, links)
        for node in view.root.all(*_AGREEMENT, "ram:AdditionalReferencedDocument")
        if any(code.text == "916" for code in node.kids.get("ram:TypeCode", ()))
        and (links := node.kids.get("ram:URIID", []))
    ]


@checks("BR-DE-TMP-32")
def delivery(view: View, report: Report) -> None:
    """When it was delivered: a date, a period, or the period of each line."""
    at = places(view)
    for deal in at.all("deals", view.root):
        if at.all("deal.delivery_date", deal) or at.all("deal.period", deal):
            continue
        if not all(at.all("line.period", line) for line in at.all("deal.lines", deal)):
            message = "The invoice should say when it was delivered: a date, a period, or the period of each line."
            report.warning("BR-DE-TMP-32", "BT-72", deal, message)


@checks("BR-DE-14")
def rates(view: View, report: Report) -> None:
    """Each part of the VAT breakdown has its rate."""
    at = places(view)
    for part in at.all("breakdown", view.root):
        if not at.says("breakdown.rate", part):
            report.fatal("BR-DE-14", "BT-119", part, "The VAT breakdown needs its rate.")


DOCUMENT: Final = (header, tax_numbers, attachments, delivery, rates)
