"""A little path language for rules: ``cac:Item/cbc:Name``, ``cbc:ID/@schemeID``, ``cac:TaxCategory[vat]``.

In brackets stands a condition: a name of `PREDICATES`, ``1`` for the first element below each parent, ``@schemeID`` for
an attribute that says something, ``@schemeID=VA`` for one that says just that, ``ram:TypeCode=916`` for a child that
does, and ``ram:TypeCode~916`` for one that does but for white space. A ``.`` is the element itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from ..text import SPACE, squeezed
from ..xml import Node

Predicate = Callable[[Node], bool]
#: Gives the elements (for an attribute: those that have it) below a node.
Finder = Callable[[Node], list[Node]]


def is_vat(category: Node) -> bool:
    """Whether a tax category or party tax scheme is about VAT."""
    for scheme in category.kids.get("cac:TaxScheme", ()):
        for name in scheme.kids.get("cbc:ID", ()):
            if name.text == "VAT" or name.text.strip().upper() == "VAT":
                return True
    return False


def _is_other_tax(scheme: Node) -> bool:
    """Whether a party tax scheme is not VAT, or not named."""
    names = (tax.first("cbc:ID") for tax in scheme.kids.get("cac:TaxScheme", ()))
    return any(name is None or name.text.upper() != "VAT" for name in names)


def _is_object(reference: Node) -> bool:
    """Whether a document reference is the invoiced object."""
    return any(code.text == "130" for code in reference.kids.get("cbc:DocumentTypeCode", ()))


def _is_no_object(reference: Node) -> bool:
    """Whether a document reference is something else; one with several types can be both."""
    types = reference.kids.get("cbc:DocumentTypeCode")
    return not types or any(code.text != "130" for code in types)


def is_vat_type(tax: Node) -> bool:
    """Whether a tax in CII is VAT. White space around its type is not tolerated."""
    return any(code.text.upper() == "VAT" for code in tax.kids.get("ram:TypeCode", ()))


def _is_filled(node: Node) -> bool:
    """Whether an element says something."""
    return bool(node.text.strip(SPACE))


PREDICATES: Mapping[str, Predicate] = {
    "vat": is_vat,
    "VAT": is_vat_type,
    "filled": _is_filled,
    "other": _is_other_tax,
    "object": _is_object,
    "no object": _is_no_object,
}


def finder(path: str) -> Finder:
    """Compile a path."""
    ways = [_way(part.strip()) for part in path.split("|")]
    if len(ways) == 1:
        return ways[0]
    if len(ways) == 2:
        first, second = ways
        return lambda node: first(node) + second(node)
    return lambda node: [found for way in ways for found in way(node)]


def _way(path: str) -> Finder:
    steps = path.removeprefix("./").split("/")
    attribute = steps.pop()[1:] if steps[-1].startswith("@") else None
    if attribute is None and "[" not in path and path != "." and len(steps) <= len(_PLAIN):
        return _PLAIN[len(steps) - 1](*steps)
    if attribute is not None and len(steps) == 1 and "[" not in path and steps[0] != ".":
        return _with_attribute(steps[0], attribute)
    walk = _walk(steps)
    if attribute is None:
        return lambda node: walk([node])
    return lambda node: [found for found in walk([node]) if found.get(attribute) is not None]


def _one(name: str) -> Finder:
    return lambda node: node.kids.get(name, [])


def _with_attribute(name: str, attribute: str) -> Finder:
    return lambda node: [found for found in node.kids.get(name, ()) if found.element.get(attribute) is not None]


def _two(first: str, name: str) -> Finder:
    return lambda node: [found for kid in node.kids.get(first, ()) for found in kid.kids.get(name, ())]


def _three(first: str, second: str, name: str) -> Finder:
    return lambda node: [
        found
        for kid in node.kids.get(first, ())
        for grandchild in kid.kids.get(second, ())
        for found in grandchild.kids.get(name, ())
    ]


#: Short paths without conditions, which are most of them, by their length: one comprehension each.
_PLAIN: Sequence[Callable[..., Finder]] = (_one, _two, _three)

_Step = Callable[[list[Node]], list[Node]]


def _walk(steps: list[str]) -> _Step:
    parsed = [_step(*step.replace("]", "").split("[")) for step in steps]

    def walk(nodes: list[Node]) -> list[Node]:
        for step in parsed:
            nodes = step(nodes)
        return nodes

    return walk


def _step(name: str, *conditions: str) -> _Step:
    if conditions == ("1",):
        return lambda nodes: [kid for node in nodes for kid in node.kids.get(name, ())[:1]]
    if not conditions:
        if name == ".":
            return lambda nodes: nodes
        return lambda nodes: [kid for node in nodes for kid in node.kids.get(name, ())]
    fits, *more = (_predicate(condition) for condition in conditions)
    if name == ".":
        return lambda nodes: [node for node in nodes if fits(node)]
    if more:
        every = (fits, *more)
        return lambda nodes: [
            kid for node in nodes for kid in node.kids.get(name, ()) if all(fit(kid) for fit in every)
        ]
    return lambda nodes: [kid for node in nodes for kid in node.kids.get(name, ()) if fits(kid)]


def _predicate(condition: str) -> Predicate:
    if condition in PREDICATES:
        return PREDICATES[condition]
    name, sign, wanted = re.split("([=~]|$)", condition, maxsplit=1)
    if sign == "~":
        return lambda node: any(squeezed(found.text) == wanted for found in node.kids.get(name, ()))
    if not name.startswith("@"):
        return lambda node: any(found.text == wanted for found in node.kids.get(name, ()))
    attribute = name[1:]
    if sign:
        return lambda node: node.get(attribute) == wanted
    return lambda node: bool((node.get(attribute) or "").strip(SPACE))
