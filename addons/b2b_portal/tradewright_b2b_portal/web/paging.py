"""Lists in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tradewright.i18n import _
from tradewright.web import Query, RecordId

if TYPE_CHECKING:
    from tradewright.orm import Env

MOST_PAGES = 10_000


class Paged(Query):
    """Which page of a list."""

    page: RecordId = 1


def paging(env: Env, address: str, query: Paged, count: int, size: int) -> dict[str, Any] | None:
    """Return the parameters of the component `pagination`; None where one page shows all."""
    last = max(-(-count // size), 1)
    here = min(query.page, MOST_PAGES)
    if last == 1:
        return None
    first = (here - 1) * size + 1
    rest = {key: value for key, value in query.model_dump().items() if key != "page" and value}

    def at(number: int) -> str:
        return f"{address}?{urlencode({**rest, 'page': number})}"

    shown = sorted({1, here - 1, here, here + 1, last} & set(range(1, last + 1)))
    pages: list[dict[str, Any] | None] = []
    for number in shown:
        if pages and number - (shown[shown.index(number) - 1]) > 1:
            pages.append(None)
        pages.append({"label": str(number), "url": at(number), "current": number == here})
    return {
        "summary": env.t(_("{first} to {last} of {count}", first=first, last=min(here * size, count), count=count)),
        "previous": at(here - 1) if here > 1 else None,
        "next": at(here + 1) if here < last else None,
        "pages": pages,
    }
