"""UBL-SR and UBL-DT: what the binding to UBL adds to the model, mostly that something occurs once at most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..xml import Node
from .base import Check, Report, checks
from .mandatory import too_precise
from .paths import finder
from .ubl_slots import charge_indicator
from .view import View


@dataclass(frozen=True, slots=True)
class Once:
    """Below every element of one of these names the path occurs once at most. ``/`` is the document."""

    rule: str
    context: str
    path: str
    what: str


_SELLER: Final = "cac:AccountingSupplierParty/cac:Party/"
_BUYER: Final = "cac:AccountingCustomerParty/cac:Party/"
_LINES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine")
ONCE: Final = (
    Once("UBL-SR-01", "/", "cac:ContractDocumentReference/cbc:ID", "contract"),
    Once("UBL-SR-02", "/", "cac:ReceiptDocumentReference/cbc:ID", "goods receipt"),
    Once("UBL-SR-03", "/", "cac:DespatchDocumentReference/cbc:ID", "despatch advice"),
    Once("UBL-SR-04", "/", "cac:AdditionalDocumentReference[object]/cbc:ID", "invoiced object"),
    Once("UBL-SR-05", "/", "cac:PaymentTerms/cbc:Note", "payment terms"),
    Once("UBL-SR-06", "cac:BillingReference", "cac:InvoiceDocumentReference", "earlier invoice in one reference"),
    Once("UBL-SR-08", "/", "cac:InvoicePeriod", "invoiced period"),
    Once("UBL-SR-09", "/", f"{_SELLER}cac:PartyLegalEntity/cbc:RegistrationName", "name of the seller"),
    Once("UBL-SR-10", "/", f"{_SELLER}cac:PartyName/cbc:Name", "trading name of the seller"),
    Once("UBL-SR-11", "/", f"{_SELLER}cac:PartyLegalEntity/cbc:CompanyID", "registration number of the seller"),
    Once("UBL-SR-12", "/", f"{_SELLER}cac:PartyTaxScheme[vat]/cbc:CompanyID", "VAT number of the seller"),
    Once("UBL-SR-13", "/", f"{_SELLER}cac:PartyTaxScheme[other]/cbc:CompanyID", "local tax number of the seller"),
    Once("UBL-SR-14", "/", f"{_SELLER}cac:PartyLegalEntity/cbc:CompanyLegalForm", "legal information of the seller"),
    Once("UBL-SR-15", "/", f"{_BUYER}cac:PartyLegalEntity/cbc:RegistrationName", "name of the buyer"),
    Once("UBL-SR-16", "/", f"{_BUYER}cac:PartyIdentification/cbc:ID", "identifier of the buyer"),
    Once("UBL-SR-17", "/", f"{_BUYER}cac:PartyLegalEntity/cbc:CompanyID", "registration number of the buyer"),
    Once("UBL-SR-18", "/", f"{_BUYER}cac:PartyTaxScheme[vat]/cbc:CompanyID", "VAT number of the buyer"),
    Once("UBL-SR-22", "cac:TaxRepresentativeParty", "cac:PartyName/cbc:Name", "name of the tax representative"),
    Once(
        "UBL-SR-23",
        "cac:TaxRepresentativeParty",
        "cac:PartyTaxScheme/cbc:CompanyID",
        "VAT number of the tax representative",
    ),
    Once("UBL-SR-24", "/", "cac:Delivery", "delivery"),
    Once("UBL-SR-25", "cac:Delivery", "cac:DeliveryParty/cac:PartyName/cbc:Name", "name of the receiver"),
    Once("UBL-SR-26", "cac:PaymentMeans", "cbc:PaymentID", "payment reference"),
    Once("UBL-SR-27", "cac:PaymentMeans", "cbc:PaymentMeansCode", "payment means"),
    Once("UBL-SR-28", "cac:PaymentMeans", "cac:PaymentMandate/cbc:ID", "mandate"),
    Once("UBL-SR-32", "cac:TaxSubtotal", "cac:TaxCategory/cbc:TaxExemptionReason", "reason of an exemption"),
    Once(
        "UBL-SR-33",
        "cac:AdditionalDocumentReference",
        "cbc:DocumentDescription",
        "description of a supporting document",
    ),
    Once("UBL-SR-34", "line", "cbc:Note", "note of the line"),
    Once("UBL-SR-35", "line", "cac:OrderLineReference/cbc:LineID", "order line"),
    Once("UBL-SR-36", "line", "cac:InvoicePeriod", "period of the line"),
    Once("UBL-SR-37", "line", "cac:Price/cac:AllowanceCharge/cbc:Amount", "discount on the price"),
    Once("UBL-SR-39", "/", "cac:ProjectReference/cbc:ID", "project"),
    Once("UBL-SR-40", "/", f"{_BUYER}cac:PartyName/cbc:Name", "trading name of the buyer"),
    Once("UBL-SR-45", "/", "cac:PaymentMeans/cbc:PaymentDueDate", "due date"),
    Once("UBL-SR-46", "/", "cac:PaymentMeans/cbc:PaymentMeansCode/@name", "text of the payment means"),
    Once("UBL-SR-49", "/", "cac:InvoicePeriod/cbc:DescriptionCode", "code of the tax point"),
    Once("UBL-SR-50", "line", "cac:Item/cbc:Description", "description of the item"),
    Once("UBL-SR-51", "cac:PostalAddress", "cac:AddressLine", "third line of an address"),
    Once("UBL-SR-51", "cac:Address", "cac:AddressLine", "third line of an address"),
    Once("UBL-SR-52", "line", "cac:DocumentReference", "invoiced object of the line"),
    Once("UBL-SR-54", "/", "cac:PaymentMeans/cac:CardAccount", "payment card"),
    Once("UBL-SR-55", "/", "cac:PaymentMeans/cac:PaymentMandate", "direct debit"),
    Once("UBL-SR-56", "/", "cac:OriginatorDocumentReference/cbc:ID", "call for tender"),
)


def _last_name(path: str) -> str:
    """The name of the element that a path leads to."""
    return next(step for step in reversed(path.split("/")) if not step.startswith("@")).partition("[")[0]


def _once() -> Check:
    by_context: dict[str, list[tuple[Once, Callable[[Node], list[Node]], str]]] = {}
    for rule in ONCE:
        by_context.setdefault(rule.context, []).append((rule, finder(rule.path), _last_name(rule.path)))

    @checks(*dict.fromkeys(rule.rule for rule in ONCE))
    def check(view: View, report: Report) -> None:
        by_name = view.tree.by_name
        for context, every in by_context.items():
            # What a document has only once, no place of it has twice.
            rules = [(rule, find) for rule, find, name in every if len(by_name.get(name, ())) > 1]
            if not rules:
                continue
            nodes = (
                [view.root]
                if context == "/"
                else view.context("line")
                if context == "line"
                else view.tree.named(context)
            )
            for node in nodes:
                for rule, find in rules:
                    found = find(node)
                    if len(found) > 1:
                        report.fatal(rule.rule, "", found[1], "There is more than one {0}.", rule.what)

    return check


@checks("UBL-SR-30", "UBL-SR-31")
def one_reason(view: View, report: Report) -> None:
    """An allowance or charge has one reason text."""
    for node in view.tree.named("cac:AllowanceCharge"):
        found = node.kids.get("cbc:AllowanceChargeReason", [])
        if len(found) > 1:
            indicator = charge_indicator(node)
            if indicator is not None:
                report.fatal("UBL-SR-31" if indicator else "UBL-SR-30", "", found[1], "There is more than one reason.")


@checks("UBL-SR-07")
def earlier_invoice(view: View, report: Report) -> None:
    """A reference to an earlier invoice has its number."""
    for node in view.context("preceding"):
        if not node.all("cac:InvoiceDocumentReference", "cbc:ID"):
            report.fatal("UBL-SR-07", "BT-25", node, "The reference to an earlier invoice has no number.")


@checks("UBL-SR-19", "UBL-SR-20", "UBL-SR-21")
def payee_once(view: View, report: Report) -> None:
    """A payee has one name, identifier and registration number, and is not the seller."""
    found_sellers = view.root.all(
        "cac:AccountingSupplierParty", "cac:Party", "cac:PartyLegalEntity", "cbc:RegistrationName"
    )
    sellers = {seller.text for seller in found_sellers}
    for node in view.context("payee"):
        names = node.all("cac:PartyName", "cbc:Name")
        # Some name differs from some seller, unless all of both are the same.
        other = bool(names and sellers) and len(sellers.union(name.text for name in names)) > 1
        ids = [found for found in node.all("cac:PartyIdentification", "cbc:ID") if _scheme(found) != "SEPA"]
        numbers = node.all("cac:PartyLegalEntity", "cbc:CompanyID")
        for rule, term, found in (
            ("UBL-SR-19", "BT-59", names),
            ("UBL-SR-20", "BT-60", ids),
            ("UBL-SR-21", "BT-61", numbers),
        ):
            if len(found) > 1:
                report.fatal(
                    rule, term, found[1], "The payee has more than one name, identifier or registration number."
                )
            elif not other:
                report.fatal(rule, term, node, "The payee has the name of the seller.")


@checks("UBL-SR-29")
def one_creditor(view: View, report: Report) -> None:
    """There is one bank assigned creditor identifier."""
    found = [
        node
        for owner in view.tree.named("cac:PartyIdentification")
        for node in owner.kids.get("cbc:ID", ())
        if _scheme(node) == "SEPA"
    ]
    if len(found) > 1:
        report.fatal("UBL-SR-29", "BT-90", found[1], "There is more than one creditor identifier (SEPA).")


def _scheme(node: Node) -> str:
    return (node.get("schemeID") or "").upper()


@checks("UBL-SR-42", "UBL-SR-53")
def tax_schemes(view: View, report: Report) -> None:
    """A tax scheme of a party has its number; a seller has two at most."""
    for owner in view.context("seller"):
        for party in owner.kids.get("cac:Party", ()):
            schemes = party.kids.get("cac:PartyTaxScheme", [])
            if len(schemes) > 2:
                report.fatal("UBL-SR-42", "BT-31", schemes[2], "The seller has more than two tax numbers.")
    for node in view.tree.named("cac:PartyTaxScheme"):
        if not (node.kids.get("cbc:CompanyID") and node.all("cac:TaxScheme", "cbc:ID")):
            report.fatal(
                "UBL-SR-53", "BT-31", node, "The tax scheme of a party lacks its number or the name of the scheme."
            )


@checks("UBL-SR-43")
def supporting_types(view: View, report: Report) -> None:
    """Only the invoiced object (type 130) has a type and a scheme; a credit note's project is type 50."""
    allowed = {"130", "50"} if view.root.name == "cn:CreditNote" else {"130"}
    for node in view.context("supporting"):
        types = node.kids.get("cbc:DocumentTypeCode", [])
        if any(code.text in allowed for code in types):
            continue
        if types or any(found.get("schemeID") is not None for found in node.kids.get("cbc:ID", ())):
            report.fatal(
                "UBL-SR-43", "BT-122", node, "Only the invoiced object (type 130) may have a document type or a scheme."
            )


