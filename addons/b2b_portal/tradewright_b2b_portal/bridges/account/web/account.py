"""The account: balance, open items, statement."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.web import Day, Query, Request, Response, download, json_response, page, route

from ....web.home import BUYER
from ..services.balance import KINDS, Period, ages, balance, period, statement_of

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.services.statement import Statement


class Days(Query):
    """A period; without days the last three months."""

    start: Day | None = None
    end: Day | None = None


@route("/portal/account", access=BUYER, query=Days)
def account(env: Env, request: Request, query: Days) -> Response:
    """Show balance, open items by age and the statement of a period."""
    problem = None
    try:
        wanted = period(env, query.start, query.end)
    except Invalid as error:
        wanted, problem = period(env, None, None), error.text
    found = statement_of(env, wanted)
    days = f"start={wanted.start.isoformat()}&end={wanted.end.isoformat()}"
    return page(
        env,
        request,
        "portal/account.html",
        title=_("Account"),
        balance=balance(env),
        ages=ages(env),
        statement=_shown(env, found),
        start=wanted.start.isoformat(),
        end=wanted.end.isoformat(),
        problem=problem,
        files=[
            {"label": "CSV", "href": f"/portal/account/statement.csv?{days}"},
            {"label": "JSON", "href": f"/portal/account/statement.json?{days}"},
        ],
    )


def _shown(env: Env, found: Statement) -> dict[str, Any]:
    code = env.company.currency.code
    fmt = env.format
    return {
        "opening": fmt.money(found.opening, code),
        "closing": fmt.money(found.closing, code),
        "lines": [
            {
                "date": fmt.date(line.day),
                "kind": KINDS.get(line.kind, line.kind),
                "number": line.number,
                "href": f"/portal/invoices/{line.uid}" if line.uid else None,
                "reference": line.reference or "",
                "debit": fmt.money(line.debit, code) if line.debit else "",
                "credit": fmt.money(line.credit, code) if line.credit else "",
                "balance": fmt.money(line.balance, code),
            }
            for line in found.lines
        ],
    }


@route("/portal/account/statement.json", access=BUYER, query=Days)
def statement_as_json(env: Env, request: Request, query: Days) -> Response:  # noqa: ARG001  # every handler has it
    """Send the statement of a period as JSON."""
    wanted = period(env, query.start, query.end)
    found = statement_of(env, wanted)
    return json_response(
        {
            "format": "tradewright-statement",
            "version": 1,
            "start": found.start,
            "end": found.end,
            "currency": env.company.currency.code,
            "opening": found.opening,
            "closing": found.closing,
            "lines": [
                {
                    "date": line.day,
                    "kind": line.kind,
                    "number": line.number,
                    "reference": line.reference,
                    "due_date": line.due_date,
                    "debit": line.debit,
                    "credit": line.credit,
                    "balance": line.balance,
                }
                for line in found.lines
            ],
        }
    )


@route("/portal/account/statement.csv", access=BUYER, query=Days)
def statement_as_csv(env: Env, request: Request, query: Days) -> Response:  # noqa: ARG001  # every handler has it
    """Send the statement of a period as CSV: UTF-8, semicolons, plain numbers; no cell is a formula."""
    wanted = period(env, query.start, query.end)
    found = statement_of(env, wanted)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["date", "kind", "number", "reference", "due_date", "debit", "credit", "balance"])
    writer.writerow([wanted.start.isoformat(), "opening", "", "", "", "", "", f"{found.opening:f}"])
    for line in found.lines:
        due = line.due_date.isoformat() if line.due_date else ""
        writer.writerow(
            [line.day.isoformat(), line.kind, _cell(line.number), _cell(line.reference or ""), due]
            + [f"{amount:f}" for amount in (line.debit, line.credit, line.balance)]
        )
    return download(env, text.getvalue().encode("utf-8-sig"), _name(wanted), "text/csv")


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r", "\0", ";"} else text


def _name(wanted: Period) -> str:
    return f"statement-{wanted.start.isoformat()}-{wanted.end.isoformat()}.csv"
