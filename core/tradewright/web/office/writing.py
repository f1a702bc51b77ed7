"""Writing what a form said into a record and its lines. Only what differs is set: the audit tells real changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.orm import Model
from tradewright.web.office.files import store
from tradewright.web.office.reading import Read, ReadLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewright.orm import FieldInfo, ModelInfo
    from tradewright.views import LinesNode
    from tradewright.web.office.draft import Draft
    from tradewright.web.uploads import Upload


def write(draft: Draft, read: Read, files: Mapping[str, Upload]) -> None:
    """Set the fields, files and lines of the draft's record."""
    record = draft.record
    for name, value in read.values.items():
        _set(record, draft.info.fields[name], value)
    for name, texts in read.translations.items():
        _translate(record, name, texts)
    for name, node in draft.grids.items():
        _write_lines(draft, node, read.lines.get(name, []))
    _write_files(draft, files)


def connect(draft: Draft) -> None:
    """Give a new record the records that it refers to by number: its model walks to them when it is saved."""
    env, record = draft.office.env, draft.record
    for field in draft.info.fields.values():
        number = getattr(record, field.column, None) if field.kind == "many_to_one" else None
        if number is not None and getattr(record, field.name) is None and field.target:
            target: Any = draft.office.models[field.target].cls
            setattr(record, field.name, env.get(target, number))


def _set(record: Any, field: FieldInfo, value: Any) -> None:
    if field.kind == "many_to_one":
        if getattr(record, field.column) != (value.id if value is not None else None):
            setattr(record, field.name, value)
    elif field.kind == "many_to_many":
        if {one.id for one in getattr(record, field.name)} != {one.id for one in value}:
            setattr(record, field.name, value)
    elif field.kind == "secret":
        setattr(record, field.name, value)
    elif field.kind == "translated":
        if getattr(record, f"{field.name}_source") != value:
            setattr(record, field.name, value)
    elif getattr(record, field.name) != value:
        setattr(record, field.name, value)


def _translate(record: Any, name: str, texts: Mapping[str, str]) -> None:
    stored: dict[str, str] = dict(getattr(record, f"{name}_i18n") or {})
    wanted = {language: text for language, text in {**stored, **texts}.items() if text}
    if wanted != stored:
        setattr(record, name, {"": getattr(record, f"{name}_source"), **wanted})


def _write_lines(draft: Draft, node: LinesNode, lines: list[ReadLine]) -> None:
    env, target = draft.office.env, draft.office.models[node.model]
    children: list[Any] = getattr(draft.record, node.field.name)
    by_id = {child.id: child for child in children if child.id is not None}
    place = max((getattr(child, "position", 0) or 0 for child in children), default=0)
    for line in lines:
        child = by_id.get(line.row.id) if line.row.id is not None else None
        if line.row.removed:
            if child is not None:
                children.remove(child)
            continue
        if child is None:
            child = target.cls()
            place += 1
            _place(child, target, node, place)
            for name, value in line.values.items():
                # What is left empty keeps its default, or is completed when the line is saved.
                if value is not None:
                    setattr(child, name, value)
            children.append(child)
            continue
        for name, value in line.values.items():
            _set(child, target.fields[name], value)
    if draft.is_new:
        return
    env.add_all([child for child in children if child.id is None])


def _place(child: Any, target: ModelInfo, node: LinesNode, place: int) -> None:
    """New lines stand below the others, where the order of the lines is a field that nobody fills in."""
    shown = {column.name for column in node.columns}
    if node.field.order_by == "position" and "position" in target.fields and "position" not in shown:
        child.position = place


def _write_files(draft: Draft, files: Mapping[str, Upload]) -> None:
    env = draft.office.env
    posted = draft.posted
    for name in draft.uploads:
        upload = files.get(name)
        if upload is not None:
            # The field itself shows who may read the file; it belongs to the record once that has a number.
            attachment: Model = env.add(store(env, upload, None if draft.is_new else draft.record))
            setattr(draft.record, name, attachment)
        elif posted is not None and posted.texts.get(f"{name}~remove") == "1":
            setattr(draft.record, name, None)
