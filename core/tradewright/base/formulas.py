"""Text that a spreadsheet must not take for a formula, and its way back.

A spreadsheet program runs a cell of a CSV file that begins with `=`, `+`, `-` or `@`, also after white space, in full
width, or behind a separator when the file is opened with another separator than it was written with. Such a text gets
an apostrophe in front, which the programs show as text. `restore` takes exactly these apostrophes away again, so that
a file that was exported and imported is unchanged.
"""

import re

_TRIGGERS = "=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\x00"
_START = r"(^|[;,|\t\r\n])([ \u00a0\u3000\"]*)"
# Apostrophes before a trigger count as part of it: one is added to however many there were, so one can be taken away.
_ADD = re.compile(rf"{_START}(?='*[{_TRIGGERS}])")
_TAKE = re.compile(rf"{_START}'(?='*[{_TRIGGERS}])")


def neutralise(text: str) -> str:
    """Return the text so that no spreadsheet program runs it; a harmless text comes back unchanged."""
    return _ADD.sub(r"\1\2'", text)


def restore(text: str) -> str:
    """Undo `neutralise`: `restore(neutralise(text)) == text` for every text."""
    return _TAKE.sub(r"\1\2", text)
