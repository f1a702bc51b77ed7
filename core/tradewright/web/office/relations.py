"""Choosing a record of another model: few are offered in a list, many are typed by name and found again.

What was typed is resolved for all fields and lines of a form together, in at most two statements for each model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradewright.i18n import Text, _
from tradewright.orm import and_, func, or_, select
from tradewright.views import Condition, FieldNode, criterion
from tradewright.web.office.context import Office
from tradewright.web.office.listing import ordered, searched, word_criteria
from tradewright.web.office.values import name_of

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, FieldInfo, ModelInfo

FEW = 40
"""Up to so many records are offered as a list; above that one types."""
SUGGESTED = 15
_NUMBERED = re.compile(r"(?:.*\s)?#([0-9]{1,18})", re.ASCII | re.DOTALL)
_TRIED = 200


@dataclass(frozen=True, slots=True)
class Option:
    """A record that can be chosen: its number and its name."""

    id: int
    name: str

    @property
    def value(self) -> str:
        """Return what a form sends for it."""
        return f"#{self.id}"


def told_apart(options: Sequence[Option]) -> list[str]:
    """Return the options as texts to choose from; equal names are told apart by their number."""
    names = [one.name for one in options]
    return [f"{one.name} {one.value}" if names.count(one.name) > 1 else one.name for one in options]


@dataclass
class Candidates:
    """The records that fields of a form can refer to, looked up once for each model and condition."""

    office: Office
    _known: dict[tuple[str, Condition | None], list[Option]] = field(default_factory=dict)

    def offered(self, node: FieldNode) -> list[Option] | None:
        """Return all candidates where they are few; None where one has to type."""
        found = self._found(node)
        return found if len(found) <= FEW else None

    def beginning(self, node: FieldNode) -> list[Option]:
        """Return the candidates that are suggested before anything is typed."""
        return self._found(node)[:SUGGESTED]

    def _found(self, node: FieldNode) -> list[Option]:
        target = str(node.info.target)
        key = (target, node.where)
        if key not in self._known:
            self._known[key] = self.first(target, node.where, "", FEW + 1) if self.office.may("read", target) else []
        return self._known[key]

    def first(self, model: str, where: Condition | None, text: str, limit: int) -> list[Option]:
        """Return the first candidates whose fields match a text, in the model's order."""
        info = self.office.models[model]
        criteria = [*domain(self.office, info, where), *searched(self.office, info, text)]
        order = (info.order_by or info.title or "id").replace(",", " ").split()
        statement = ordered(select(info.cls).where(*criteria), info, order).limit(limit)
        return [Option(one.id, name_of(self.office, one)) for one in self.office.env.all(statement)]


def domain(office: Office, info: ModelInfo, where: Condition | None) -> list[ColumnElement[bool]]:
    """Return the conditions of what can be chosen: the view's own, and not what has been put out of use."""
    found: list[ColumnElement[bool]] = []
    cls: Any = info.cls
    active = info.fields.get("active")
    if active is not None and active.kind == "boolean" and office.reads(info, "active"):
        found.append(cls.active.is_(True))
    if where is not None and office.reads_condition(info.name, where):
        found.append(criterion(office.models, info.name, where, office.known))
    return found


