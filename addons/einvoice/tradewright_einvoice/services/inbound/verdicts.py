"""What stands at the top of a received document, and of the bill that was drafted of it: what to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewright.hooks import FieldFinding, Verdict
from tradewright.i18n import _, _n
from tradewright.orm import select
from tradewright_account.models.bill import Bill

from ...engine import Finding
from ...models.received import ReceivedDocument
from .differing import said

if TYPE_CHECKING:
    from tradewright.orm import Env

MOST: Final = 12
"""How many findings are shown; the page of the document has the others."""
LOOKED_AT: Final = frozenset({"pending", "ready", "unreadable"})


def verdict(env: Env, record: ReceivedDocument | Bill) -> Verdict | None:
    """Return what differs in a document that waits for a decision, and the faults of its check."""
    received = record if isinstance(record, ReceivedDocument) else _of_bill(env, record)
    if received is None or received.state not in LOOKED_AT:
        return None
    found = [_difference(one) for one in received.differences]
    if isinstance(record, ReceivedDocument):
        found += [
            FieldFinding(
                text=finding.text(env.language),
                detail=f"{finding.rule} {finding.term}".strip(),
                tone="danger" if finding.severity == "fatal" else "warning",
            )
            for finding in map(Finding.from_dict, received.findings[:MOST])
        ]
    if not found:
        return Verdict(_("The document keeps the rules of its profile, and agrees with what is known here."), "success")
    grave = any(one.tone == "danger" for one in found)
    text = _n("There is {n} thing to look at:", "There are {n} things to look at:", len(found))
    return Verdict(text, "danger" if grave else "warning", tuple(found))


def _difference(stored: dict[str, object]) -> FieldFinding:
    text, tone = said(stored)
    return FieldFinding(text=text, tone="danger" if tone == "danger" else "warning")


def _of_bill(env: Env, bill: Bill) -> ReceivedDocument | None:
    if bill.state != "draft":
        return None
    model = env[ReceivedDocument]
    return env.scalar(select(model).where(model.bill_id == bill.id).limit(1))
