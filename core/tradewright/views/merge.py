"""Merging a view with the changes of other addons, at named slots and by XPath.

The base is never changed; extensions apply in the order given (the addons' dependency order), so what an addon sees
does not depend on the order in which files were found. Slots stay in the tree while merging, so that several addons can
fill one, and dissolve into their parents at the end.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from tradewright.views.errors import Place, near_or_all, view_error
from tradewright.views.reader import attributes_of, children_of, place_of, stamp_attribute, tag_of

POSITIONS = ("before", "after", "inside", "replace", "attributes")


@dataclass(frozen=True)
class Extension:
    """One `<extend view="...">` element of an addon."""

    view: str
    element: etree._Element

    @property
    def place(self) -> Place:
        """Return where it was written."""
        return place_of(self.element)


def merge(base: etree._Element, extensions: Sequence[Extension]) -> etree._Element:
    """Return a new tree: `base` with each extension applied in order, and its slots dissolved."""
    tree = copy.deepcopy(base)
    tree.tail = None
    _refuse_double_slots(tree)
    removed: dict[str, Place] = {}
    for extension in extensions:
        for change in children_of(extension.element):
            _apply(tree, extension.view, change, removed)
            _refuse_double_slots(tree, extension.place.addon)
    dissolve_slots(tree)
    return tree


def slots_of(tree: etree._Element) -> dict[str, etree._Element]:
    """Return the extension targets by name: `<slot name="x"/>`, and any element with `slot="x"`."""
    found = {str(slot.get("name")): slot for slot in tree.iter("slot")}
    found |= {str(element.get("slot")): element for element in tree.iter("*") if element.get("slot")}
    return found


def dissolve_slots(tree: etree._Element) -> None:
    """Put what stands in each `<slot>` in its place, and drop the `slot` attributes."""
    for slot in list(tree.iter("slot")):
        parent = slot.getparent()
        if parent is None:
            continue
        position = parent.index(slot)
        for offset, child in enumerate(list(slot)):
            parent.insert(position + offset, child)
        parent.remove(slot)
    for element in tree.iter("*"):
        element.attrib.pop("slot", None)


def _refuse_double_slots(tree: etree._Element, latest: str = "") -> None:
    """Refuse two slots of one name; the error is about the one that the `latest` addon brought."""
    seen: dict[str, etree._Element] = {}
    for element in tree.iter("*"):
        name = element.get("name") if element.tag == "slot" else element.get("slot")
        if element.tag == "slot" and not name:
            raise view_error(
                "views.slot", "a <slot> without a name", place_of(element), remedy='write <slot name="..."/>'
            )
        if name and name in seen:
            first, second = place_of(seen[name]), place_of(element)
            if first.addon == latest != second.addon:
                first, second = second, first
            raise view_error(
                "views.slot",
                f"the slot is already declared at {first}",
                second,
                value=name,
                remedy="give each slot of a view its own name",
            )
        if name:
            seen[name] = element


def _apply(tree: etree._Element, view: str, change: etree._Element, removed: dict[str, Place]) -> None:
    if change.tag == "into":
        _apply_into(tree, view, change, removed)
    elif change.tag == "at":
        _apply_at(tree, view, change, removed)
    else:
        raise view_error(
            "views.element",
            "unknown element in <extend>",
            place_of(change),
            value=tag_of(change),
            near=("into", "at"),
            remedy="use <into slot=...> or <at path=... position=...>",
        )


def _apply_into(tree: etree._Element, view: str, change: etree._Element, removed: dict[str, Place]) -> None:
    name = _required(change, "slot")
    slots = slots_of(tree)
    if name not in slots:
        message = f"view {view} has no slot of this name"
        if name in removed:
            message += f"; it was removed at {removed[name]}"
        raise view_error(
            "views.slot",
            message,
            place_of(change),
            value=name,
            near=near_or_all(name, slots),
            remedy="name an existing slot, or ask the view's addon for one",
        )
    slots[name].extend(copy.deepcopy(child) for child in children_of(change))


def _apply_at(tree: etree._Element, view: str, change: etree._Element, removed: dict[str, Place]) -> None:
    target = _find(tree, view, change)
    position = _required(change, "position")
    if position not in POSITIONS:
        raise view_error(
            "views.path",
            "unknown position",
            place_of(change),
            value=position,
            near=near_or_all(position, POSITIONS),
            remedy=f"use one of {', '.join(POSITIONS)}",
        )
    parent = target.getparent()
    if parent is None and position not in {"inside", "attributes"}:
        raise view_error(
            "views.path",
            "the root of a view has no neighbours and cannot be replaced",
            place_of(change),
            value=position,
            remedy='use position="inside" or position="attributes", or name an element below the root',
        )
    if position == "attributes":
        _set_attributes(target, change)
        return
    content = [copy.deepcopy(child) for child in children_of(change)]
    if position == "inside" or parent is None:
        target.extend(content)
        return
    at = parent.index(target) + (position == "after")
    if position == "replace":
        removed |= {name: place_of(change) for name in slots_of(target)}
        parent.remove(target)
    for offset, child in enumerate(content):
        parent.insert(at + offset, child)


def _set_attributes(target: etree._Element, change: etree._Element) -> None:
    for attribute in children_of(change):
        name = _required(attribute, "name")
        value = attribute.get("value")
        if attribute.tag != "attribute" or name in {"id", "model"}:
            raise view_error(
                "views.path",
                "only <attribute name= value=/> is allowed here, and not for id or model",
                place_of(attribute),
                value=tag_of(attribute) if attribute.tag != "attribute" else name,
                remedy='write <attribute name="label" value="..."/>; leave out value to remove the attribute',
            )
        if value is None:
            target.attrib.pop(name, None)
        else:
            target.set(name, str(value))
            stamp_attribute(target, name, place_of(attribute))


def _find(tree: etree._Element, view: str, change: etree._Element) -> etree._Element:
    path = _required(change, "path")
    try:
        result = tree.xpath(path)
    except etree.XPathError as fault:
        raise view_error(
            "views.path", f"not an XPath expression: {fault}", place_of(change), value=path, remedy="correct the path"
        ) from fault
    # An XPath may name attributes or texts as well; only elements can be changed.
    found = [item for item in result if etree.iselement(item)] if isinstance(result, list) else []
    if len(found) == 1:
        return found[0]
    message = f"the path matches {len(found)} elements of view {view}; it must match one"
    near = [path_of(item) for item in found] if found else near_or_all(path, [path_of(item) for item in tree.iter("*")])
    raise view_error(
        "views.path", message, place_of(change), value=path, near=near[:5], remedy="name one existing element"
    )


def path_of(element: etree._Element) -> str:
    """Return a short XPath that names the element by what its author calls it."""
    own = attributes_of(element)
    for key in ("id", "name", "field", "operation", "by", "slot"):
        if key in own:
            return f"//{tag_of(element)}[@{key}='{own[key]}']"
    return f"//{tag_of(element)}"


def _required(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if not value:
        raise view_error(
            "views.element",
            f"<{tag_of(element)}> needs the attribute {name}",
            place_of(element),
            value=name,
            remedy=f"add {name}=...",
        )
    return str(value)
