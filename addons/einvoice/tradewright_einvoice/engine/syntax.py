"""Reading and writing: the two directions between bytes and the semantic model."""

from dataclasses import dataclass, replace

from . import ubl
from .errors import NotAnInvoiceError, UnknownNameError
from .model import Invoice
from .profiles import Profile, profile_named
from .xml import Tree, parse

_KNOWN = {
    "ubl": "UBL 2.1 invoice or credit note",
    "cii": "UN/CEFACT CII invoice",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """An invoice and what of the document the model has no place for."""

    invoice: Invoice
    syntax: str
    #: Places (XPath) of elements that no business term binds.
    unbound: tuple[str, ...]


def write(invoice: Invoice, syntax: str = "ubl", profile: str | Profile = "peppol") -> bytes:
    """The invoice as XML. The profile sets the specification (BT-24) and, where it has one, the process (BT-23)."""
    target = profile_named(profile)
    if syntax != "ubl":
        raise UnknownNameError("syntax", syntax, ["ubl"])
    complete = replace(invoice, specification=target.specification, process=target.process or invoice.process)
    return ubl.writer("cn:CreditNote" if invoice.is_credit_note else "inv:Invoice").write(complete)


def read(document: bytes) -> Invoice:
    """The invoice that a document holds; `EngineError` says what is wrong when it holds none."""
    return read_all(document).invoice


def read_all(document: bytes) -> Reading:
    """The invoice, and the places in the document that the model can't hold."""
    tree = parse(document)
    invoice, unbound = ubl.reader(invoice_root(tree)).read(tree.root)
    return Reading(invoice, "ubl", tuple(node.location for node in unbound))


def invoice_root(tree: Tree) -> str:
    """The name of the root, when it is one that we read."""
    name = tree.root.name
    if name in ubl.TABLES:
        return name
    msg = f"This is no {_KNOWN['ubl']}, but a document that starts with {_describe(name)}."
    raise NotAnInvoiceError(msg, line=tree.root.line)


def _describe(name: str) -> str:
    if name == "rsm:CrossIndustryInvoice":
        return f"rsm:CrossIndustryInvoice ({_KNOWN['cii']})"
    return name[:200]
