"""A board: cards in a column for each value of a choice, the first of each column only, in one statement."""

from __future__ import annotations

from typing import Any

from tradewright.orm import func, select
from tradewright.views import KanbanView
from tradewright.web.office import urls
from tradewright.web.office.listing import Listing, ordered
from tradewright.web.office.navigation import link, shown_columns
from tradewright.web.office.values import name_of, show

CARDS = 25
"""The most cards of one column; the rest is in the list behind its head."""


def board(listing: Listing) -> list[dict[str, Any]]:
    """Return the columns of a board with their cards."""
    view = listing.view
    assert isinstance(view, KanbanView), "asked for only for a board"  # noqa: S101
    office, info = listing.office, listing.info
    nodes = shown_columns(listing)
    counts = _counts(listing, view)
    records: dict[str, list[Any]] = {}
    for record in _cards(listing, view):
        records.setdefault(getattr(record, view.by.name), []).append(record)
    return [
        {
            "label": office.env.t(label),
            "count": counts[value],
            "more": max(0, counts[value] - CARDS),
            "more_url": link(listing, view="", filter=["-"], within=[f"{view.by.name}={value}"]),
            "cards": [
                {
                    "title": name_of(office, record),
                    "href": urls.record(info.name, record.id),
                    "cells": [
                        {"label": office.env.t(node.label), "value": show(office, node, record)}
                        for node in nodes
                        if node.name != info.title
                    ],
                }
                for record in records.get(value, ())
            ],
        }
        for value, label in view.by.choices
        if counts.get(value)
    ]


def _counts(listing: Listing, view: KanbanView) -> dict[str, int]:
    cls: Any = listing.info.cls
    column = getattr(cls, view.by.name)
    rows = listing.office.env.execute(
        select(column, func.count(cls.id)).where(*listing.criteria()).group_by(column)
    ).all()
    return {row[0]: row[1] for row in rows}


def _cards(listing: Listing, view: KanbanView) -> list[Any]:
    cls: Any = listing.info.cls
    place = func.row_number().over(partition_by=getattr(cls, view.by.name), order_by=cls.id.desc()).label("place")
    first = select(cls.id.label("id"), place).where(*listing.criteria()).subquery()
    wanted = select(first.c.id).where(first.c.place <= CARDS)
    return listing.office.env.all(ordered(select(cls).where(cls.id.in_(wanted)), listing.info, view.order))
