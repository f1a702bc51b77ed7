"""The home of the back office: what waits for whoever looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError
from tradewright.hooks import HomeCard, office_home_cards
from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright.views.kinds import NUMBERS
from tradewright.web.access import staff
from tradewright.web.office import urls
from tradewright.web.office.context import Office
from tradewright.web.office.listing import Listing, ListQuery
from tradewright.web.office.navigation import shown_columns
from tradewright.web.office.values import name_of, show, show_value
from tradewright.web.page import page
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web.request import Request
    from tradewright.web.response import Response

BESIDE = 3


@route("/office", access=staff())
def home(env: Env, request: Request) -> Response:
    """Show what waits: a card for each list that an addon contributes and the actor may read."""
    office = Office(env)
    wanted: list[HomeCard] = sorted(env.hook(office_home_cards)(env), key=lambda card: card.sequence)
    cards = [made for card in wanted if (made := _card(office, card)) is not None]
    return page(
        env,
        request,
        "office/home.html",
        title=env.t(_("Home")),
        greeting=env.t(_("Good day, {name}", name=env.actor.name.split(" ")[0]))
        if env.actor.name
        else env.t(_("Home")),
        today=env.format.date(env.today, "long"),
        cards=[card for card in cards if card["count"]],
        quiet=[card for card in cards if not card["count"]],
    )


def _card(office: Office, card: HomeCard) -> dict[str, Any] | None:
    view = office.views.lists.get(card.view)
    if view is None:
        raise DeveloperError(
            "office.home-card",
            "A card for the home page names a list that does not exist.",
            value=card.view,
            near=sorted(office.views.lists)[:5],
            remedy="Name a list view, addon.id.",
        )
    if not office.may("read", view.model):
        return None
    info = office.models[view.model]
    query = ListQuery(filter=card.filter.split() or ["-"])
    listing = Listing(office, info, view, office.views.search_of(view), query)
    if card.filter and len(listing.active) != len(query.filter):
        # A filter over what the actor may not read is not theirs; without it the card would say something else.
        return None
    count, total = _count(listing, card)
    rows = listing.office.env.all(listing.statement().limit(card.rows)) if count and card.rows else []
    nodes = [node for node in shown_columns(listing) if node.name != info.title][:BESIDE]
    default = office.views.defaults["list", info.name]
    return {
        "label": office.env.t(card.label),
        "icon": card.icon or None,
        "tone": card.tone,
        "count": count,
        "total": total,
        "url": urls.records(info.name, {"view": view.id if view.id != default else None, "filter": query.filter}),
        "rows": [
            {
                "label": name_of(office, record),
                "url": urls.record(info.name, record.id),
                "cells": [show(office, node, record) for node in nodes],
            }
            for record in rows
        ],
    }


def _count(listing: Listing, card: HomeCard) -> tuple[int, Any]:
    office, info = listing.office, listing.info
    cls: Any = info.cls
    field = info.fields.get(card.total)
    if field is None or field.kind not in NUMBERS or not office.reads(info, field.name):
        return listing.count(), None
    statement = select(func.count(cls.id), func.sum(getattr(cls, field.name))).where(*listing.criteria())
    count, total = office.env.execute(statement).one()
    return count, show_value(office, field, total, None) if total is not None else None
