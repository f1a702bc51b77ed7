"""Keys for one purpose of one site each, derived from the installation's secret: none signs what another reads."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.orm.protocols import Site


def derived_key(site: Site, purpose: str) -> bytes:
    """Return 32 bytes that only this site and this purpose have."""
    secret: str = site.settings.secret_key
    return hmac.digest(secret.encode(), f"{site.name}\x00{purpose}".encode(), hashlib.sha256)
