"""Decimal numbers: how they are read, rounded and written. Nothing here ever uses a float."""

import re
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
MAX_DIGITS: Final = 30

# As xs:decimal has it: ASCII digits, no exponent, no NaN. Python's Decimal() alone would accept all of those.
_DECIMAL = re.compile(r"[ \t\r\n]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*", re.ASCII)
_EXACT = Context(prec=80)


def parse_decimal(text: str) -> Decimal | None:
    """The number that a text holds, or None: no exponent, no thousands separator, at most 30 digits."""
    match = _DECIMAL.fullmatch(text)
    if match is None or len(match[1]) > MAX_DIGITS + 2:
        return None
    return Decimal(match[1])


def round_amount(value: Decimal) -> Decimal:
    """Round to two places as a merchant does: halves away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP, _EXACT)


def round_official(value: Decimal) -> Decimal:
    """Round to two places as the official rules do: halves towards plus infinity (-2.345 gives -2.34)."""
    return value.quantize(CENT, ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN, _EXACT)


def round_whole(value: Decimal) -> Decimal:
    """Round to a whole number, halves towards plus infinity."""
    return value.quantize(ONE, ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN, _EXACT)


def divide(value: Decimal, by: Decimal) -> Decimal:
    """Divide with enough digits that a later rounding to cents is right."""
    return _EXACT.divide(value, by)


def write_amount(value: Decimal) -> str:
    """An amount with two decimals; more only where they say something."""
    return _plain(value, 2)


def write_number(value: Decimal) -> str:
    """A quantity, price or percentage without needless zeros."""
    return _plain(value, 0)


def _plain(value: Decimal, places: int) -> str:
    if not value.is_finite():
        msg = f"{value} is not a finite number"
        raise ValueError(msg)
    text = format(value, "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text
