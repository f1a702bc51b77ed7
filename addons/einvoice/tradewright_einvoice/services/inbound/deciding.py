"""Deciding on a document: accepted with its bill, rejected with a reason; and what the supplier is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import ids, select
from tradewright_account.models.bill import Bill, Rejection

from . import answering
from .arriving import release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env

    from ...models.received import ReceivedDocument


def accept(env: Env, records: Sequence[ReceivedDocument]) -> None:
    """Post the bills of documents; what follows is the same as for a bill that is posted by itself."""
    bills = [one.bill for one in records if one.bill is not None]
    env[Bill].post(env, [bill for bill in bills if bill.state == "draft"])
    posted(env, [bill for bill in bills if bill.state == "posted"])


def reject(env: Env, records: Sequence[ReceivedDocument], code: str, reason: str) -> None:
    """Refuse documents, with their bills."""
    for received in records:
        received.reason, received.state = reason, "rejected"
    release(env, records)
    answering.answer(env, records, "RE", code=code, reason=reason)
    bills = [one.bill for one in records if one.bill is not None and one.bill.state == "draft"]
    if bills:
        env[Bill].reject(env, bills, Rejection(reason=reason))


def posted(env: Env, bills: Sequence[Bill]) -> None:
    """Documents whose bills are posted are accepted."""
    records = [one for one in of_bills(env, bills) if one.state == "ready"]
    for received in records:
        received.state = "accepted"
    answering.answer(env, records, "AP")


def rejected(env: Env, bills: Sequence[Bill]) -> None:
    """Documents whose bills are rejected are rejected, too."""
    by_reason: dict[str, list[ReceivedDocument]] = {}
    for received in of_bills(env, bills):
        if received.state == "ready" and received.bill is not None:
            by_reason.setdefault(received.bill.reason or "", []).append(received)
    for reason, records in by_reason.items():
        reject(env, records, "OTH", reason)


def cancelled(env: Env, bills: Sequence[Bill]) -> None:
    """Documents whose drafts are cancelled wait again."""
    for received in of_bills(env, bills):
        if received.state == "ready":
            received.state, received.bill = "pending", None


def paid(env: Env, bills: Sequence[Bill]) -> None:
    """The senders of documents are told that their bills are paid."""
    answering.answer(env, [one for one in of_bills(env, bills) if one.state == "accepted"], "PD")


def of_bills(env: Env, bills: Sequence[Bill]) -> list[ReceivedDocument]:
    """Return the documents that bills were drafted of; one statement."""
    from ...models.received import ReceivedDocument

    model = env[ReceivedDocument]
    return env.all(select(model).where(model.bill_id.in_(ids(bills))).order_by(model.id)) if bills else []
