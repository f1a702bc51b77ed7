"""Views for models that nobody wrote one for: sensible, and enough to work with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tradewright.views.compile import plural_of
from tradewright.views.kinds import TO_MANY
from tradewright.views.model import (
    BodyNode,
    ButtonNode,
    FormView,
    GroupByNode,
    GroupNode,
    LinesNode,
    ListView,
    SearchView,
)
from tradewright.views.nodes import label_of, operation_label, plain_node

if TYPE_CHECKING:
    from tradewright.orm.info import FieldInfo, ModelInfo

_TECHNICAL = frozenset({"id", "uid", "version"})
_LIST_KINDS = frozenset(
    {"text", "translated", "choice", "many_to_one", "date", "datetime", "money", "price", "quantity", "percent"}
    | {"integer", "decimal", "boolean", "computed"}
)
_MAX_COLUMNS = 7


def default_list(model: ModelInfo) -> ListView:
    """Return a list of the model's first telling fields, the naming one in front."""
    return ListView(
        f"{model.name}.list",
        model.name,
        plural_of(model),
        tuple(plain_node(info) for info in _columns(model)),
        tuple((model.order_by or "-id").replace(",", " ").split()),
    )


def default_form(model: ModelInfo, models: Mapping[str, ModelInfo]) -> FormView:
    """Return a form of all fields, the records of its one-to-manys below, a button for each operation."""
    shown = [info for info in model.fields.values() if info.name not in _TECHNICAL]
    single = tuple(plain_node(info) for info in shown if info.kind not in TO_MANY | {"json"})
    status = model.fields.get("state")
    return FormView(
        f"{model.name}.form",
        model.name,
        tuple(ButtonNode(operation_label(one), one) for one in model.operations.values()),
        plain_node(status) if status and status.kind == "choice" else None,
        (),
        (GroupNode("main", None, single), *(_lines(info, models) for info in shown if info.kind == "one_to_many")),
    )


def default_search(model: ModelInfo) -> SearchView:
    """Return a search over what the model says is searched, grouped by its choices."""
    names = model.search or ((model.title,) if model.title else ())
    return SearchView(
        f"{model.name}.search",
        model.name,
        tuple(plain_node(model.fields[name]) for name in names if name in model.fields),
        (),
        tuple(
            GroupByNode(info.name, label_of(info), (info,)) for info in model.fields.values() if info.kind == "choice"
        ),
    )


def _lines(info: FieldInfo, models: Mapping[str, ModelInfo]) -> BodyNode:
    target = models[str(info.target)]
    columns = tuple(plain_node(one) for one in _columns(target) if one.name != info.inverse)
    return LinesNode(info, target.name, label_of(info), columns, readonly=not info.owned)


def _columns(model: ModelInfo) -> list[FieldInfo]:
    fitting = [
        info
        for info in model.fields.values()
        if info.kind in _LIST_KINDS and not info.multiline and info.name not in _TECHNICAL
    ]
    fitting.sort(key=lambda info: info.name != model.title)
    return fitting[:_MAX_COLUMNS] or [model.fields["id"]]
