"""Tickets as plain values, and what buyers do with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from tradewright.base import Invalid, NotFound
from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright_base.models.attachment import Attachment
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_base.services.files import attach, give

from ....models.message import TicketMessage
from ....models.ticket import Ticket
from ....services.saying import say
from ....services.talking import TicketRequest, open_ticket

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Upload

PAGE = 25
MOST_FILES = 5
OPEN = ("new", "open", "waiting")
TONES = {"new": "info", "open": "info", "waiting": "warning", "solved": "success"}
STATES = {
    "new": _("Received"),
    "open": _("In progress"),
    "waiting": _("Waiting for you"),
    "solved": _("Solved"),
    "closed": _("Closed"),
}
KINDS = {"question": _("Question"), "dispute": _("Complaint")}
DOCUMENTS = {"order": "sale.Order", "shipment": "stock.Shipment", "invoice": "account.Invoice"}
LINES = {"order": "sale.OrderLine", "invoice": "account.InvoiceLine"}


@dataclass(frozen=True, slots=True)
class About:
    """What a ticket is about: in words, and as values of the ticket."""

    text: str = ""
    href: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


def find_about(env: Env, kind: str, uid: str, line: int | None = None) -> About:
    """Return the document (`order`, `shipment`, `invoice`) that the buyer means. Raises NotFound for one of others."""
    name = DOCUMENTS.get(kind, "")
    if not env.has(name):
        raise _not_there()
    model: Any = env.site.registry.model(name).cls
    row = env.execute(select(model.id, model.number).where(model.uid == uid)).first()
    if row is None:
        raise _not_there()
    about = About(row.number or "", f"/portal/{kind}s/{uid}", {f"{kind}_id": row.id})
    if line is None:
        return about
    if kind not in LINES:
        raise _not_there()
    part: Any = env.site.registry.model(LINES[kind]).cls
    found = env.execute(
        select(part.id, part.description).where(part.id == line, getattr(part, f"{kind}_id") == row.id)
    ).first()
    if found is None:
        raise _not_there()
    return About(f"{about.text} · {found.description}"[:300], about.href, {**about.values, f"{kind}_line_id": found.id})


def _not_there() -> NotFound:
    return NotFound("record.not-found", _("This record does not exist, or you have no access to it."))


def start(
    env: Env, *, subject: str, body: str, kind: str, about: About, amount: Decimal | None, files: Sequence[Upload]
) -> str:
    """Open a ticket for the buyer's company and return its public id."""
    _check_files(files)
    with env.elevate("a buyer opens a ticket for the own company"):
        stored = _store(env, files)
        ticket = open_ticket(
            env,
            TicketRequest(
                customer=env.one(Partner, env.actor.customer_id or 0),
                contact=env.get(Partner, env.actor.contact_id or 0),
                subject=subject,
                body=body,
                kind=kind,
                disputed_amount=amount if kind == "dispute" else None,
                about=about.text or None,
                attachments=stored,
                values=about.values,
            ),
        )
        for file in stored:
            give(file, ticket.messages[0])
        return ticket.uid


def answer(env: Env, uid: str, body: str, files: Sequence[Upload]) -> None:
    """Write on a ticket of the buyer's company. Raises NotFound for one of somebody else."""
    _check_files(files)
    number = number_of(env, uid)
    with env.elevate("a buyer writes on a ticket of the own company"):
        (ticket,) = env.lock(Ticket, [number])
        stored = _store(env, files)
        message = say(env, ticket, body, attachments=stored)
        for file in stored:
            give(file, message)


def number_of(env: Env, uid: str) -> int:
    """Return the id of a ticket that the buyer may see. Raises NotFound."""
    ticket = env[Ticket]
    found = env.scalar(select(ticket.id).where(ticket.uid == uid))
    return found if found is not None else env.by_uid(Ticket, uid).id


def _check_files(files: Sequence[Upload]) -> None:
    if len(files) > MOST_FILES:
        text = _("Attach at most {most} files to a message.", most=MOST_FILES)
        raise Invalid("helpdesk.files", text, fields={"files": text})


def _store(env: Env, files: Sequence[Upload]) -> list[Attachment]:
    stored = [attach(env, file.filename, file.media_type, cast("BinaryIO", file.stream)) for file in files]
    env.flush()
    return stored


@dataclass(frozen=True, slots=True)
class Tickets:
    """A page of tickets as plain values, and how many there are in all."""

    rows: list[dict[str, Any]]
    count: int


