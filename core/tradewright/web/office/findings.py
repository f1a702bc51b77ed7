"""What addons find in a record, placed: a list above the form with links, and sentences at the fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError
from tradewright.base.errors import nearest
from tradewright.hooks import Elsewhere, FieldFinding, Verdict, record_findings
from tradewright.i18n import _
from tradewright.web.office import urls
from tradewright.web.office.context import readable
from tradewright.web.office.posted import PREFIX

if TYPE_CHECKING:
    from tradewright.web.office.draft import Draft

Data = dict[str, Any]
MOST_LISTED = 20
"""So many findings stand above the form; all of them stand at their fields."""


@dataclass
class Findings:
    """The findings of one page: `verdicts` for its top, the others by the field they stand at."""

    verdicts: list[Data] = field(default_factory=list)
    fields: dict[str, list[Data]] = field(default_factory=dict)
    lines: dict[tuple[str, int], dict[str, list[Data]]] = field(default_factory=dict)

    def at(self, name: str) -> list[Data]:
        """Return what stands at a field."""
        return self.fields.get(name, [])

    def line(self, lines: str, line: int | None) -> dict[str, list[Data]]:
        """Return what stands at the columns of a line."""
        return self.lines.get((lines, line or 0), {})


def find(draft: Draft, edit: str | None) -> Findings:
    """Ask the addons about the draft's record. `edit` is the page with its inputs ("" for this one), None without."""
    found = Findings()
    for verdict in draft.office.env.hook(record_findings)(draft.office.env, draft.record):
        if isinstance(verdict, Verdict):
            _add(found, _Places(draft, edit), verdict)
    return found


def _add(found: Findings, places: _Places, verdict: Verdict) -> None:
    t = places.draft.office.env.t
    items: list[Data] = []
    for one in verdict.findings:
        _known(places.draft, one)
        href, label = places.href(one), places.label(one)
        item = {"text": t(one.text), "detail": t(one.detail), "tone": one.tone, "href": href, "label": label}
        items.append(item)
        if one.field:
            beside = {**item, "href": href if one.elsewhere else None, "name": label}
            if one.lines and one.line is not None:
                found.lines.setdefault((one.lines, one.line), {}).setdefault(one.field, []).append(beside)
            elif not one.lines:
                found.fields.setdefault(one.field, []).append(beside)
    found.verdicts.append(
        {
            "text": t(verdict.text),
            "tone": verdict.tone,
            "items": items[:MOST_LISTED],
            "more": max(0, len(items) - MOST_LISTED),
        }
    )


def _known(draft: Draft, one: FieldFinding) -> None:
    """Refuse a place that the record does not have."""
    fields = draft.info.fields
    name = one.lines or one.field
    if one.lines in fields and fields[one.lines].target:
        fields, name = draft.office.models[str(fields[one.lines].target)].fields, one.field
    if name and name not in fields:
        raise DeveloperError(
            "office.finding-place",
            "A finding is placed at a field that does not exist.",
            where=draft.info.name,
            value=name,
            near=nearest(name, fields),
            remedy="Name a field of the record; `lines` names its field of lines, `field` then a field of those.",
        )


@dataclass
class _Places:
    """Where findings are mended: their inputs, and in words."""

    draft: Draft
    edit: str | None
    _rows: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, one: FieldFinding) -> str:
        """Return the name of the place: of the field, the line and its column, or the other record."""
        office, info = self.draft.office, self.draft.info
        if one.elsewhere is not None:
            return self._elsewhere(one.elsewhere)
        if one.lines:
            target = office.models[str(info.fields[one.lines].target)]
            place = self._row(one)
            words = [office.env.t(_("Line {number}", number=place + 1))] if place is not None else []
            return ", ".join([*words, *([office.env.t(target.fields[one.field].label)] if one.field else [])])
        return office.env.t(info.fields[one.field].label) if one.field else ""

    def _elsewhere(self, other: Elsewhere) -> str:
        office = self.draft.office
        info = office.models.get(other.model)
        if info is None:
            return other.name
        words = [f"{office.env.t(info.label)} {other.name}"]
        if other.field in info.fields:
            words.append(office.env.t(info.fields[other.field].label))
        return ", ".join(words)

    def href(self, one: FieldFinding) -> str | None:
        """Return the address of the input, None where the actor has none."""
        office, draft = self.draft.office, self.draft
        if one.elsewhere is not None:
            other = one.elsewhere
            if office.may("update", other.model):
                anchor = f"#f-{PREFIX}{other.field}" if other.field else ""
                return urls.edit(other.model, other.record) + anchor
            return urls.record(other.model, other.record) if office.may("read", other.model) else None
        if self.edit is None:
            return None
        if one.lines:
            place = self._row(one)
            editable = one.field in draft.columns.get(one.lines, {})
            return f"{self.edit}#f-{PREFIX}{one.lines}-{place}-{one.field}" if editable and place is not None else None
        return f"{self.edit}#f-{PREFIX}{one.field}" if one.field in draft.fields else None

    def _row(self, one: FieldFinding) -> int | None:
        if one.lines not in self._rows:
            children = readable(lambda: getattr(self.draft.record, one.lines)) or ()
            self._rows[one.lines] = {child.id: place for place, child in enumerate(children)}
        return self._rows[one.lines].get(one.line or 0)
