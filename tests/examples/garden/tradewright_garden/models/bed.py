"""Beds and what grows on them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    check,
    choice,
    field,
    fields,
    frozen,
    json,
    many_to_one,
    money,
    one_to_many,
    operation,
    secret,
    text,
    translated,
    unique,
)
from tradewright_base.models.partner import Partner


class Bed(
    Model, label=_("Bed"), plural=_("Beds"), title="name", order_by="name", public=True, versioned=True, audit="all"
):
    """A piece of ground with an owner."""

    name: Mapped[str] = text(label=_("Name"), max_length=20, unique=True)
    number: Mapped[str | None] = text(label=_("Number"), readonly=True)
    state: Mapped[str] = choice(
        [("draft", _("Planned")), ("open", _("Open")), ("closed", _("Closed"))], label=_("State"), default="draft"
    )
    owner: Mapped[Partner | None] = many_to_one(label=_("Owner"))
    owner_id: Mapped[int | None]
    area: Mapped[Decimal] = fields.quantity(label=_("Area"), default=1, at_most=1_000)
    rent: Mapped[Decimal] = money(label=_("Rent"), default=0)
    sunny: Mapped[bool] = field(label=_("Sunny"), default=True)
    planned_on: Mapped[Any] = json(label=_("Facts"), default=dict)
    sign: Mapped[str | None] = translated(label=_("Sign"))
    lock: Mapped[str | None] = secret(label=_("Code of the lock"))
    made_by: Mapped[str | None] = text(label=_("Made by"), default=lambda env: env.actor.name)
    plants: Mapped[list["Plant"]] = one_to_many(inverse="bed", owned=True, order_by="id", label=_("Plants"))

    _kept = frozen(when={"state": ("closed",)}, free=("rent",), once=("number",))

    @classmethod
    def describe(cls, env: Env, beds: Sequence[Self]) -> list[str]:  # noqa: ARG003  # the signature of operations
        """Say what the beds are; addons add words."""
        return [bed.name for bed in beds]

    @operation(label=_("Open"), permission="garden.user", states=("draft",))
    @classmethod
    def open(cls, env: Env, beds: Sequence[Self]) -> None:
        """Open beds and give them numbers."""
        for bed in beds:
            bed.state = "open"
            env.number("garden.bed", bed)

    @operation(label=_("Close"), permission="garden.manager", states=("open",))
    @classmethod
    def close(cls, env: Env, beds: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Close beds for good."""
        for bed in beds:
            bed.state = "closed"


class Plant(Model, label=_("Plant"), plural=_("Plants"), title="name", order_by="id"):
    """Something that grows on a bed."""

    bed: Mapped[Bed] = many_to_one(label=_("Bed"), on_delete="cascade")
    bed_id: Mapped[int]
    name: Mapped[str] = text(label=_("Name"))
    height: Mapped[Decimal] = fields.quantity(label=_("Height"), default=1)

    _grown = check(lambda cls: cls.height > 0, message=_("A plant is higher than 0."))
    _once = unique("bed", "name", message=_("This plant is on the bed already."))
    _kept = frozen(parent="bed")
