"""A record being edited: which fields and grids the actor may change, what was typed into them, and what that means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tradewright.i18n import Text
from tradewright.orm import Model
from tradewright.views import BodyNode, FieldNode, FormView, GroupNode, LinesNode, NotebookNode
from tradewright.views.condition import paths_of
from tradewright.views.kinds import TO_ONE
from tradewright.web.office.conditions import as_data
from tradewright.web.office.context import Office, Rule, readable
from tradewright.web.office.findings import Findings
from tradewright.web.office.inputs import EDITABLE, Refused, parse, typed
from tradewright.web.office.plain import Names, plain_of, plain_text
from tradewright.web.office.posted import PREFIX, Posted, PostedLine
from tradewright.web.office.relations import Candidates, Resolver, Unresolved

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo, ModelInfo

MOST_LINES = 200
"""Grids with more lines than this are shown, not edited: a form is no tool for them."""


@dataclass
class Draft:
    """A record in a form. `record` is the stored one, or a new one that no unit of work knows yet."""

    office: Office
    form: FormView
    info: ModelInfo
    record: Any
    is_new: bool
    posted: Posted | None = None
    errors: dict[str, Any] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    @cached_property
    def candidates(self) -> Candidates:
        """Return what relations can refer to."""
        return Candidates(self.office)

    @cached_property
    def names(self) -> Names:
        """Return the names of the records that the stored values refer to."""
        names = Names(self.office)
        for name, node in self.fields.items():
            names.want(node.info, [self.now[name]])
        for name, columns in self.columns.items():
            for child in self.children(self.grids[name]):
                for column in columns.values():
                    names.want(column.info, [plain_of(column.info, child)])
        return names

    @cached_property
    def resolver(self) -> Resolver:
        """Return the finder of typed records, told all that was typed."""
        resolver = Resolver(self.office)
        if self.posted is not None:
            texts = self.texts()
            for node in self.fields.values():
                _want(resolver, node.info, texts.get(node.name, ""))
            for name, nodes in self.columns.items():
                for row in self.posted.lines.get(name, ()):
                    for node in nodes.values():
                        _want(resolver, node.info, row.texts.get(node.name, ""))
        return resolver

    # What can be changed ---------------------------------------------------------------------------------------

    @cached_property
    def fields(self) -> dict[str, FieldNode]:
        """Return the fields that can be changed, by name."""
        nodes = [node for node in body_fields(self.form.body) if self.editable(node)]
        return {node.name: node for node in nodes}

    @cached_property
    def grids(self) -> dict[str, LinesNode]:
        """Return the grids that can be changed, by the name of their field."""
        return {node.field.name: node for node in body_lines(self.form.body) if self._grid_editable(node)}

    @cached_property
    def uploads(self) -> dict[str, FieldNode]:
        """Return the fields that take a file, by name."""
        return {
            node.name: node
            for node in body_fields(self.form.body)
            if node.own
            and node.info.kind == "attachment"
            and self.office.shows(self.info.name, node)
            and not self._fixed(node.readonly)
        }

    @cached_property
    def columns(self) -> dict[str, dict[str, FieldNode]]:
        """Return the columns that can be changed, by grid and name."""
        return {
            name: {
                column.name: column
                for column in node.columns
                if column.own
                and column.info.kind in EDITABLE
                and column.info.kind != "many_to_many"
                and column.readonly is False
                and self.office.shows(node.model, column)
            }
            for name, node in self.grids.items()
        }

    def editable(self, node: FieldNode) -> bool:
        """Tell whether a field can be changed now."""
        if not node.own or node.info.kind not in EDITABLE or not self.office.holds_role(node.roles):
            return False
        if node.info.kind != "secret" and not self.office.shows(self.info.name, node):
            return False
        return not self._fixed(node.readonly)

    def visible(self, node: Any) -> bool:
        """Tell whether a part of the form is shown; what depends on fields that can be changed here always is."""
        if not self.office.holds_role(node.roles):
            return False
        return self.depends(node.visible) or self.office.visible(self.info.name, node.visible, self.record)

    def depends(self, condition: Rule) -> bool:
        """Tell whether a condition is only about fields that can be changed here, so that the browser can follow it."""
        if isinstance(condition, bool) or as_data(condition) is None:
            return False
        return all(path.names[0] in self.fields for path in paths_of(condition))

    def _grid_editable(self, node: LinesNode) -> bool:
        if not node.field.owned or not self.office.holds_role(node.roles) or self._fixed(node.readonly):
            return False
        if not self.office.reads(self.info, node.field.name):
            return False
        may = all(self.office.may(action, node.model) for action in ("create", "update", "read"))
        return may and (self.is_new or len(self.children(node)) <= MOST_LINES)

    def _fixed(self, condition: Rule) -> bool:
        return self.office.fixed(self.info.name, condition, self.record)

    def children(self, node: LinesNode) -> list[Any]:
        """Return the stored lines of a grid."""
        return [] if self.is_new else list(readable(lambda: getattr(self.record, node.field.name)) or ())

    # What stands in it -----------------------------------------------------------------------------------------

    @cached_property
    def now(self) -> dict[str, str]:
        """Return what is stored in the fields and lines that can be changed, as plain texts."""
        found = {name: plain_of(node.info, self.record) for name, node in self.fields.items()}
        for name, node in self.grids.items():
            for child in self.children(node):
                found[f"{name}:{child.id}"] = "1"
                for column, cell in self.columns[name].items():
                    found[f"{name}:{child.id}:{column}"] = plain_of(cell.info, child)
        return found

    # What was typed --------------------------------------------------------------------------------------------

    def value(self, info: FieldInfo, text: str, stored: str = "") -> Any:
        """Return what a typed text means; for relations the record, or the list of records.

        A reference that still reads as the name of the `stored` one is that one, whatever else has the same name.

        Raises:
            Refused: it cannot be taken.
        """
        if info.kind not in TO_ONE | {"many_to_many"}:
            return parse(info, text, self.office.env.language)
        try:
            if info.kind == "many_to_many":
                return [self.resolver.get(info, line) for line in text.split("\n") if line.strip()]
            if stored and text.strip() == self.names.get(str(info.target), stored):
                return self.names.record(str(info.target), stored)
            return self.resolver.get(info, text) if text.strip() else None
        except Unresolved as fault:
            raise Refused(fault.text) from fault

    def plain_typed(self, info: FieldInfo, text: str, stored: str = "") -> str | None:
        """Return the plain text of what was typed, None where it means nothing."""
        try:
            value = self.value(info, text, stored)
        except Refused:
            return None
        if info.kind == "many_to_many":
            return plain_text(info, [one.id for one in value])
        return plain_text(info, value.id if isinstance(value, Model) else value)

    def texts(self) -> Mapping[str, str]:
        """Return what was typed into the single fields, with choices of many joined and empty boxes as empty texts."""
        assert self.posted is not None, "asked for only after something was sent"  # noqa: S101
        found = dict(self.posted.texts)
        for name, node in self.fields.items():
            if node.info.kind == "many_to_many":
                ticked = [f"#{key.partition('~')[2]}" for key in self.posted.texts if key.startswith(f"{name}~")]
                if ticked or name not in found:
                    found[name] = "\n".join(ticked)
            elif node.info.kind == "boolean":
                found.setdefault(name, "")
        return {key: text for key, text in found.items() if "~" not in key}

    def rows(self, name: str) -> list[PostedLine]:
        """Return the rows that were sent for a grid, without the new ones in which nothing was typed."""
        assert self.posted is not None, "asked for only after something was sent"  # noqa: S101
        defaults = self.defaults(name)
        return [
            row
            for row in self.posted.lines.get(name, ())
            if row.id is not None
            or any(text.strip() not in {"", defaults.get(key, "")} for key, text in row.texts.items())
        ]

    def defaults(self, name: str) -> dict[str, str]:
        """Return what stands in a new row of a grid before anything is typed, by column."""
        words = self.office.env.format
        return {
            column: typed(node.info, plain_text(node.info, node.info.default), words)
            for column, node in self.columns[name].items()
            if node.info.default is not None and not callable(node.info.default)
        }

    def refuse(self, name: str, text: Text) -> None:
        """Note what is wrong with an input."""
        self.errors.setdefault(PREFIX + name, text)


def _want(resolver: Resolver, info: FieldInfo, text: str) -> None:
    if info.kind in TO_ONE:
        resolver.want(info, [text])
    elif info.kind == "many_to_many":
        resolver.want(info, text.split("\n"))


def body_fields(nodes: tuple[BodyNode, ...]) -> Iterator[FieldNode]:
    """Yield the fields of a form's body, those of groups and pages included."""
    for node in nodes:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, GroupNode):
            yield from body_fields(node.children)
        elif isinstance(node, NotebookNode):
            for page in node.pages:
                yield from body_fields(page.children)


def body_lines(nodes: tuple[BodyNode, ...]) -> Iterator[LinesNode]:
    """Yield the grids of a form's body."""
    for node in nodes:
        if isinstance(node, LinesNode):
            yield node
        elif isinstance(node, GroupNode):
            yield from body_lines(node.children)
        elif isinstance(node, NotebookNode):
            for page in node.pages:
                yield from body_lines(page.children)
