"""Search across models, and suggestions for references: both find only what the actor may read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import select
from tradewright.views import FieldNode, FormView
from tradewright.web.access import staff
from tradewright.web.forms import Query
from tradewright.web.office import urls
from tradewright.web.office.context import Office
from tradewright.web.office.draft import body_fields, body_lines
from tradewright.web.office.frame import entries
from tradewright.web.office.listing import ordered, searched
from tradewright.web.office.relations import SUGGESTED, Candidates, told_apart
from tradewright.web.office.values import name_of
from tradewright.web.page import page
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.views import Condition
    from tradewright.web.request import Request
    from tradewright.web.response import Response

EACH = 5
MOST_MODELS = 30


class SearchQuery(Query):
    """What is searched for."""

    q: str = ""


class SuggestQuery(Query):
    """What is typed (the one value in `v`), and the field it is typed into."""

    v: dict[str, str] = {}
    form: str = ""
    field: str = ""


@route("/office/search", access=staff(), query=SearchQuery)
def search_all(env: Env, request: Request, query: SearchQuery) -> Response:
    """Find records and pages by words; as a part for the palette below the search box, or as a page."""
    office = Office(env)
    text = query.q.strip()[:100]
    groups = [*_pages(office, text), *_records(office, text)] if text else []
    return page(
        env,
        request,
        "office/palette.html" if request.htmx else "office/search.html",
        title=env.t(_("Search")),
        crumbs=[{"label": env.t(_("Search"))}],
        searched=text,
        groups=groups,
    )


def _pages(office: Office, text: str) -> Iterator[dict[str, Any]]:
    folded = text.casefold()
    found = [
        {"label": label, "url": url, "icon": item.icon or "arrow-right"}
        for item, url in entries(office)
        if folded in (label := office.env.t(item.label)).casefold()
    ]
    if found:
        yield {"label": office.env.t(_("Pages")), "items": found[:EACH], "all": None}


def _records(office: Office, text: str) -> Iterator[dict[str, Any]]:
    """Yield the hits of each model that has a place in the menu: one statement for each."""
    models = list(dict.fromkeys(item.model for item, _url in entries(office) if item.model))
    for name in models[:MOST_MODELS]:
        info = office.models[name]
        criteria = searched(office, info, text)
        statement = ordered(select(info.cls).where(*criteria), info, (info.order_by or "-id").replace(",", " ").split())
        hits = office.env.all(statement.limit(EACH + 1))
        if hits:
            yield {
                "label": office.env.t(info.plural),
                "items": [{"label": name_of(office, one), "url": urls.record(name, one.id)} for one in hits[:EACH]],
                "all": urls.records(name, {"q": text, "filter": "-"}) if len(hits) > EACH else None,
            }


@route("/office/suggest/<model>", access=staff(), query=SuggestQuery)
def suggest(env: Env, request: Request, model: str, query: SuggestQuery) -> Response:
    """Suggest records for what is being typed into a reference."""
    office = Office(env)
    office.model(model)
    text = next(iter(query.v.values()), "").partition("#")[0].strip()[:100]
    where = _where(office.views.forms.get(query.form), query.field, model)
    found = Candidates(office).first(model, where, text, SUGGESTED)
    return page(env, request, "office/options.html", options=told_apart(found))


def _where(form: FormView | None, field: str, model: str) -> Condition | None:
    """Return the condition of the field that is typed into, if the form has it."""
    if form is None:
        return None
    nodes: list[FieldNode] = [
        *body_fields(form.body),
        *(one for lines in body_lines(form.body) for one in lines.columns),
    ]
    return next((node.where for node in nodes if node.name == field and node.info.target == model), None)
