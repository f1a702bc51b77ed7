"""The inputs of a record's form for the template: what stands in each, what can be chosen, what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import Model
from tradewright.views.kinds import TO_ONE
from tradewright.web.office import urls
from tradewright.web.office.conditions import as_data
from tradewright.web.office.inputs import kind_of, typed
from tradewright.web.office.plain import plain_of
from tradewright.web.office.posted import PREFIX, PostedLine
from tradewright.web.office.relations import Option, told_apart
from tradewright.web.office.values import NUMERIC, Shown, currency_code, show, unit_name
from tradewright.web.website import website_of

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo
    from tradewright.views import FieldNode, LinesNode
    from tradewright.web.office.draft import Draft

Data = dict[str, Any]
SHORT = 16
"""Names of up to so many characters fit into a narrow column."""


@dataclass
class Widgets:
    """Makes the inputs of one draft. `typed` says which texts stand in it: what was sent, or what is stored."""

    draft: Draft
    lists: dict[str, Data] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.office = self.draft.office
        self.names = self.draft.names

    # Single fields ---------------------------------------------------------------------------------------------

    def field(self, node: FieldNode) -> Data:
        """Return the input of a field, or its value where it cannot be changed."""
        draft = self.draft
        when = as_data(node.visible) if not isinstance(node.visible, bool) and draft.depends(node.visible) else None
        base: Data = {
            "label": self.office.env.t(node.label),
            "help": self.office.env.t(node.info.help) if node.info.help else None,
            "wide": node.wide,
            "when": json.dumps(when) if when else None,
            "findings": draft.findings.at(node.name),
        }
        if node.name in draft.uploads:
            shown = show(self.office, node, draft.record) if not draft.is_new else Shown()
            return {
                **base,
                "name": f"f.{node.name}",
                "kind": "file",
                "now": shown,
                "remove": f"{PREFIX}{node.name}~remove",
            }
        if node.name not in draft.fields:
            return {
                **base,
                "shown": show(self.office, node, draft.record) if not draft.is_new else _new_value(self, node),
            }
        name = PREFIX + node.name
        text, is_typed = self._text(node)
        found = {
            **base,
            "name": name,
            "kind": kind_of(node.info, node.widget),
            "value": text,
            "required": draft_requires(draft, node.info),
            "error": self._error(name),
            "placeholder": self.office.env.t(node.placeholder) if node.placeholder else None,
            "unit": self._unit(node),
            "options": [],
            "blank": None,
            "attrs": {},
            "translations": [],
        }
        return {**found, **self._of_kind(node, found, is_typed=is_typed)}

    def _text(self, node: FieldNode) -> tuple[str, bool]:
        """Return the text of an input, and whether somebody typed it."""
        if self.draft.posted is not None:
            texts = self.draft.texts()
            if node.name in texts:
                return texts[node.name], True
        return typed(node.info, self.draft.now[node.name], self.office.env.format), False

    def _error(self, name: str) -> str | None:
        text = self.draft.errors.get(name)
        return self.office.env.t(text) if text else None

    def _unit(self, node: FieldNode) -> str | None:
        if node.info.kind == "percent":
            return "%"
        if node.info.kind in {"money", "price"}:
            return currency_code(self.office, node.info, self.draft.record) or None
        return unit_name(self.office, node.info, self.draft.record) or None if node.info.unit else None

    def _of_kind(self, node: FieldNode, found: Data, *, is_typed: bool) -> Data:
        info = node.info
        if info.kind == "secret":
            return {"value": "", "placeholder": self.office.env.t(_("Unchanged where you leave it empty"))}
        if info.kind == "choice":
            options = [(value, self.office.env.t(label)) for value, label in info.choices]
            return {"options": options, "blank": "" if not info.required else None}
        if info.kind == "boolean":
            return {"value": found["value"] not in {"", "0"}, "required": False}
        if info.kind in TO_ONE:
            return self._reference(node, found["value"], is_typed=is_typed)
        if info.kind == "many_to_many":
            return self._many(node, found["value"], is_typed=is_typed)
        if info.kind == "translated":
            return {"translations": self._translations(node)}
        if node.widget == "language":
            return self._languages(info, found["value"])
        return {}

    def _languages(self, info: FieldInfo, chosen: str) -> Data:
        """Offer the languages that the site speaks; another one that stands there already stays."""
        spoken = website_of(self.office.env).languages
        words = self.office.env.format
        offered = [*spoken, *([chosen] if chosen and chosen not in spoken else [])]
        options = [(one, words.language_name(one)) for one in offered]
        return {"kind": "select", "options": options, "blank": None if info.required else ""}

    def _reference(self, node: FieldNode, text: str, *, is_typed: bool) -> Data:
        offered = self.draft.candidates.offered(node)
        if offered is None:
            list_id = self._list(node)
            return {
                "kind": "text",
                "value": text if is_typed else self._name(node.info, text),
                "attrs": self._suggesting(node, list_id),
            }
        options = [(one.value, one.name) for one in offered]
        if text.startswith("#") and text not in dict(options):
            options.insert(0, (text, self.names.get(str(node.info.target), text.removeprefix("#"))))
        if is_typed and text and not text.startswith("#"):
            # Typed where one could choose: keep it in sight, so that the error beside it makes sense.
            options.insert(0, (text, text))
        # An empty choice is offered for what is needed too, so that nothing is chosen by accident.
        return {"kind": "select", "value": text, "options": options, "blank": ""}

    def _name(self, info: FieldInfo, text: str) -> str:
        if not text.startswith("#"):
            return text
        return self.names.get(str(info.target), text.removeprefix("#"))

    def _many(self, node: FieldNode, text: str, *, is_typed: bool) -> Data:
        offered = self.draft.candidates.offered(node)
        chosen = text.split("\n") if is_typed else [f"#{number}" for number in text.split()]
        target = str(node.info.target)
        if offered is not None:
            known = {one.value for one in offered}
            missing = [
                Option(int(one[1:]), self.names.get(target, one[1:]))
                for one in chosen
                if one.startswith("#") and one not in known
            ]
            boxes = [
                {"name": f"{PREFIX}{node.name}~{one.id}", "label": one.name, "on": one.value in chosen}
                for one in [*missing, *offered]
            ]
            return {"kind": "boxes", "options": boxes, "wide": True}
        lines = [line if is_typed else self._name(node.info, line) for line in chosen]
        told = [self.office.env.t(node.info.help)] if node.info.help else []
        return {
            "kind": "textarea",
            "value": "\n".join(lines),
            "help": " ".join([*told, self.office.env.t(_("One in each line."))]),
        }

    def _translations(self, node: FieldNode) -> list[Data]:
        stored = getattr(self.draft.record, f"{node.name}_i18n", None) or {}
        languages = [one for one in website_of(self.office.env).languages if one != self.office.env.site.language]
        texts = self.draft.texts() if self.draft.posted is not None else {}
        words = self.office.env.format
        return [
            {
                "name": f"{PREFIX}{node.name}@{one}",
                "label": words.language_name(one),
                "lang": one.replace("_", "-"),
                "value": texts.get(f"{node.name}@{one}", stored.get(one, "")),
                "error": self._error(f"{PREFIX}{node.name}@{one}"),
            }
            for one in languages
        ]

    # Lists to choose from --------------------------------------------------------------------------------------

    def _list(self, node: FieldNode) -> str:
        """Return the id of the list that an input's suggestions go to; fields of the same kind share one."""
        key = f"list-{str(node.info.target).replace('.', '-').lower()}-{node.name.replace('.', '-')}"
        if key not in self.lists:
            self.lists[key] = {"id": key, "options": told_apart(self.draft.candidates.beginning(node))}
        return key

    def _suggesting(self, node: FieldNode, list_id: str) -> dict[str, str]:
        query = {"form": self.draft.form.id, "field": node.name}
        return {
            "list": list_id,
            "autocomplete": "off",
            "hx-get": urls.suggest(str(node.info.target), query),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": f"#{list_id}",
            "hx-swap": "innerHTML",
            "hx-params": "*",
        }

    # Lines -----------------------------------------------------------------------------------------------------

    def grid(self, node: LinesNode, blank: int) -> Data:
        """Return a grid that can be changed."""
        name = node.field.name
        editable = self.draft.columns[name]
        defaults = self.draft.defaults(name)
        children = self.draft.children(node)
        columns = [
            self._column(node, column, editable)
            for column in node.columns
            if self.office.shows(node.model, column) and (column.name in editable or self._tells(column, children))
        ]
        for column in columns:
            column["default"] = defaults.get(column["name"], "")
        return {
            "name": name,
            "prefix": PREFIX + name,
            "caption": self.office.env.t(node.label),
            "columns": columns,
            "rows": self._rows(node, columns),
            "blank": blank,
            "can_remove": self.office.may("delete", node.model),
        }

    def _tells(self, node: FieldNode, children: list[Any]) -> bool:
        """Tell whether a column that is only shown has anything to say; room is scarce among inputs."""
        if not node.own or node.info.kind not in NUMERIC:
            return bool(children)
        return any(getattr(child, node.name) for child in children)

    def _column(self, lines: LinesNode, node: FieldNode, editable: dict[str, FieldNode]) -> Data:
        info = node.info
        base: Data = {"name": node.name, "label": self.office.env.t(node.label), "size": _size(node)}
        numeric = kind_of(info) == "number" or info.kind == "computed"
        if node.name not in editable:
            return {
                **base,
                "kind": "shown-number" if numeric else "shown",
                "size": "s" if info.kind in TO_ONE else base["size"],
            }
        base["required"] = requires(self.office.models[lines.model].cls, info)
        if info.kind in TO_ONE:
            offered = self.draft.candidates.offered(node)
            if offered is None:
                return {**base, "kind": "text", "attrs": self._suggesting(node, self._list(node))}
            short = max((len(one.name) for one in offered), default=0) <= SHORT
            options = [(one.value, one.name) for one in offered]
            return {**base, "kind": "select", "options": options, "blank": "", "size": "m" if short else "l"}
        if info.kind == "choice":
            options = [(value, self.office.env.t(label)) for value, label in info.choices]
            return {**base, "kind": "select", "options": options, "blank": "" if not info.required else None}
        kind = kind_of(info)
        return {**base, "kind": {"textarea": "text", "datetime-local": "text"}.get(kind, kind)}

    def _rows(self, node: LinesNode, columns: list[Data]) -> list[Data]:
        children = {child.id: child for child in self.draft.children(node)}
        if self.draft.posted is None:
            return [
                self._row(node, columns, PostedLine(place, child.id), child)
                for place, child in enumerate(children.values())
            ]
        return [self._row(node, columns, row, children.get(row.id or 0)) for row in self.draft.rows(node.field.name)]

    def _row(self, node: LinesNode, columns: list[Data], row: PostedLine, child: Any) -> Data:
        name = node.field.name
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for column in columns:
            key = column["name"]
            editable = self.draft.columns[name].get(key)
            if editable is None:
                shown = next(one for one in node.columns if one.name == key)
                values[key] = show(self.office, shown, child).text if child is not None else ""
                continue
            values[key] = self._cell(editable, column, row, child)
            error = self._error(f"{PREFIX}{name}-{row.index}-{key}")
            if error:
                errors[key] = error
        findings = self.draft.findings.line(name, row.id)
        return {"id": row.id, "values": values, "errors": errors, "findings": findings, "removed": row.removed}

    def _cell(self, node: FieldNode, column: Data, row: PostedLine, child: Any) -> Any:
        is_typed = self.draft.posted is not None and (node.name in row.texts or node.info.kind == "boolean")
        if is_typed:
            text = row.texts.get(node.name, "")
        else:
            stored = plain_of(node.info, child) if isinstance(child, Model) else ""
            text = typed(node.info, stored, self.office.env.format)
            if node.info.kind in TO_ONE and column["kind"] == "text" and text:
                text = self._name(node.info, text)
        if column["kind"] == "checkbox":
            return text not in {"", "0"}
        if column["kind"] == "select" and text and text not in {value for value, _label in column["options"]}:
            name = self.names.get(str(node.info.target), text[1:]) if text.startswith("#") else text
            column["options"] = [(text, name), *column["options"]]
        return text


def _size(node: FieldNode) -> str | None:
    kind = node.info.kind
    if kind in {"quantity", "percent", "integer", "boolean"}:
        return "s"
    if kind in {"money", "price", "decimal", "date", "choice"}:
        return "m"
    return "l" if kind in TO_ONE else None


def _new_value(widgets: Widgets, node: FieldNode) -> Shown:
    """What a new record gets by itself is not known before it is saved; defaults are."""
    if node.own and node.info.kind not in TO_ONE and getattr(widgets.draft.record, node.name, None) is not None:
        return show(widgets.office, node, widgets.draft.record)
    return Shown()


def draft_requires(draft: Draft, info: FieldInfo) -> bool:
    """Tell whether a field of the draft has to be filled in by its user."""
    return requires(draft.info.cls, info)


def requires(cls: Any, info: FieldInfo) -> bool:
    """Tell whether a field has to be filled in by its user: models that complete themselves say so only when saved."""
    completes = cls.before_save.__func__ is not Model.before_save.__func__  # type: ignore[attr-defined]  # a class method
    return info.required and info.default is None and info.kind != "boolean" and not completes
