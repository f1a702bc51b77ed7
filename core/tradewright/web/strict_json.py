"""JSON as strictly as money needs it: no duplicate keys, no NaN, no floats, bounded size and depth."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from tradewright.base.numbers import NumberError, parse_decimal

MAX_DEPTH = 16
MAX_KEYS = 10_000


class JsonError(ValueError):
    """The text is no JSON that is accepted here; the message says why, without quoting input."""


def loads(text: bytes | str, *, max_depth: int = MAX_DEPTH, max_keys: int = MAX_KEYS) -> Any:
    """Read JSON; numbers with a fraction become exact `Decimal`, integers have at most 18 digits.

    Raises `JsonError` for anything else: bad UTF-8, duplicate keys, NaN, Infinity, exponents, NUL and lone
    surrogates in strings, more than `max_depth` levels or `max_keys` keys.
    """
    try:
        source = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        message = "not UTF-8"
        raise JsonError(message) from None
    _check_depth(source, max_depth)
    keys = _KeyCounter(max_keys)
    try:
        value = json.loads(
            source, object_pairs_hook=keys.collect, parse_constant=_refuse, parse_float=_fraction, parse_int=_integer
        )
    except JsonError:
        raise
    except (ValueError, RecursionError):
        message = "not JSON"
        raise JsonError(message) from None
    _check_strings(value)
    return value


class _KeyCounter:
    def __init__(self, limit: int) -> None:
        self.left = limit

    def collect(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.left -= len(pairs)
        if self.left < 0:
            message = "too many keys"
            raise JsonError(message)
        found = dict(pairs)
        if len(found) != len(pairs):
            message = "a key appears twice"
            raise JsonError(message)
        return found


def _check_depth(source: str, limit: int) -> None:
    """Count brackets outside strings in one pass, before the recursive reader sees them."""
    if source.count("[") + source.count("{") <= limit:
        return
    depth = 0
    inside = escaped = False
    for sign in source:
        if inside:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                inside = False
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            if depth > limit:
                message = "nested too deeply"
                raise JsonError(message)
        elif sign in "]}":
            depth -= 1


def _refuse(_constant: str) -> NoReturn:
    message = "NaN and Infinity are no numbers"
    raise JsonError(message)


def _fraction(text: str) -> Decimal:
    try:
        return parse_decimal(text)
    except NumberError:
        message = "a number has an exponent or too many digits"
        raise JsonError(message) from None


def _integer(text: str) -> int:
    if len(text) > 19 or (len(text) == 19 and text[0] != "-"):
        message = "an integer has too many digits"
        raise JsonError(message)
    return int(text)


def _check_strings(value: Any) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if not is_clean(item):
                message = "a text holds a NUL or half a character"
                raise JsonError(message)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def is_clean(text: str) -> bool:
    """Tell whether a text is free of NUL and of lone surrogates, which no database takes."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
