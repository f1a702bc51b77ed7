"""The conditions of views: a small language that is read into a tree, never executed.

    state = 'draft'
    due_date < today - 30 and residual > 0
    customer.country.code in ('DE', 'AT') or not customer.active
    name contains 'pump'
    salesperson = me

A path walks fields; `today`, `now`, `me` (the user), `my_company` and `my_customer` are known values; `today + 7`
counts days. The precedence is `not`, `and`, `or`. A comparison with `null` asks whether there is a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

MAX_LENGTH = 1000
NAMES = ("today", "now", "me", "my_company", "my_customer")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts")


class ConditionFault(ValueError):
    """The text is no condition; the message says what stood where."""


@dataclass(frozen=True, slots=True)
class FieldPath:
    """Fields joined by points, from the view's model on."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the condition; None is `null`."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Known:
    """A value known when the condition is used, moved by `days` where it is `today`."""

    name: str
    days: int = 0


Operand = Literal | Known | FieldPath


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one value."""

    path: FieldPath
    operator: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field against a list of values."""

    path: FieldPath
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """A boolean field by itself."""

    path: FieldPath


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """All parts (`and`)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part (`or`)."""

    parts: tuple[Condition, ...]


Condition = Compare | OneOf | Holds | Not | Both | Either

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<path>[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)"
    r"|(?P<sign><=|>=|!=|[=<>(),+-]))",
    re.ASCII,
)
_WORDS = {"and", "or", "not", "in", "null", "true", "false"}


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionFault: what was found and what was expected.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionFault(f"a condition has at most {MAX_LENGTH} characters")
    reader = _Reader(list(_tokens(text)))
    condition = reader.either()
    reader.expect_end()
    return condition


def paths_of(condition: Condition) -> Iterator[FieldPath]:
    """Every field path that the condition reads."""
    match condition:
        case Compare(path, _, operand):
            yield path
            if isinstance(operand, FieldPath):
                yield operand
        case OneOf(path, _) | Holds(path):
            yield path
        case Not(part):
            yield from paths_of(part)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from paths_of(part)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if not found or found.lastgroup is None:
            raise ConditionFault(f"unexpected {stripped[position:].strip()[:20]!r} at character {position + 1}")
        word = found.group(found.lastgroup)
        yield _Token("word" if found.lastgroup == "path" and word in _WORDS else found.lastgroup, word)
        position = found.end()
    yield _Token("end", "")


class _Reader:
    """Recursive descent over the tokens; nesting is bounded by the text's length and the check in `_nested`."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def either(self) -> Condition:
        parts = [self._both()]
        while self._take("word", "or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def expect_end(self) -> None:
        if self._peek.kind != "end":
            raise self._fault("the end, `and` or `or`")

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._take("word", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Condition:
        if self._take("word", "not"):
            return Not(self._nested(self._one))
        if self._take("sign", "("):
            inner = self._nested(self.either)
            self._need("sign", ")")
            return inner
        return self._comparison()

    def _nested(self, read: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > 20:
            raise ConditionFault("nested deeper than 20")
        result = read()
        self._depth -= 1
        return result

    def _comparison(self) -> Condition:
        path = self._path()
        if self._take("word", "not"):
            self._need("word", "in")
            return Not(OneOf(path, self._values()))
        if self._take("word", "in"):
            return OneOf(path, self._values())
        # `contains` and `starts` are no reserved words: fields have such names.
        if self._peek.text in OPERATORS and self._peek.kind in {"sign", "path"}:
            return Compare(path, self._next().text, self._operand())
        return Holds(path)

    def _path(self) -> FieldPath:
        if self._peek.kind != "path":
            raise self._fault("a field")
        return FieldPath(tuple(self._next().text.split(".")))

    def _values(self) -> tuple[Literal, ...]:
        self._need("sign", "(")
        values = [self._literal()]
        while self._take("sign", ","):
            values.append(self._literal())
        self._need("sign", ")")
        return tuple(values)

    def _operand(self) -> Operand:
        if self._peek.kind != "path":
            return self._literal()
        name = self._next().text
        if name not in NAMES:
            return FieldPath(tuple(name.split(".")))
        if name == "today" and self._peek.text in {"+", "-"}:
            sign = -1 if self._next().text == "-" else 1
            days = self._literal().value
            if not isinstance(days, Decimal) or days != int(days) or days > 36_500:
                raise ConditionFault("today is moved by whole days, at most 36500")
            return Known(name, sign * int(days))
        return Known(name)

    def _literal(self) -> Literal:
        token = self._next()
        if token.kind == "string":
            return Literal(token.text[1:-1].replace("''", "'"))
        if token.kind == "number":
            return Literal(Decimal(token.text))
        if token.kind == "sign" and token.text == "-" and self._peek.kind == "number":
            return Literal(-Decimal(self._next().text))
        if token.kind == "word" and token.text in {"true", "false", "null"}:
            return Literal({"true": True, "false": False, "null": None}[token.text])
        self._at -= 1
        raise self._fault("a value")

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take(self, kind: str, text: str) -> bool:
        if self._peek.kind == kind and self._peek.text == text:
            self._at += 1
            return True
        return False

    def _need(self, kind: str, text: str) -> None:
        if not self._take(kind, text):
            raise self._fault(f"`{text}`")

    def _fault(self, expected: str) -> ConditionFault:
        found = repr(self._peek.text) if self._peek.text else "the end"
        return ConditionFault(f"expected {expected}, found {found}")
