"""The hardened XML reader: no DTD, no entities, no network; every element knows the place it was written at."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tradewright.views.errors import Place, view_error

NAMESPACE = "{urn:tradewright:views}"
PLACE = f"{NAMESPACE}place"
"""Private attribute that carries an element's place through merging."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 60


def read_views(data: bytes, addon: str, file: str) -> etree._Element:
    """Parse one view file and stamp each element with its place.

    Comments and processing instructions are dropped. A document type declaration is refused outright, so no entity can
    be declared, let alone expanded.
    """
    start = Place(addon, file, 1)
    if len(data) > MAX_BYTES:
        raise view_error(
            "views.syntax",
            f"the file has {len(data)} bytes; {MAX_BYTES} are allowed",
            start,
            remedy="split the file by model",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        place = Place(addon, file, fault.lineno or 1)
        raise view_error(
            "views.syntax", f"not well-formed XML: {fault.msg}", place, remedy="correct the XML"
        ) from fault
    if root.getroottree().docinfo.doctype:
        raise view_error(
            "views.syntax", "a document type declaration is not allowed", start, remedy="remove <!DOCTYPE ...>"
        )
    for element, depth in _walk(root, 1):
        place = Place(addon, file, element.sourceline or 1)
        if depth > MAX_DEPTH:
            raise view_error(
                "views.syntax", f"elements are nested deeper than {MAX_DEPTH}", place, remedy="flatten the view"
            )
        if element.text and element.text.strip():
            raise view_error(
                "views.syntax",
                f"text inside <{tag_of(element)}>: {element.text.strip()[:40]!r}",
                place,
                remedy="put words into an attribute, such as label",
            )
        element.set(PLACE, place.encode())
    return root


def place_of(element: etree._Element, attribute: str = "") -> Place:
    """Return where the element was written, or where an extension set its attribute."""
    changed = element.get(f"{NAMESPACE}at.{attribute}") if attribute else None
    return Place.decode(str(changed or element.get(PLACE, "")))


def stamp_attribute(element: etree._Element, attribute: str, place: Place) -> None:
    """Note that an extension set an attribute: a fault in it is the extension's."""
    element.set(f"{NAMESPACE}at.{attribute}", place.encode())


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Return the element's own attributes, without the private ones."""
    return {str(name): str(value) for name, value in element.attrib.items() if not str(name).startswith(NAMESPACE)}


def tag_of(element: etree._Element) -> str:
    """Return the element's name."""
    return str(element.tag)


def children_of(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements in document order."""
    yield from (child for child in element if isinstance(child.tag, str))


def _walk(element: etree._Element, depth: int) -> Iterator[tuple[etree._Element, int]]:
    pending = [(element, depth)]
    while pending:
        current, level = pending.pop()
        yield current, level
        pending.extend((child, level + 1) for child in children_of(current))
