"""Encodings of XML files: which are read, and that a file is written in the one that it names."""

import re
from typing import Final

from .errors import XmlError

_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']{1,40})["']""")
#: Encodings in which markup has the bytes of ASCII. UTF-16 is read too, and turned into UTF-8 first.
_READ: Final = re.compile(
    rb"utf-?8|us-ascii|ascii|latin-?1|iso[-_]8859[-_][0-9]{1,2}|(?:windows|cp)-?125[0-8]", re.IGNORECASE
)
_UTF_16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF_32: Final = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_UTF_8_MARK: Final = b"\xef\xbb\xbf"
_HEAD: Final = 1_000


def readable(document: bytes) -> bytes:
    """The document in an encoding whose markup is ASCII; `XmlError` where it names another or none that is read."""
    if document.startswith(_UTF_32):
        raise _refused("UTF-32")
    codec = _UTF_16.get(document[:2])
    if codec is not None:
        return _from_utf_16(document[2:], codec)
    marked = document.startswith(_UTF_8_MARK)
    match = _DECLARED.match(document, len(_UTF_8_MARK) if marked else 0, _HEAD)
    if match is None:
        return document
    name = match[1]
    if marked and name.lower() not in {b"utf-8", b"utf8"}:
        raise XmlError("The file says that it is encoded as {0}, but it is {1}.", _shown(name), "UTF-8")
    if _READ.fullmatch(name) is None:
        raise _refused(_shown(name))
    return document


def _from_utf_16(content: bytes, codec: str) -> bytes:
    try:
        text = content.decode(codec).encode()
    except UnicodeError:
        raise XmlError("The file starts like {0}, but has bytes that are not.", "UTF-16") from None
    match = _DECLARED.match(text, 0, _HEAD)
    if match is None:
        return text
    if not match[1].lower().startswith(b"utf-16"):
        raise XmlError("The file says that it is encoded as {0}, but it is {1}.", _shown(match[1]), "UTF-16")
    return text[: match.start(1)] + b"UTF-8" + text[match.end(1) :]


def _refused(name: str) -> XmlError:
    return XmlError("The file is encoded as {0}, which is not read; use UTF-8.", name)


def _shown(name: bytes) -> str:
    return name.decode("ascii", "replace")
