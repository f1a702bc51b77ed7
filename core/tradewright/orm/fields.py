"""Field declarations: what a model's attribute means, before any registry maps it.

A declaration says nothing of columns; `tradewright.registry` turns it into columns, relationships and constraints
of the composed class. The functions here return `Any`, because the attribute's annotation `Mapped[...]` is its type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as _dc_field
from typing import Any

from tradewright.base import DeveloperError


@dataclass(slots=True)
class Field:
    """One declared attribute. `kind` is settled from the annotation when the declaration leaves it open."""

    kind: str | None = None
    label: Any = None
    help: Any = None
    readonly: bool = False
    default: Any = None
    index: bool = False
    unique: bool = False
    at_least: Any = None
    at_most: Any = None
    max_length: int | None = None
    multiline: bool = False
    scale: int | None = None
    currency: str | None = None
    unit: str | None = None
    choices: tuple[tuple[str, Any], ...] = ()
    copy: bool = True
    inverse: str | None = None
    owned: bool = False
    order_by: str | None = None
    on_delete: str = "restrict"
    of: str | None = None
    summed: str | None = None
    expression: Callable[..., Any] | None = None
    name: str = ""
    extra: dict[str, Any] = _dc_field(default_factory=dict)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __clause_element__(self) -> Any:
        raise DeveloperError(
            "orm.declaration-in-query",
            "a declaration is not mapped; only the composed class can be queried",
            value=self.name,
            remedy=f"write env[Model].{self.name} instead of Model.{self.name}",
        )


@dataclass(slots=True)
class MoreChoices:
    """Choices that an extension adds to a field of the model it extends."""

    field: str
    choices: tuple[tuple[str, Any], ...]


def field(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002  # the word users know
    readonly: bool = False,
    default: Any = None,
    index: bool = False,
    unique: bool = False,
    at_least: Any = None,
    at_most: Any = None,
    scale: int | None = None,
    unit: str | None = None,
    copy: bool = True,
) -> Any:
    """Declare a plain field; its kind follows from the annotation (str, int, bool, Decimal, date, datetime, dict).

    `default` is a value, a callable without parameters, or one that takes the `Env`.
    """
    return Field(
        None, label, help, readonly, default, index, unique, at_least, at_most, scale=scale, unit=unit, copy=copy
    )


def text(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    max_length: int | None = 255,
    multiline: bool = False,
    readonly: bool = False,
    default: Any = None,
    index: bool = False,
    unique: bool = False,
    copy: bool = True,
) -> Any:
    """Declare a text of at most `max_length` characters; a multiline one holds up to 20,000 by default."""
    limit = 20_000 if multiline and max_length == 255 else max_length
    return Field(
        "text",
        label,
        help,
        readonly,
        default,
        index,
        unique,
        max_length=limit,
        multiline=multiline,
        copy=copy and not unique,
    )


def translated(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    max_length: int = 255,
    multiline: bool = False,
    default: Any = None,
    index: bool = False,
) -> Any:
    """Declare a text that exists in several languages; it reads in the language of the unit of work.

    Assign a string (the source language) or a dict of language to text, in which "" is the source.
    """
    limit = 20_000 if multiline and max_length == 255 else max_length
    return Field("translated", label, help, default=default, index=index, max_length=limit, multiline=multiline)


def money(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    currency: str = "currency",
    readonly: bool = False,
    default: Any = None,
    at_least: Any = None,
    at_most: Any = None,
    index: bool = False,
) -> Any:
    """Declare an amount (4 decimals stored); `currency` names the field that holds its currency."""
    return Field(
        "money",
        label,
        help,
        readonly,
        default,
        index,
        at_least=at_least,
        at_most=at_most,
        scale=4,
        currency=currency,
    )


def price(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    currency: str = "currency",
    readonly: bool = False,
    default: Any = None,
    at_least: Any = None,
) -> Any:
    """Declare a price of one unit (6 decimals)."""
    return Field("price", label, help, readonly, default, at_least=at_least, scale=6, currency=currency)


def quantity(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    unit: str | None = None,
    readonly: bool = False,
    default: Any = None,
    at_least: Any = None,
    at_most: Any = None,
) -> Any:
    """Declare a quantity (6 decimals); `unit` names the field that holds its unit of measure."""
    return Field("quantity", label, help, readonly, default, at_least=at_least, at_most=at_most, scale=6, unit=unit)


def percent(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    readonly: bool = False,
    default: Any = None,
    at_least: Any = None,
    at_most: Any = None,
) -> Any:
    """Declare a percentage: 21 means 21 % (4 decimals)."""
    return Field("percent", label, help, readonly, default, at_least=at_least, at_most=at_most, scale=4)


def choice(
    choices: Sequence[tuple[str, Any]],
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    default: Any = None,
    readonly: bool = False,
    index: bool = False,
    copy: bool = True,
) -> Any:
    """Declare a text out of a fixed list of (value, label); the database checks it."""
    return Field("choice", label, help, readonly, default, index, choices=tuple(choices), copy=copy)


def more_choices(field_name: str, choices: Sequence[tuple[str, Any]]) -> Any:
    """Add choices, in an extension, to a choice field of the model below."""
    return MoreChoices(field_name, tuple(choices))


def secret(*, label: Any = None, help: Any = None, max_length: int = 500) -> Any:  # noqa: A002
    """Declare a secret: written by anyone who may, read only by elevated code, never shown, logged or exported."""
    return Field("secret", label, help, max_length=max_length, copy=False)


def json(*, label: Any = None, help: Any = None, default: Any = None, readonly: bool = False) -> Any:  # noqa: A002
    """Declare structured data (a JSON object or list)."""
    return Field("json", label, help, readonly, default)


def many_to_one(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    readonly: bool = False,
    default: Any = None,
    index: bool = True,
    unique: bool = False,
    on_delete: str = "restrict",
    copy: bool = True,
) -> Any:
    """Declare a reference to one record of the annotated model; it makes the column `<name>_id`.

    `on_delete` is what happens here when the target goes: `restrict`, `cascade` or `set_null`.
    """
    if on_delete not in {"restrict", "cascade", "set_null"}:
        raise DeveloperError("orm.on-delete", "on_delete is restrict, cascade or set_null", value=on_delete)
    return Field("many_to_one", label, help, readonly, default, index, unique, on_delete=on_delete, copy=copy)


def attachment(*, label: Any = None, help: Any = None, readonly: bool = False) -> Any:  # noqa: A002
    """Declare a reference to a stored file (the model that plays `attachment`)."""
    return Field("attachment", label, help, readonly, index=True)


def one_to_many(
    *,
    inverse: str,
    label: Any = None,
    help: Any = None,  # noqa: A002
    owned: bool = False,
    order_by: str | None = None,
) -> Any:
    """Declare the records of the annotated model whose `inverse` is this record.

    `owned` ones live and die with it (lines of a document).
    """
    return Field("one_to_many", label, help, inverse=inverse, owned=owned, order_by=order_by, copy=owned)


def many_to_many(
    *,
    label: Any = None,
    help: Any = None,  # noqa: A002
    inverse: str | None = None,
) -> Any:
    """Declare a set of records of the annotated model, kept in a link table of its own."""
    return Field("many_to_many", label, help, inverse=inverse)


def total(*, of: str, field: str, label: Any = None, help: Any = None) -> Any:  # noqa: A002
    """Declare the sum of a field over a one-to-many: one SQL expression, also in lists and filters."""
    return Field("computed", label, help, readonly=True, of=of, summed=field)


def expression(build: Callable[..., Any], *, label: Any = None, help: Any = None) -> Any:  # noqa: A002
    """Declare a read-only value computed by SQL.

    `build(cls)` or `build(cls, models)` gets the composed class and a lookup `models[Declaration]` and returns an
    expression or a one-column select.
    """
    return Field("computed", label, help, readonly=True, expression=build)
