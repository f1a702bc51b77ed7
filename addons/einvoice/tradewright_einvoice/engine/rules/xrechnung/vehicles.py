"""BR-DE-CVD: clean vehicles, a profile of XRechnung for the purchase and use of vehicles by public bodies."""

from typing import Final

from ...codelists import codes
from ...xml import Node
from ..base import Report, checks
from ..places import Places, is_cii, tidied, tidy
from ..view import View
from .document import VEHICLES, specification_is
from .places import places

_LIST: Final = "CVD"
_NAME: Final = "cva"
_TENDER: Final = "50"
_CATEGORIES: Final = frozenset(("M1", "M2", "M3", "N1", "N2", "N3"))
_VALUES: Final = frozenset(("clean", "zero-emission", "other"))


def is_about_vehicles(view: View) -> bool:
    """Whether the document follows the profile."""
    return specification_is(view, VEHICLES)


@checks("BR-DE-CVD-01", "BR-DE-CVD-02", "BR-DE-CVD-03")
def references(view: View, report: Report) -> None:
    """Contract, tender, and a line with a vehicle."""
    if not view.once(is_about_vehicles):
        return
    at, root = places(view), view.root
    for agreement in at.all("agreement", root):
        if not at.says("agreement.contract", agreement):
            report.fatal("BR-DE-CVD-01", "BT-12", agreement, "The invoice needs the number of the contract.")
        if not (_has_tender_in_cii if is_cii(view) else _has_tender_in_ubl)(agreement):
            report.fatal("BR-DE-CVD-02", "BT-17", agreement, "The invoice needs the number of the tender.")
    for deal in at.all("deals", root):
        if not any(_vehicles(at, item) and _kinds(at, item) for item in at.all("deal.items", deal)):
            message = "One line must be a vehicle, classified by CVD, with the property cva."
            report.fatal("BR-DE-CVD-03", "BG-25", deal, message)


def _has_tender_in_ubl(root: Node) -> bool:
    return any(tidy(node) for node in root.all("cac:OriginatorDocumentReference", "cbc:ID"))


def _has_tender_in_cii(agreement: Node) -> bool:
    return any(
        tidy(node.first("ram:TypeCode")) == _TENDER and tidy(node.first("ram:IssuerAssignedID"))
        for node in agreement.kids.get("ram:AdditionalReferencedDocument", ())
    )


def _vehicles(at: Places, item: Node) -> list[Node]:
    return [node for node in at.all("item.classifications", item) if node.get("listID") == _LIST]


def _kinds(at: Places, item: Node) -> list[Node]:
    return [
        node
        for node in at.all("item.properties", item)
        if any(name.text == _NAME for name in at.all("property.name", node))
    ]


@checks("BR-DE-CVD-04", "BR-DE-CVD-05", "BR-DE-CVD-06-a", "BR-DE-CVD-06-b", "BR-TMP-CVD-01")
def items(view: View, report: Report) -> None:
    """A vehicle has its category and one property that says how clean it is."""
    if not view.once(is_about_vehicles):
        return
    at = places(view)
    for item in (item for deal in at.all("deals", view.root) for item in at.all("deal.items", deal)):
        vehicles, kinds = _vehicles(at, item), _kinds(at, item)
        if vehicles and len(kinds) != 1:
            message = "A vehicle needs the property cva once; here it is {0} times."
            report.fatal("BR-DE-CVD-06-a", "BT-160", item, message, len(kinds))
        if kinds and len(vehicles) != 1:
            message = "An item with the property cva needs one classification by CVD; here are {0}."
            report.fatal("BR-DE-CVD-06-b", "BT-158", item, message, len(vehicles))
        for node in at.all("item.classifications", item):
            _classification(node, report)
        for node in kinds:
            value = at.first("property.value", node)
            if tidy(value) not in _VALUES:
                message = "The property cva must be clean, zero-emission or other, not {0}."
                report.fatal("BR-DE-CVD-05", "BT-161", node, message, value)


def _classification(node: Node, report: Report) -> None:
    scheme = tidied(node.get("listID"))
    if scheme and scheme != _LIST and scheme not in codes("untdid7143"):
        report.fatal("BR-TMP-CVD-01", "BT-158", node, "The classification scheme {0} is unknown.", scheme)
    if scheme == _LIST and tidy(node) not in _CATEGORIES:
        message = "The vehicle category must be one of M1, M2, M3, N1, N2 and N3, not {0}."
        report.fatal("BR-DE-CVD-04", "BT-158", node, message, node)


CLEAN_VEHICLES: Final = (references, items)
