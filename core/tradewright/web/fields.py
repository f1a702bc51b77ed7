"""Annotated types for forms: they parse strictly, or refuse with a sentence for the field.

Numbers are exact decimals in ASCII digits, as the reader's language writes them or in the plain form that number inputs
send (`12.5`). What could mean two things, `1.500` where the comma is the decimal sign, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tradewright.base.numbers import NumberError, parse_decimal
from tradewright.i18n import parse_number
from tradewright.security import passwords

MAX_ID = 2**63 - 1
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_CODE = re.compile(r"[^\s\x00-\x1f\x7f]+(?: [^\s\x00-\x1f\x7f]+)*")
_UID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>()\[\]\\,;:\"]{1,64}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){1,8}")
_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"'\\@]+", re.IGNORECASE)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Exact:
    """The rule of an exact decimal: places behind the point, least and greatest value; forms refuse bare `Decimal`."""

    scale: int
    most: Decimal
    least: Decimal | None = Decimal(0)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.parse)

    def parse(self, value: Any, info: ValidationInfo) -> Decimal:
        """Read a number; raise an error that the form turns into the field's sentence."""
        context: dict[str, Any] = info.context or {}
        try:
            number = parse_typed(value, context.get("language"), self.scale)
        except NumberError as error:
            raise _number_refused(error.code) from None
        if self.least is not None and number < self.least:
            raise PydanticCustomError("too_small", "too small", {"least": self.least})
        if abs(number) > self.most:
            raise PydanticCustomError("too_large", "too large", {"most": self.most})
        return number


def _number_refused(code: str) -> PydanticCustomError:
    match code:
        case "ambiguous-number":
            return PydanticCustomError("ambiguous_number", "ambiguous")
        case "too-many-digits":
            return PydanticCustomError("too_many_digits", "too many digits")
        case "too-precise":
            return PydanticCustomError("too_precise", "too precise")
        case _:
            return PydanticCustomError("not_a_number", "no number")


def parse_typed(value: Any, language: str | None, scale: int = 6) -> Decimal:
    """Read a number typed by a reader of `language`; without a language (JSON) only the plain form is a number.

    Raises `NumberError`; its code is `ambiguous-number` for `1.500` in a language whose decimal sign is the comma.
    """
    if language is None or not isinstance(value, str):
        return parse_decimal(value, scale=scale)
    text = value.strip()
    if _PLAIN.fullmatch(text):
        if _GROUPED.fullmatch(text) and _reads_comma(language):
            raise NumberError("ambiguous-number", value)
        return parse_decimal(text, scale=scale)
    return parse_number(text, language, scale=scale)


@lru_cache(maxsize=64)
def _reads_comma(language: str) -> bool:
    try:
        return parse_number("0,5", language) == Decimal("0.5")
    except NumberError:
        return False


def _text(limit: int, *, lines: bool) -> Callable[[str], str]:
    def check(value: str) -> str:
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > limit:
            raise PydanticCustomError("string_too_long", "too long", {"max_length": limit})
        if not text.isascii() or not text.isprintable():
            text = unicodedata.normalize("NFC", text)
            allowed = "\n\t" if lines else ""
            # Format signs (joiners in emoji, direction marks in Arabic) are part of prose and stay.
            if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} and sign not in allowed for sign in text):
                raise PydanticCustomError("control_character", "control character")
        return text

    return check


def clean_code(value: str) -> str:
    """Normalise a code: NFKC, no control or invisible signs, single inner spaces. Raise for what is no code."""
    text = unicodedata.normalize("NFKC", value).strip()
    if len(text) > 64:
        raise PydanticCustomError("string_too_long", "too long", {"max_length": 64})
    if text and (not _CODE.fullmatch(text) or any(unicodedata.category(sign) in _HIDDEN for sign in text)):
        raise PydanticCustomError("bad_code", "no code")
    return text


def _uid(value: str) -> str:
    if not _UID.fullmatch(value):
        raise PydanticCustomError("bad_uid", "no identifier")
    return value


def _record_id(value: int) -> int:
    if not 1 <= value <= MAX_ID:
        raise PydanticCustomError("bad_uid", "no identifier")
    return value


def clean_email(value: str) -> str:
    """Normalise an e-mail address (NFKC, trimmed); raise for what no mail server could take."""
    text = unicodedata.normalize("NFKC", value).strip()
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise PydanticCustomError("bad_email", "no e-mail address")
    return text


def _web_address(value: str) -> str:
    text = value.strip()
    if text and "://" not in text and not text.lower().startswith(("javascript:", "data:", "vbscript:")):
        text = f"https://{text}"
    if text and (len(text) > 255 or not _WEB.fullmatch(text)):
        raise PydanticCustomError("bad_web_address", "no web address")
    return text


def _hashed(value: str) -> str:
    if not passwords.acceptable(value):
        raise PydanticCustomError("weak_password", "weak")
    return passwords.hash_password(value)


def _sane_date(value: date) -> date:
    if not date(1900, 1, 1) <= value <= date(2199, 12, 31):
        raise PydanticCustomError("bad_date", "no sane date")
    return value


Quantity = Annotated[Decimal, Exact(6, Decimal(999_999_999))]
"""A quantity from 0 to 999,999,999 with at most 6 places."""
SignedQuantity = Annotated[Decimal, Exact(6, Decimal(999_999_999), None)]
"""As `Quantity`, negative too (adjustments)."""
Money = Annotated[Decimal, Exact(4, Decimal(9_999_999_999_999))]
"""An amount from 0 with at most 4 places."""
SignedMoney = Annotated[Decimal, Exact(4, Decimal(9_999_999_999_999), None)]
"""As `Money`, negative too."""
Price = Annotated[Decimal, Exact(6, Decimal(999_999_999_999))]
"""A price of one unit from 0 with at most 6 places."""
Percent = Annotated[Decimal, Exact(4, Decimal(100))]
"""A percentage from 0 to 100 with at most 4 places (21 = 21 %)."""
ShortText = Annotated[str, AfterValidator(_text(255, lines=False))]
"""One line of at most 255 characters, trimmed, without control characters."""
LongText = Annotated[str, AfterValidator(_text(10_000, lines=True))]
"""Several lines of at most 10,000 characters in all."""
Code = Annotated[str, AfterValidator(clean_code)]
"""An article number, reference or the like: NFKC, at most 64 characters, nothing invisible."""
Uid = Annotated[str, AfterValidator(_uid)]
"""The opaque public identifier of a record."""
RecordId = Annotated[int, AfterValidator(_record_id)]
"""The database identifier of a record, from 1 to 2^63-1."""
Email = Annotated[str, AfterValidator(clean_email)]
"""An e-mail address of at most 254 characters."""
NewPassword = Annotated[str, AfterValidator(_hashed)]
"""A password that a user chooses: refused when it is weak, and read as its argon2 hash, never in plain text."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""The address of a website: http or https, at most 255 characters; without a scheme https is meant."""
Day = Annotated[date, AfterValidator(_sane_date)]
"""A date written as YYYY-MM-DD, between 1900 and 2199."""
