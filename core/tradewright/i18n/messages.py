"""The messages of an addon: those its code has, and those its catalogues translate."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po

if TYPE_CHECKING:
    from collections.abc import Callable

Key = tuple[str, str]
"""Context ("" for none) and message."""

_METHODS = [
    ("**.py", "python"),
    ("**/views/**.xml", "tradewright.i18n.extract:xml_views"),
    ("addon.toml", "tradewright.i18n.extract:addon_toml"),
    ("**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}, "**/templates/**.txt": {"trimmed": "true"}}
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
}
_PLACE = re.compile(r"\{(\w+)\}|%\((\w+)\)s")


def wanted_messages(folder: Path) -> dict[Key, str]:
    """Return the messages of a package with the place where each stands first."""
    found: dict[Key, str] = {}
    keep: Callable[[str], bool] = lambda name: not {"tests", "__pycache__"} & set(Path(name).parts)  # noqa: E731
    extracted = extract_from_dir(
        str(folder),
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        directory_filter=keep,
    )
    for name, line, message, _comments, context in extracted:
        single = message[0] if isinstance(message, tuple) else message
        if single:
            found.setdefault((context or "", single), f"{name}:{line}")
    return found


def read_catalogue(path: Path) -> tuple[set[Key], list[tuple[int, str, str]]]:
    """Return what a catalogue has, and what is wrong in it: line, problem, message."""
    found: set[Key] = set()
    wrong: list[tuple[int, str, str]] = []
    try:
        with path.open("rb") as stream:
            catalogue = read_po(stream, abort_invalid=True)
    except (PoFileError, ValueError, UnicodeDecodeError) as fault:
        return found, [(1, "the catalogue can't be read", str(fault))]
    for message in catalogue:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        found.add((message.context or "", sources[0]))
        line = message.lineno or 1
        if message.fuzzy or not all(texts):
            wrong.append((line, "a message is not translated", sources[0]))
        elif any(_places(text) - _places(" ".join(sources)) for text in texts if text):
            wrong.append((line, "a translation has a place that its message does not have", sources[0]))
    return found, wrong


def _places(text: str) -> set[str]:
    return {match[1] or match[2] for match in _PLACE.finditer(text)}
