"""All views of one addon set: read, merged, compiled, completed; the first fault is raised with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import etree

from tradewright.views.compile import compile_form, compile_kanban, compile_list, compile_menu, compile_search
from tradewright.views.defaults import default_form, default_list, default_search
from tradewright.views.errors import ViewError, view_error
from tradewright.views.merge import merge
from tradewright.views.model import FormView, KanbanView, ListView, MenuItem, SearchView, ViewSet
from tradewright.views.schema import check_view
from tradewright.views.scope import Scope
from tradewright.views.sources import Declared, ViewSource, extensions_by_view, full_name, read_source

if TYPE_CHECKING:
    from tradewright.orm.info import ModelInfo


def build_views(
    models: Mapping[str, ModelInfo],
    sources: Iterable[ViewSource],
    *,
    roles: Collection[str] | None = None,
    endpoints: Collection[str] | None = None,
) -> ViewSet:
    """Build the views of an addon set.

    `sources` come in dependency order (ties by name), a bridge after both of its addons; extensions apply in that
    order. `roles` and `endpoints`, where given, are what views may name.

    Raises:
        ViewError: the first fault, with addon, file, line, value, nearest names and remedy.
    """
    ordered = tuple(sources)
    declared = [one for source in ordered for one in read_source(source)]
    views = _by_id([one for one in declared if one.kind not in {"menu", "extend"}])
    menus = _by_id([one for one in declared if one.kind == "menu"])
    scope = Scope(models, ordered, views, roles, endpoints)
    changes = extensions_by_view(declared, views)
    merged = {identity: merge(one.element, changes.get(identity, ())) for identity, one in views.items()}
    for tree in merged.values():
        check_view(tree)
    return _complete(scope, merged, compile_menu(scope, list(menus.values())))


def build_what_stands(
    models: Mapping[str, ModelInfo], sources: Iterable[ViewSource], *, roles: Collection[str] | None = None
) -> tuple[ViewSet, tuple[ViewError, ...]]:
    """Build the views of a site that runs: a source with a fault is left out and told, the others stand.

    What the left out source would have extended shows less, and models get the views that nobody wrote.
    """
    standing, faults = list(sources), list[ViewError]()
    while True:
        try:
            return build_views(models, standing, roles=roles), tuple(faults)
        except ViewError as fault:
            kept = [one for one in standing if not _wrote(one, fault)]
            if len(kept) == len(standing):
                raise
            standing = kept
            faults.append(fault)


def _wrote(source: ViewSource, fault: ViewError) -> bool:
    inside = "/".join(str(fault.where).split("/")[:2]) if str(fault.where).startswith("bridges/") else ""
    return (source.addon, source.inside) == (fault.addon, inside)


def _by_id(declared: Iterable[Declared]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for one in declared:
        if not one.element.get("id"):
            raise view_error(
                "views.element", f"<{one.kind}> needs the attribute id", one.place, value="id", remedy='add id="..."'
            )
        if one.id in found:
            raise view_error(
                "views.duplicate",
                f"the id is already used at {found[one.id].place}",
                one.place,
                value=one.id,
                remedy="choose another id, or write an <extend> to change what is there",
            )
        found[one.id] = one
    return found


def _complete(scope: Scope, merged: Mapping[str, etree._Element], menu: tuple[MenuItem, ...]) -> ViewSet:
    lists: dict[str, ListView] = {}
    forms: dict[str, FormView] = {}
    searches: dict[str, SearchView] = {}
    kanbans: dict[str, KanbanView] = {}
    for identity, root in merged.items():
        if root.tag == "list":
            lists[identity] = compile_list(scope, identity, root)
        elif root.tag == "form":
            forms[identity] = compile_form(scope, identity, root)
        elif root.tag == "search":
            searches[identity] = compile_search(scope, identity, root)
        else:
            kanbans[identity] = compile_kanban(scope, identity, root)
    chosen = _defaults(scope, merged)
    for model in scope.models.values():
        if chosen.setdefault(("list", model.name), f"{model.name}.list") not in lists:
            lists[f"{model.name}.list"] = default_list(model)
        if chosen.setdefault(("form", model.name), f"{model.name}.form") not in forms:
            forms[f"{model.name}.form"] = default_form(model, scope.models)
        if chosen.setdefault(("search", model.name), f"{model.name}.search") not in searches:
            searches[f"{model.name}.search"] = default_search(model)
    return ViewSet(
        MappingProxyType(lists),
        MappingProxyType(forms),
        MappingProxyType(searches),
        MappingProxyType(kanbans),
        MappingProxyType(chosen),
        menu,
    )


def _defaults(scope: Scope, merged: Mapping[str, etree._Element]) -> dict[tuple[str, str], str]:
    """Choose the view of each kind that opens for a model: one marked default, else its own addon's first."""
    ranked: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for identity, root in merged.items():
        addon = scope.views[identity].source.addon
        model = full_name(str(root.get("model")), addon)
        rank = 0 if root.get("default") == "true" else 1 if model.startswith(f"{addon}.") else 2
        ranked.setdefault((str(root.tag), model), []).append((rank, identity))
    return {key: min(found, key=lambda pair: pair[0])[1] for key, found in ranked.items()}
