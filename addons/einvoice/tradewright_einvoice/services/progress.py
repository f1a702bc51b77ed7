"""How far an e-invoice is: one table of what follows what, one door through which anything moves it.

Everything that happens is an event with a key. An event that is known already changes nothing, so a message may come
twice; one that comes late is noted and moves nothing back. Of two contrary answers the later written one counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tradewright.orm import ids, select

from ..models.einvoice import EInvoice
from ..models.sending import EInvoiceEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tradewright.orm import Env
    from tradewright_base.models.attachment import Attachment

FOLLOWS: Final[Mapping[str, frozenset[str]]] = {
    "checked": frozenset({"sent", "delivered", "accepted", "rejected", "paid", "failed"}),
    "failed": frozenset({"sent", "delivered", "accepted", "rejected", "paid"}),
    "sent": frozenset({"delivered", "accepted", "rejected", "paid", "failed"}),
    "delivered": frozenset({"accepted", "rejected", "paid"}),
    "accepted": frozenset({"rejected", "paid"}),
    "rejected": frozenset({"accepted", "paid"}),
    "paid": frozenset(),
}
"""Which states may follow a state. What is not here is noted as an event, and the state stays."""

ANSWERS: Final = frozenset({"accepted", "rejected"})
"""What a customer decides: the answer that was written last counts, whenever it arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to an e-invoice.

    `key` is the same for each repetition. `state` is what it would lead to, None for what is only noted. `at` is the
    moment when it happened, as its source says.
    """

    einvoice_id: int
    key: str
    source: str
    code: str
    at: datetime
    state: str | None = None
    meaning: str = ""
    reason: str = ""
    file: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An event as it was noted, and the document as it is now."""

    einvoice: EInvoice
    step: Step
    before: str


def advance(env: Env, steps: Sequence[Step]) -> list[Moved]:
    """Note what happened, and move the documents as far as that moves them; return what was new.

    The documents are locked; three statements and the writing, however many there are.
    """
    wanted = {step.einvoice_id for step in steps}
    found = {one.id: one for one in env.lock(EInvoice, wanted)}
    event = env[EInvoiceEvent]
    known = {
        (row[0], row[1])
        for row in env.execute(
            select(event.einvoice_id, event.key).where(
                event.einvoice_id.in_(wanted), event.key.in_({step.key for step in steps})
            )
        )
    }
    moved: list[Moved] = []
    for step in steps:
        einvoice = found.get(step.einvoice_id)
        if einvoice is None or (einvoice.id, step.key) in known:
            continue
        known.add((einvoice.id, step.key))
        moved.append(Moved(einvoice, step, einvoice.state))
        _move(einvoice, step)
        env.add(_event(env, moved[-1]))
    env.flush()
    return moved


def follows(before: str, step: Step, answered_at: datetime | None) -> bool:
    """Tell whether a step moves a document that is in a state and was last answered at a moment."""
    if step.state is None or step.state not in FOLLOWS[before]:
        return False
    late = answered_at is not None and step.at < answered_at
    return not (before in ANSWERS and step.state in ANSWERS and late)


def _move(einvoice: EInvoice, step: Step) -> None:
    if step.source == "customer" and (einvoice.answered_at is None or step.at >= einvoice.answered_at):
        einvoice.reason = step.reason or None
    if follows(einvoice.state, step, einvoice.answered_at):
        einvoice.state = step.state or einvoice.state
    if step.state in ANSWERS and (einvoice.answered_at is None or step.at > einvoice.answered_at):
        einvoice.answered_at = step.at


def _event(env: Env, moved: Moved) -> EInvoiceEvent:
    step = moved.step
    return env[EInvoiceEvent](
        einvoice_id=step.einvoice_id,
        key=step.key,
        at=step.at,
        source=step.source,
        code=step.code,
        meaning=step.meaning[:255],
        reason=step.reason[:4_000],
        before=moved.before,
        after=moved.einvoice.state,
        file=step.file,
    )


def mark_paid(env: Env, invoice_ids: Sequence[int]) -> list[Moved]:
    """Note that invoices are paid in the ledger: their newest documents are, too."""
    model = env[EInvoice]
    found = env.all(select(model).where(model.invoice_id.in_(invoice_ids), model.current.is_(True)))
    return advance(
        env,
        [
            Step(einvoice_id=number, key="ledger:paid", source="ledger", code="paid", at=env.now, state="paid")
            for number in ids(found)
        ],
    )
