"""Reading and writing: the two directions between bytes and the semantic model, in both syntaxes of EN 16931."""

from dataclasses import dataclass, replace

from . import cii, ubl
from .errors import NotAnInvoiceError, UnknownNameError
from .formats import describe
from .model import Invoice
from .profiles import Profile, profile_named
from .reader import Reader
from .xml import Tree, parse

SYNTAXES = ("ubl", "cii")


@dataclass(frozen=True, slots=True)
class Reading:
    """An invoice and what of the document the model has no place for."""

    invoice: Invoice
    #: ``ubl`` or ``cii``.
    syntax: str
    #: Places (XPath) of elements that no business term binds.
    unbound: tuple[str, ...]


def write(invoice: Invoice, syntax: str = "ubl", profile: str | Profile = "peppol") -> bytes:
    """The invoice as XML. The profile sets the specification (BT-24) and, where it has one, the process (BT-23)."""
    target = profile_named(profile)
    if syntax not in SYNTAXES:
        raise UnknownNameError("syntax", syntax, list(SYNTAXES))
    fitted = target.fitted(invoice, syntax)
    complete = replace(fitted, specification=target.specification, process=target.process or fitted.process)
    if syntax == "cii":
        return cii.write(complete)
    return ubl.writer("cn:CreditNote" if invoice.is_credit_note else "inv:Invoice").write(complete)


def read(document: bytes) -> Invoice:
    """The invoice that a document holds; `EngineError` says what is wrong when it holds none."""
    return read_all(document).invoice


def read_all(document: bytes) -> Reading:
    """The invoice, and the places in the document that the model can't hold."""
    tree = parse(document)
    root = invoice_root(tree)
    invoice, unbound = _reader(root).read(tree.root)
    return Reading(invoice, syntax_of(root), tuple(node.location for node in unbound))


def invoice_root(tree: Tree) -> str:
    """The name of the root, when it is one that we read."""
    name = tree.root.name
    if name == cii.ROOT or name in ubl.TABLES:
        return name
    raise NotAnInvoiceError("This is no UBL 2.1 or CII invoice, but {0}.", describe(name), line=tree.root.line)


def syntax_of(root: str) -> str:
    """The syntax of a root element: ``cii`` or ``ubl``."""
    return "cii" if root == cii.ROOT else "ubl"


def _reader(root: str) -> Reader:
    return cii.reader() if root == cii.ROOT else ubl.reader(root)
