"""Marking words for translation: `_("Confirm order")` gives a `Text` that is translated when somebody reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol

from tradewright.base import DeveloperError, nearest

_PLACEHOLDER = re.compile(r"\{(?P<name>\w+)\}|%\((?P<percent>\w+)\)s")


class Translator(Protocol):
    """What turns a message into a language; a `Catalog` is one."""

    def message(self, context: str | None, msgid: str) -> str:
        """Return the translation, or the source where there is none."""
        ...

    def plural(self, context: str | None, singular: str, plural: str, n: int) -> str:
        """Return the form of the language for `n` things."""
        ...

    def value(self, value: object) -> str:
        """Write one value the way the language writes it."""
        ...


class Text:
    """A message in English source that is translated late; immutable and hashable.

    `str(text)` is the English sentence. Values are put in for `{name}` (and for `%(name)s`, as Jinja's `trans` writes
    it); a value may itself be a `Text`. Decimals and dates among them are written as the reader's language does when
    translated, plainly in `str(text)`.
    """

    __slots__ = ("context", "msgid", "n", "plural", "values")

    context: str | None
    msgid: str
    plural: str | None
    n: int
    values: tuple[tuple[str, object], ...]

    def __init__(
        self,
        msgid: str,
        values: Mapping[str, object] | None = None,
        *,
        context: str | None = None,
        plural: str | None = None,
        n: int = 1,
    ) -> None:
        pairs = tuple(sorted(values.items())) if values else ()
        if pairs:
            _check_placeholders(msgid, plural, tuple(name for name, _value in pairs))
        for name, value in (("msgid", msgid), ("values", pairs), ("context", context), ("plural", plural), ("n", n)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Text is immutable: {name} can't be set; make a new one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Text is immutable: {name} can't be deleted")

    def _key(self) -> tuple[object, ...]:
        return (self.context, self.msgid, self.plural, self.n, self.values)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Text) else NotImplemented

    def __hash__(self) -> int:
        # Without the values, which need not be hashable: equal texts still have equal hashes.
        return hash((self.context, self.msgid, self.plural, self.n))

    def __bool__(self) -> bool:
        return bool(self.msgid)

    def __repr__(self) -> str:
        return f"<Text {str(self)!r}>"

    def __reduce__(self) -> tuple[Callable[..., Text], tuple[object, ...]]:
        return _restore, (self.msgid, dict(self.values), self.context, self.plural, self.n)

    def __str__(self) -> str:
        source = self.msgid if self.plural is None or self.n == 1 else self.plural
        return _fill(source, self.values, str) if self.values else source

    def translate(self, catalog: Translator) -> str:
        """Return the sentence in the catalog's language, its values put in."""
        if self.plural is None:
            found = catalog.message(self.context, self.msgid)
        else:
            found = catalog.plural(self.context, self.msgid, self.plural, self.n)
        return _fill(found, self.values, catalog.value) if self.values else found


def _restore(msgid: str, values: dict[str, object], context: str | None, plural: str | None, n: int) -> Text:
    return Text(msgid, values, context=context, plural=plural, n=n)


def _fill(message: str, values: tuple[tuple[str, object], ...], write: Callable[[object], str]) -> str:
    known = dict(values)

    def put(match: re.Match[str]) -> str:
        name = match["name"] or match["percent"]
        # A translator's slip must not break the page: an unknown placeholder stays visible as it is.
        return write(known[name]) if name in known else match[0]

    return _PLACEHOLDER.sub(put, message)


@lru_cache(maxsize=4096)
def _check_placeholders(msgid: str, plural: str | None, values: tuple[str, ...]) -> None:
    wanted = {match["name"] or match["percent"] for match in _PLACEHOLDER.finditer(f"{msgid} {plural or ''}")}
    allowed_unused = {"n"} if plural is not None else set[str]()
    for name in sorted(wanted - set(values)) + sorted(set(values) - wanted - allowed_unused):
        missing = name in wanted
        problem = f"the place {{{name}}} has no value" if missing else f"the value {name} has no place in the message"
        raise DeveloperError(
            "i18n.placeholder",
            problem,
            where=repr(msgid),
            value=name,
            near=nearest(name, values if missing else wanted),
            remedy="give each {name} in the message one keyword of the same name",
        )


def _(msgid: str, /, **values: object) -> Text:
    """Mark a message: `_("Order {number} is on hold", number=order.number)`."""
    return Text(msgid, values)


def _n(singular: str, plural: str, n: int, /, **values: object) -> Text:
    """Mark a message that depends on a count, `{n}`: `_n("{n} line is short", "{n} lines are short", short)`."""
    return Text(singular, {"n": n, **values}, plural=plural, n=n)


def _p(context: str, msgid: str, /, **values: object) -> Text:
    """Mark a message whose words mean different things in different places: `_p("ticket state", "Open")`."""
    return Text(msgid, values, context=context)
