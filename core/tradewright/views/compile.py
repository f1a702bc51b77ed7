"""From a merged view to its part of the render model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from tradewright.i18n import Text
from tradewright.views.errors import near_or_all, view_error
from tradewright.views.model import (
    FieldNode,
    FilterNode,
    FormView,
    GroupByNode,
    KanbanView,
    ListView,
    MenuItem,
    SearchView,
)
from tradewright.views.nodes import body_nodes, button_node, field_node, figure_node, is_sortable, label_of
from tradewright.views.reader import children_of, place_of
from tradewright.views.schema import check_menu
from tradewright.views.sources import Declared, full_name

if TYPE_CHECKING:
    from tradewright.orm.info import ModelInfo
    from tradewright.views.scope import Scope

UNITS = ("day", "month", "year")


def compile_list(scope: Scope, identity: str, root: etree._Element) -> ListView:
    """Compile a `<list>`."""
    model = scope.model(root)
    buttons = tuple(button_node(scope, child, model) for child in root.iterchildren("button"))
    return ListView(
        identity,
        model.name,
        scope.words(root) or plural_of(model),
        tuple(_column(scope, child, model) for child in root.iterchildren("field")),
        _order(root, model),
        scope.condition(root, "where", model.name),
        buttons or None,
        scope.view(root, "search", "search", model.name),
        scope.view(root, "form", "form", model.name),
        scope.flag(root, "create", default=True),
        scope.words(root, "empty"),
    )


def compile_form(scope: Scope, identity: str, root: etree._Element) -> FormView:
    """Compile a `<form>`."""
    model = scope.model(root)
    buttons, status = [], None
    for header in root.iterchildren("header"):
        buttons += [button_node(scope, child, model) for child in header.iterchildren("button")]
        for child in header.iterchildren("field"):
            status = field_node(scope, child, model.name)
    figures = [*root.iterchildren("figure")]
    for holder in root.iterchildren("figures"):
        figures += children_of(holder)
    return FormView(
        identity,
        model.name,
        tuple(buttons),
        status,
        tuple(figure_node(scope, child, model) for child in figures),
        body_nodes(scope, root, model),
        scope.condition_or_flag(root, "readonly", model.name, default=False),
        scope.flag(root, "create", default=True),
        scope.flag(root, "edit", default=True),
        scope.flag(root, "delete"),
    )


def compile_search(scope: Scope, identity: str, root: etree._Element) -> SearchView:
    """Compile a `<search>`."""
    model = scope.model(root)
    return SearchView(
        identity,
        model.name,
        tuple(_search_field(scope, child, model) for child in root.iterchildren("field")),
        tuple(_filter(scope, child, model) for child in root.iterchildren("filter")),
        tuple(_group_by(scope, child, model) for child in root.iterchildren("group")),
    )


def compile_kanban(scope: Scope, identity: str, root: etree._Element) -> KanbanView:
    """Compile a `<kanban>`."""
    model = scope.model(root)
    by = scope.field(root, model.name, "by")
    if by.kind != "choice":
        choices = [info.name for info in model.fields.values() if info.kind == "choice"]
        raise view_error(
            "views.reference",
            f"the columns of a kanban come from a choice field, {by.name} is a {by.kind}",
            place_of(root, "by"),
            value=by.name,
            near=near_or_all(by.name, choices),
            remedy="name a choice field of the model",
        )
    return KanbanView(
        identity,
        model.name,
        scope.words(root) or plural_of(model),
        by,
        tuple(_column(scope, child, model) for child in root.iterchildren("field")),
        _order(root, model),
        scope.condition(root, "where", model.name),
        scope.view(root, "search", "search", model.name),
        scope.view(root, "form", "form", model.name),
    )


def _column(scope: Scope, element: etree._Element, model: ModelInfo) -> FieldNode:
    """Compile a field that is read for many records at once, which a secret never is."""
    node = field_node(scope, element, model.name)
    if node.info.kind == "secret":
        raise view_error(
            "views.reference",
            f"{node.name} is a secret, which is written in a form and shown nowhere",
            place_of(element, "name"),
            value=node.name,
            remedy="take it out; whether it is set can be a field of its own",
        )
    return node


def compile_menu(scope: Scope, declared: list[Declared]) -> tuple[MenuItem, ...]:
    """Compile all `<menu>` elements to a tree, ordered by sequence and then by the order of the addons."""
    known = {one.id: one for one in declared}
    children: dict[str, list[Declared]] = {}
    for one in declared:
        check_menu(one.element)
        parent = one.element.get("parent")
        name = full_name(str(parent), one.source.addon) if parent else ""
        if name and name not in known:
            raise view_error(
                "views.reference",
                "the parent is no menu entry of this addon set",
                place_of(one.element, "parent"),
                value=name,
                near=near_or_all(name, known),
                remedy="name an existing entry; one of an addon that may be missing is used in bridges/<addon>/",
            )
        children.setdefault(name, []).append(one)
    built = _menu_level(scope, children, "", ())
    reached = _count(built)
    if reached != len(declared):
        lost = next(one for one in declared if not _contains(built, one.id))
        raise view_error(
            "views.reference", "the parents go round in a circle", lost.place, value=lost.id, remedy="change one parent"
        )
    return built


def _menu_level(
    scope: Scope, children: dict[str, list[Declared]], parent: str, above: tuple[str, ...]
) -> tuple[MenuItem, ...]:
    items = [_menu_item(scope, one, children, above) for one in children.get(parent, ())]
    return tuple(sorted(items, key=lambda item: item.sequence))


def _menu_item(scope: Scope, one: Declared, children: dict[str, list[Declared]], above: tuple[str, ...]) -> MenuItem:
    element = one.element
    view = scope.view(element, "list", "list") or scope.view(element, "kanban", "kanban")
    sequence = str(element.get("sequence") or "50")
    if not (sequence.isascii() and sequence.isdigit()):
        raise view_error(
            "views.element",
            "the sequence is a whole number",
            place_of(element, "sequence"),
            value=sequence,
            remedy='write sequence="50"',
        )
    return MenuItem(
        one.id,
        scope.words(element) or Text(one.id),
        str(element.get("icon") or ""),
        int(sequence),
        view,
        scope.model(scope.views[view].element).name if view else "",
        str(element.get("filter") or "") if view else "",
        scope.endpoint(element),
        scope.names(element),
        _menu_level(scope, children, one.id, (*above, one.id)),
    )


def _count(items: tuple[MenuItem, ...]) -> int:
    return sum(1 + _count(item.children) for item in items)


def _contains(items: tuple[MenuItem, ...], identity: str) -> bool:
    return any(item.id == identity or _contains(item.children, identity) for item in items)


def _search_field(scope: Scope, element: etree._Element, model: ModelInfo) -> FieldNode:
    node = field_node(scope, element, model.name)
    if node.info.kind not in {"text", "translated", "many_to_one", "integer", "id"}:
        raise view_error(
            "views.element",
            f"a search box cannot look into {node.name}, a {node.info.kind}",
            place_of(element),
            value=node.name,
            remedy="name a text or a many-to-one, or offer a <filter>",
        )
    return node


def _filter(scope: Scope, element: etree._Element, model: ModelInfo) -> FilterNode:
    condition = scope.condition(element, "where", model.name)
    assert condition is not None, "the schema requires where"  # noqa: S101  a filter without one never gets here
    name = str(element.get("name"))
    return FilterNode(
        name,
        scope.words(element) or Text(name),
        condition,
        str(element.get("group") or name),
        scope.flag(element, "default"),
    )


def _group_by(scope: Scope, element: etree._Element, model: ModelInfo) -> GroupByNode:
    steps = scope.path(element, model.name, "by")
    info = steps[-1]
    dated = info.kind in {"date", "datetime"}
    if len(steps) > 1 or info.kind not in {"choice", "many_to_one", "boolean", "date", "datetime", "text"}:
        raise view_error(
            "views.element",
            f"a list cannot be grouped by {element.get('by')}",
            place_of(element, "by"),
            value=info.kind,
            remedy="name a choice, many-to-one, yes-or-no, text or date of the model itself",
        )
    unit = scope.one_of(element, "unit", UNITS, "month" if dated else "")
    name = f"{info.name}:{unit}" if unit else info.name
    return GroupByNode(name, scope.words(element) or label_of(info), steps, unit)


def _order(root: etree._Element, model: ModelInfo) -> tuple[str, ...]:
    words = str(root.get("order") or model.order_by or "-id").replace(",", " ").split()
    for word in words:
        name = word.removeprefix("-")
        if name not in model.fields or not is_sortable(model.fields[name]):
            raise view_error(
                "views.reference",
                f"{model.name} cannot be ordered by this",
                place_of(root, "order"),
                value=name,
                near=near_or_all(name, model.fields),
                remedy="name fields of the model, each with - in front for the opposite order",
            )
    return tuple(words)


def plural_of(model: ModelInfo) -> Text:
    """Return what many records of the model are called."""
    words = model.plural or model.label
    return words if isinstance(words, Text) else Text(str(words or model.name.partition(".")[2]))
