"""Sending e-invoices by each customer's channel: queued with the transaction, carried after it, none of them twice.

A sending has a key that never changes. Inside channels take the document over in the transaction. For outside ones a
job carries it in three steps, each known before the next begins: it is claimed, it may have left, it arrived. A worker
that is killed anywhere is followed by one that knows how far it came, and asks the other side by the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tradewright.base import DeveloperError
from tradewright.jobs import GiveUp
from tradewright.orm import ids, select

from .. import errors
from ..models.einvoice import EInvoice
from ..models.sending import EInvoiceSending
from .chain import Paper, archive_all
from .channels import InsideChannel, OutsideChannel, Parcel, Receipt, Refused, TryLater, channels
from .channels.base import File
from .progress import Step, advance
from .wants import recipient_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewright.base import UserError
    from tradewright.jobs import Work
    from tradewright.orm import Env

    from .channels import Channel

HELD = timedelta(minutes=10)
"""How long a worker may be at one document before another takes over; calls take a minute at most."""
OPEN = ("queued", "sending")


class Held(Exception):
    """Another worker is at this document; the job comes back later."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A claimed sending: how it goes, and what travels."""

    channel: OutsideChannel
    parcel: Parcel


def dispatch(env: Env, einvoices: Sequence[EInvoice]) -> list[EInvoiceSending]:
    """Send documents that are sound, each by its customer's channel. What can't go out is noted and stays as it is.

    The documents are locked. One that is on its way already is left alone.
    """
    found = _sound(env, einvoices)
    known, busy = channels(env), _on_their_way(env, found)
    made: list[EInvoiceSending] = []
    unsent: list[Step] = []
    ready = [one for one in found if one.id not in busy]
    refusals = _refusals(env, ready, known)
    for einvoice in ready:
        refusal = refusals.get(einvoice.id)
        if refusal is not None:
            unsent.append(_unsent(env, einvoice, refusal))
            continue
        made.append(_sending(env, einvoice, known[_channel(einvoice)]))
    env.add_all(made)  # before anything is read: a read would write the documents without them
    if unsent:
        advance(env, unsent)
    if made:
        env.flush()
        _start(env, made, known)
    return made


def check_ways(env: Env, einvoices: Sequence[EInvoice]) -> None:
    """Raise `UserError` where a document can't be sent now by its customer's channel, or went out once for all."""
    known = channels(env)
    for refusal in _refusals(env, einvoices, known).values():
        raise refusal
    for one in einvoices:
        if known[_channel(one)].once and one.state not in {"checked", "failed"} and one.channel == _channel(one):
            raise errors.gone_already(one.number)


def queue_again(env: Env, sendings: Sequence[EInvoiceSending]) -> None:
    """Carry sendings again that failed or got lost, under their keys."""
    known = channels(env)
    for sending in env.lock(EInvoiceSending, ids(sendings)):
        if sending.state == "sent" or not isinstance(known.get(sending.channel), OutsideChannel):
            continue
        sending.state, sending.error, sending.queued_at = "queued", None, env.now


def carry(work: Work, key: str) -> None:
    """Carry one document to its other side; called by the job."""
    worker = f"job:{work.claim.id}"
    sending_id = work.run(partial(_number, key=key))
    trip = work.run(partial(_claim, sending_id=sending_id, worker=worker))
    if trip is None:
        return
    try:
        if not trip.parcel.again:
            trip.channel.stage(trip.parcel)
            work.run(partial(_may_have_left, sending_id=sending_id, worker=worker))
        receipt = trip.channel.deliver(trip.parcel)
    except Refused as refusal:
        work.finish(partial(_failed, sending_id=sending_id, worker=worker, reason=str(refusal), refused=True))
    except TryLater as trouble:
        if work.claim.attempt >= work.claim.max_attempts:
            work.finish(partial(_failed, sending_id=sending_id, worker=worker, reason=str(trouble)))
            return
        work.run(partial(_let_go, sending_id=sending_id, worker=worker, reason=str(trouble)))
        raise
    else:
        work.finish(partial(_arrived, sending_id=sending_id, worker=worker, receipt=receipt))


def _sound(env: Env, einvoices: Sequence[EInvoice]) -> list[EInvoice]:
    locked = env.lock(EInvoice, ids(einvoices))
    return [one for one in locked if one.xml_id is not None and not one.fatal and one.current]


def _on_their_way(env: Env, einvoices: Sequence[EInvoice]) -> set[int]:
    model = env[EInvoiceSending]
    return set(
        env.scalars(select(model.einvoice_id).where(model.einvoice_id.in_(ids(einvoices)), model.state.in_(OPEN)))
    )


def _channel(einvoice: EInvoice) -> str:
    return recipient_of(einvoice.invoice.customer).einvoice_channel


def _refusals(env: Env, einvoices: Sequence[EInvoice], known: Mapping[str, Channel]) -> dict[int, UserError]:
    """Why documents can't go out, by their ids; each channel is asked once."""
    by_channel: dict[str, list[EInvoice]] = {}
    for one in einvoices:
        by_channel.setdefault(_channel(one), []).append(one)
    found: dict[int, UserError] = {}
    for code, mine in by_channel.items():
        if code in known:
            found |= known[code].refusals(env, mine)
        else:
            found |= dict.fromkeys(ids(mine), errors.no_channel(code))
    return found


def _sending(env: Env, einvoice: EInvoice, channel: Channel) -> EInvoiceSending:
    einvoice.sendings += 1
    key = f"{einvoice.uid}:{einvoice.sendings}"
    einvoice.message_key, einvoice.channel = key, channel.code
    einvoice.recipient = channel.address(env, einvoice) or None
    return env[EInvoiceSending](
        einvoice_id=einvoice.id,
        company_id=einvoice.company_id,
        ordinal=einvoice.sendings,
        key=key,
        channel=channel.code,
        state="queued",
        recipient=einvoice.recipient or "",
        queued_at=env.now,
    )


