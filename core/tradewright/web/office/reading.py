"""Reading a form that was sent: every text becomes a value of its field, or a sentence beside its input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.web.office.draft import Draft, body_fields, body_lines
from tradewright.web.office.inputs import Refused
from tradewright.web.office.posted import PREFIX, PostedLine
from tradewright.web.office.widgets import requires
from tradewright.web.website import website_of

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo
    from tradewright.views import FieldNode

_NEEDED = _("This field is needed.")
_FIXED = _("This can no longer be changed. Reload the page to see why.")


@dataclass(slots=True)
class ReadLine:
    """A row of a grid with its values."""

    row: PostedLine
    values: dict[str, Any]


@dataclass(slots=True)
class Read:
    """What a form says: values of single fields, translations of them, the rows of each grid."""

    values: dict[str, Any] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, list[ReadLine]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed into one input; `key` is its name, `stored` the plain text of what is there."""

    node: FieldNode
    key: str
    text: str
    stored: str


def read(draft: Draft) -> Read:
    """Read everything that was sent; what cannot be taken is noted in the draft's errors."""
    _refuse_unknown(draft)
    texts = draft.texts()
    found = Read()
    for name, node in draft.fields.items():
        if name in texts and not (node.info.kind == "secret" and not texts[name]):
            _read_one(draft, _Typed(node, name, texts[name], draft.now[name]), found.values, draft.info.cls)
        if node.info.kind == "translated":
            found.translations[name] = _translations(draft, node, texts)
    for name in draft.grids:
        target = draft.office.models[draft.grids[name].model]
        for row in draft.rows(name):
            line = ReadLine(row, {})
            if not row.removed:
                for column, node in draft.columns[name].items():
                    text = row.texts.get(column, "")
                    if column in row.texts or node.info.kind == "boolean":
                        stored = draft.now.get(f"{name}:{row.id}:{column}", "")
                        typed = _Typed(node, f"{name}-{row.index}-{column}", text, stored)
                        _read_one(draft, typed, line.values, target.cls)
            found.lines.setdefault(name, []).append(line)
    return found


def _read_one(draft: Draft, typed: _Typed, values: dict[str, Any], cls: Any) -> None:
    try:
        value = draft.value(typed.node.info, typed.text, typed.stored)
    except Refused as fault:
        draft.refuse(typed.key, fault.text)
        return
    if value in (None, "") and requires(cls, typed.node.info):
        draft.refuse(typed.key, _NEEDED)
        return
    values[typed.node.name] = value


def _translations(draft: Draft, node: FieldNode, texts: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in website_of(draft.office.env).languages:
        key = f"{node.name}@{language}"
        if key in texts:
            try:
                found[language] = str(draft.value(node.info, texts[key]) or "")
            except Refused as fault:
                draft.refuse(key, fault.text)
    return found


def _refuse_unknown(draft: Draft) -> None:
    """Names that the form never had cannot come from our page; what has become fixed meanwhile is told at its place."""
    posted = draft.posted
    assert posted is not None, "read only after something was sent"  # noqa: S101
    known = {node.name: node.info for node in body_fields(draft.form.body)}
    languages = set(website_of(draft.office.env).languages)
    for key in posted.texts:
        name, _sign, rest = key.partition("@") if "@" in key else key.partition("~")
        if name not in known or not _fits(known[name], rest, languages):
            raise _unknown(key)
        if name not in draft.fields and name not in draft.uploads:
            draft.refuse(key, _FIXED)
    grids = {node.field.name: {column.name for column in node.columns} for node in body_lines(draft.form.body)}
    for name, rows in posted.lines.items():
        if name not in grids or any(row.texts.keys() - grids[name] for row in rows):
            raise _unknown(name)
        if name not in draft.grids and any(row.id is not None or any(row.texts.values()) for row in rows):
            draft.refuse("", _FIXED)


def _fits(info: FieldInfo, rest: str, languages: set[str]) -> bool:
    """Tell whether a field has inputs whose names go on like this."""
    if rest == "":
        return True
    if info.kind == "many_to_many":
        return rest.isascii() and rest.isdigit()
    return rest in languages if info.kind == "translated" else info.kind == "attachment" and rest == "remove"


def _unknown(name: str) -> Invalid:
    fault = Invalid("office.unknown-input", _("This form has no such field."), fields={PREFIX + name[:80]: ""})
    fault.status = 400
    return fault
