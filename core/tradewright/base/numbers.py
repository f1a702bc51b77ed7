"""Exact numbers: one place that parses them and one that rounds them.

Every amount and quantity is a finite `Decimal` with at most 18 digits. Floats never enter.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

MAX_DIGITS = 18
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class NumberError(ValueError):
    """A text that is no acceptable number; `code` says why (`not-a-number`, `too-many-digits`, `too-precise`)."""

    def __init__(self, code: str, value: object) -> None:
        self.code = code
        self.value = value
        super().__init__(f"{code}: {str(value)[:40]!r}")


def parse_decimal(value: str | int | Decimal, *, digits: int = MAX_DIGITS, scale: int = 6) -> Decimal:
    """Read an exact, finite number written with ASCII digits and a point.

    At most `digits` digits in all and `scale` behind the point (trailing zeros count as written). Exponents,
    NaN, infinities, thousands separators and digits of other scripts are refused with `NumberError`.
    """
    text = _plain_text(value)
    if len(text) > 64 or not _NUMBER.fullmatch(text):
        raise NumberError("not-a-number", value)
    whole, _, fraction = text.lstrip("+-").partition(".")
    if len(fraction) > scale:
        raise NumberError("too-precise", value)
    if len(whole.lstrip("0")) > digits - scale:
        raise NumberError("too-many-digits", value)
    number = Decimal(text)
    return abs(number) if number == 0 else number


def _plain_text(value: str | int | Decimal) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NumberError("not-a-number", value)
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
            raise NumberError("not-a-number", value)
        return format(value, "f")
    if isinstance(value, int):
        if abs(value) >= 10**MAX_DIGITS:
            raise NumberError("too-many-digits", "an integer of more than 18 digits")
        return str(value)
    return value.strip(" ")


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round to `digits` places, halves away from zero (2.345 gives 2.35, -2.345 gives -2.35)."""
    return value.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
