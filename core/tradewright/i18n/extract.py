"""Extraction for Babel: the words in XML views and in `addon.toml`. Python and Jinja have extractors of their own.

Named in the mapping file as `tradewright.i18n.extract:xml_views` and `tradewright.i18n.extract:addon_toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any
from xml.parsers import expat

Message = tuple[int, str | None, str, list[str]]

ATTRIBUTES = ("confirm", "empty", "help", "label", "placeholder", "text", "title")
"""The attributes of a view that hold words; the option `attributes` of the mapping file names others."""

TRANSLATED_KEYS = ("category", "label", "summary")


def xml_views(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, str]
) -> Iterator[Message]:
    """Give the words of one XML view file, with their lines.

    The files are the project's own source, read when it is built: input from outside goes through the hardened reader
    of the views layer instead.
    """
    del keywords, comment_tags
    wanted = frozenset(options.get("attributes", "").split()) or frozenset(ATTRIBUTES)
    found: list[Message] = []
    parser = expat.ParserCreate()

    def start(_tag: str, attributes: dict[str, str]) -> None:
        found.extend(
            (parser.CurrentLineNumber, None, words, [])
            for name, words in attributes.items()
            if name in wanted and words.strip()
        )

    parser.StartElementHandler = start
    parser.Parse(fileobj.read(), True)  # noqa: FBT003  expat takes it by position only
    yield from found


def addon_toml(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, str]
) -> Iterator[Message]:
    """Give the summary, the category and the labels of the roles of an `addon.toml`, with their lines."""
    del keywords, comment_tags, options
    source = fileobj.read().decode()
    for key, words in _strings(tomllib.loads(source)):
        if key in TRANSLATED_KEYS:
            yield _line_of(source, key, words), None, words, []


def _strings(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _strings(value)
        elif isinstance(value, str) and value:
            yield key, value


def _line_of(source: str, key: str, words: str) -> int:
    # tomllib tells no lines; the words stand quoted behind their key, else the first line is named.
    match = re.search(rf"^\s*{key}\s*=\s*[\"']+{re.escape(words)}", source, re.MULTILINE)
    return source.count("\n", 0, match.end()) + 1 if match else 1
