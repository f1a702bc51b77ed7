"""The one place where foreign XML is parsed: no DTD, no entities, no network, bounded size and depth.

The outcome is a tree of light nodes with short names (``cbc:ID``), because a namespace prefix in a document means
nothing, and because looking up a child by name in a dict is several times cheaper than asking lxml for it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from lxml import etree

from .amounts import parse_decimal
from .encodings import readable
from .errors import XmlError

MAX_BYTES: Final = 32 * 1024 * 1024
#: An invoice of some nine thousand lines. An element costs about 600 bytes of memory while it is checked.
MAX_ELEMENTS: Final = 250_000
#: How often an element may stand below one parent, lines apart: rules compare some of them with each other.
MAX_TWINS: Final = 2_000

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = "urn:un:unece:uncefact:data:"
NAMESPACES: Final = MappingProxyType(
    {
        "inv": _UBL + "Invoice-2",
        "cn": _UBL + "CreditNote-2",
        "cac": _UBL + "CommonAggregateComponents-2",
        "cbc": _UBL + "CommonBasicComponents-2",
        "ext": _UBL + "CommonExtensionComponents-2",
        "ord": _UBL + "Order-2",
        "rsp": _UBL + "OrderResponse-2",
        "dsp": _UBL + "DespatchAdvice-2",
        "app": _UBL + "ApplicationResponse-2",
        "rsm": _CII + "standard:CrossIndustryInvoice:100",
        "ram": _CII + "standard:ReusableAggregateBusinessInformationEntity:100",
        "udt": _CII + "standard:UnqualifiedDataType:100",
        "qdt": _CII + "standard:QualifiedDataType:100",
    }
)
_PREFIXES: Final = {uri: prefix for prefix, uri in NAMESPACES.items()}

#: A step of lxml's element paths: ``{namespace}name`` and, where the name repeats, a position.
_STEP: Final = re.compile(r"((?:\{[^}]*\})?[^/\[]+)(\[[0-9]+\])?/?")
_UNREAD: Final = object()
_names: dict[str, str] = {}
_MOST_NAMES: Final = 5_000  # a hostile document must not grow the cache for ever
_LONGEST_NAME: Final = 200
#: What an element without children shares with all others: most elements of a document are such.
_NO_KIDS: Final[dict[str, "list[Node]"]] = {}
_TOO_MANY: Final = "The file has more than {0} elements {1} in one place; that many are not read."


class Node:
    """One element: short name, text, children by name. Attributes and the line stay with lxml until asked for."""

    __slots__ = ("_number", "element", "kids", "name", "text")

    def __init__(self, name: str, text: str, element: etree._Element) -> None:
        self.name = name
        self.text = text
        self.element = element
        self.kids: dict[str, list[Node]] = _NO_KIDS
        self._number: object = _UNREAD

    def get(self, attribute: str) -> str | None:
        """The value of an attribute."""
        return self.element.get(attribute)

    def first(self, *path: str) -> "Node | None":
        """The first element reached by following the path, looking into the first of each step only."""
        node = self
        for name in path:
            found = node.kids.get(name)
            if found is None:
                return None
            node = found[0]
        return node

    def all(self, *path: str) -> "list[Node]":
        """All elements reached by the path, in document order."""
        nodes: list[Node] = [self]
        for name in path:
            nodes = [kid for node in nodes for kid in node.kids.get(name, ())]
        return nodes

    @property
    def number(self) -> Decimal | None:
        """The text as a decimal number; None when it is none."""
        if self._number is _UNREAD:
            self._number = parse_decimal(self.text)
        number: Decimal | None = self._number  # type: ignore[assignment]
        return number

    @property
    def line(self) -> int:
        """The line of the start tag in the document."""
        return self.element.sourceline or 0

    @property
    def location(self) -> str:
        """The place as an XPath with the usual prefixes, a position where a name repeats."""
        element = self.element
        tree = element.getroottree()
        root: etree._Element = tree.getroot()
        path = "/" + short_name(str(root.tag))
        if element is not root:
            below = str(tree.getelementpath(element))
            path += "".join(f"/{short_name(step[1])}{step[2] or ''}" for step in _STEP.finditer(below))
        return path


class Tree:
    """A parsed document: its root, and every element by name."""

    __slots__ = ("_attributes", "_by_name", "_source", "root")

    def __init__(self, root: Node, by_name: dict[str, list[Node]], source: bytes) -> None:
        self.root = root
        self._by_name = by_name
        self._source = source
        self._attributes: Counter[bytes] | None = None

    def named(self, *names: str) -> Iterator[Node]:
        """All elements with one of these names, wherever they are."""
        for name in names:
            yield from self._by_name.get(name, ())

    @property
    def by_name(self) -> Mapping[str, list[Node]]:
        """All elements by name, in document order."""
        return self._by_name

    def most_attributes(self, name: str) -> int:
        """How many elements have an attribute at most: text that looks like one counts too.

        Zero is certain, and is found much sooner than by looking at each element.
        """
        if self._attributes is None:
            before = (piece[-_LONGEST_NAME:].rsplit(None, 1) for piece in self._source.split(b"="))
            self._attributes = Counter(words[-1] for words in before if words)
        return self._attributes[name.encode()]


def short_name(tag: str) -> str:
    """``{urn:...CommonBasicComponents-2}ID`` as ``cbc:ID``; a tag of a strange namespace stays as it is."""
    known = _names.get(tag)
    if known is not None:
        return known
    name = tag
    if tag.startswith("{"):
        uri, local = tag[1:].split("}", 1)
        prefix = _PREFIXES.get(uri)
        if prefix is not None:
            name = f"{prefix}:{local}"
    if len(_names) < _MOST_NAMES and len(tag) <= _LONGEST_NAME:
        _names[tag] = name
    return name


def parse(document: bytes, *, limit: int = MAX_BYTES) -> Tree:
    """Parse a document, or raise `XmlError` with the reason in one sentence."""
    if len(document) > limit:
        msg = "The file has {0} bytes; at most {1} are read."
        raise XmlError(msg, f"{len(document):,}", f"{limit:,}")
    document = readable(document)
    _bound(document)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        element = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        msg = "The file is not well-formed XML: {0}."
        raise XmlError(msg, error.msg or "it is empty", line=line) from None
    except (ValueError, LookupError) as error:
        msg = "The file is not XML that can be read: {0}."
        raise XmlError(msg, error) from None
    if element.getroottree().docinfo.internalDTD is not None:
        msg = "The file has a document type definition (DTD), which an invoice must not have."
        raise XmlError(msg, line=1)
    by_name: dict[str, list[Node]] = {}
    return Tree(_grow(element, by_name), by_name, document)


def _bound(document: bytes) -> None:
    """Count before anything is parsed; an element has four bytes at least."""
    if len(document) < MAX_ELEMENTS * 4:
        return
    if document.count(b"<") - document.count(b"</") > MAX_ELEMENTS or document.count(b"=") > 2 * MAX_ELEMENTS:
        msg = "The file has more than {0} elements or attributes; that many are not read at once."
        raise XmlError(msg, f"{MAX_ELEMENTS:,}")


def _grow(element: etree._Element, by_name: dict[str, list[Node]]) -> Node:
    """Copy an element and all below it. Recursion is bounded: libxml2 refuses more than 256 levels."""
    tag: str = element.tag  # type: ignore[assignment]
    name = _names.get(tag) or short_name(tag)
    node = Node(name, element.text or "", element)
    same = by_name.get(name)
    if same is None:
        by_name[name] = [node]
    else:
        same.append(node)
    kids: dict[str, list[Node]] | None = None
    for child in element:
        kid = _grow(child, by_name)
        if kids is None:
            node.kids = kids = {kid.name: [kid]}
            continue
        twins = kids.get(kid.name)
        if twins is None:
            kids[kid.name] = [kid]
        else:
            twins.append(kid)
            if len(twins) > MAX_TWINS and not kid.name.endswith(("Line", "LineItem")):
                raise XmlError(_TOO_MANY, f"{MAX_TWINS:,}", kid.name[:_LONGEST_NAME], line=child.sourceline or 0)
    return node
