"""White space as XML knows it: blank, tab and the two ends of a line. A no-break space is text."""

import re
from typing import Final

SPACE: Final = " \t\r\n"
_SPACES: Final = re.compile("[ \t\r\n]+")


def squeezed(text: str) -> str:
    """A text without white space around it and with single blanks inside."""
    if text.isascii():
        return " ".join(text.split())
    return _SPACES.sub(" ", text).strip(" ")
