"""Password hashes: argon2id, at most two at a time, and the same work for whoever does not exist.

Every check of a password goes through here, so that memory stays bounded (19 MiB each) under a flood of sign-ins.
Hash and verify outside a writing transaction: they take some 40 ms.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from tradewright.base import Unavailable
from tradewright.i18n import _

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_LENGTH = 10
MOST_LENGTH = 200
WAIT_SECONDS = 10.0
_CONCURRENT = threading.BoundedSemaphore(2)
_COMMON = frozenset(
    {
        "1234567890",
        "12345678910",
        "0123456789",
        "0987654321",
        "password12",
        "password123",
        "password1234",
        "passwort123",
    }
    | {
        "qwertyuiop",
        "qwertzuiop",
        "administrator",
        "changeme123",
        "letmein1234",
        "welcome123",
        "willkommen",
        "iloveyou12",
    }
)


class HashingBusy(Unavailable):
    """Too many passwords are being checked at this moment."""

    def __init__(self) -> None:
        super().__init__(
            "security.hashing-busy", _("Too many people sign in at this moment: try again in a few seconds.")
        )


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    # OWASP's second recommendation: 19 MiB and two passes, so that two at a time fit beside everything else.
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)


@cache
def _dummy() -> str:
    return _hasher().hash("nobody has this password")


def acceptable(password: str) -> bool:
    """Tell whether a new password is long enough and none of the obvious ones."""
    plain = _normal(password)
    return LEAST_LENGTH <= len(plain) <= MOST_LENGTH and len(set(plain)) > 4 and plain.lower() not in _COMMON


def hash_password(password: str) -> str:
    """Return the hash to store. Raises `HashingBusy` after ten seconds without a turn."""
    with _Turn():
        return _hasher().hash(_normal(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash; without a hash the same work is done and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _Turn():
        # An overlong password is not hashed in full, but costs what any other does.
        plain = _normal(password) if len(password) <= MOST_LENGTH else "too long"
        try:
            _hasher().verify(stored or _dummy(), plain)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None and len(password) <= MOST_LENGTH


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    from argon2.exceptions import InvalidHashError

    try:
        return _hasher().check_needs_rehash(stored)
    except InvalidHashError:
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


class _Turn:
    """One of the few places where a hash may be computed."""

    def __enter__(self) -> None:
        if not _CONCURRENT.acquire(timeout=WAIT_SECONDS):
            raise HashingBusy

    def __exit__(self, *_exception: object) -> None:
        _CONCURRENT.release()
