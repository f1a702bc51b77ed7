"""What einvoice answers other addons."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import HomeCard, Verdict, hookimpl
from tradewright.i18n import _
from tradewright.orm import ids
from tradewright_account.models.bill import Bill
from tradewright_account.models.invoice import Invoice

from .jobs import build_einvoices, examine_received
from .models.received import ReceivedDocument

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env, Model


@hookimpl
def invoices_posted(env: Env, invoices: Sequence[Invoice]) -> None:
    """Queue one job for all invoices of the transaction; all the work is done after it, when the numbers are there."""
    env.defer(build_einvoices, invoices=ids(invoices))


@hookimpl
def record_findings(env: Env, record: Model) -> Verdict | None:
    """Say what the profile of a draft's customer demands, and what differs in a received document."""
    if not env.actor.has("account.user"):
        return None
    if isinstance(record, ReceivedDocument | Bill):
        from .services.inbound import verdicts

        return verdicts.verdict(env, record)
    if not isinstance(record, Invoice):
        return None
    from .services import drafts  # the engine is imported with the first document

    return drafts.verdict(env, record)


@hookimpl
def documents_received(env: Env, documents: Sequence[ReceivedDocument]) -> None:
    """Queue the examination of each document: nothing is open in the database while it is read."""
    for one in documents:
        env.defer(examine_received, received=one.id)


@hookimpl
def bills_posted(env: Env, bills: Sequence[Bill]) -> None:
    """Tell the senders of received documents that they are accepted."""
    from .services.inbound import deciding

    deciding.posted(env, bills)


@hookimpl
def bills_rejected(env: Env, bills: Sequence[Bill]) -> None:
    """Tell the senders of received documents that they are rejected."""
    from .services.inbound import deciding

    deciding.rejected(env, bills)


@hookimpl
def bills_paid(env: Env, bills: Sequence[Bill]) -> None:
    """Tell the senders of received documents that they are paid."""
    from .services.inbound import deciding

    deciding.paid(env, bills)


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show what could not be issued."""
    return [
        HomeCard(
            "einvoice.einvoice_list", "failed", _("E-invoices with faults"), "danger", "file-warning", sequence=45
        ),
        HomeCard("einvoice.einvoice_list", "rejected", _("Rejected e-invoices"), "danger", "x", sequence=46),
        HomeCard("einvoice.received_list", "open", _("Received documents to decide"), "", "inbox", sequence=46),
    ]


@hookimpl(wrapper=True)
def demo_data(env: Env, today: date) -> Generator[None, list[object], list[object]]:
    """Archive what was posted, once all the others have written their part."""
    answers = yield
    from . import demo  # only for demonstrations

    demo.write(env, today)
    return answers
