"""Keys for one purpose of one site each, derived from the installation's secret: none signs what another reads."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tradewright.base.settings import Settings
    from tradewright.orm.protocols import Site

_SECRETS: dict[Path, bytes] = {}


def derived_key(site: Site, purpose: str) -> bytes:
    """Return 32 bytes that only this site and this purpose have."""
    return _derived(_secret(site.settings), site.name, purpose)


def _secret(settings: Settings) -> bytes:
    """Read the secret's file once in a process."""
    file = settings.secret_key_file
    found = _SECRETS.get(file)
    if found is None:
        found = _SECRETS[file] = settings.secret_key()
    return found


@lru_cache(maxsize=512)
def _derived(secret: bytes, site: str, purpose: str) -> bytes:
    return hmac.digest(secret, f"{site}\x00{purpose}".encode(), hashlib.sha256)
