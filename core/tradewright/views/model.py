"""The render model: what a merged view says, checked against the models of the addon set, immutable and shared.

Nothing here depends on a user or a language. Labels are `Text`, translated when a page is made; who may see what is
decided then as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.i18n import Text
    from tradewright.orm.info import FieldInfo
    from tradewright.orm.operation import OperationInfo
    from tradewright.views.condition import Condition


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A field shown in a list, a form, a grid or a card.

    `steps` are the fields along the path (one, unless the path has points); `readonly` and `visible` are conditions on
    the record, or a plain truth.
    """

    name: str
    steps: tuple[FieldInfo, ...]
    label: Text
    widget: str = ""
    readonly: Condition | bool = False
    visible: Condition | bool = True
    where: Condition | None = None
    roles: tuple[str, ...] = ()
    sum: bool = False
    sortable: bool = False
    wide: bool = False
    optional: bool = False
    placeholder: Text | None = None

    @property
    def info(self) -> FieldInfo:
        """The field at the end of the path."""
        return self.steps[-1]

    @property
    def own(self) -> bool:
        """Tell whether it is a field of the view's own model, so that a form can edit it."""
        return len(self.steps) == 1


@dataclass(frozen=True, slots=True)
class ButtonNode:
    """An operation, or a link to a page of the addon (`endpoint`, called with the record's id)."""

    label: Text
    operation: OperationInfo | None = None
    endpoint: str = ""
    icon: str = ""
    visible: Condition | bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureNode:
    """A figure above the content: a field of the record, or the number of records of a list that point to it."""

    label: Text
    field: FieldNode | None = None
    view: str = ""
    by: str = ""
    roles: tuple[str, ...] = ()
    visible: Condition | bool = True


@dataclass(frozen=True, slots=True)
class NoteNode:
    """A sentence for whoever fills in the form; `tone` is info, success, warning or danger."""

    text: Text
    tone: str = "info"
    visible: Condition | bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupNode:
    """Fields that belong together, under a label."""

    id: str
    label: Text | None
    children: tuple[BodyNode, ...]
    visible: Condition | bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinesNode:
    """The records of a one-to-many as a grid; editable where the record owns them, unless the view says otherwise."""

    field: FieldInfo
    model: str
    label: Text
    columns: tuple[FieldNode, ...]
    readonly: Condition | bool = False
    visible: Condition | bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageNode:
    """One page of a notebook."""

    id: str
    label: Text
    children: tuple[BodyNode, ...]
    visible: Condition | bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotebookNode:
    """Pages behind tabs."""

    pages: tuple[PageNode, ...]


BodyNode = FieldNode | GroupNode | LinesNode | NotebookNode | NoteNode


@dataclass(frozen=True, slots=True)
class ListView:
    """A list: its columns, its order and what a selection of its rows can do."""

    id: str
    model: str
    label: Text
    columns: tuple[FieldNode, ...]
    order: tuple[str, ...] = ()
    where: Condition | None = None
    buttons: tuple[ButtonNode, ...] | None = None
    search: str = ""
    form: str = ""
    create: bool = True
    empty: Text | None = None


@dataclass(frozen=True, slots=True)
class FormView:
    """A form: header buttons, status line, figures, body."""

    id: str
    model: str
    buttons: tuple[ButtonNode, ...]
    status: FieldNode | None
    figures: tuple[FigureNode, ...]
    body: tuple[BodyNode, ...]
    readonly: Condition | bool = False
    create: bool = True
    edit: bool = True
    delete: bool = False

    def walk(self) -> Iterator[BodyNode | PageNode]:
        """Every node of the body, depth first."""
        yield from _walk(self.body)


@dataclass(frozen=True, slots=True)
class FilterNode:
    """A named condition in the search; filters of one `group` are alternatives, those of different groups all hold."""

    name: str
    label: Text
    condition: Condition
    group: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class GroupByNode:
    """A field by which a list can be grouped; `unit` (year, month, day) for dates."""

    name: str
    label: Text
    steps: tuple[FieldInfo, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SearchView:
    """What can be searched, filtered and grouped."""

    id: str
    model: str
    fields: tuple[FieldNode, ...]
    filters: tuple[FilterNode, ...]
    groups: tuple[GroupByNode, ...]


@dataclass(frozen=True, slots=True)
class KanbanView:
    """Cards in a column for each value of a choice field."""

    id: str
    model: str
    label: Text
    by: FieldInfo
    fields: tuple[FieldNode, ...]
    order: tuple[str, ...] = ()
    where: Condition | None = None
    search: str = ""
    form: str = ""


View = ListView | FormView | SearchView | KanbanView


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An area or an entry of the menu: it opens a list, a kanban or a page of an addon, or holds further entries."""

    id: str
    label: Text
    icon: str = ""
    sequence: int = 50
    view: str = ""
    model: str = ""
    filter: str = ""
    endpoint: str = ""
    roles: tuple[str, ...] = ()
    children: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewSet:
    """All views and the menu of one addon set. `defaults` names the list, form, search and kanban of each model."""

    lists: Mapping[str, ListView]
    forms: Mapping[str, FormView]
    searches: Mapping[str, SearchView]
    kanbans: Mapping[str, KanbanView]
    defaults: Mapping[tuple[str, str], str]
    menu: tuple[MenuItem, ...] = ()

    def list_for(self, model: str) -> ListView:
        """Return the list that opens for a model; every model has one."""
        return self.lists[self.defaults["list", model]]

    def form_for(self, model: str) -> FormView:
        """Return the form that opens for a model; every model has one."""
        return self.forms[self.defaults["form", model]]

    def search_of(self, view: ListView | KanbanView) -> SearchView:
        """Return the search that a list or kanban uses."""
        return self.searches[view.search or self.defaults["search", view.model]]

    def kanban_for(self, model: str) -> KanbanView | None:
        """Return the kanban of a model, if an addon has one."""
        name = self.defaults.get(("kanban", model))
        return self.kanbans[name] if name else None


def _walk(nodes: tuple[BodyNode, ...]) -> Iterator[BodyNode | PageNode]:
    for node in nodes:
        yield node
        if isinstance(node, GroupNode):
            yield from _walk(node.children)
        elif isinstance(node, NotebookNode):
            for page in node.pages:
                yield page
                yield from _walk(page.children)
