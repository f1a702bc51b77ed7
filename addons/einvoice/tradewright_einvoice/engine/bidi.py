"""Names in Hebrew and Arabic inside of a page that runs from left to right.

A line whose first letter runs from right to left is isolated with that direction, so that its figures and brackets
stand where they belong. Directions that a text brings along are dropped: they could turn the figures beside it around.
"""

import unicodedata
from typing import Final

_CONTROLS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
_START, _END = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def isolated(value: object) -> object:
    """A value as it is put into a page: text of the other direction isolated line by line, anything else as it is."""
    if not isinstance(value, str) or value.isascii():
        return value
    return "\n".join(
        f"{_START}{line}{_END}" if _from_right(line) else line for line in value.translate(_CONTROLS).split("\n")
    )


def _from_right(line: str) -> bool:
    for sign in line:
        kind = unicodedata.bidirectional(sign)
        if kind in {"R", "AL", "L"}:
            return kind != "L"
    return False
