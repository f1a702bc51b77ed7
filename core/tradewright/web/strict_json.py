"""JSON as strictly as money needs it: no duplicate keys, no NaN, no floats, bounded size and depth."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from tradewright.base.numbers import NumberError, parse_decimal

MAX_DEPTH = 16
MAX_KEYS = 10_000
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


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
        raise JsonError("not UTF-8") from None
    _check_depth(source, max_depth)
    keys = _KeyCounter(max_keys)
    try:
        value = json.loads(
            source, object_pairs_hook=keys.collect, parse_constant=_refuse, parse_float=_fraction, parse_int=_integer
        )
    except JsonError:
        raise
    except (ValueError, RecursionError):
        raise JsonError("not JSON") from None
    _check_strings(value)
    return value


class _KeyCounter:
    def __init__(self, limit: int) -> None:
        self.left = limit

    def collect(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.left -= len(pairs)
        if self.left < 0:
            raise JsonError("too many keys")
        found = dict(pairs)
        if len(found) != len(pairs):
            raise JsonError("a key appears twice")
        return found


def _check_depth(source: str, limit: int) -> None:
    """Count brackets outside strings, before the recursive reader sees them."""
    if source.count("[") + source.count("{") <= limit:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", source)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > limit:
            raise JsonError("nested too deeply")


def _refuse(_constant: str) -> NoReturn:
    raise JsonError("NaN and Infinity are no numbers")


def _fraction(text: str) -> Decimal:
    try:
        return parse_decimal(text)
    except NumberError:
        raise JsonError("a number has an exponent or too many digits") from None


def _integer(text: str) -> int:
    if len(text) > 19 or (len(text) == 19 and text[0] != "-"):
        raise JsonError("an integer has too many digits")
    return int(text)


def _check_strings(value: Any) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if not is_clean(item):
                raise JsonError("a text holds a NUL or half a character")
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
