"""Inputs of a form: how each kind of field is typed, and how it is read, strictly and in the user's language."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.base.numbers import NumberError
from tradewright.i18n import Text, _
from tradewright.views.kinds import TO_ONE
from tradewright.web.fields import parse_typed

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo

DECIMALS = frozenset({"decimal", "money", "quantity", "price", "percent"})
EDITABLE = DECIMALS | {
    "many_to_one",
    "text",
    "integer",
    "boolean",
    "date",
    "datetime",
    "choice",
    "translated",
    "secret",
    "many_to_many",
}
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER_FAULTS = {
    "not-a-number": _("Write a number in digits, such as 12 or 12.5."),
    "ambiguous-number": _("This could be two numbers: write it without a thousands separator."),
    "too-many-digits": _("This number has too many digits."),
}


class Refused(Exception):
    """What was typed cannot be taken; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def kind_of(info: FieldInfo, widget: str = "") -> str:
    """Return the kind of input of a field, as the form component names them (relations are another matter)."""
    if info.kind in DECIMALS or info.kind == "integer":
        return "number"
    if info.kind == "datetime":
        return "datetime-local"
    plain = {
        "boolean": "checkbox",
        "date": "date",
        "secret": "password",
        "choice": "radio" if widget == "radio" else "select",
    }
    if info.kind in plain:
        return plain[info.kind]
    if info.multiline:
        return "textarea"
    return {"email": "email", "phone": "tel", "url": "url"}.get(widget, "text")


def typed(info: FieldInfo, text: str, words: Any) -> str:
    """Return a plain text (see `plain`) as it stands in an input for a reader of the language of `words`."""
    if text and (info.kind in DECIMALS or info.kind == "integer"):
        number = Decimal(text)
        # An amount reads as one: 7.20, not 7.2.
        whole = info.kind in {"money", "price"} and number == round(number, 2)
        return str(words.number(number, 2 if whole else None))
    if text and info.kind == "datetime":
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    if text and info.kind in TO_ONE:
        return f"#{text}"
    return text


def parse(info: FieldInfo, text: str, language: str) -> Any:
    """Read what was typed into a field that is no relation; an empty input is no value.

    Raises:
        Refused: it is not of the field's kind, or out of its bounds.
    """
    text = _clean(text, info)
    if info.kind == "boolean":
        return text not in {"", "0"}
    if text == "":
        return "" if info.kind == "text" and info.required and info.default == "" else None
    if info.kind in DECIMALS:
        return _bounded(info, _decimal(info, text, language))
    if info.kind == "integer":
        return _bounded(info, _integer(text))
    if info.kind == "date":
        return _date(text)
    if info.kind == "datetime":
        return _moment(text)
    if info.kind == "choice" and text not in dict(info.choices):
        raise Refused(_("Choose one of the values offered."))
    if info.max_length is not None and len(text) > info.max_length:
        raise Refused(_("This text is longer than {limit} characters.", limit=info.max_length))
    return text


def _clean(text: str, info: FieldInfo) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    allowed = "\n\t" if info.multiline else ""
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed for sign in text):
        raise Refused(_("This text holds characters that cannot be seen: type it again."))
    return text


def _decimal(info: FieldInfo, text: str, language: str) -> Decimal:
    try:
        return parse_typed(
            text.removesuffix("%").strip() if info.kind == "percent" else text, language, info.scale or 0
        )
    except NumberError as fault:
        if fault.code == "too-precise":
            raise Refused(_("This number may have {count} decimal places.", count=info.scale or 0)) from fault
        raise Refused(_NUMBER_FAULTS.get(fault.code, _NUMBER_FAULTS["not-a-number"])) from fault


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise Refused(_("Write a whole number in digits."))
    return int(text)


def _bounded(info: FieldInfo, number: Any) -> Any:
    if info.at_least is not None and number < info.at_least:
        raise Refused(_("This number must be at least {least}.", least=info.at_least))
    if info.at_most is not None and number > info.at_most:
        raise Refused(_("This number must be at most {most}.", most=info.at_most))
    return number


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as fault:
        raise Refused(_("Write a date as year, month and day: 2026-11-21.")) from fault
    if not 1900 <= found.year <= 2199 or len(text) != 10:
        raise Refused(_("Write a date between 1900 and 2199."))
    return found


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Refused(_("Write a date and a time as 2026-11-21T14:30.")) from fault
    if not 1900 <= found.year <= 2199:
        raise Refused(_("Write a date between 1900 and 2199."))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
