"""From merged XML to the nodes of the render model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from tradewright.i18n import Text
from tradewright.views.errors import near_or_all, view_error
from tradewright.views.kinds import NUMBERS, TO_MANY, TO_ONE
from tradewright.views.model import (
    BodyNode,
    ButtonNode,
    FieldNode,
    FigureNode,
    GroupNode,
    LinesNode,
    NotebookNode,
    NoteNode,
    PageNode,
)
from tradewright.views.reader import children_of, place_of

if TYPE_CHECKING:
    from tradewright.orm.info import FieldInfo, ModelInfo
    from tradewright.orm.operation import OperationInfo
    from tradewright.views.scope import Scope

TONES = ("info", "success", "warning", "danger")

WIDGETS: dict[str, frozenset[str]] = {
    "badge": frozenset({"choice", "boolean"}),
    "statusbar": frozenset({"choice"}),
    "radio": frozenset({"choice"}),
    "bar": frozenset({"percent"}),
    "code": frozenset({"text"}),
    "email": frozenset({"text"}),
    "phone": frozenset({"text"}),
    "url": frozenset({"text"}),
    "language": frozenset({"text"}),
    "money": NUMBERS | {"computed"},
    "quantity": NUMBERS | {"computed"},
    "date": frozenset({"date", "datetime", "computed"}),
    "relative": frozenset({"date", "datetime"}),
    "tags": frozenset({"many_to_many"}),
    "image": frozenset({"attachment"}),
    "title": frozenset({"text", "translated", "many_to_one"}),
}
"""Ways to show a field, with the kinds of field each fits."""


def field_node(scope: Scope, element: etree._Element, model: str) -> FieldNode:
    """Compile a `<field>`."""
    steps = scope.path(element, model)
    widget = scope.one_of(element, "widget", WIDGETS, "")
    info = steps[-1]
    if widget and info.kind not in WIDGETS[widget]:
        fitting = [name for name, kinds in WIDGETS.items() if info.kind in kinds]
        raise view_error(
            "views.element",
            f"the widget does not fit {info.name}, a {info.kind}",
            place_of(element, "widget"),
            value=widget,
            near=fitting,
            remedy="remove the widget" if not fitting else f"use {' or '.join(fitting)}, or none",
        )
    for step in steps[:-1]:
        if step.kind in TO_MANY:
            raise view_error(
                "views.reference",
                f"{step.name} has many records, so the path does not name one value",
                place_of(element, "name"),
                value=str(element.get("name")),
                remedy="show the field itself, or the records as <lines>",
            )
    return FieldNode(
        name=str(element.get("name")),
        steps=steps,
        label=scope.words(element) or label_of(info),
        widget=widget,
        readonly=scope.condition_or_flag(element, "readonly", model, default=info.readonly or len(steps) > 1),
        visible=scope.condition_or_flag(element, "visible", model, default=True),
        where=scope.condition(element, "where", info.target) if info.target else None,
        roles=scope.names(element),
        sum=_summed(scope, element, info),
        sortable=scope.flag(element, "sortable", default=is_sortable(info)),
        wide=scope.flag(element, "wide", default=info.multiline or info.kind == "json"),
        optional=scope.flag(element, "optional"),
        placeholder=scope.words(element, "placeholder"),
    )


def plain_node(info: FieldInfo) -> FieldNode:
    """Return the node that shows a field as it is, for views that nobody wrote."""
    return FieldNode(
        info.name,
        (info,),
        label_of(info),
        readonly=info.readonly,
        sortable=is_sortable(info),
        wide=info.multiline or info.kind == "json",
    )


def label_of(info: FieldInfo) -> Text:
    """Return the field's label; its name in words where it declares none."""
    if isinstance(info.label, Text):
        return info.label
    return Text(str(info.label or info.name.replace("_", " ").capitalize()))


def is_sortable(info: FieldInfo) -> bool:
    """Tell whether a list can be sorted by the field in SQL."""
    return info.kind not in TO_MANY | {"json", "secret", "attachment"}


def _summed(scope: Scope, element: etree._Element, info: FieldInfo) -> bool:
    wanted = scope.flag(element, "sum")
    if wanted and info.kind not in NUMBERS | {"computed"}:
        raise view_error(
            "views.element",
            f"{info.name} is a {info.kind}, which has no sum",
            place_of(element, "sum"),
            value="sum",
            remedy='remove sum="true"',
        )
    return wanted


