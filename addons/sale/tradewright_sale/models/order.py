"""Orders and quotations: one document that a customer agrees to."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    choice,
    field,
    index,
    many_to_one,
    money,
    one_to_many,
    operation,
    text,
    worded,
)
from tradewright_base.models.address import Address
from tradewright_base.models.company import Company
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User

from .. import errors
from ..hooks import order_blockers, orders_cancelled, orders_confirmed, orders_held
from ..services import totals
from .order_line import OrderLine

OPEN_STATES = ("draft", "sent", "on_hold")


class Order(
    Model,
    label=_("Order"),
    plural=_("Orders"),
    title="number",
    order_by="-id",
    search=("number", "reference"),
    public=True,
    versioned=True,
    audit="all",
    company=True,
):
    """What a customer wants at which price: a quotation until it is confirmed, an order from then on."""

    number: Mapped[str | None] = text(label=_("Number"), readonly=True, unique=True, max_length=40)
    state: Mapped[str] = choice(
        [
            ("draft", _("Quotation")),
            ("sent", _("Quotation sent")),
            ("on_hold", _("On hold")),
            ("confirmed", _("Confirmed")),
            ("done", _("Done")),
            ("cancelled", _("Cancelled")),
        ],
        label=_("State"),
        default="draft",
        readonly=True,
        copy=False,
    )
    company: Mapped[Company] = many_to_one(label=_("Company"), readonly=True)
    company_id: Mapped[int]
    customer: Mapped[Partner] = many_to_one(label=_("Customer"))
    customer_id: Mapped[int]
    contact: Mapped[Partner | None] = many_to_one(label=_("Contact"))
    contact_id: Mapped[int | None]
    currency: Mapped[Currency] = many_to_one(label=_("Currency"), readonly=True)
    currency_id: Mapped[int]
    order_date: Mapped[date] = field(label=_("Date"), default=lambda env: env.today)
    requested_date: Mapped[date | None] = field(label=_("Requested delivery"))
    valid_until: Mapped[date | None] = field(label=_("Valid until"), help=_("Last day the quotation holds."))
    reference: Mapped[str | None] = text(
        label=_("Customer's order number"), max_length=80, help=_("Printed on delivery note and invoice.")
    )
    buyer_reference: Mapped[str | None] = text(
        label=_("Buyer reference"), max_length=80, help=_("Routing code that some customers need on e-invoices.")
    )
    channel: Mapped[str] = choice(
        [("office", _("Back office")), ("portal", _("Portal"))], label=_("Channel"), default="office", readonly=True
    )
    delivery_address: Mapped[Address | None] = many_to_one(label=_("Delivery address"))
    delivery_address_id: Mapped[int | None]
    invoice_address: Mapped[Address | None] = many_to_one(label=_("Invoice address"))
    invoice_address_id: Mapped[int | None]
    note: Mapped[str | None] = text(label=_("Note"), multiline=True, max_length=4_000)
    lines: Mapped[list[OrderLine]] = one_to_many(inverse="order", owned=True, order_by="position", label=_("Lines"))
    untaxed: Mapped[Decimal] = money(label=_("Net total"), default=0, readonly=True)
    tax_total: Mapped[Decimal] = money(label=_("Tax"), default=0, readonly=True)
    total: Mapped[Decimal] = money(label=_("Total"), default=0, readonly=True)
    salesperson: Mapped[User | None] = many_to_one(label=_("Salesperson"))
    salesperson_id: Mapped[int | None]
    hold_reason: Mapped[str | None] = text(label=_("Reason of hold"), max_length=1_000, readonly=True, copy=False)
    confirmed_at: Mapped[datetime | None] = field(label=_("Confirmed at"), readonly=True, copy=False)
    revision: Mapped[int] = field(
        label=_("Revision"), default=0, readonly=True, help=_("Counts the changes since confirmation."), copy=False
    )

    _by_customer = index("customer", "state")
    _by_state = index("state", "order_date")

    def display_name(self) -> str:
        """The number, or what it is as long as it has none."""
        return self.number or worded(self, _("Quotation {id}", id=self.id or ""))

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Fill in what the customer decides; complete and price new lines; compute the totals."""
        super().before_save(env, records)
        totals.complete(env, [order for order in records if env.changed(order, "lines", "customer")])

    @operation(label=_("Send quotation"), permission="sale.user", states=("draft", "sent"))
    @classmethod
    def send(cls, env: Env, orders: Sequence[Self]) -> None:
        """Mark quotations as sent to the customer and give them a number."""
        for order in orders:
            _complete(order)
            if order.number is None:
                env.number("sale.quotation", order)
            order.state = "sent"

    @operation(label=_("Confirm order"), permission="sale.user", states=("draft", "sent"), primary=True)
    @classmethod
    def confirm(cls, env: Env, orders: Sequence[Self]) -> None:
        """Confirm orders; those that an addon blocks wait on hold until somebody releases them."""
        for order in orders:
            _complete(order)
        reasons: dict[int, list[str]] = {}
        for blocker in env.hook(order_blockers)(env, orders):
            reasons.setdefault(blocker.order_id, []).append(env.t(blocker.text))
        held = [order for order in orders if order.id in reasons]
        for order in held:
            order.state = "on_hold"
            order.hold_reason = "\n".join(reasons[order.id])[:1_000]
        if held:
            env.hook(orders_held)(env, held)
        cls.accept(env, [order for order in orders if order.id not in reasons])

    @operation(
        label=_("Release and confirm"),
        permission="sale.manager",
        states=("on_hold",),
        primary=True,
        confirm=_("The order is confirmed although it was on hold."),
    )
    @classmethod
    def release(cls, env: Env, orders: Sequence[Self]) -> None:
        """Confirm orders on hold; who did it stands in the history."""
        for order in orders:
            _complete(order)
        cls.accept(env, orders)

    @classmethod
    def accept(cls, env: Env, orders: Sequence[Self]) -> None:
        """Make orders binding. Addons override this to reserve stock; it runs once an order is free of blockers."""
        if not orders:
            return
        for order in orders:
            order.state = "confirmed"
            order.hold_reason = None
            order.confirmed_at = env.now
            env.number("sale.order", order)
        env.hook(orders_confirmed)(env, orders)

    @operation(
        label=_("Cancel"),
        permission="sale.user",
        states=("draft", "sent", "on_hold", "confirmed"),
        danger=True,
        confirm=_("The order is cancelled for good; what is reserved for it becomes free."),
    )
    @classmethod
    def cancel(cls, env: Env, orders: Sequence[Self]) -> None:
        """Cancel orders of which nothing is delivered."""
        for order in orders:
            if any(line.delivered for line in order.lines):
                raise errors.delivered_already(order.display_name())
            order.state = "cancelled"
        env.hook(orders_cancelled)(env, orders)

    @operation(
        label=_("Back to quotation"),
        permission="sale.user",
        states=("on_hold",),
    )
    @classmethod
    def reopen(cls, env: Env, orders: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Take orders off hold, to be changed."""
        for order in orders:
            order.state = "draft"
            order.hold_reason = None

    @operation(
        label=_("Close"), permission="sale.user", states=("confirmed",), confirm=_("No more is delivered on it.")
    )
    @classmethod
    def close(cls, env: Env, orders: Sequence[Self]) -> None:  # noqa: ARG003  # the signature of operations
        """Close confirmed orders; what is still open on their lines is cancelled."""
        for order in orders:
            for line in order.lines:
                if line.requires_delivery():
                    line.cancelled += line.open_quantity
            order.state = "done"


def _complete(order: Order) -> None:
    if not order.lines:
        raise errors.empty_order(order.display_name())
    for line in order.lines:
        if not (line.product.active and line.product.sellable):
            raise errors.withdrawn(line.product.display_name())
