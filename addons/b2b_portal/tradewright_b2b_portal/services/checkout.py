"""From the cart to an order on account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tradewright.orm import select
from tradewright_base.models.address import Address
from tradewright_base.models.partner import Partner
from tradewright_sale.models.order import Order
from tradewright_sale.services.place import Item, OrderRequest, create_order

from .. import errors
from ..extends.order import PortalOrder
from ..hooks import AskedReference, references_asked, shortage_policies
from . import carts
from .words import amount

if TYPE_CHECKING:
    from datetime import date

    from tradewright.orm import Env


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the buyer says about an order. `mark` is that of the cart as the buyer saw it."""

    mark: str
    policy: str | None = None
    address_uid: str | None = None
    reference: str | None = None
    buyer_reference: str | None = None
    requested_date: date | None = None
    note: str | None = None


def asked(env: Env) -> dict[str, AskedReference]:
    """The references that the buyer's orders must name, by the name of the field."""
    found: dict[str, AskedReference] = {}
    for one in env.hook(references_asked)(env, env.actor.customer_id or 0):
        found.setdefault(one.field, one)
    return found


def _check_references(env: Env, wishes: Wishes) -> None:
    given = {"reference": wishes.reference, "buyer_reference": wishes.buyer_reference}
    missing = {name: one.help for name, one in asked(env).items() if not given[name]}
    if missing:
        raise errors.reference_needed(missing)


def place(env: Env, wishes: Wishes) -> Order:
    """Order what is in the buyer's cart, and empty it. Prices are those of this moment, from the customer's terms.

    Raises Conflict when the cart is not what the buyer saw, Invalid for a reference that is missing, and UserError for
    what can't be ordered any more.
    """
    cart = carts.held(env)
    sheet = carts.look(env)
    if not sheet.lines:
        raise errors.cart_empty()
    if sheet.mark != wishes.mark:
        raise errors.cart_changed()
    if wishes.requested_date is not None and wishes.requested_date < env.today:
        raise errors.date_over()
    _check_references(env, wishes)
    for line in sheet.lines:
        if line.sold and line.quantity < line.product.smallest_quantity:
            least = amount(env, line.product.smallest_quantity, line.product.uom)
            raise errors.below_least(line.product.display_name(), least)
    values = _values(env, wishes.policy)
    address_id = _address(env, wishes.address_uid)
    with env.elevate("a buyer orders on account: what is ordered was checked, prices are computed"):
        order = create_order(
            env,
            OrderRequest(
                customer=env.one(Partner, env.actor.customer_id or 0),
                contact=env.get(Partner, env.actor.contact_id or 0),
                items=[Item(line.product.id, line.quantity) for line in sheet.lines],
                reference=wishes.reference or None,
                buyer_reference=wishes.buyer_reference or None,
                requested_date=wishes.requested_date,
                delivery_address=env.one(Address, address_id) if address_id else None,
                note=wishes.note or None,
                channel="portal",
                values=values,
            ),
        )
        carts.empty(env, cart)
    env[PortalOrder].place(env, [cast("PortalOrder", order)])
    return order


def _values(env: Env, policy: str | None) -> dict[str, Any]:
    offered = env.first(shortage_policies)(env, env.actor.customer_id or 0)
    if offered is None or not policy:
        if policy:
            raise errors.unknown_policy()
        return {}
    if policy not in {one.value for one in offered}:
        raise errors.unknown_policy()
    return {"shortage_policy": policy}


def _address(env: Env, uid: str | None) -> int | None:
    """The id of a delivery address of the own company. Raises NotFound for any other."""
    if not uid:
        return None
    address = env[Address]
    found = env.scalar(
        select(address.id).where(address.uid == uid, address.active.is_(True), address.kind == "delivery")
    )
    return found if found is not None else env.by_uid(Address, uid).id