def _start(env: Env, sendings: Sequence[EInvoiceSending], known: Mapping[str, Channel]) -> None:
    """Hand over inside, queue for outside."""
    for code in sorted({one.channel for one in sendings}):
        mine, channel = [one for one in sendings if one.channel == code], known[code]
        if isinstance(channel, InsideChannel):
            channel.hand_over(env, mine)
            gone = [one for one in mine if one.state != "failed"]
            for one in gone:
                one.state, one.sent_at = "sent", env.now
                one.einvoice.sent_at = env.now
            advance(env, [_sent(env, one, "sent") for one in gone])
        elif not isinstance(channel, OutsideChannel):  # what goes outside is carried by a job, see extends/sending.py
            raise DeveloperError(
                "einvoice.channel", "a channel hands over inside, or stages and delivers outside", value=code
            )


def _number(env: Env, key: str) -> int:
    model = env[EInvoiceSending]
    found = env.scalar(select(model.id).where(model.key == key))
    if found is None:
        raise GiveUp(f"there is no sending with the key {key!r}")
    return found


def _claim(env: Env, sending_id: int, worker: str) -> Trip | None:
    """Take a sending for one worker. Raises `Held` while another one is at it."""
    sending = env.lock(EInvoiceSending, [sending_id])[0]
    if sending.state not in OPEN:
        return None
    if sending.worker not in {None, worker} and sending.worker_until is not None and sending.worker_until > env.now:
        raise Held(f"{sending.worker} is at it until {sending.worker_until.isoformat()}")
    channel = channels(env).get(sending.channel)
    if not isinstance(channel, OutsideChannel):
        raise TryLater(f"no enabled addon has the channel {sending.channel!r}")
    sending.worker, sending.worker_until = worker, env.now + HELD
    sending.state = "sending"
    sending.attempts += 1
    return Trip(channel, _parcel(env, sending, channel))


def _parcel(env: Env, sending: EInvoiceSending, channel: OutsideChannel) -> Parcel:
    einvoice = sending.einvoice
    files = [
        File(file.name, file.media_type, env.site.files.read(file.sha256))
        for file in (einvoice.xml, einvoice.pdf)
        if file is not None
    ]
    return Parcel(
        key=sending.key,
        number=einvoice.number,
        edition=einvoice.edition,
        ordinal=sending.ordinal,
        kind=einvoice.invoice.kind,
        profile=einvoice.profile,
        recipient=sending.recipient,
        files=files,
        again=sending.staged,
        settings=channel.settings(env, einvoice),
    )


def _mine(env: Env, sending_id: int, worker: str) -> EInvoiceSending | None:
    """Lock a sending that this worker still holds; None where another one has taken over."""
    sending = env.lock(EInvoiceSending, [sending_id])[0]
    return sending if sending.worker == worker and sending.state == "sending" else None


def _may_have_left(env: Env, sending_id: int, worker: str) -> None:
    sending = _mine(env, sending_id, worker)
    if sending is None:
        raise Held("another worker has taken over")
    sending.staged = True


def _let_go(env: Env, sending_id: int, worker: str, reason: str) -> None:
    sending = _mine(env, sending_id, worker)
    if sending is not None:
        sending.worker = sending.worker_until = None
        sending.error = reason[:2_000]


def _failed(env: Env, sending_id: int, worker: str, reason: str, *, refused: bool = False) -> None:
    """Note that a document did not go out; one that was refused is surely not on the other side."""
    sending = _mine(env, sending_id, worker)
    if sending is None:
        return
    sending.state, sending.error = "failed", reason[:2_000]
    sending.staged = sending.staged and not refused
    sending.worker = sending.worker_until = None
    step = Step(
        einvoice_id=sending.einvoice_id,
        key=f"failed:{sending.ordinal}:{sending.attempts}",
        source="network",
        code="failed",
        at=env.now,
        state="failed",
        reason=reason,
    )
    advance(env, [step])


def _arrived(env: Env, sending_id: int, worker: str, receipt: Receipt) -> None:
    sending = _mine(env, sending_id, worker)
    if sending is None:
        return
    einvoice = sending.einvoice
    sending.state, sending.sent_at, sending.reference = "sent", env.now, receipt.reference or None
    sending.error = None
    einvoice.sent_at = env.now
    advance(env, [_sent(env, sending, receipt.state)])
    if receipt.content:
        paper = Paper(
            kind="receipt",
            content=receipt.content,
            name=f"{einvoice.number}.receipt-{sending.ordinal}.json",
            media_type=receipt.media_type,
            day=env.today,
            number=einvoice.number,
            party=einvoice.invoice.customer.account.name,
            einvoice=einvoice,
        )
        archive_all(env, [paper], company_id=einvoice.company_id)


def _sent(env: Env, sending: EInvoiceSending, state: str) -> Step:
    return Step(
        einvoice_id=sending.einvoice_id,
        key=f"sent:{sending.ordinal}",
        source="own",
        code=sending.channel,
        at=env.now,
        state=state,
        reason=sending.recipient,
    )


def _unsent(env: Env, einvoice: EInvoice, refusal: UserError) -> Step:
    return Step(
        einvoice_id=einvoice.id,
        key=f"unsent:{einvoice.sendings + 1}:{env.request_id}",
        source="own",
        code="unsent",
        at=env.now,
        reason=env.t(refusal.text),
    )
