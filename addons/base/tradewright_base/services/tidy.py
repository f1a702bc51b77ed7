"""What records with addresses and numbers have in common before they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import normalise

from .. import errors
from .identifiers import (
    is_valid_bic,
    is_valid_email,
    is_valid_iban,
    normalise_email,
    normalise_iban,
)
from .vat import is_valid_vat, normalise_vat

if TYPE_CHECKING:
    from collections.abc import Callable

_RULES: dict[str, tuple[Callable[[str], str], Callable[[str], bool], Any]] = {
    "email": (normalise_email, is_valid_email, errors.EMAIL),
    "login": (normalise_email, is_valid_email, errors.EMAIL),
    "vat": (normalise_vat, is_valid_vat, errors.VAT),
    "iban": (normalise_iban, is_valid_iban, errors.IBAN),
    "bic": (normalise_iban, is_valid_bic, errors.BIC),
    "language": (normalise, bool, errors.LANGUAGE),
}


def tidy(record: Any, *fields: str) -> None:
    """Write the named fields of a record in their one form, empty ones as None. Raises Invalid for what is mistyped."""
    for field in fields:
        value = record.__dict__.get(field)
        if value is None:
            continue
        normal, valid, message = _RULES[field]
        written = normal(value) if value.strip() else None
        if written is None and field == "login":
            raise errors.invalid_field(field, message)
        if written is not None and not valid(written):
            raise errors.invalid_field(field, message)
        if written != value:
            setattr(record, field, written)
