"""E-mail addresses and bank accounts: one way to write each, and what can't be one."""

from __future__ import annotations

import re
import unicodedata

_EMAIL = re.compile(
    r"[^\s@<>(),;:\\\"\[\]]{1,64}@(?:[^\s@.<>(),;:\\\"\[\]_/]{1,63}\.)+[^\s@.<>(),;:\\\"\[\]_/\d][^\s@.<>(),;:\\\"\[\]_/]{1,62}"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)


def normalise_email(address: str) -> str:
    """The address without blanks around it and in small letters, so that one person is found under one spelling."""
    return unicodedata.normalize("NFKC", address).strip().lower()


def is_valid_email(address: str) -> bool:
    """Tell whether a normalised address has a name, an @ and a domain; whether it exists only a message tells."""
    name, _at, _domain = address.partition("@")
    return (
        len(address) <= 254
        and _EMAIL.fullmatch(address) is not None
        and ".." not in name
        and not name.startswith(".")
        and not name.endswith(".")
    )


def normalise_iban(number: str) -> str:
    """The number in capitals without blanks."""
    return re.sub(r"\s", "", number).upper()


def is_valid_iban(number: str) -> bool:
    """Tell whether a normalised IBAN has the check digits of ISO 13616 (mod 97)."""
    if not _IBAN.fullmatch(number):
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def is_valid_bic(code: str) -> bool:
    """Tell whether a code has the shape of ISO 9362."""
    return _BIC.fullmatch(code) is not None
