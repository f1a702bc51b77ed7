"""The hooks that the e-invoicing addon offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env

    from .models.archive import ArchiveEntry
    from .services.channels.base import Channel


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
