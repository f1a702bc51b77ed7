"""What other XML documents are, by their root: a person who drops a wrong file learns what it is."""

from types import MappingProxyType
from typing import Final

from .xml import NAMESPACES

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_CEFACT: Final = "urn:un:unece:uncefact:data:"
#: Namespaces by their beginning, and what the documents in them are.
FORMATS: Final = MappingProxyType(
    {
        "urn:ferd:CrossIndustryDocument:": "an invoice in ZUGFeRD 1, which was replaced by ZUGFeRD 2 in 2019",
        f"{_CEFACT}SCRDMCCBDACIOMessageStructure:": "an order in Order-X",
        f"{_CEFACT}standard:CrossIndustryOrder": "an order in UN/CEFACT CIO",
        f"{_CEFACT}standard:CrossIndustryDespatchAdvice": "a despatch advice in UN/CEFACT CIDDA",
        f"{_CEFACT}standard:CrossIndustryInvoice:": "an invoice in another release of UN/CEFACT CII than D16B or D22B",
        "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/": "an Italian invoice in FatturaPA",
        "http://www.fatturapa.gov.it/": "an Italian invoice in FatturaPA",
        "http://www.facturae.": "a Spanish invoice in Facturae",
        "http://crd.gov.pl/": "a Polish invoice in the format of KSeF",
        "http://ksef.mf.gov.pl/": "a Polish invoice in the format of KSeF",
        "http://www.ebinterface.at/": "an Austrian invoice in ebInterface",
        "http://www.svefaktura.se/": "a Swedish invoice in Svefaktura",
        "urn:sfti:documents:": "a Swedish invoice in Svefaktura",
        "http://www.sat.gob.mx/cfd": "a Mexican invoice in CFDI",
        "http://www.opentrans.org/": "a document in openTRANS",
        "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader": (
            "an envelope (standard business document) with the document inside"
        ),
        "http://docs.oasis-open.org/bdxr/": "an envelope or a registry entry of a network, not a document",
        "http://www.w3.org/1999/xhtml": "a web page",
        "urn:iso:std:iso:20022:": "a message between banks (ISO 20022)",
    }
)
#: Roots of UBL that are no invoice.
UBL: Final = MappingProxyType(
    {
        "Order": "an order in UBL",
        "OrderResponse": "an order response in UBL",
        "OrderChange": "an order change in UBL",
        "OrderCancellation": "an order cancellation in UBL",
        "DespatchAdvice": "a despatch advice in UBL",
        "ReceiptAdvice": "a receipt advice in UBL",
        "ApplicationResponse": "an application response, such as an invoice response, in UBL",
        "Catalogue": "a catalogue in UBL",
        "Quotation": "a quotation in UBL",
        "Reminder": "a reminder in UBL",
        "Statement": "a statement of account in UBL",
        "DebitNote": "a debit note in UBL",
        "SelfBilledInvoice": "a self-billed invoice of its own type in UBL; it must be an Invoice with type code 389",
        "SelfBilledCreditNote": (
            "a self-billed credit note of its own type in UBL; it must be a CreditNote with type code 261"
        ),
    }
)
#: Roots without a namespace, or in one that tells nothing.
ROOTS: Final = MappingProxyType(
    {
        "html": "a web page",
        "Finvoice": "a Finnish invoice in Finvoice",
        "Faktura": "a Polish invoice in the format of KSeF",
        "OIOXML": "a Danish invoice in OIOXML",
    }
)


def describe(root: str) -> str:
    """A document by its root as `xml.short_name` gives it: ``an order in UBL``, or at least the name of the root."""
    if root.startswith("{"):
        space, _, local = root[1:].rpartition("}")
    else:
        prefix, _, local = root.rpartition(":")
        space = NAMESPACES.get(prefix, "")
    if space.startswith(_UBL) and not space.startswith(f"{_UBL}Common"):
        return UBL.get(local, f"a document of the type {local[:80]} in UBL")
    for known, what in FORMATS.items():
        if space.startswith(known):
            return what
    return ROOTS.get(local, f"a document that starts with {root[:200]}")
