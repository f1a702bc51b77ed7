"""Kinds of values: how each is written as text and read back. A binding names the kind of every leaf."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from .amounts import parse_decimal, write_amount, write_number
from .model import Attachment, Identifier, Note
from .xml import Node

_SPACE = " \t\r\n"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SUBJECT = re.compile(r"#([A-Z0-9]{3})#", re.ASCII)
_NOT_BASE64 = re.compile(rb"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value. `write` gives the text (None: nothing to say), `read` the value (None: unreadable)."""

    name: str
    write: Callable[[object], str | None]
    read: Callable[[Node], object]


def parse_date(text: str) -> date | None:
    """The date that a text holds as YYYY-MM-DD, or None."""
    text = text.strip(_SPACE)
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _write_text(value: object) -> str | None:
    text = str(value)
    return text if text.strip(_SPACE) else None


def _read_text(node: Node) -> object:
    return node.text if node.text.strip(_SPACE) else None


def _read_code(node: Node) -> object:
    return node.text.strip(_SPACE) or None


def _write_decimal(writer: Callable[[Decimal], str]) -> Callable[[object], str | None]:
    def write(value: object) -> str | None:
        return writer(value) if isinstance(value, Decimal) else writer(Decimal(str(value)))

    return write


def _read_decimal(node: Node) -> object:
    return parse_decimal(node.text)


def _write_identifier(value: object) -> str | None:
    return _write_text(value.value if isinstance(value, Identifier) else value)


def _read_identifier(node: Node) -> object:
    text = node.text.strip(_SPACE)
    return Identifier(text, node.get("schemeID")) if text else None


def _read_classification(node: Node) -> object:
    text = node.text.strip(_SPACE)
    return Identifier(text, node.get("listID"), node.get("listVersionID")) if text else None


def _write_note(value: object) -> str | None:
    if isinstance(value, Note):
        return _write_text(f"#{value.subject}#{value.text}" if value.subject else value.text)
    return _write_text(value)


def _read_note(node: Node) -> object:
    match = _SUBJECT.match(node.text)
    if match is not None:
        return Note(node.text[match.end() :], match[1])
    return Note(node.text) if node.text.strip(_SPACE) else None


def _write_binary(value: object) -> str | None:
    return base64.b64encode(value.content).decode("ascii") if isinstance(value, Attachment) else None


def _read_binary(node: Node) -> object:
    try:
        content = base64.b64decode(_NOT_BASE64.sub(b"", node.text.encode("ascii")), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return Attachment(content=content, mime_type=node.get("mimeCode") or "", filename=node.get("filename") or "")


TEXT: Final = Kind("text", _write_text, _read_text)
CODE: Final = Kind("code", _write_text, _read_code)
DATE: Final = Kind("date (YYYY-MM-DD)", str, lambda node: parse_date(node.text))
AMOUNT: Final = Kind("decimal number", _write_decimal(write_amount), _read_decimal)
NUMBER: Final = Kind("decimal number", _write_decimal(write_number), _read_decimal)
IDENTIFIER: Final = Kind("identifier", _write_identifier, _read_identifier)
CLASSIFICATION: Final = Kind("identifier", _write_identifier, _read_classification)
NOTE: Final = Kind("text", _write_note, _read_note)
BINARY: Final = Kind("base64 content", _write_binary, _read_binary)
