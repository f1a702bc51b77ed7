"""The structure of a UBL document, as far as our own tables know it: order, number and place of elements.

The official rules say nothing of it, since a schema comes before them. Ours runs in the complete check only, and finds
what people get wrong without one: elements in another order, twice, or where UBL has none of that name. What is known
of an element is what a business term binds (`ubl.py`, in the order of the schema) and what `ubl_unused.csv` names.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from ..binding import Group, Row, Step
from ..ubl import TABLES
from ..xml import Node
from .base import Report, checks
from .ubl_unused import unused_places
from .view import View

UBL_ROOTS: Final = frozenset(TABLES)
_SPACES: Final = ("cac:", "cbc:", "ext:")
_LINES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine")
#: Elements with a text that UBL lets repeat, though EN 16931 takes one of them.
_REPEATED: Final = frozenset(
    f"cbc:{name}"
    for name in (
        *("AllowanceChargeReason", "Description", "DescriptionCode", "DocumentDescription", "InstructionNote", "Note"),
        *("PaymentID", "TaxExemptionReason"),
    )
)
#: What UBL demands and no rule of EN 16931 asks for, by the element that must have it.
_NEEDED: Final = (
    ("cac:AllowanceCharge", "cbc:ChargeIndicator"),
    ("cac:TaxCategory", "cac:TaxScheme"),
    ("cac:ClassifiedTaxCategory", "cac:TaxScheme"),
    ("cac:AddressLine", "cbc:Line"),
)


@dataclass(slots=True)
class _Shape:
    """What may stand in an element: the children that are bound, in their order, and others that are known."""

    bound: dict[str, "_Shape"] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    def child(self, name: str) -> "_Shape":
        """The shape of a child, at the end of the order where it is new."""
        if name not in self.bound:
            self.places[name] = len(self.places)
            self.bound[name] = _Shape()
        return self.bound[name]

    def take(self, rows: "tuple[Row, ...]") -> None:
        """Take in the rows of a binding table."""
        for row in rows:
            shape = self
            for step in Step.parse(row.path):
                shape = shape.child(step.name)
            if isinstance(row, Group):
                shape.take(tuple(row.rows))


@cache
def _shape(root: str) -> _Shape:
    shape = _Shape()
    shape.take(tuple(TABLES[root].rows))
    for place in unused_places():
        names = _LINES if place[0] == "line" else (place[0],)
        for name in names:
            _know(shape, [name, *place[1:]])
    return shape


def _know(shape: _Shape, place: list[str]) -> None:
    for step in place[:-1]:
        found = shape.bound.get(step)
        if found is None:
            return
        shape = found
    if place[-1] not in shape.bound:
        shape.others.add(place[-1])


@checks("TW-ST-01", "TW-ST-02", "TW-ST-03", "TW-ST-04")
def structure(view: View, report: Report) -> None:
    """Elements stand where, in which order and how often UBL has them."""
    _walk(view.root, _shape(view.root.name), report)
    for owner, name in _NEEDED:
        for node in view.tree.named(owner):
            if name not in node.kids:
                report.fatal("TW-ST-04", "", node, "UBL demands the element {0} in {1}.", name, owner)


def _walk(node: Node, shape: _Shape, report: Report) -> None:
    last, before = -1, ""
    bound, places = shape.bound, shape.places
    for name, nodes in node.kids.items():
        below = bound.get(name)
        if below is None:
            if name not in shape.others:
                _unknown(nodes[0], node, report)
            continue
        place = places[name]
        if place < last:
            message = "The element {0} must stand before {1}: the order is fixed in UBL."
            report.fatal("TW-ST-02", "", nodes[0], message, name, before)
        else:
            last, before = place, name
        if len(nodes) > 1 and not below.bound and name not in _REPEATED:
            report.fatal("TW-ST-03", "", nodes[1], "The element {0} may stand only once in {1}.", name, node.name)
        if below.bound:
            for kid in nodes:
                _walk(kid, below, report)


def _unknown(node: Node, owner: Node, report: Report) -> None:
    if node.name.startswith(_SPACES):
        message = "Neither EN 16931 nor this program knows the element {0} in {1}; a receiver may ignore it."
        report.warning("TW-ST-01", "", node, message, node.name, owner.name)
    else:
        report.fatal("TW-ST-01", "", node, "{0} is no element of UBL.", node.name)


UBL_STRUCTURE: Final = (structure,)
