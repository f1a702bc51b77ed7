"""Back-office views: XML architectures that addons extend, merged once per addon set into an immutable render model."""

from tradewright.views.build import build_views, build_what_stands
from tradewright.views.condition import Condition
from tradewright.views.criteria import KnownValues, criterion
from tradewright.views.errors import Place, ViewError
from tradewright.views.model import (
    BodyNode,
    ButtonNode,
    FieldNode,
    FigureNode,
    FilterNode,
    FormView,
    GroupByNode,
    GroupNode,
    KanbanView,
    LinesNode,
    ListView,
    MenuItem,
    NotebookNode,
    NoteNode,
    PageNode,
    SearchView,
    ViewSet,
)
from tradewright.views.sources import ViewSource
from tradewright.views.truth import holds

__all__ = [
    "BodyNode",
    "ButtonNode",
    "Condition",
    "FieldNode",
    "FigureNode",
    "FilterNode",
    "FormView",
    "GroupByNode",
    "GroupNode",
    "KanbanView",
    "KnownValues",
    "LinesNode",
    "ListView",
    "MenuItem",
    "NoteNode",
    "NotebookNode",
    "PageNode",
    "Place",
    "SearchView",
    "ViewError",
    "ViewSet",
    "ViewSource",
    "build_views",
    "build_what_stands",
    "criterion",
    "holds",
]
