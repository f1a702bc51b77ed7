"""Shipments: goods that leave, arrive or change place together."""

from collections.abc import Mapping, Sequence
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
    frozen,
    index,
    many_to_one,
    one_to_many,
    operation,
    text,
)
from tradewright_base.models.address import Address
from tradewright_base.models.partner import Partner

from ..services import cancelling, doing, reservation
from .location import Warehouse
from .move import Move


class Shipment(
    Model,
    label=_("Shipment"),
    plural=_("Shipments"),
    title="number",
    order_by="-id",
    search=("number", "tracking"),
    public=True,
    versioned=True,
    audit="all",
    company=True,
):
    """Moves that are done together: to a customer (outgoing), from a supplier (incoming) or between warehouses."""

    number: Mapped[str | None] = text(label=_("Number"), readonly=True, unique=True, max_length=40)
    kind: Mapped[str] = choice(
        [("outgoing", _("Shipment")), ("incoming", _("Receipt")), ("internal", _("Transfer"))],
        label=_("Kind"),
        default="outgoing",
        index=True,
    )
    state: Mapped[str] = choice(
        [
            ("waiting", _("Waiting for stock")),
            ("ready", _("Ready")),
            ("done", _("Done")),
            ("cancelled", _("Cancelled")),
        ],
        label=_("State"),
        default="waiting",
        readonly=True,
        index=True,
        copy=False,
    )
    partner: Mapped[Partner | None] = many_to_one(label=_("Partner"))
    partner_id: Mapped[int | None]
    address: Mapped[Address | None] = many_to_one(label=_("Delivery address"))
    address_id: Mapped[int | None]
    company_id: Mapped[int]
    warehouse: Mapped[Warehouse] = many_to_one(label=_("Warehouse"))
    warehouse_id: Mapped[int]
    scheduled_date: Mapped[date | None] = field(label=_("Planned for"), index=True)
    shipped_at: Mapped[datetime | None] = field(label=_("Done at"), readonly=True, copy=False)
    carrier: Mapped[str | None] = text(label=_("Carrier"), max_length=80)
    tracking: Mapped[str | None] = text(label=_("Tracking number"), max_length=80)
    reference: Mapped[str | None] = text(label=_("Reference"), max_length=80)
    whole: Mapped[bool] = field(
        label=_("Only complete"), default=False, help=_("Leaves only when everything on it is reserved.")
    )
    backorder_of: Mapped["Shipment | None"] = many_to_one(label=_("Rest of"), readonly=True, copy=False)
    backorder_of_id: Mapped[int | None]
    moves: Mapped[list[Move]] = one_to_many(inverse="shipment", owned=True, order_by="id", label=_("Goods"))

    _by_partner = index("partner", "state")
    _kept = frozen(when={"state": ("done", "cancelled")}, free=("carrier", "tracking", "reference"), once=("number",))

    @operation(label=_("Ship"), permission="stock.user", states=("ready", "waiting"), primary=True)
    @classmethod
    def ship(cls, env: Env, shipments: Sequence[Self], picked: Mapping[int, Decimal] | None = None) -> None:
        """Do shipments with what is reserved, or with the picked quantity of each move (by its id).

        What is left over becomes a shipment of its own that waits, or is dropped; see `rest_of`.
        """
        doing.do(env, shipments, picked)

    @operation(label=_("Receive"), permission="stock.user", states=("ready", "waiting"))
    @classmethod
    def receive(cls, env: Env, shipments: Sequence[Self], picked: Mapping[int, Decimal] | None = None) -> None:
        """Take in incoming shipments with all that was expected, or with the counted quantity of each move."""
        doing.do(env, shipments, picked)

    @operation(label=_("Reserve"), permission="stock.user", states=("waiting",))
    @classmethod
    def assign(cls, env: Env, shipments: Sequence[Self]) -> None:
        """Try again to reserve what is missing."""
        reservation.reserve(env, [move for shipment in shipments for move in shipment.moves])

    @operation(
        label=_("Cancel"),
        permission="stock.user",
        states=("ready", "waiting"),
        danger=True,
        confirm=_("What is reserved for it becomes free."),
    )
    @classmethod
    def cancel(cls, env: Env, shipments: Sequence[Self]) -> None:
        """Cancel shipments and free what they reserved."""
        cancelling.cancel(env, shipments)

    @classmethod
    def rest_of(cls, env: Env, rests: Mapping[int, Sequence[tuple[Move, Decimal]]]) -> None:
        """Decide what becomes of what was not shipped; `rests` maps a shipment's id to its moves with the rest of each.

        Here everything waits in a shipment of its own; addons override this where a policy says otherwise.
        """
        doing.wait_for_rest(env, rests)

    @classmethod
    def follower(cls, env: Env, origin: Self) -> Self:
        """Return a new shipment for the rest of another; addons carry over what they know of it."""
        return env[cls](
            kind=origin.kind,
            partner=origin.partner,
            address=origin.address,
            warehouse=origin.warehouse,
            scheduled_date=origin.scheduled_date,
            reference=origin.reference,
            whole=origin.whole,
            backorder_of=origin,
            company_id=origin.company_id,
        )
