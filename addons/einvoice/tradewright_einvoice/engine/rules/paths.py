"""A little path language for rules: ``cac:Item/cbc:Name``, ``cbc:ID/@schemeID``, ``cac:TaxCategory[vat]``."""

from collections.abc import Callable, Iterable, Mapping

from ..xml import Node

Predicate = Callable[[Node], bool]
#: Gives the elements (for an attribute: those that have it) below a node.
Finder = Callable[[Node], list[Node]]


def is_vat(category: Node) -> bool:
    """Whether a tax category or party tax scheme is about VAT."""
    return any(scheme.text.strip().upper() == "VAT" for scheme in category.all("cac:TaxScheme", "cbc:ID"))


def _is_other_tax(scheme: Node) -> bool:
    """Whether a party tax scheme is named, but not VAT."""
    return any(name.text.upper() != "VAT" for name in scheme.all("cac:TaxScheme", "cbc:ID"))


def _is_object(reference: Node) -> bool:
    """Whether a document reference is the invoiced object."""
    return any(code.text == "130" for code in reference.kids.get("cbc:DocumentTypeCode", ()))


def _is_no_object(reference: Node) -> bool:
    """Whether a document reference is something else; one with several types can be both."""
    types = reference.kids.get("cbc:DocumentTypeCode")
    return not types or any(code.text != "130" for code in types)


PREDICATES: Mapping[str, Predicate] = {
    "vat": is_vat,
    "other": _is_other_tax,
    "object": _is_object,
    "no object": _is_no_object,
}


def finder(path: str) -> Finder:
    """Compile a path."""
    ways = [_way(part.strip()) for part in path.split("|")]
    if len(ways) == 1:
        return ways[0]
    return lambda node: [found for way in ways for found in way(node)]


def _way(path: str) -> Finder:
    steps = path.removeprefix("./").split("/")
    attribute = steps.pop()[1:] if steps[-1].startswith("@") else None
    if attribute is None and len(steps) == 1 and "[" not in path:
        name = steps[0]
        return lambda node: node.kids.get(name, [])
    walk = _walk(steps)
    if attribute is None:
        return lambda node: list(walk([node]))
    return lambda node: [found for found in walk([node]) if found.get(attribute) is not None]


def _walk(steps: list[str]) -> Callable[[Iterable[Node]], Iterable[Node]]:
    parsed: list[tuple[str, Predicate | None]] = []
    for step in steps:
        name, bracket, predicate = step.partition("[")
        parsed.append((name, PREDICATES[predicate.rstrip("]")] if bracket else None))

    def walk(nodes: Iterable[Node]) -> Iterable[Node]:
        for name, predicate in parsed:
            nodes = [kid for node in nodes for kid in node.kids.get(name, ()) if predicate is None or predicate(kid)]
        return nodes

    return walk
