"""Where a buyer starts: what matters today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web import Request, Response, page, route
from tradewright_base.models.partner import Partner
from tradewright_product.services.campaigns import running_campaigns

from ..models.notification import Notification
from ..services.catalogue import campaign_address
from ..services.orders import OPEN_STATES, order_rows

if TYPE_CHECKING:
    from tradewright.orm import Env

BUYER = ("b2b_portal.buyer",)


@route("/portal", access=BUYER)
def home(env: Env, request: Request) -> Response:
    """Show campaigns, open orders and what is new; addons add balance, invoices and tickets."""
    return page(
        env,
        request,
        "portal/home.html",
        title=_("Home"),
        greeting=env.actor.name,
        campaigns=_campaigns(env),
        orders=order_rows(env, states=OPEN_STATES, limit=5).rows,
        news=[{**one, "body": ""} for one in news(env, limit=4, unread=True)],
    )


def _campaigns(env: Env) -> list[dict[str, Any]]:
    with env.elevate("the buyer's campaigns"):
        customer = env.get(Partner, env.actor.customer_id or 0)
        return [
            {
                "headline": campaign.headline,
                "message": campaign.message or "",
                "discount": env.format.percent(campaign.discount),
                "until": env.format.date(campaign.ends),
                "href": campaign_address(campaign),
            }
            for campaign in running_campaigns(env, customer, env.today)[:3]
        ]


def news(env: Env, *, limit: int, unread: bool = False) -> list[dict[str, Any]]:
    """Return the buyer's notifications for the component `notification`, the newest first."""
    notice = env[Notification]
    wanted = select(notice.id, notice.kind, notice.title, notice.body, notice.link, notice.created_at, notice.read_at)
    if unread:
        wanted = wanted.where(notice.read_at.is_(None))
    rows = env.execute(wanted.order_by(notice.id.desc()).limit(limit))
    return [
        {
            "id": row.id,
            "title": row.title,
            "body": row.body or "",
            "href": row.link,
            "icon": ICONS.get(row.kind, "bell"),
            "unread": row.read_at is None,
            "when": env.format.relative(row.created_at, env.now),
            "when_title": env.format.datetime(row.created_at, "long"),
            "iso": row.created_at.isoformat(),
            "read_action": f"/portal/notifications/{row.id}/read" if row.read_at is None else None,
        }
        for row in rows
    ]


ICONS = {
    "order_confirmed": "circle-check",
    "order_held": "circle-pause",
    "shipment_done": "truck",
    "invoice_posted": "receipt",
    "balance_over_limit": "wallet",
    "ticket_answered": "message-square",
}
