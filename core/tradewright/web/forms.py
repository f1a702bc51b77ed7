"""Forms: pydantic models that take exactly what they declare, from a posted form or from JSON.

A posted form is flat text; dotted names give it depth: `lines.0.quantity=3` fills `lines: list[Line]`,
`quantity.AB-1=3` fills `quantity: dict[str, Quantity]`. Repeated names fill a list of plain values, and are refused
anywhere else. An empty input is `None` for what may be absent.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from tradewright.base import DeveloperError
from tradewright.i18n import Text, _
from tradewright.web.fields import Exact
from tradewright.web.problems import InputRefused, sentence
from tradewright.web.strict_json import is_clean
from tradewright.web.uploads import Upload

MAX_VALUE = 20_000
MAX_NAME = 200
MAX_ROWS = 2_000
_INT = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_GRID = re.compile(r"([a-z_]{1,60})-([0-9]{1,6})-([^.]{1,100})", re.ASCII)
_TRUE, _FALSE = frozenset({"1", "on", "true", "yes"}), frozenset({"", "0", "off", "false", "no"})

Kind = Literal["text", "int", "bool", "date", "datetime", "exact", "file", "list", "rows", "keyed", "nested", "other"]


class Form(BaseModel):
    """The body of a request. Unknown names are refused; instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Query(BaseModel):
    """What comes with the address. Unknown names are refused; instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Declared = TypeVar("Declared", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Shape:
    """How one field is written in a flat form; `item` is the shape of a list's or dict's values."""

    kind: Kind
    optional: bool = False
    item: Shape | None = None
    model: type[BaseModel] | None = None


@lru_cache(maxsize=1024)
def shapes(model: type[BaseModel]) -> dict[str, Shape]:
    """Return the shape of each field by the name it is sent under; refuse annotations that parse loosely."""
    model.model_rebuild()
    found: dict[str, Shape] = {}
    for name, info in model.model_fields.items():
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        found[info.alias or name] = _shape(annotation, f"{model.__module__}.{model.__qualname__}.{name}")
    return found


def _shape(annotation: Any, where: str) -> Shape:
    exact = False
    while get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        exact = exact or any(isinstance(rule, Exact) for rule in metadata)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        inner = [one for one in arguments if one is not type(None)]
        if len(inner) != 1:
            return Shape("other", optional=len(inner) < len(arguments))
        shape = _shape(inner[0], where)
        return Shape(shape.kind, optional=True, item=shape.item, model=shape.model)
    if origin in {list, tuple, set, frozenset}:
        item = _shape(arguments[0] if arguments else str, where)
        return Shape("rows" if item.kind == "nested" else "list", item=item)
    if origin is dict:
        return Shape("keyed", item=_shape(arguments[1], where))
    return _leaf(annotation, where, exact=exact)


def _leaf(annotation: Any, where: str, *, exact: bool) -> Shape:
    if annotation is float or (annotation is Decimal and not exact):
        raise DeveloperError(
            "web.loose-number",
            "A form field of this type would take NaN, exponents and any number of digits.",
            where=where,
            value=getattr(annotation, "__name__", annotation),
            near=("Quantity", "Money", "Price", "Percent"),
            remedy="Use one of the types of tradewright.web.",
        )
    if not isinstance(annotation, type):
        return Shape("other")
    if issubclass(annotation, BaseModel):
        return Shape("nested", model=annotation)
    for cls, kind in _KINDS:
        if issubclass(annotation, cls):
            return Shape(kind)
    return Shape("other")


# bool before int and datetime before date, whose subclasses they are.
_KINDS: list[tuple[type, Kind]] = [
    (Upload, "file"),
    (bool, "bool"),
    (int, "int"),
    (Decimal, "exact"),
    (datetime, "datetime"),
    (date, "date"),
    (str, "text"),
]


def read_pairs(model: type[Declared], pairs: Iterable[tuple[str, Any]], language: str) -> Declared:
    """Fill a form from the names and values of a posted form or of an address. Raises `InputRefused`."""
    reader = _Reader(list(pairs))
    values = reader.fill(model, reader.pairs, "")
    if reader.structural:
        raise InputRefused(400, reader.structural, reader.raw())
    if reader.wrong:
        raise InputRefused(422, reader.wrong, reader.raw())
    return validate(model, values, language=language, raw=reader.raw())


def read_json(model: type[Declared], body: Any) -> Declared:
    """Fill a form from a JSON object that was read strictly. Raises `InputRefused`."""
    if not isinstance(body, dict):
        raise InputRefused(400, {"": _("Send a JSON object.")}, {})
    wrong: dict[str, Text] = {}
    _judge_json(Shape("nested", model=model), body, "", wrong)
    if wrong:
        raise InputRefused(422, wrong, {})
    return validate(model, body, language=None, raw={})


def _judge_json(shape: Shape, value: Any, path: str, wrong: dict[str, Text]) -> None:
    """Refuse what pydantic would turn into another type: a text for a number, a number for a date."""
    place = path[:-1][:MAX_NAME]
    if value is None:
        return
    if shape.kind in _JSON_TYPES and type(value) not in _JSON_TYPES[shape.kind]:
        wrong[place] = _("This value has another type than the field.")
    elif shape.kind in _DATES and not _DATES[shape.kind].fullmatch(value):
        wrong[place] = _("Write a date as year, month and day: 2026-11-21.")
    elif isinstance(value, list) and len(value) > MAX_ROWS:
        wrong[place] = _("There are too many values.")
    else:
        for name, inner_shape, inner in _json_inside(shape, value):
            _judge_json(inner_shape, inner, f"{path}{name}.", wrong)


def _json_inside(shape: Shape, value: Any) -> list[tuple[str, Shape, Any]]:
    if shape.kind == "nested" and shape.model is not None:
        known = shapes(shape.model)
        return [(name, known[name], inner) for name, inner in value.items() if name in known]
    if shape.item is None:
        return []
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return [(str(name), shape.item, inner) for name, inner in pairs]


_JSON_TYPES: dict[str, frozenset[type]] = {
    "text": frozenset({str}),
    "int": frozenset({int}),
    "bool": frozenset({bool}),
    "exact": frozenset({str, int, Decimal}),
    "date": frozenset({str}),
    "datetime": frozenset({str}),
    "file": frozenset({Upload}),
    "list": frozenset({list}),
    "rows": frozenset({list}),
    "keyed": frozenset({dict}),
    "nested": frozenset({dict}),
}
_DATES = {"date": _DATE, "datetime": _DATETIME}


def validate(model: type[Declared], values: Any, *, language: str | None, raw: Mapping[str, Any]) -> Declared:
    """Let pydantic judge the values; its errors become one sentence for each field."""
    try:
        return model.model_validate(values, context={"language": language})
    except ValidationError as error:
        fields: dict[str, Text] = {}
        status = 422
        for found in error.errors(include_url=False, include_input=False):
            if found["type"] == "extra_forbidden":
                status = 400
            fields.setdefault(".".join(str(part) for part in found["loc"])[:MAX_NAME], sentence(found))
        raise InputRefused(status, fields, raw) from None


def _split(name: str, known: Mapping[str, Shape]) -> tuple[str, str]:
    """Split a name at its first dot; the grid of the components writes `lines-0-quantity`, which is the same."""
    head, _dot, rest = name.partition(".")
    if head not in known and (match := _GRID.fullmatch(name)) and match[1] in known:
        return match[1], f"{match[2]}.{match[3]}"
    return head, rest


@dataclass(slots=True)
class _Reader:
    """Turns flat pairs into the nested values that pydantic takes, and notes what cannot be meant."""

    pairs: list[tuple[str, Any]]
    structural: dict[str, Text] = field(default_factory=dict)
    wrong: dict[str, Text] = field(default_factory=dict)

    def raw(self) -> dict[str, str]:
        """Return what was typed, for showing the form again; secrets and files are left out by their names."""
        return {name: value for name, value in self.pairs if isinstance(value, str) and "password" not in name}

    def fill(self, model: type[BaseModel], pairs: list[tuple[str, Any]], prefix: str) -> dict[str, Any]:
        known = shapes(model)
        groups: dict[str, list[tuple[str, Any]]] = {}
        for name, value in pairs:
            head, rest = _split(name, known)
            groups.setdefault(head, []).append((rest, value))
        values: dict[str, Any] = {}
        for head, members in groups.items():
            shape = known.get(head)
            path = f"{prefix}{head}"[:MAX_NAME]
            if shape is None:
                self.structural[path] = _("This form has no such field.")
                continue
            value = self.value(shape, members, path)
            if value is not None or shape.optional:
                values[head] = value
        return values

    def value(self, shape: Shape, members: list[tuple[str, Any]], path: str) -> Any:
        if shape.kind == "rows" and shape.item is not None:
            return self.rows(shape.item, members, path)
        if shape.kind == "keyed" and shape.item is not None:
            return self.keyed(shape.item, members, path)
        if shape.kind == "nested" and shape.model is not None:
            return self.fill(shape.model, members, f"{path}.")
        if any(rest for rest, _value in members):
            self.structural[path] = _("This form has no such field.")
            return None
        if shape.kind == "list" and shape.item is not None:
            if len(members) > MAX_ROWS:
                self.structural[path] = _("There are too many values.")
                return None
            return [one for _rest, value in members if (one := self.plain(shape.item, value, path)) is not None]
        if len(members) > 1:
            self.structural[path] = _("This field was sent more than once.")
            return None
        return self.plain(shape, members[0][1], path)

    def rows(self, item: Shape, members: list[tuple[str, Any]], path: str) -> list[Any]:
        grouped = self.group(members, path)
        if any(not (key.isascii() and key.isdigit() and len(key) <= 6) for key in grouped):
            self.structural[path] = _("This form has no such field.")
            return []
        ordered = sorted(grouped.items(), key=lambda pair: int(pair[0]))
        return [self.value(item, found, f"{path}.{key}") for key, found in ordered]

    def keyed(self, item: Shape, members: list[tuple[str, Any]], path: str) -> dict[str, Any]:
        if item.kind == "nested":
            return {key: self.value(item, found, f"{path}.{key}") for key, found in self.group(members, path).items()}
        # A key is the whole rest: article numbers have dots.
        found: dict[str, Any] = {}
        for key, value in members:
            if not key or key in found:
                self.structural[path] = _("This field was sent more than once.")
                continue
            found[key] = self.plain(item, value, f"{path}.{key}"[:MAX_NAME])
        return {key: value for key, value in found.items() if value is not None or item.optional}

    def group(self, members: list[tuple[str, Any]], path: str) -> dict[str, list[tuple[str, Any]]]:
        grouped: dict[str, list[tuple[str, Any]]] = {}
        for rest, value in members:
            key, _dot, name = rest.partition(".")
            grouped.setdefault(key, []).append((name, value))
        if len(grouped) > MAX_ROWS:
            self.structural[path] = _("There are too many values.")
            return {}
        return grouped

    def plain(self, shape: Shape, value: Any, path: str) -> Any:
        """Return one value as pydantic takes it; what it would read too generously is judged here."""
        if isinstance(value, Upload):
            if shape.kind == "file":
                return value
            self.structural[path] = _("This field takes no file.")
            return None
        if shape.kind == "file":
            self.structural[path] = _("Choose a file.")
            return None
        if len(value) > MAX_VALUE or not is_clean(value):
            self.structural[path] = _("This text is too long or holds characters that cannot be stored.")
            return None
        if value == "" and (shape.optional or shape.kind not in {"text", "bool", "other"}):
            return None
        return self.judge(shape, value, path)

    def judge(self, shape: Shape, value: str, path: str) -> Any:
        """Return the value as pydantic takes it; note what it would read too generously."""
        text = value.strip(" ")
        if shape.kind == "bool":
            if value in _TRUE | _FALSE:
                return value in _TRUE
            self.wrong[path] = _("Choose yes or no.")
        elif shape.kind == "int":
            if _INT.fullmatch(text):
                return int(text)
            self.wrong[path] = _("Write a whole number in digits.")
        elif shape.kind in {"date", "datetime"}:
            if _DATES[shape.kind].fullmatch(text):
                return text
            self.wrong[path] = _("Write a date as year, month and day: 2026-11-21.")
        else:
            return value
        return None
