"""The hooks that the e-invoicing addon offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.models.bill import Bill

    from .engine import Invoice
    from .models.archive import ArchiveEntry
    from .models.received import ReceivedDocument
    from .services.channels.base import Channel
    from .services.inbound.differing import Difference


@hookspec
def archive_erasing(env: Env, entries: Sequence[ArchiveEntry]) -> None:
    """Let go of files that are about to be erased.

    When: a manager erases documents whose time in the archive is over, before their files go, in that transaction.
    Parameters: `env`, the unit of work, elevated; `entries`, the archive's entries, of one company.
    Return: nothing. Whoever refers to `file_id` of an entry must not do so any more.
    Order: dependency order.
    Since: 1.0
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class DespatchFile:
    """A despatch advice in UBL (Peppol T16) and the number of its shipment."""

    number: str
    content: bytes


@hookspec
def einvoice_channels(env: Env) -> Sequence[Channel]:
    """Offer further ways by which e-invoices leave.

    When: e-invoices are about to be sent, and when one that goes outside is on its way.
    Parameters: `env`, the unit of work.
    Return: channels; the addon adds their codes to the choices of `einvoice_channel` of `base.Partner`. One with the
        code of ours takes its place.
    Order: dependency order; the last one of a code counts.
    Since: 1.0
    """
    raise NotImplementedError


@hookspec
def match_purchase_order(env: Env, bill: Bill, invoice: Invoice) -> Sequence[Difference]:
    """Match the draft of a received invoice with what was ordered.

    When: a bill was drafted of a received document; its supplier, lines and taxes are there.
    Parameters: `env`, the unit of work, elevated; `bill`, the draft; `invoice`, the document as it was read, whose
        `order_reference` is the number that the supplier names.
    Return: what differs from the order; a difference of a code that is not ours is shown by its values as they are.
    Order: dependency order.
    Since: 1.0
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def waiting_quantities(env: Env, line_ids: Sequence[int]) -> Mapping[int, Decimal] | None:
    """Tell what of order lines can't be delivered yet, because goods are missing.

    When: an order is answered by an order response.
    Parameters: `env`, the unit of work, which may read everything; `line_ids`, the order lines.
    Return: the quantity in the product's unit by order line, for those that wait; None where there is no stock.
    Order: the first answer counts.
    Since: 1.0
    """


@hookspec(firstresult=True)
def despatch_advice(env: Env, uid: str) -> DespatchFile | None:
    """Write the despatch advice of a shipment.

    When: somebody asks for it, in the back office or in the portal.
    Parameters: `env`, the unit of work of who asks: the shipment is looked up with that actor's rights; `uid`, its
        public id.
    Return: the file; None where there is no stock. Raises NotFound for a shipment that the actor may not see.
    Order: the first answer counts.
    Since: 1.0
    """


@hookspec
def documents_received(env: Env, documents: Sequence[ReceivedDocument]) -> None:
    """React to documents that have arrived, or are to be examined anew.

    When: in the transaction that stores them, before anything of them is read; they are of the state `new`.
    Parameters: `env`, the unit of work, elevated; `documents`, those that arrived, without duplicates by content.
    Return: nothing.
    Order: dependency order.
    Since: 1.0
    """
