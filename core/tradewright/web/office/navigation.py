"""Where a list is among its addresses: what is kept when one thing of it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import NotFound
from tradewright.i18n import _
from tradewright.views import FieldNode, FormView, KanbanView, ListView
from tradewright.web.office import urls
from tradewright.web.office.listing import Listing, ListQuery

if TYPE_CHECKING:
    from tradewright.web.office.context import Office

Address = dict[str, Any]


def open_listing(office: Office, model: str, query: ListQuery) -> Listing:
    """Return the list that an address names; `NotFound` for a view of another model."""
    info = office.model(model)
    views = office.views
    name = query.view or views.defaults["list", model]
    view = views.lists.get(name) or views.kanbans.get(name)
    if view is None or view.model != model:
        raise NotFound("office.no-view", _("There is no such list. Choose one in the menu."))
    if isinstance(view, KanbanView) and not office.reads(info, view.by.name):
        raise NotFound("office.no-view", _("There is no such list. Choose one in the menu."))
    return Listing(office, info, view, views.search_of(view), query)


def address(listing: Listing, **changes: Any) -> Address:
    """Return the query of the list with some of it changed; what is at its default is left out."""
    query = listing.query
    default = listing.office.views.defaults["list", listing.info.name]
    found: Address = {
        "view": query.view if query.view != default else "",
        "q": query.q,
        "filter": list(query.filter),
        "sort": query.sort if listing.sort_column is not None else "",
        "group": query.group,
        "within": list(query.within),
        "by": query.by,
        "of": query.of,
        "page": query.page if query.page > 1 else None,
    }
    if changes.keys() - {"page", "sort"}:
        found["page"] = None
    return {**found, **changes}


def link(listing: Listing, **changes: Any) -> str:
    """Return the address of the list with some of it changed."""
    return urls.records(listing.info.name, address(listing, **changes))


def form_of(office: Office, view: ListView | KanbanView) -> FormView:
    """Return the form that a list opens."""
    return office.views.forms[view.form] if view.form else office.views.form_for(view.model)


def shown_columns(listing: Listing) -> list[FieldNode]:
    """Return the columns that the actor may see; the optional ones only in exports."""
    view = listing.view
    nodes = view.columns if isinstance(view, ListView) else view.fields
    return [node for node in nodes if listing.office.shows(listing.info.name, node) and not node.optional]