def button_node(scope: Scope, element: etree._Element, model: ModelInfo) -> ButtonNode:
    """Compile a `<button>`: an operation or a page."""
    endpoint = scope.endpoint(element)
    if bool(endpoint) == bool(element.get("operation")):
        raise view_error(
            "views.element",
            "a button needs either operation= or endpoint=",
            place_of(element),
            near=sorted(model.operations),
            remedy="name one operation of the model, or one endpoint",
        )
    operation = None if endpoint else scope.operation(element, model)
    label = scope.words(element) or (operation_label(operation) if operation else None)
    if label is None:
        raise view_error(
            "views.element",
            "a button that opens a page needs a label",
            place_of(element),
            value=endpoint,
            remedy='add label="..."',
        )
    return ButtonNode(
        label,
        operation,
        endpoint,
        str(element.get("icon") or ""),
        scope.condition_or_flag(element, "visible", model.name, default=True),
        scope.names(element),
    )


def operation_label(operation: OperationInfo) -> Text:
    """Return the words on an operation's button."""
    label = operation.label
    return label if isinstance(label, Text) else Text(str(label or operation.name.replace("_", " ").capitalize()))


def figure_node(scope: Scope, element: etree._Element, model: ModelInfo) -> FigureNode:
    """Compile a `<figure>`: a field of the record, or how many records of a list point to it."""
    visible = scope.condition_or_flag(element, "visible", model.name, default=True)
    if element.get("name"):
        node = field_node(scope, element, model.name)
        return FigureNode(node.label, field=node, roles=node.roles, visible=visible)
    view = scope.view(element, "list", "list")
    label = scope.words(element)
    if not view or label is None or not element.get("by"):
        raise view_error(
            "views.element",
            "a figure needs name=, or list= with by= and label=",
            place_of(element),
            remedy='write <figure name="total"/> or <figure list="order_list" by="customer" label="Orders"/>',
        )
    declared = scope.views[view]
    shown = scope.model(declared.element)
    by = scope.field(element, shown.name, "by")
    if by.kind not in TO_ONE or by.target != model.name:
        fitting = [info.name for info in shown.fields.values() if info.target == model.name and info.kind in TO_ONE]
        raise view_error(
            "views.reference",
            f"the field of {shown.name} does not point to {model.name}",
            place_of(element, "by"),
            value=by.name,
            near=fitting,
            remedy=f"name a many-to-one to {model.name}",
        )
    return FigureNode(label, view=view, by=by.name, roles=scope.names(element), visible=visible)


def body_nodes(scope: Scope, parent: etree._Element, model: ModelInfo) -> tuple[BodyNode, ...]:
    """Compile what stands in a form, a group or a page, except header and figures."""
    return tuple(_BODY[str(child.tag)](scope, child, model) for child in children_of(parent) if str(child.tag) in _BODY)


def _body_field(scope: Scope, element: etree._Element, model: ModelInfo) -> FieldNode:
    return field_node(scope, element, model.name)


def _group(scope: Scope, element: etree._Element, model: ModelInfo) -> GroupNode:
    return GroupNode(
        str(element.get("id") or ""),
        scope.words(element),
        body_nodes(scope, element, model),
        scope.condition_or_flag(element, "visible", model.name, default=True),
        scope.names(element),
    )


def _lines(scope: Scope, element: etree._Element, model: ModelInfo) -> LinesNode:
    info = scope.field(element, model.name, "field")
    if info.kind not in TO_MANY or not info.target:
        fitting = [one.name for one in model.fields.values() if one.kind in TO_MANY]
        raise view_error(
            "views.reference",
            f"{info.name} is a {info.kind}; lines need a relation to many records",
            place_of(element, "field"),
            value=info.name,
            near=near_or_all(info.name, fitting),
            remedy="name a one-to-many of the model",
        )
    target = info.target
    columns = tuple(field_node(scope, child, target) for child in children_of(element))
    return LinesNode(
        info,
        target,
        scope.words(element) or label_of(info),
        columns,
        scope.condition_or_flag(element, "readonly", model.name, default=not info.owned),
        scope.condition_or_flag(element, "visible", model.name, default=True),
        scope.names(element),
    )


def _notebook(scope: Scope, element: etree._Element, model: ModelInfo) -> NotebookNode:
    pages = tuple(
        PageNode(
            str(child.get("id") or f"page-{position}"),
            scope.words(child) or Text(""),
            body_nodes(scope, child, model),
            scope.condition_or_flag(child, "visible", model.name, default=True),
            scope.names(child),
        )
        for position, child in enumerate(children_of(element))
    )
    return NotebookNode(pages)


def _note(scope: Scope, element: etree._Element, model: ModelInfo) -> NoteNode:
    return NoteNode(
        scope.words(element, "text") or Text(""),
        scope.one_of(element, "tone", TONES, "info"),
        scope.condition_or_flag(element, "visible", model.name, default=True),
        scope.names(element),
    )


_BODY: dict[str, Callable[[Scope, etree._Element, ModelInfo], BodyNode]] = {
    "field": _body_field,
    "group": _group,
    "lines": _lines,
    "notebook": _notebook,
    "note": _note,
}
