"""The body of a record's page as a tree of plain values: groups, fields, lines, pages; shown or to be filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewright.views import BodyNode, FieldNode, GroupNode, LinesNode, NotebookNode, NoteNode
from tradewright.views.kinds import TO_ONE
from tradewright.web.office import urls
from tradewright.web.office.conditions import as_data
from tradewright.web.office.context import readable
from tradewright.web.office.values import NUMERIC, name_of, show
from tradewright.web.office.widgets import Widgets

if TYPE_CHECKING:
    from tradewright.web.office.draft import Draft

Data = dict[str, Any]
MOST_SHOWN = 500


@dataclass
class Body:
    """Makes the tree of one record's page; without `widgets` everything is shown only."""

    draft: Draft
    widgets: Widgets | None = None
    blank: Callable[[str], int] = lambda _name: 1

    @property
    def editing(self) -> bool:
        """Tell whether the page is to be filled in."""
        return self.widgets is not None

    def nodes(self, nodes: Iterable[BodyNode]) -> list[Data]:
        """Return the parts that the actor sees; groups in a row are one part."""
        return _batched(self._parts(nodes))

    def _parts(self, nodes: Iterable[BodyNode]) -> list[Data]:
        """Return each part; fields that stand by themselves share a group."""
        found: list[Data] = []
        for node in nodes:
            if not self._visible(node):
                continue
            made = self._node(node)
            if made is None:
                continue
            if made["kind"] == "field":
                if not found or found[-1]["kind"] != "group" or not found[-1]["loose"]:
                    found.append(
                        {
                            "kind": "group",
                            "label": None,
                            "fields": [],
                            "when": None,
                            "loose": True,
                            "notes": [],
                            "parts": [],
                        }
                    )
                found[-1]["fields"].append(made["field"])
            else:
                found.append(made)
        return found

    def _visible(self, node: BodyNode) -> bool:
        if isinstance(node, NotebookNode):
            return True
        if self.editing:
            return self.draft.visible(node)
        office = self.draft.office
        return office.holds_role(node.roles) and office.visible(self.draft.info.name, node.visible, self.draft.record)

    def _when(self, node: Any) -> str | None:
        if not self.editing or isinstance(node.visible, bool) or not self.draft.depends(node.visible):
            return None
        data = as_data(node.visible)
        return json.dumps(data) if data else None

    def _node(self, node: BodyNode) -> Data | None:
        match node:
            case FieldNode():
                field = self.field(node)
                return {"kind": "field", "field": field} if field else None
            case GroupNode():
                return self._group(node)
            case LinesNode():
                return self._lines(node)
            case NoteNode():
                return {"kind": "note", "text": self._t(node.text), "tone": node.tone, "when": self._when(node)}
            case NotebookNode():
                pages = [page for one in node.pages if (page := self._page(one))]
                return {"kind": "notebook", "pages": pages} if pages else None

    def field(self, node: FieldNode) -> Data | None:
        """Return a field, or None for one that the actor does not see."""
        if self.widgets is not None and node.name in {**self.draft.fields, **self.draft.uploads}:
            return self.widgets.field(node)
        if not self.draft.office.shows(self.draft.info.name, node):
            return None
        if self.widgets is not None:
            return self.widgets.field(node)
        return {
            "label": self._t(node.label),
            "shown": show(self.draft.office, node, self.draft.record),
            "wide": node.wide,
            "help": None,
            "when": None,
            "findings": self.draft.findings.at(node.name),
        }

    def _group(self, node: GroupNode) -> Data | None:
        inner = self._parts(node.children)
        fields = [field for part in inner if part["kind"] == "group" and part["loose"] for field in part["fields"]]
        rest = [part for part in inner if part["kind"] not in {"group", "note"} or not part.get("loose", True)]
        notes = [part for part in inner if part["kind"] == "note"]
        if not fields and not rest and not notes:
            return None
        label = self._t(node.label) if node.label else None
        if node.id == "totals" and fields and all("shown" in field for field in fields):
            return {"kind": "totals", "label": label, "rows": fields, "when": self._when(node)}
        found = {"kind": "group", "label": label, "fields": fields, "when": self._when(node), "loose": False}
        return {**found, "notes": notes, "parts": _batched(rest)}

    def _page(self, node: Any) -> Data | None:
        office = self.draft.office
        if not office.holds_role(node.roles):
            return None
        if not (
            self.draft.visible(node)
            if self.editing
            else office.visible(self.draft.info.name, node.visible, self.draft.record)
        ):
            return None
        parts = self.nodes(node.children)
        return (
            {"id": node.id, "label": self._t(node.label), "parts": parts, "when": self._when(node)} if parts else None
        )

    def _lines(self, node: LinesNode) -> Data | None:
        office, draft = self.draft.office, self.draft
        if not office.reads(draft.info, node.field.name) or not office.may("read", node.model):
            return None
        if self.widgets is not None and node.field.name in draft.grids:
            grid = self.widgets.grid(node, self.blank(node.field.name))
            return {"kind": "grid", "label": self._t(node.label), "grid": grid, "when": self._when(node)}
        records = [] if draft.is_new else list(readable(lambda: getattr(draft.record, node.field.name)) or ())
        if draft.is_new:
            return None
        columns = [one for one in node.columns if office.shows(node.model, one)]
        return {"kind": "lines", "label": self._t(node.label), "when": None, **self._table(node, columns, records)}

    def _table(self, node: LinesNode, columns: list[FieldNode], records: list[Any]) -> Data:
        office = self.draft.office
        linked = not node.field.owned
        # An optional column stands quietly below the first one, where it says something else.
        extra = [one for one in columns[1:] if one.optional]
        columns = [one for one in columns if one not in extra]
        rows = [
            {
                "href": urls.record(node.model, record.id) if linked else None,
                "label": name_of(office, record),
                "cells": [show(office, column, record) for column in columns],
                "findings": self.draft.findings.line(node.field.name, record.id),
                "under": [
                    shown.text
                    for one in extra
                    if (shown := show(office, one, record)).text and shown.text not in _names(record, columns[0])
                ],
            }
            for record in records[:MOST_SHOWN]
        ]
        return {
            "columns": [
                {
                    "key": one.name,
                    "label": self._t(one.label),
                    "kind": _alignment(one, place),
                    "sort": None,
                    "sorted": None,
                }
                for place, one in enumerate(columns)
            ],
            "rows": rows,
            "more": max(0, len(records) - MOST_SHOWN),
            "all": self._all(node) if linked else None,
        }

    def _all(self, node: LinesNode) -> str | None:
        """Return the list of these records, where more can be done with them."""
        inverse = self.draft.office.models[node.model].fields.get(node.field.inverse or "")
        if inverse is None or inverse.kind not in TO_ONE:
            return None
        return urls.records(node.model, {"by": inverse.name, "of": self.draft.record.id})

    def _t(self, text: Any) -> str:
        return self.draft.office.env.t(text)


def _names(record: Any, column: FieldNode) -> set[str]:
    """What a record's column says by itself: the text, or the names of what it leads to, in all languages."""
    value = readable(lambda: getattr(record, column.name, None)) if column.own else None
    info = getattr(type(value), "__info__", None)
    if info is None or not info.title:
        return {str(value)}
    stored = readable(lambda: getattr(value, f"{info.title}_i18n", None)) or {}
    source = readable(lambda: getattr(value, f"{info.title}_source", None)) or readable(
        lambda: getattr(value, info.title)
    )
    return {str(source), *stored.values()}


def _batched(parts: list[Data]) -> list[Data]:
    found: list[Data] = []
    for part in parts:
        if part["kind"] != "group":
            found.append({"kind": part["kind"], "item": part})
        elif found and found[-1]["kind"] == "groups":
            found[-1]["groups"].append(part)
        else:
            found.append({"kind": "groups", "groups": [part]})
    return found


def _alignment(node: FieldNode, place: int) -> str:
    if node.info.kind in NUMERIC or node.widget in {"money", "quantity"}:
        return "num"
    return "lead" if place == 0 else ""
