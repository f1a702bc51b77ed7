"""What the portal does after a transaction and by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.jobs import job, schedule
from tradewright.orm import select
from tradewright_base.models.currency import Currency
from tradewright_sale.models.order import Order

from .services import inviting
from .services.notices import Fact, Notice, tell

if TYPE_CHECKING:
    from tradewright.orm import Env


@job()
def tell_confirmed(env: Env, order_ids: list[int]) -> None:
    """Tell buyers that orders are confirmed."""
    with env.elevate("tell buyers about their orders"):
        tell(
            env,
            [
                Notice(
                    customer_id=row.customer_id,
                    kind="order_confirmed",
                    key=str(row.id),
                    title=_("Order {number} is confirmed", number=row.number),
                    body=_("We have your order and get it ready."),
                    endpoint="b2b_portal.show_order",
                    values={"uid": row.uid},
                    action=_("Look at the order"),
                    facts=_facts(row),
                )
                for row in _orders(env, order_ids)
                if row.state in {"confirmed", "done"}
            ],
        )


@job()
def tell_held(env: Env, order_ids: list[int]) -> None:
    """Tell buyers that orders wait for somebody of ours."""
    with env.elevate("tell buyers about their orders"):
        tell(
            env,
            [
                Notice(
                    customer_id=row.customer_id,
                    kind="order_held",
                    key=str(row.id),
                    title=_("Your order of {date} is on hold", date=row.order_date),
                    body=row.hold_reason or _("We look at it and get in touch."),
                    endpoint="b2b_portal.show_order",
                    values={"uid": row.uid},
                    action=_("Look at the order"),
                    facts=_facts(row),
                )
                for row in _orders(env, order_ids)
                if row.state == "on_hold"
            ],
        )


def _orders(env: Env, order_ids: list[int]) -> list[Any]:
    order, currency = env[Order], env[Currency]
    return list(
        env.execute(
            select(
                order.id,
                order.uid,
                order.number,
                order.state,
                order.customer_id,
                order.order_date,
                order.reference,
                order.hold_reason,
                order.total,
                currency.code,
            )
            .join(currency, currency.id == order.currency_id)
            .where(order.id.in_(order_ids))
            .order_by(order.id)
        )
    )


def _facts(row: Any) -> list[Fact]:
    facts = [Fact(_("Ordered"), row.order_date, "date"), Fact(_("Total"), row.total, "money", row.code)]
    if row.reference:
        facts.insert(0, Fact(_("Your reference"), row.reference))
    return facts


@schedule("20 2 * * *")
def expire_invitations(env: Env) -> None:
    """Mark invitations whose time is over."""
    inviting.expire(env)
