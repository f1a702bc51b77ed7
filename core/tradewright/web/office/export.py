"""A list as a CSV table: what the actor may read, whole, with nothing in it that a spreadsheet program would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.base.formulas import neutralise
from tradewright.views import ListView
from tradewright.views.kinds import TO_MANY, TO_ONE
from tradewright.web.access import staff
from tradewright.web.office.context import Office, readable
from tradewright.web.office.listing import Listing, ListQuery
from tradewright.web.office.navigation import open_listing
from tradewright.web.office.values import name_of
from tradewright.web.response import download
from tradewright.web.routes import route

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.views import FieldNode
    from tradewright.web.request import Request
    from tradewright.web.response import Response

MAX_ROWS = 50_000
CHUNK = 1_000
_BOM = "\ufeff"


@route("/office/<model>/export", access=staff(), query=ListQuery)
def export_list(env: Env, request: Request, model: str, query: ListQuery) -> Response:  # noqa: ARG001  a handler's signature
    """Answer with the whole list as CSV, its optional columns included."""
    office = Office(env)
    listing = open_listing(office, model, query)
    nodes = listing.view.columns if isinstance(listing.view, ListView) else listing.view.fields
    shown = [node for node in nodes if office.shows(model, node)]
    text = io.StringIO(_BOM, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([neutralise(env.t(node.label)) for node in shown])
    for record in _records(listing):
        writer.writerow([_cell(office, node, record) for node in shown])
    return download(
        env,
        text.getvalue().encode(),
        name=f"{env.t(listing.view.label)} {env.today.isoformat()}.csv",
        media_type="text/csv",
    )


def _records(listing: Listing) -> Iterator[Any]:
    statement = listing.statement()
    for start in range(0, MAX_ROWS, CHUNK):
        chunk = listing.office.env.all(statement.limit(CHUNK).offset(start))
        yield from chunk
        if len(chunk) < CHUNK:
            return


def _cell(office: Office, node: FieldNode, record: Any) -> str | int | Decimal:
    """Return a value as data: exact numbers and ISO dates, which a spreadsheet reads in any language."""
    owner = record
    for step in node.steps:
        owner = readable(lambda owner=owner, step=step: getattr(owner, step.name)) if owner is not None else None  # type: ignore[misc]
    info, value = node.info, owner
    if value is None:
        return ""
    if info.kind in TO_ONE:
        return neutralise(name_of(office, value))
    if info.kind in TO_MANY:
        return neutralise(", ".join(name_of(office, one) for one in value))
    if info.kind == "choice":
        return neutralise(office.env.t(dict(info.choices).get(value, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else neutralise(str(value))
