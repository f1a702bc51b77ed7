"""The documents of an invoice for those who ask. The engine behind them is imported with the first one, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.models.invoice import Invoice


def pdf_of(env: Env, invoice: Invoice) -> bytes:
    """Return the newest PDF of a posted invoice; see `archive.pdf_of`."""
    from . import archive

    return archive.pdf_of(env, invoice)


def xml_of(env: Env, invoice: Invoice) -> bytes:
    """Return the newest XML of a posted invoice; see `archive.xml_of`."""
    from . import archive

    return archive.xml_of(env, invoice)
