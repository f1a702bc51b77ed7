"""Which elements stand where in a view, and which attributes they know. A slip is told with the nearest names."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tradewright.views.errors import near_or_all, view_error
from tradewright.views.reader import attributes_of, children_of, place_of, tag_of

_FOR_WHOM = ("visible", "roles")
_BODY = ("field", "group", "lines", "notebook", "note")


@dataclass(frozen=True, slots=True)
class Element:
    """What an element may carry; every element may be a slot by `slot="..."`."""

    attributes: tuple[str, ...]
    children: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


_FIELD = Element(
    (
        "name",
        "label",
        "widget",
        "readonly",
        "where",
        "sum",
        "sortable",
        "wide",
        "optional",
        "placeholder",
        *_FOR_WHOM,
    ),
    required=("name",),
)
_BUTTON = Element(("operation", "endpoint", "label", "icon", *_FOR_WHOM))

VIEWS: dict[str, Element] = {
    "list": Element(
        ("id", "model", "label", "order", "where", "search", "form", "create", "default", "empty"),
        ("field", "button"),
        ("id", "model"),
    ),
    "form": Element(
        ("id", "model", "readonly", "create", "edit", "delete", "default"),
        ("header", "figures", "figure", *_BODY),
        ("id", "model"),
    ),
    "search": Element(("id", "model", "default"), ("field", "filter", "group"), ("id", "model")),
    "kanban": Element(
        ("id", "model", "label", "by", "order", "where", "search", "form", "default"), ("field",), ("id", "model", "by")
    ),
}
MENU = Element(
    ("id", "parent", "label", "icon", "sequence", "list", "kanban", "filter", "endpoint", "roles"),
    required=("id", "label"),
)

_INNER: dict[str, dict[str, Element]] = {
    "list": {"field": _FIELD, "button": _BUTTON},
    "kanban": {"field": _FIELD},
    "search": {
        "field": Element(("name", "label"), required=("name",)),
        "filter": Element(("name", "label", "where", "group", "default"), required=("name", "label", "where")),
        "group": Element(("by", "label", "unit"), required=("by",)),
    },
    "form": {
        "header": Element((), ("button", "field")),
        "button": _BUTTON,
        "figures": Element((), ("figure",)),
        "figure": Element(("name", "list", "by", "label", "widget", *_FOR_WHOM)),
        "group": Element(("id", "label", *_FOR_WHOM), _BODY),
        "field": _FIELD,
        "note": Element(("text", "tone", *_FOR_WHOM), required=("text",)),
        "lines": Element(("field", "label", "readonly", *_FOR_WHOM), ("field",), ("field",)),
        "notebook": Element((), ("page",)),
        "page": Element(("id", "label", *_FOR_WHOM), _BODY, ("label",)),
    },
}


def check_element(root: etree._Element, schema: Element, inner: dict[str, Element]) -> None:
    """Hold an element and all below it against the schema; the first fault is raised."""
    _check_attributes(root, schema)
    for child in children_of(root):
        tag = tag_of(child)
        if tag not in schema.children or tag not in inner:
            raise view_error(
                "views.element",
                f"<{tag}> does not belong into <{tag_of(root)}>",
                place_of(child),
                value=tag,
                near=near_or_all(tag, schema.children),
                remedy=f"<{tag_of(root)}> takes {_listed(schema.children)}",
            )
        check_element(child, inner[tag], inner)


def check_view(root: etree._Element) -> None:
    """Hold a merged view against the schema of its kind."""
    kind = tag_of(root)
    check_element(root, VIEWS[kind], _INNER[kind])


def check_menu(root: etree._Element) -> None:
    """Hold a menu entry against its schema."""
    check_element(root, MENU, {})


def _check_attributes(element: etree._Element, schema: Element) -> None:
    own = attributes_of(element)
    for name in own:
        if name not in schema.attributes and name != "slot":
            raise view_error(
                "views.element",
                f"<{tag_of(element)}> has no attribute of this name",
                place_of(element, name),
                value=name,
                near=near_or_all(name, schema.attributes),
                remedy="correct or remove it",
            )
    for name in schema.required:
        if not own.get(name, "").strip():
            raise view_error(
                "views.element",
                f"<{tag_of(element)}> needs the attribute {name}",
                place_of(element),
                value=name,
                remedy=f'add {name}="..."',
            )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"<{name}>" for name in names) or "no elements"
