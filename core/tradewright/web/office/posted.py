"""What a record's form sends: its fields, its lines, the version it was opened with and what stood in it then."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.web.forms import Form, Query
from tradewright.web.uploads import Document

PREFIX = "v."
MOST_SEEN = 19_000
_MOST_READ = 2_000_000
_LINE = re.compile(r"(?P<field>[a-z_][a-z0-9_]*)-(?P<index>[0-9]{1,5})-(?P<column>[a-z_][a-z0-9_]*)", re.ASCII)


class RecordForm(Form):
    """The form of a record: `v` what was typed by the input's name, `f` files, `seen` what the form was opened with.

    Lines are named `<field>-<index>-<column>`, with `-id` and, ticked, `-remove`; translations `<field>@<language>`;
    choices of many `<field>~<number>`.
    """

    v: dict[str, str] = {}
    f: dict[str, Document] = {}
    version: int | None = None
    seen: str = ""
    add_line: str = ""
    view: str = ""


class NewQuery(Query):
    """What a new record begins with: `d.customer=12`."""

    d: dict[str, str] = {}
    view: str = ""


class RecordQuery(Query):
    """How a record is looked at: from which list one came."""

    view: str = ""


@dataclass(slots=True)
class PostedLine:
    """One row of a grid as it was sent; `id` is that of an existing line."""

    index: int
    id: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    removed: bool = False


@dataclass(slots=True)
class Posted:
    """What was sent, sorted: single fields, and the rows of each grid in their order."""

    texts: dict[str, str]
    lines: dict[str, list[PostedLine]]
    version: int | None = None
    seen: Mapping[str, str] | None = None
    add_line: str = ""


def posted_of(form: RecordForm) -> Posted:
    """Sort what a form sent. Raises `Invalid` for what cannot come from our pages."""
    return sort_texts(form.v, form.version, form.seen, form.add_line.removeprefix(PREFIX))


def sort_texts(texts: Mapping[str, str], version: int | None, seen: str, add_line: str) -> Posted:
    """Sort texts by the input's name into fields and lines."""
    single: dict[str, str] = {}
    rows: dict[tuple[str, int], PostedLine] = {}
    for name, text in texts.items():
        if "-" not in name or "@" in name:
            single[name] = text
            continue
        match = _LINE.fullmatch(name)
        if match is None:
            raise Invalid("office.unknown-input", _("This form has no such field."), fields={PREFIX + name[:80]: ""})
        row = rows.setdefault((match["field"], int(match["index"])), PostedLine(int(match["index"])))
        _take(row, match["column"], text)
    lines: dict[str, list[PostedLine]] = {}
    for (name, _index), row in sorted(rows.items(), key=lambda pair: pair[0]):
        lines.setdefault(name, []).append(row)
    return Posted(single, lines, version, unpack(seen), add_line)


def _take(row: PostedLine, column: str, text: str) -> None:
    if column == "id":
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise Invalid("office.unknown-input", _("This form has no such field."))
        row.id = int(text)
    elif column == "remove":
        row.removed = text == "1"
    else:
        row.texts[column] = text


def pack(seen: Mapping[str, str]) -> str:
    """Write what a form is opened with as one hidden value; "" when it is too much to carry."""
    data = zlib.compress(json.dumps(dict(seen), ensure_ascii=False, separators=(",", ":")).encode())
    packed = base64.urlsafe_b64encode(data).decode()
    return packed if len(packed) <= MOST_SEEN else ""


def unpack(text: str) -> Mapping[str, str] | None:
    """Read what `pack` wrote; None for anything else. It says what counts as a change, never what is allowed."""
    if not text or not text.isascii():
        return None
    try:
        reader = zlib.decompressobj()
        data = json.loads(reader.decompress(base64.urlsafe_b64decode(text), _MOST_READ))
    except (binascii.Error, zlib.error, ValueError):
        return None
    if not isinstance(data, dict):
        return None
    return {str(key): str(value) for key, value in data.items()}