def ticket_rows(env: Env, *, states: Sequence[str] = (), limit: int = PAGE, offset: int = 0) -> Tickets:
    """Return tickets of the buyer's company, the newest first; one statement."""
    ticket = env[Ticket]
    wanted = [ticket.state.in_(states)] if states else []
    rows = env.execute(
        select(
            ticket.uid,
            ticket.number,
            ticket.kind,
            ticket.subject,
            ticket.state,
            ticket.opened_at,
            ticket.about,
            func.count().over().label("all"),
        )
        .where(*wanted)
        .order_by(ticket.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    plain = [
        {
            "href": f"/portal/tickets/{row.uid}",
            "number": row.number or "",
            "subject": row.subject,
            "kind": KINDS[row.kind],
            "about": row.about or "",
            "opened": env.format.date(row.opened_at),
            "state": {"label": STATES[row.state], "tone": TONES.get(row.state, "")},
        }
        for row in rows
    ]
    return Tickets(plain, rows[0].all if rows else 0)


def ticket_page(env: Env, uid: str) -> dict[str, Any]:
    """Return all that the page of a ticket shows. Raises NotFound for one of somebody else."""
    ticket, currency = env[Ticket], env[Currency]
    row = env.execute(
        select(
            ticket.id,
            ticket.uid,
            ticket.number,
            ticket.kind,
            ticket.subject,
            ticket.state,
            ticket.opened_at,
            ticket.about,
            ticket.disputed_amount,
            currency.code,
        )
        .outerjoin(currency, currency.id == ticket.currency_id)
        .where(ticket.uid == uid)
    ).first()
    if row is None:
        raise _not_there()
    amount = env.format.money(row.disputed_amount, row.code) if row.disputed_amount is not None and row.code else ""
    return {
        "uid": row.uid,
        "subject": row.subject,
        "state": {"label": STATES[row.state], "tone": TONES.get(row.state, "")},
        "over": row.state in {"solved", "closed"},
        "facts": [
            (_("Number"), row.number or ""),
            (_("Kind"), KINDS[row.kind]),
            (_("About"), row.about or ""),
            (_("Disputed amount"), amount),
            (_("Opened"), env.format.datetime(row.opened_at)),
        ],
        "messages": _messages(env, row),
    }


def _messages(env: Env, row: Any) -> list[dict[str, Any]]:
    message = env[TicketMessage]
    rows = env.execute(
        select(message.id, message.author_name, message.from_customer, message.body, message.sent_at)
        .where(message.ticket_id == row.id)
        .order_by(message.id)
    ).all()
    files = _files(env, row.uid, [one.id for one in rows])
    fmt = env.format
    return [
        {
            "author": one.author_name,
            "role": None if one.from_customer else _("Support"),
            "mine": one.from_customer,
            "body": one.body,
            "when": fmt.relative(one.sent_at, env.now),
            "when_title": fmt.datetime(one.sent_at, "long"),
            "iso": one.sent_at.isoformat(),
            "files": files.get(one.id, []),
        }
        for one in rows
    ]


def _files(env: Env, uid: str, message_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    message, file = env[TicketMessage], env[Attachment]
    with env.elevate("files of messages that the buyer sees"):
        rows = env.execute(
            select(message.id, file.uid, file.name, file.size, file.media_type)
            .join(message.attachments.of_type(file))
            .where(message.id.in_(message_ids))
            .order_by(file.id)
        ).all()
    found: dict[int, list[dict[str, Any]]] = {}
    for message_id, file_uid, name, size, media_type in rows:
        kind = "image" if media_type.startswith("image/") else name.rpartition(".")[2].upper()
        shown = {"name": name, "href": f"/portal/tickets/{uid}/files/{file_uid}", "kind": kind}
        found.setdefault(message_id, []).append({**shown, "size": f"{env.format.number(max(size // 1024, 1))} kB"})
    return found


def file_of(env: Env, uid: str, file_uid: str) -> Attachment:
    """Return a file of a message that the buyer may read. Raises NotFound."""
    number = number_of(env, uid)
    message, file = env[TicketMessage], env[Attachment]
    with env.elevate("a file of a message that the buyer may read"):
        found = env.scalar(
            select(file)
            .select_from(message)
            .join(message.attachments.of_type(file))
            .where(message.ticket_id == number, message.internal.is_(False), file.uid == file_uid)
        )
    if found is None:
        raise _not_there()
    return found
