"""Two people change the same record: what the other one did is told field by field, and nothing typed is lost.

The form carries what it was opened with. Fields that only the colleague changed take the new value, fields that both
changed keep what was typed here, and both are told apart; saving again then decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web.office.plain import Names, told
from tradewright.web.office.posted import Posted, PostedLine
from tradewright.web.office.values import name_of

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo
    from tradewright.views import FieldNode
    from tradewright.web.office.draft import Draft

Data = dict[str, Any]


def changed_meanwhile(draft: Draft) -> bool:
    """Tell whether somebody else has changed the record since the form was opened."""
    posted = draft.posted
    assert posted is not None, "asked for only after something was sent"  # noqa: S101
    if draft.info.versioned:
        return bool(posted.version != draft.record.version)
    return posted.seen is not None and dict(posted.seen) != draft.now


def tell(draft: Draft) -> Data:
    """Return what the colleague changed: who, and field by field before, now and what was typed here."""
    seen = dict(draft.posted.seen or {}) if draft.posted is not None else {}
    names = Names(draft.office)
    changes = [change for name in draft.fields if (change := _field_change(draft, name, seen)) is not None]
    cells = _line_changes(draft, seen)
    for info, before, now, mine in changes:
        names.want(info, [before, now, mine or ""])
    for _label, info, before, now in cells:
        names.want(info, [before, now])
    t = draft.office.env.t
    rows = [
        {
            "label": t(draft.fields[info.name].label),
            "before": told(draft.office, info, before, names) or "–",
            "now": told(draft.office, info, now, names) or "–",
            "mine": told(draft.office, info, mine, names) or "–"
            if mine is not None and mine not in (before, now)
            else None,
        }
        for info, before, now, mine in changes
    ]
    rows += [
        {
            "label": label,
            "before": told(draft.office, info, before, names) or "–",
            "now": told(draft.office, info, now, names) or "–",
            "mine": None,
        }
        for label, info, before, now in cells
    ]
    rows += _lines_gone_and_new(draft, seen)
    return {"who": _who(draft), "rows": rows}


def _field_change(draft: Draft, name: str, seen: dict[str, str]) -> tuple[FieldInfo, str, str, str | None] | None:
    info = draft.fields[name].info
    now = draft.now[name]
    before = seen.get(name, now)
    if before == now:
        return None
    texts = draft.texts()
    mine = draft.plain_typed(info, texts[name], now) if name in texts else None
    return info, before, now, mine


def _line_changes(draft: Draft, seen: dict[str, str]) -> list[tuple[str, FieldInfo, str, str]]:
    found = []
    for grid, columns in draft.columns.items():
        names = {str(child.id): name_of(draft.office, child) for child in draft.children(draft.grids[grid])}
        for key, now in draft.now.items():
            name, _sep, rest = key.partition(":")
            number, _sep, column = rest.partition(":")
            if name == grid and column and seen.get(key, now) != now:
                node = columns[column]
                label = f"{names.get(number, number)} · {draft.office.env.t(node.label)}"
                found.append((label, node.info, seen[key], now))
    return found


def _lines_gone_and_new(draft: Draft, seen: dict[str, str]) -> list[Data]:
    t = draft.office.env.t
    found = []
    for grid, node in draft.grids.items():
        label = t(node.label)
        here = {key for key in draft.now if key.startswith(f"{grid}:") and key.count(":") == 1}
        there = {key for key in seen if key.startswith(f"{grid}:") and key.count(":") == 1}
        names = {f"{grid}:{child.id}": name_of(draft.office, child) for child in draft.children(node)}
        if there - here:
            count = len(there - here)
            found.append(
                {"label": label, "before": "", "now": t(_("Removed lines: {count}", count=count)), "mine": None}
            )
        found += [
            {"label": label, "before": "", "now": t(_("New line: {name}", name=names[key])), "mine": None}
            for key in sorted(here - there)
        ]
    return found


def merged(draft: Draft) -> Posted:
    """Return what the form shows next: what was typed here where it was typed, what is stored now everywhere else."""
    posted = draft.posted
    assert posted is not None, "asked for only after something was sent"  # noqa: S101
    seen = dict(posted.seen or {})
    texts = dict(posted.texts)
    typed = draft.texts()
    for name, node in draft.fields.items():
        if name in typed and draft.plain_typed(node.info, typed[name]) == seen.get(name):
            # Not touched here: what the colleague wrote stands. Without a text the stored value is shown.
            for key in [key for key in texts if key == name or key.startswith(f"{name}~")]:
                del texts[key]
            if node.info.kind in {"boolean", "many_to_many"}:
                texts[name] = draft.now[name] if node.info.kind == "boolean" else _numbered(draft.now[name])
    lines = {name: _merged_rows(draft, name, seen) for name in draft.grids}
    return Posted(texts, lines, None, None, "")


def _numbered(plain: str) -> str:
    return "\n".join(f"#{number}" for number in plain.split())


def _merged_rows(draft: Draft, grid: str, seen: dict[str, str]) -> list[PostedLine]:
    children = {child.id: child for child in draft.children(draft.grids[grid])}
    rows: list[PostedLine] = []
    for row in draft.rows(grid):
        if row.id is not None and row.id not in children:
            continue
        texts = {
            column: text
            for column, text in row.texts.items()
            if row.id is None
            or not _untouched(draft, draft.columns[grid].get(column), text, seen.get(f"{grid}:{row.id}:{column}"))
        }
        rows.append(PostedLine(row.index, row.id, texts, row.removed))
    sent = {row.id for row in rows}
    after = max((row.index for row in rows), default=-1) + 1
    added = [number for number in children if number not in sent]
    return rows + [PostedLine(after + place, number) for place, number in enumerate(added)]


def _untouched(draft: Draft, node: FieldNode | None, text: str, seen: str | None) -> bool:
    """Tell whether a cell still says what it said when the form was opened."""
    if node is None or node.info.kind == "boolean":
        return node is None
    return draft.plain_typed(node.info, text) == seen


def _who(draft: Draft) -> str:
    """Return who changed the record last, "" where the audit does not say."""
    audit = draft.office.env.site.registry.playing("audit")
    if audit is None:
        return ""
    cls: Any = audit.cls
    with draft.office.env.elevate("who changed a record that the actor reads"):
        statement = (
            select(cls.user_name)
            .where(cls.model == draft.info.name, cls.record == draft.record.id)
            .order_by(cls.id.desc())
            .limit(1)
        )
        return draft.office.env.scalar(statement) or ""
