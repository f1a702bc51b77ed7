"""Tasks with their steps."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from tradewright.base import UserError
from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    attachment,
    check,
    choice,
    field,
    fields,
    json,
    many_to_many,
    many_to_one,
    money,
    one_to_many,
    operation,
    percent,
    secret,
    text,
    translated,
)
from tradewright_base.models.attachment import Attachment
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner


class Tag(Model, label=_("Tag"), plural=_("Tags"), title="name", order_by="name"):
    """A word for tasks."""

    name: Mapped[str] = text(label=_("Name"), unique=True)


class Postponement(BaseModel):
    """What one says when a task is put off."""

    model_config = ConfigDict(extra="forbid")

    until: date
    reason: str = ""


class Task(
    Model,
    label=_("Task"),
    plural=_("Tasks"),
    title="name",
    order_by="-id",
    search=("name", "note"),
    versioned=True,
    audit="all",
):
    """Something to be done, with every kind of field."""

    name: Mapped[str] = text(label=_("Name"), max_length=40)
    state: Mapped[str] = choice(
        [("draft", _("Draft")), ("open", _("Open")), ("done", _("Done")), ("cancelled", _("Cancelled"))],
        label=_("State"),
        default="draft",
        readonly=True,
    )
    kind: Mapped[str] = choice([("repair", _("Repair")), ("new", _("New work"))], label=_("Kind"), default="repair")
    damage: Mapped[str | None] = text(label=_("Damage"))
    customer: Mapped[Partner | None] = many_to_one(label=_("Customer"))
    customer_id: Mapped[int | None]
    currency: Mapped[Currency | None] = many_to_one(label=_("Currency"))
    price: Mapped[Decimal | None] = money(label=_("Price"), at_least=0)
    hours: Mapped[Decimal | None] = fields.quantity(label=_("Hours"), unit="h", at_least=0, at_most=1000)
    share: Mapped[Decimal | None] = percent(label=_("Share"))
    rank: Mapped[int | None] = field(label=_("Rank"))
    due: Mapped[date | None] = field(label=_("Due"))
    seen: Mapped[datetime | None] = field(label=_("Seen"))
    urgent: Mapped[bool] = field(label=_("Urgent"))
    title: Mapped[str | None] = translated(label=_("Title"))
    note: Mapped[str | None] = text(label=_("Note"), multiline=True)
    token: Mapped[str | None] = secret(label=_("Token"))
    cost: Mapped[Decimal | None] = money(label=_("Cost"))
    facts: Mapped[dict[str, Any]] = json(label=_("Facts"))
    picture: Mapped[Attachment | None] = attachment(label=_("Picture"))
    tags: Mapped[list[Tag]] = many_to_many(label=_("Tags"))
    steps: Mapped[list["Step"]] = one_to_many(inverse="task", owned=True, order_by="position", label=_("Steps"))

    _dated = check(
        lambda cls: cls.due.is_(None) | (cls.due > date(2000, 1, 1)), message=_("A task is due after the year 2000.")
    )

    @operation(label=_("Start"), permission="atelier.user", states=("draft",), primary=True)
    @classmethod
    def start(cls, env: Env, tasks: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Begin the work."""
        for task in tasks:
            if task.name == "stuck":
                raise UserError("atelier.stuck", _("{name} is stuck: free it first.", name=task.name))
            task.state = "open"

    @operation(
        label=_("Cancel task"),
        permission="atelier.manager",
        states=("draft", "open"),
        danger=True,
        confirm=_("Really?"),
    )
    @classmethod
    def cancel(cls, env: Env, tasks: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Give up."""
        for task in tasks:
            task.state = "cancelled"

    @operation(label=_("Postpone"), permission="atelier.user", form=Postponement)
    @classmethod
    def postpone(cls, env: Env, tasks: Sequence[Self], form: Postponement) -> None:  # noqa: ARG003  # as above
        """Put off."""
        for task in tasks:
            task.due = form.until
            task.note = form.reason


class Step(Model, label=_("Step"), plural=_("Steps"), title="name", order_by="position"):
    """One step of a task."""

    task: Mapped[Task] = many_to_one(label=_("Task"), on_delete="cascade")
    task_id: Mapped[int]
    position: Mapped[int] = field(label=_("Position"), default=0)
    name: Mapped[str] = text(label=_("Name"))
    kind: Mapped[str] = choice([("hand", _("By hand")), ("machine", _("By machine"))], label=_("Kind"), default="hand")
    amount: Mapped[Decimal] = fields.quantity(label=_("Amount"), default=1)
    supplier: Mapped[Partner | None] = many_to_one(label=_("Supplier"))
    checked: Mapped[bool] = field(label=_("Checked"), default=True)