@checks("UBL-SR-44", "UBL-SR-47")
def one_payment(view: View, report: Report) -> None:
    """All payment means have the same code and the same reference."""
    for rule, term, name, what in (
        ("UBL-SR-44", "BT-83", "cbc:PaymentID", "payment reference"),
        ("UBL-SR-47", "BT-81", "cbc:PaymentMeansCode", "code of the payment means"),
    ):
        found = list(view.tree.named(name))
        other = next((node for node in found if node.text != found[0].text), None)
        if other is not None:
            report.fatal(rule, term, other, "There is more than one {0}: {1} and {2}.", what, found[0], other)


@checks("UBL-SR-48")
def one_category(view: View, report: Report) -> None:
    """A line has exactly one VAT category."""
    for line in view.context("line"):
        found = line.all("cac:Item", "cac:ClassifiedTaxCategory")
        if len(found) != 1:
            report.fatal("UBL-SR-48", "BG-30", line, "The line must have one VAT category, but has {0}.", len(found))


@checks("UBL-DT-01", "UBL-DT-06", "UBL-DT-07")
def amounts_and_files(view: View, report: Report) -> None:
    """Amounts have two decimals at most; an embedded file has a media type and a name."""
    of_prices = {
        id(node)
        for price in view.tree.named("cac:Price")
        for adjustment in price.kids.get("cac:AllowanceCharge", ())
        for nodes in adjustment.kids.values()
        for node in nodes
    }
    for name, nodes in view.tree.by_name.items():
        if name.endswith("Amount") and not name.endswith("PriceAmount"):
            for node in nodes:
                if too_precise(node) and id(node) not in of_prices:
                    report.fatal("UBL-DT-01", "", node, "{0} has more than two decimals.", node)
        elif name.endswith("BinaryObject"):
            for node in nodes:
                if node.get("mimeCode") is None:
                    report.fatal("UBL-DT-06", "BT-125", node, "The embedded file has no media type.")
                if node.get("filename") is None:
                    report.fatal("UBL-DT-07", "BT-125", node, "The embedded file has no name.")


