"""Kinds of values that only the messages around an invoice have."""

from datetime import time
from typing import Final

from ..model import Identifier
from ..values import Kind
from ..xml import Node


def _read_time(node: Node) -> object:
    try:
        return time.fromisoformat(node.text.strip())
    except ValueError:
        return None


def _write_time(value: object) -> str | None:
    return value.isoformat("seconds") if isinstance(value, time) else str(value)


def _write_flag(value: object) -> str | None:
    return "true" if value else "false"


def _read_flag(node: Node) -> object:
    return {"true": True, "1": True, "false": False, "0": False}.get(node.text.strip())


def _write_versioned(value: object) -> str | None:
    return value.value or None if isinstance(value, Identifier) else str(value)


def _read_versioned(node: Node) -> object:
    text = node.text.strip()
    return Identifier(text, node.get("schemeID"), node.get("schemeVersionID")) if text else None


TIME: Final = Kind("time (HH:MM:SS)", _write_time, _read_time)
FLAG: Final = Kind("true or false", _write_flag, _read_flag)
VERSIONED: Final = Kind("identifier", _write_versioned, _read_versioned)
