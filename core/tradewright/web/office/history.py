"""What happened to a record: the audit's entries in the reader's words, those of its own lines included."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _, _n
from tradewright.orm import and_, or_, select
from tradewright.web.office.context import Office
from tradewright.web.office.plain import Names, told
from tradewright.web.office.values import name_of

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo, ModelInfo

SHOWN = 60
MOST_CHANGES = 10
_MOST_LINES = 500


def history(office: Office, info: ModelInfo, record: Any) -> list[dict[str, Any]]:
    """Return the latest entries about a record, newest first; only fields that the actor may read are told."""
    audit = office.env.site.registry.playing("audit")
    if audit is None:
        return []
    lines = _lines(office, info, record)
    cls: Any = audit.cls
    about = [and_(cls.model == info.name, cls.record == record.id)]
    for model, children in lines.items():
        about.append(and_(cls.model == model, cls.record.in_(list(children))))
    # The history of a record belongs to whoever may read the record; what they may not read of it is left out below.
    with office.env.elevate("the history of a record that the actor reads"):
        entries = office.env.all(select(cls).where(or_(*about)).order_by(cls.id.desc()).limit(SHOWN))
    names = Names(office)
    for entry in entries:
        for field, old, new in _changes(office, office.models[entry.model], entry.changes):
            names.want(field, [old, new])
    groups = [
        list(group) for _key, group in groupby(entries, key=lambda one: (one.request, one.user_id, one.operation))
    ]
    return [_told(office, info, group, names, lines) for group in groups]


def _lines(office: Office, info: ModelInfo, record: Any) -> dict[str, dict[int, str]]:
    """Return the record's own lines by model, each with its name."""
    found: dict[str, dict[int, str]] = {}
    for field in info.fields.values():
        if (
            field.kind == "one_to_many"
            and field.owned
            and office.reads(info, field.name)
            and office.may("read", str(field.target))
        ):
            children = list(getattr(record, field.name))[:_MOST_LINES]
            found[str(field.target)] = {child.id: name_of(office, child) for child in children}
    return {model: children for model, children in found.items() if children}


def _changes(office: Office, info: ModelInfo, changes: Any) -> list[tuple[FieldInfo, str, str]]:
    """Return what an entry tells about fields that the actor may read: field, before, after."""
    by_column = {field.column: field for field in info.fields.values() if field.stored}
    found = []
    for column, pair in (changes or {}).items():
        field = by_column.get(column)
        if field is None or not isinstance(pair, list) or len(pair) != 2 or not office.reads(info, field.name):
            continue
        found.append((field, _plain(pair[0]), _plain(pair[1])))
    return found


def _plain(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


def _told(
    office: Office, info: ModelInfo, entries: list[Any], names: Names, lines: dict[str, dict[int, str]]
) -> dict[str, Any]:
    """Tell what one request did, to the record and to its lines."""
    words, t = office.env.format, office.env.t
    first = entries[0]
    changes: list[dict[str, str]] = []
    for entry in entries:
        line = lines.get(entry.model, {}).get(entry.record, "") if entry.model != info.name else ""
        if line and entry.action == "create":
            changes.append({"label": t(_("New line")), "before": "", "after": line})
        changes += [
            {
                "label": f"{line} · {t(field.label)}" if line else t(field.label),
                "before": told(office, field, old, names),
                "after": told(office, field, new, names) or "–",
            }
            for field, old, new in _changes(office, office.models[entry.model], entry.changes)
        ]
    if len(changes) > MOST_CHANGES:
        rest = _n("{n} more change", "{n} more changes", len(changes) - MOST_CHANGES)
        changes = [*changes[:MOST_CHANGES], {"label": "…", "before": "", "after": t(rest)}]
    return {
        "who": t(_("System")) if first.user_id is None else first.user_name,
        "what": _operation(office, first.operation) or _did(office, info, entries),
        "when": words.relative(first.at, office.env.now),
        "when_title": words.datetime(first.at, "long"),
        "iso": first.at.isoformat(),
        "changes": changes,
    }


def _did(office: Office, info: ModelInfo, entries: list[Any]) -> str:
    created = any(entry.action == "create" and entry.model == info.name for entry in entries)
    return office.env.t(_("created it") if created else _("changed it"))


def _operation(office: Office, name: str | None) -> str:
    """Return what an operation is called (`sale.Order.confirm`), "" where none was running."""
    model, _dot, operation = (name or "").rpartition(".")
    info = office.models.get(model)
    if info is None or operation not in info.operations:
        return ""
    return office.env.t(_("“{operation}”", operation=info.operations[operation].label))
