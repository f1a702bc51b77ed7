"""What Factur-X and ZUGFeRD ask of a PDF with a CII invoice inside: the name of the file and what the metadata says.

The four properties are not part of XMP's own vocabulary, so PDF/A wants them described in the same metadata.
Source of names and values: Factur-X 1.07 / ZUGFeRD 2.3, sections on PDF/A-3 and XMP.
"""

from dataclasses import dataclass
from typing import Final

from .errors import XmlError
from .xml import parse

_NAMESPACE: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_EN: Final = "urn:cen.eu:en16931:2017"
_FX: Final = "urn:factur-x.eu:1p0:"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(frozen=True, slots=True)
class Embedding:
    """How an XML document lies in a PDF."""

    file_name: str
    #: ``AFRelationship``: what the XML is to the pages.
    relationship: str = "Alternative"
    #: The level of conformance that the metadata names; None where they name none, as for UBL.
    level: str | None = None
    version: str = "1.0"


UBL: Final = Embedding("invoice.xml")
CORE: Final = Embedding("factur-x.xml", level="EN 16931")
#: By the specification (BT-24) that a CII document names, without what stands behind it. A document without lines
#: replaces no invoice, so it is data that goes with the pages.
LEVELS: Final = {
    f"{_FX}minimum": Embedding("factur-x.xml", "Data", "MINIMUM"),
    f"{_FX}basicwl": Embedding("factur-x.xml", "Data", "BASIC WL"),
    f"{_EN}#compliant#{_FX}basic": Embedding("factur-x.xml", level="BASIC"),
    f"{_EN}#conformant#{_FX}extended": Embedding("factur-x.xml", level="EXTENDED"),
    f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0": Embedding(
        "xrechnung.xml", level="XRECHNUNG", version="3.0"
    ),
}
_PROPERTIES: Final = (
    ("DocumentType", "Kind of business document, INVOICE"),
    ("DocumentFileName", "Name of the embedded XML file"),
    ("Version", "Version of the data that the XML follows"),
    ("ConformanceLevel", "Profile of the embedded data"),
)


def embedding_of(document: bytes) -> Embedding:
    """How a document is to be embedded: CII as Factur-X by the specification that it names, anything else as it is."""
    try:
        root = parse(document).root
    except XmlError:
        return UBL
    if root.name != "rsm:CrossIndustryInvoice":
        return UBL
    named = root.first("rsm:ExchangedDocumentContext", "ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID")
    return LEVELS.get(named.text.strip(), CORE) if named is not None else CORE


def metadata(embedding: Embedding) -> bytes:
    """The descriptions for the RDF of the XMP metadata; empty where none are due."""
    if embedding.level is None:
        return b""
    values = ("INVOICE", embedding.file_name, embedding.version, embedding.level)
    said = "".join(f"<fx:{name}>{value}</fx:{name}>" for (name, _), value in zip(_PROPERTIES, values, strict=True))
    properties = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, meaning in _PROPERTIES
    )
    return (
        f'<rdf:Description xmlns:rdf="{_RDF}" xmlns:fx="{_NAMESPACE}" rdf:about="">{said}</rdf:Description>'
        f'<rdf:Description xmlns:rdf="{_RDF}" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    ).encode()
