"""Values as plain text without a language: what a form was opened with, what the audit keeps, and how both are shown.

A number is `12.5`, a date `2026-11-21`, a yes `1`, a reference the number of its record. Two such texts are compared to
tell who changed what; `Names` and `told` turn them into words again, all records of a page in one statement for each
model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import select
from tradewright.views.kinds import TO_ONE
from tradewright.web.office.values import NUMERIC, name_of

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo
    from tradewright.web.office.context import Office


def plain_text(info: FieldInfo, value: Any) -> str:
    """Return a value as plain text; for a reference `value` is the record's number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if info.kind == "many_to_many":
        return " ".join(str(one) for one in sorted(value))
    return str(value).replace("\r\n", "\n")


def plain_of(info: FieldInfo, record: Any) -> str:
    """Return the plain text of a record's field."""
    if info.kind == "secret":
        return ""
    if info.kind == "many_to_many":
        return plain_text(info, [one.id for one in getattr(record, info.name)])
    if info.kind == "translated":
        return plain_text(info, getattr(record, f"{info.name}_source"))
    return plain_text(info, getattr(record, info.column))


@dataclass
class Names:
    """The names of records that texts refer to, looked up together."""

    office: Office
    _wanted: dict[str, set[int]] = field(default_factory=dict)
    _found: dict[tuple[str, int], tuple[str, Any]] = field(default_factory=dict)

    def want(self, info: FieldInfo, texts: Iterable[str]) -> None:
        """Note that the names behind plain texts of a field will be asked for."""
        if info.target and info.kind in TO_ONE | {"many_to_many"}:
            numbers = (number for text in texts for number in text.split() if number.isascii() and number.isdigit())
            self._wanted.setdefault(info.target, set()).update(int(number) for number in numbers)

    def get(self, model: str, number: str) -> str:
        """Return the name of a record; a dash where the actor may not see it."""
        self._load()
        return self._found.get((model, int(number)), ("–", None))[0] if number.isascii() and number.isdigit() else "–"

    def record(self, model: str, number: str) -> Any:
        """Return the record itself, None where the actor may not see it."""
        self._load()
        return self._found.get((model, int(number)), ("–", None))[1] if number.isascii() and number.isdigit() else None

    def _load(self) -> None:
        for model, numbers in self._wanted.items():
            unknown = sorted(number for number in numbers if (model, number) not in self._found)
            if unknown and self.office.may("read", model):
                cls: Any = self.office.models[model].cls
                for record in self.office.env.all(select(cls).where(cls.id.in_(unknown))):
                    self._found[model, record.id] = (name_of(self.office, record), record)
        self._wanted.clear()


def told(office: Office, info: FieldInfo, text: str, names: Names) -> str:
    """Return a plain text in the reader's words; "" for no value."""
    if text == "" and info.kind != "boolean":
        return ""
    if info.kind in TO_ONE:
        return names.get(str(info.target), text)
    if info.kind == "many_to_many":
        return ", ".join(names.get(str(info.target), number) for number in text.split())
    if info.kind == "choice":
        return office.env.t(dict(info.choices).get(text, text))
    if info.kind == "boolean":
        return office.env.t(_("Yes") if text in {"1", "True", "true"} else _("No"))
    if info.kind == "secret":
        return "•••"
    return _told_plain(office, info, text)


def _told_plain(office: Office, info: FieldInfo, text: str) -> str:
    words = office.env.format
    try:
        if info.kind in NUMERIC:
            return words.percent(Decimal(text)) if info.kind == "percent" else words.number(Decimal(text))
        if info.kind == "date":
            return words.date(date.fromisoformat(text))
        if info.kind == "datetime":
            return words.datetime(datetime.fromisoformat(text))
    except (ValueError, InvalidOperation):
        # What the audit kept of a field that was of another kind then is shown as it stands.
        return text
    return text