#: Attributes that UBL knows and EN 16931 does not use.
ATTRIBUTES: Final = {
    "schemeName": "UBL-DT-08",
    "schemeAgencyName": "UBL-DT-09",
    "schemeDataURI": "UBL-DT-10",
    "schemeURI": "UBL-DT-11",
    "format": "UBL-DT-12",
    "unitCodeListIdentifier": "UBL-DT-13",
    "unitCodeListAgencyIdentifier": "UBL-DT-14",
    "unitCodeListAgencyName": "UBL-DT-15",
    "listAgencyName": "UBL-DT-16",
    "listName": "UBL-DT-17",
    "name": "UBL-DT-18",
    "languageID": "UBL-DT-19",
    "listURI": "UBL-DT-20",
    "listSchemeURI": "UBL-DT-21",
    "languageLocaleID": "UBL-DT-22",
    "uri": "UBL-DT-23",
    "currencyCodeListVersionID": "UBL-DT-24",
    "characterSetCode": "UBL-DT-25",
    "encodingCode": "UBL-DT-26",
    "schemeAgencyID": "UBL-DT-27",
    "listAgencyID": "UBL-DT-28",
    "unitCodeListID": "UBL-CR-663",
}


@checks(*ATTRIBUTES.values())
def attributes(view: View, report: Report) -> None:
    """No element has an attribute that says nothing to the receiver. Each is reported once."""
    for name, rule in ATTRIBUTES.items():
        skipped = "cbc:PaymentMeansCode" if name == "name" else ""
        known = sum(node.get(name) is not None for node in view.tree.named(skipped)) if skipped else 0
        if view.tree.most_attributes(name) == known:
            continue
        found = (
            node
            for element, nodes in view.tree.by_name.items()
            if element != skipped
            for node in nodes
            if node.get(name) is not None
        )
        first = next(found, None)
        if first is not None:
            report.warning(rule, "", first, "The attribute {0} is not used by EN 16931.", name)


UBL_SYNTAX: Final = (
    _once(),
    one_reason,
    earlier_invoice,
    payee_once,
    one_creditor,
    tax_schemes,
    supporting_types,
    one_payment,
    one_category,
    amounts_and_files,
    attributes,
)
