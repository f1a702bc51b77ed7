"""Examining a document: read and judged outside of any transaction, then compared, matched and drafted in one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tradewright.base import UserError
from tradewright.orm import select
from tradewright_base.models.currency import Currency

from ...models.received import ReceivedDocument
from . import arriving, drafting, matching
from .differing import Difference

if TYPE_CHECKING:
    from tradewright.orm import Env

    from ...engine import Invoice
    from ...engine.examine import Examination

MOST_FINDINGS: Final = 200
"""How many findings are kept of a document; faults come first."""
MOST_AMOUNT: Final = Decimal(10) ** 13
MOST_LINES: Final = 2_000
"""The most lines of which a bill is drafted."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the bytes of a document gave; `response` tells an answer to one of our own invoices."""

    examined: Examination
    response: bool = False

    @property
    def invoice(self) -> Invoice | None:
        """The invoice, where there is one."""
        return self.examined.reading.invoice if self.examined.reading is not None else None


def begin(env: Env, received_id: int, most: int) -> bytes | None:
    """Count an attempt before the bytes are touched; None where a document is not to be looked at (again)."""
    received = _locked(env, received_id)
    if received is None or received.state != "new" or received.attempts >= most:
        return None
    received.attempts += 1
    return drafting.content_of(env, received)


def give_up(env: Env, received_id: int, most: int) -> None:
    """Set a document aside that ended the program each time it was looked at."""
    received = _locked(env, received_id)
    if received is not None and received.state == "new" and received.attempts >= most:
        _unreadable(env, received, [Difference("poison", "danger")])


def _locked(env: Env, received_id: int) -> ReceivedDocument | None:
    return next(iter(env.lock(ReceivedDocument, [received_id])), None)


def look(content: bytes) -> Look:
    """Read and judge the bytes; raises nothing, whatever they are."""
    from ...engine.examine import examine

    examined = examine(content)
    return Look(examined, response=examined.reading is None and _is_response(examined.xml))


def settle(env: Env, received_id: int, found: Look) -> None:
    """Note what was found; what is an invoice and new is matched with its supplier and drafted as a bill."""
    received = _locked(env, received_id)
    if received is None or received.state != "new":
        return
    examined, invoice = found.examined, found.invoice
    # As in `keep`: the history is no place for findings.
    findings = [one.as_dict() for one in examined.findings[:MOST_FINDINGS]]
    model = env[ReceivedDocument]
    env.update_where(ReceivedDocument, model.id == received.id, values={"findings": findings})
    received.fatal = examined.fatal
    received.profile = examined.profile.title if examined.profile is not None else None
    if found.response:
        _pass_on(env, received, examined.xml)
    elif invoice is None or examined.reading is None:
        _unreadable(env, received, [])
    else:
        received.syntax = ("PDF, " if examined.kind == "pdf" else "") + examined.reading.syntax.upper()
        _note(env, received, invoice)
        other = arriving.claim(env, received, matching.identity(invoice))
        if other is not None:
            received.duplicate_of, received.state = other, "duplicate"
        elif len(invoice.lines) > MOST_LINES:
            _unreadable(
                env, received, [Difference("too-many-lines", "danger", (str(len(invoice.lines)), str(MOST_LINES)))]
            )
        else:
            drafting.match_and_draft(env, received, invoice)
    env.flush()


def _note(env: Env, received: ReceivedDocument, invoice: Invoice) -> None:
    currency = env[Currency]
    received.number = invoice.number[:100]
    received.issued_on = invoice.issue_date
    received.sender = invoice.seller.name[:255]
    received.payable = bounded(invoice.totals.payable)
    received.currency = env.scalar(select(currency).where(currency.code == invoice.currency))


def bounded(amount: object) -> Decimal | None:
    """Return an amount that the database can hold, else None."""
    return amount if isinstance(amount, Decimal) and amount.is_finite() and abs(amount) < MOST_AMOUNT else None


def _unreadable(env: Env, received: ReceivedDocument, differences: list[Difference]) -> None:
    received.state = "unreadable"
    drafting.keep(env, received, differences)


def _pass_on(env: Env, received: ReceivedDocument, document: bytes) -> None:
    """Give an answer to one of our own invoices to where answers are taken."""
    from ..receipts import take_response

    try:
        with env.attempt():
            take_response(env, document, company_id=received.company_id)
    except UserError:
        _unreadable(env, received, [])
        return
    received.state, received.syntax = "passed", "T111"


def _is_response(document: bytes) -> bool:
    from ...engine import EngineError
    from ...engine.postaward import InvoiceResponse, read_message

    if b"ApplicationResponse" not in document[:4096]:
        return False
    try:
        return isinstance(read_message(document), InvoiceResponse)
    except EngineError:
        return False