class Unresolved(Exception):
    """What was typed names no record, or more than one; `text` says so."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass
class Resolver:
    """Finds the records that typed texts name. First `want` all of them, then ask for each."""

    office: Office
    _wanted: dict[str, set[str]] = field(default_factory=dict)
    _records: dict[str, dict[int, Any]] = field(default_factory=dict)
    _named: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def want(self, info: FieldInfo, texts: Iterable[str]) -> None:
        """Note texts that will be asked for."""
        kept = {text.strip() for text in texts if text.strip()}
        self._wanted.setdefault(str(info.target), set()).update(kept)

    def get(self, info: FieldInfo, text: str) -> Any:
        """Return the record that a text names.

        Raises:
            Unresolved: none, or several.
        """
        model, text = str(info.target), text.strip()
        self._load()
        number = _NUMBERED.fullmatch(text)
        if number and int(number[1]) in self._records.get(model, {}):
            return self._records[model][int(number[1])]
        found = self._named.get((model, text), [])
        if len(found) == 1:
            return found[0]
        what = self.office.models[model].label
        if not found:
            raise Unresolved(
                _("“{text}” is not known here: choose one of {what}.", text=text[:60], what=self._plural(model))
            )
        names = ", ".join(f"{name_of(self.office, one)[:40]} #{one.id}" for one in found[:3])
        raise Unresolved(_("Several fit ({what}): {names}. Choose one of them.", what=what, names=names))

    def _plural(self, model: str) -> Any:
        return self.office.models[model].plural

    def _load(self) -> None:
        for model, texts in self._wanted.items():
            if texts and self.office.may("read", model):
                self._load_model(self.office.models[model], sorted(texts))
        self._wanted.clear()

    def _load_model(self, info: ModelInfo, texts: Sequence[str]) -> None:
        cls: Any = info.cls
        numbers = {text: int(match[1]) for text in texts if (match := _NUMBERED.fullmatch(text))}
        by_id = self._records.setdefault(info.name, {})
        names = [
            name
            for name in info.search
            if info.fields[name].kind in {"text", "translated"} and self.office.reads(info, name)
        ]
        plain = [text for text in texts if text not in numbers]
        exact = [
            or_(getattr(cls, name).in_(plain), func.lower(getattr(cls, name)).in_([text.lower() for text in plain]))
            for name in names
            if plain
        ]
        criteria = [*([cls.id.in_(sorted(numbers.values()))] if numbers else []), *exact]
        if criteria:
            for record in self.office.env.all(select(cls).where(or_(*criteria)).limit(10 * _TRIED)):
                by_id[record.id] = record
        self._match(info, plain, names, list(by_id.values()))
        self._look_closer(info, [text for text in plain if (info.name, text) not in self._named], names)

    def _match(self, info: ModelInfo, texts: Sequence[str], names: Sequence[str], records: Sequence[Any]) -> None:
        """A whole name counts before any field of the same text: two contacts may share an e-mail address."""
        for text in texts:
            folded = text.casefold()
            hits = [one for one in records if name_of(self.office, one).casefold() == folded]
            hits = hits or [
                one for one in records if any(str(getattr(one, name) or "").casefold() == folded for name in names)
            ]
            if hits:
                self._named[info.name, text] = hits

    def _look_closer(self, info: ModelInfo, texts: Sequence[str], names: Sequence[str]) -> None:
        """Names that are made up of fields ("Doe, Acme Ltd") and beginnings of names, among the records in use."""
        ways = [way for text in texts if (way := self._way(info, text, names)) is not None]
        if not ways:
            return
        cls: Any = info.cls
        statement = select(cls).where(*domain(self.office, info, None), or_(*ways)).limit(_TRIED)
        records = self.office.env.all(statement)
        self._match(info, texts, names, records)
        for text in texts:
            if (info.name, text) not in self._named:
                self._named[info.name, text] = [one for one in records if self._holds_words(one, text, names)]

    def _way(self, info: ModelInfo, text: str, names: Sequence[str]) -> ColumnElement[bool] | None:
        """Return the condition that the words of one part of the text are in the fields.

        Names are often put together, "Acme Ltd, Doe" or "[A-1] Drill": parts stand between commas and brackets, and one
        part of the record's own is enough to find it. Whether it is the one meant is looked at afterwards.
        """
        parts = [re.findall(r"[^\s]+", part)[:8] for part in re.split(r"[,;()\[\]]+", text)[:8]]
        ways = []
        for words in parts:
            hits = [
                or_(*found)
                for word in words
                if (
                    found := [
                        hit
                        for name in names
                        for hit in word_criteria(self.office, info.cls, (info.fields[name],), word)
                    ]
                )
            ]
            if hits:
                ways.append(and_(*hits))
        return or_(*ways) if ways else None

    def _holds_words(self, record: Any, text: str, names: Sequence[str]) -> bool:
        held = " ".join(
            [name_of(self.office, record), *(str(getattr(record, name) or "") for name in names)]
        ).casefold()
        return all(word in held for word in text.casefold().split())
