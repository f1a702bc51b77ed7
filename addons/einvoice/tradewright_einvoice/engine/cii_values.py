"""Kinds of values that CII writes in its own way: dates, identifiers in two elements, accounts in two elements."""

import re
from datetime import date
from types import MappingProxyType
from typing import Final

from .model import Identifier
from .values import CODE, IDENTIFIER, Kind
from .xml import Node

_SPACE = " \t\r\n"
_DAY = re.compile(r"[0-9]{8}", re.ASCII)
_DAY_FORMAT: Final = "102"  # UNTDID 2379: YYYYMMDD
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}", re.ASCII)
#: BT-8: the model has UNTDID 2005 as UBL does, CII has UNTDID 2475 for the same three events.
_EVENTS: Final = MappingProxyType({"3": "5", "35": "29", "432": "72"})
_EVENTS_BACK: Final = MappingProxyType({cii: ubl for ubl, cii in _EVENTS.items()})


def _write_day(value: object) -> str | None:
    return value.isoformat().replace("-", "") if isinstance(value, date) else None


def _read_day(node: Node) -> object:
    text = node.text.strip(_SPACE)
    if node.get("format") not in {None, _DAY_FORMAT} or _DAY.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _write_plain(value: object) -> str | None:
    return IDENTIFIER.write(value) if isinstance(value, Identifier) and not value.scheme else None


def _write_global(value: object) -> str | None:
    return IDENTIFIER.write(value) if isinstance(value, Identifier) and value.scheme else None


def _is_iban(value: object) -> bool:
    return _IBAN.fullmatch("".join(str(value).split())) is not None


def _write_event(value: object) -> str | None:
    return CODE.write(_EVENTS.get(str(value), value))


def _read_event(node: Node) -> object:
    text = node.text.strip(_SPACE)
    return _EVENTS_BACK.get(text, text) or None


DAY: Final = Kind("date (YYYYMMDD)", _write_day, _read_day)
#: An identifier stands in ``ram:ID`` without its scheme and in ``ram:GlobalID`` with it.
PLAIN_ID: Final = Kind("identifier", _write_plain, IDENTIFIER.read)
GLOBAL_ID: Final = Kind("identifier", _write_global, IDENTIFIER.read)
IBAN: Final = Kind("account", lambda value: CODE.write(value) if _is_iban(value) else None, CODE.read)
OTHER_ACCOUNT: Final = Kind("account", lambda value: None if _is_iban(value) else CODE.write(value), CODE.read)
EVENT: Final = Kind("code", _write_event, _read_event)
