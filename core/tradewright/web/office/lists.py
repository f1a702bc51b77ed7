"""The list of a model: searched, filtered, sorted, grouped, in pages; and its selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright.views import ButtonNode, FieldNode, KanbanView, ListView
from tradewright.web.access import staff
from tradewright.web.office import urls
from tradewright.web.office.boards import board
from tradewright.web.office.buttons import operation_button
from tradewright.web.office.context import Office
from tradewright.web.office.groups import grouped, labels_of
from tradewright.web.office.listing import PAGE, Listing, ListQuery
from tradewright.web.office.navigation import address, form_of, link, open_listing, shown_columns
from tradewright.web.office.values import NUMERIC, Shown, name_of, new_words, show, show_value
from tradewright.web.page import page
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env, FieldInfo, ModelInfo
    from tradewright.web.request import Request
    from tradewright.web.response import Response


@route("/office/<model>", access=staff(), query=ListQuery)
def show_list(env: Env, request: Request, model: str, query: ListQuery) -> Response:
    """Show the records of a model as a list, as groups or as a board."""
    office = Office(env)
    listing = open_listing(office, model, query)
    info, view = listing.info, listing.view
    total = listing.count()
    values: dict[str, Any] = {
        "title": env.t(view.label),
        "at": view.id,
        "crumbs": [{"label": env.t(view.label)}],
        "model": model,
        "listing": toolbar(listing, total),
        "board": None,
        "groups": None,
        "table": None,
    }
    if isinstance(view, KanbanView):
        values["board"] = board(listing)
    elif listing.group is not None:
        values["groups"] = grouped(listing)
    elif total:
        values["table"] = table(listing)
        values["selection"] = selection(office, info, view)
    values["empty"] = _empty(listing) if not total else None
    part = request.htmx and "HTTP_HX_BOOSTED" not in request.environ
    return page(env, request, "office/list_part.html" if part else "office/list.html", **values)


def toolbar(listing: Listing, total: int) -> dict[str, Any]:
    """Return what stands above and below the rows: search, filters, groups, other views, pages, export."""
    office, info, view, query = listing.office, listing.info, listing.view, listing.query
    env = office.env
    kept = [
        (key, value) for key, value in address(listing, q="").items() if isinstance(value, str | int) and value != ""
    ]
    form = form_of(office, view)
    may_create = office.may("create", info.name) and form.create and getattr(view, "create", True)
    kept += [("filter", name) for name in query.filter] + [("within", text) for text in query.within]
    return {
        "search": {"url": urls.records(info.name), "value": query.q, "keep": kept},
        "can_search": bool(listing.search.fields),
        "chips": _chips(listing),
        "reset": link(listing, filter=["-"], within=[], by="", of=None, q="") if _narrowed(listing) else None,
        "groups": [
            {"label": env.t(node.label), "url": link(listing, group=node.name), "active": node.name == query.group}
            for node in listing.groups
        ],
        "ungroup": link(listing, group="") if listing.group else None,
        "views": _views(listing),
        "pages": _pages(listing, total),
        "export": urls.export(info.name, address(listing, page=None)) if isinstance(view, ListView) else None,
        "new": urls.new(info.name, _new_query(listing)) if may_create else None,
        "new_label": new_words(office, info),
    }


def _new_query(listing: Listing) -> dict[str, Any]:
    query: dict[str, Any] = {"view": address(listing)["view"]}
    if listing.query.of is not None:
        query[f"d.{listing.query.by}"] = listing.query.of
    return query


def _narrowed(listing: Listing) -> bool:
    return bool(listing.active or listing.within or listing.query.of or listing.query.q)


def _chips(listing: Listing) -> list[dict[str, Any]]:
    office = listing.office
    names = [node.name for node in listing.active]
    found: list[dict[str, Any]] = []
    for node in listing.filters:
        active = node.name in names
        wanted = [name for name in names if name != node.name] if active else [*names, node.name]
        found.append(
            {"label": office.env.t(node.label), "active": active, "url": link(listing, filter=wanted or ["-"])}
        )
    for group, value in listing.within:
        rest = [text for text in listing.query.within if text != f"{group.name}={value}"]
        label = f"{office.env.t(group.label)}: {group_label(office, group.steps[-1], value, group.unit)}"
        found.append({"label": label, "active": True, "url": link(listing, within=rest)})
    if listing.query.of is not None and listing.query.by in listing.info.fields:
        field = listing.info.fields[listing.query.by]
        label = f"{office.env.t(field.label)}: {group_label(office, field, str(listing.query.of), '')}"
        found.append({"label": label, "active": True, "url": link(listing, by="", of=None)})
    return found


def group_label(office: Office, field: FieldInfo, value: str, unit: str) -> str:
    """Return what one group of a list is called."""
    return labels_of(office, field, [value], unit)[value]


def _views(listing: Listing) -> list[dict[str, Any]]:
    office, info = listing.office, listing.info
    board_view = office.views.kanban_for(info.name)
    if board_view is None or not office.reads(info, board_view.by.name):
        return []
    shown = listing.view
    list_id = shown.id if isinstance(shown, ListView) else office.views.defaults["list", info.name]
    return [
        {
            "label": office.env.t(label),
            "icon": icon,
            "active": shown.id == name,
            "url": link(listing, view=name if name != office.views.defaults["list", info.name] else "", group=""),
        }
        for label, icon, name in ((_("List"), "list", list_id), (_("Board"), "columns-3", board_view.id))
    ]


def _pages(listing: Listing, total: int) -> dict[str, Any] | None:
    if isinstance(listing.view, KanbanView) or listing.group is not None or not total:
        return None
    last = (total - 1) // PAGE + 1
    current = max(1, min(listing.query.page, last))
    first, end = (current - 1) * PAGE + 1, min(current * PAGE, total)
    near = sorted({1, last, *range(max(1, current - 2), min(last, current + 2) + 1)})
    entries: list[dict[str, Any] | None] = []
    for place, number in enumerate(near):
        if place and number - near[place - 1] > 1:
            entries.append(None)
        entries.append({"label": str(number), "url": link(listing, page=number), "current": number == current})
    return {
        "summary": listing.office.env.t(_("{first}–{last} of {total}", first=first, last=end, total=total)),
        "previous": link(listing, page=current - 1) if current > 1 else None,
        "next": link(listing, page=current + 1) if current < last else None,
        "entries": entries if last > 1 else [],
    }


def table(listing: Listing) -> dict[str, Any]:
    """Return head, rows and sums of the page."""
    office = listing.office
    nodes = shown_columns(listing)
    lead = _lead(listing, nodes)
    records = listing.rows()
    query = {"view": address(listing)["view"]}
    return {
        "columns": [_column(listing, node, is_lead=place == lead) for place, node in enumerate(nodes)],
        "lead": lead,
        "rows": [
            {
                "id": record.id,
                "label": name_of(office, record),
                "href": urls.record(listing.info.name, record.id, query),
                "cells": [show(office, node, record) for node in nodes],
                "off": getattr(record, "active", True) is False if "active" in listing.info.fields else False,
            }
            for record in records
        ],
        "sums": _sums(listing, nodes),
    }


def _lead(listing: Listing, nodes: list[FieldNode]) -> int:
    """Return the place of the column that names a row and leads to its record."""
    for wanted in ("title", ""):
        for place, node in enumerate(nodes):
            if node.widget == "title" if wanted else node.own and node.name == listing.info.title:
                return place
    return 0


def _column(listing: Listing, node: FieldNode, *, is_lead: bool) -> dict[str, Any]:
    sort = listing.query.sort if listing.sort_column is not None else ""
    down = sort == f"-{node.name}"
    up = sort == node.name
    numeric = node.info.kind in NUMERIC or node.widget in {"money", "quantity"}
    return {
        "key": node.name,
        "label": listing.office.env.t(node.label),
        "kind": "lead" if is_lead else "num" if numeric else "trail" if _is_state(node) else "",
        "sort": link(listing, sort=f"-{node.name}" if up else node.name) if node.sortable else None,
        "sorted": "descending" if down else "ascending" if up else None,
    }


def _is_state(node: FieldNode) -> bool:
    return node.info.kind == "choice" and node.info.name == "state"


def _sums(listing: Listing, nodes: list[FieldNode]) -> list[Shown | None] | None:
    """Sum over the whole list, not the page; amounts of several currencies have no sum."""
    summed = [node for node in nodes if node.sum and node.own]
    if not summed:
        return None
    office, cls = listing.office, listing.info.cls
    currency = next((node.info.currency for node in summed if node.info.currency), None)
    by = getattr(cls, listing.info.fields[currency].column) if currency in listing.info.fields else None
    sums = [func.sum(getattr(cls, node.name)) for node in summed]
    statement = select(*sums) if by is None else select(*sums, by).group_by(by)
    rows = office.env.execute(statement.where(*listing.criteria())).all()
    if len(rows) != 1:
        return None
    sample = _OneCurrency(office, listing.info, currency, rows[0][-1] if by is not None else None)
    by_name = {node.name: value for node, value in zip(summed, rows[0], strict=False)}
    return [
        show_value(office, node.info, by_name[node.name], sample, node.widget)
        if by_name.get(node.name) is not None
        else None
        for node in nodes
    ]


class _OneCurrency:
    """Stands for a record that has the currency of a sum."""

    def __init__(self, office: Office, info: ModelInfo, name: str | None, currency_id: int | None) -> None:
        self.__info__ = info
        field = info.fields.get(name or "")
        if field is not None and field.target and currency_id is not None:
            cls: Any = office.models[field.target].cls
            setattr(self, field.name, office.env.get(cls, currency_id))


def selection(office: Office, info: ModelInfo, view: ListView) -> list[dict[str, Any]]:
    """Return the operations that the actor may run over a selection."""
    nodes = view.buttons if view.buttons is not None else form_of(office, view).buttons
    return [operation_button(office, info, node) for node in nodes if _usable(office, node)]


def _usable(office: Office, node: ButtonNode) -> bool:
    return node.operation is not None and office.may_run(node.operation) and office.holds_role(node.roles)


def _empty(listing: Listing) -> dict[str, str]:
    office, view = listing.office, listing.view
    t = office.env.t
    if _narrowed(listing):
        return {
            "title": t(_("Nothing found")),
            "text": t(_("No record matches the search and the filters. Clear them to see all.")),
        }
    told = view.empty if isinstance(view, ListView) else None
    plural = t(view.label)
    return {
        "title": t(_("Nothing here yet: {what}", what=plural)),
        "text": t(told or _("{what} appear here as soon as there are any.", what=plural)),
    }
