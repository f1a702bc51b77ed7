"""What account answers the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl

from .services.start import book_taxes

if TYPE_CHECKING:
    from tradewright.orm import Env


@hookimpl
def site_installed(env: Env, addons: Sequence[str]) -> None:
    """Give the taxes of product their accounts."""
    if "account" in addons:
        book_taxes(env)
