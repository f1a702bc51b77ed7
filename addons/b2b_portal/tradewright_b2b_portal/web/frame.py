"""What stands around every page of the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.i18n import _, _p
from tradewright.orm import bindparam, func, prepared, select
from tradewright.web import extends_page
from tradewright_base.models.company import Company

from ..hooks import Entry, navigation_entries
from ..models.cart import Cart, CartLine
from ..models.notification import Notification

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright.web import Page

NAVIGATION = (
    Entry(0, "/portal", _("Home"), "house"),
    Entry(10, "/portal/catalogue", _("Catalogue"), "package-search"),
    Entry(20, "/portal/pad", _("Order pad"), "clipboard-list", _p("order pad, on the phone", "Pad")),
    Entry(30, "/portal/orders", _("Orders"), "file-text"),
)


def _entry(path: str, one: Entry) -> dict[str, Any]:
    """Return an entry of the navigation, marked where the page lies below it."""
    url = one.url
    here = path == url if url == "/portal" else path == url or path.startswith(f"{url}/")
    if url == "/portal/catalogue":
        here = here or path.startswith("/portal/products/")
    return {"label": one.label, "url": url, "icon": one.icon, "active": here, "short": one.short or one.label}


@extends_page("/portal*")
def frame(env: Env, page: Page) -> dict[str, Any]:
    """Navigation, search, cart and notifications of a buyer; nothing for whoever is not signed in."""
    if env.actor.kind != "portal":
        return {"company": {"name": env.company.display_name() if env.company is not None else "", "href": "/"}}
    cart, unread, name = counts(env)
    entries = [*NAVIGATION, *env.hook(navigation_entries)(env)]
    return {
        "company": {"name": name, "href": "/portal"},
        "nav": [_entry(page.request.path, one) for one in sorted(entries, key=lambda one: one.rank)],
        "search": {
            "url": "/portal/catalogue",
            "value": page.values.get("words", ""),
            "placeholder": env.t(_("Search articles")),
        },
        "cart": {"url": "/portal/cart", "count": cart},
        "notifications": {"url": "/portal/notifications", "count": unread},
        "account": [
            {"label": _("Company and addresses"), "url": "/portal/company", "icon": "building-2"},
            {"label": _("Notifications"), "url": "/portal/notifications", "icon": "bell"},
            {"label": _("Change password"), "url": "/password/change", "icon": "key-round"},
        ],
    }


def counts(env: Env) -> tuple[int, int, str]:
    """Return how many lines the cart has, how many notifications are new, and who sells; one statement."""
    models: tuple[Any, ...] = (env[Cart], env[CartLine], env[Notification], env[Company])
    who = {"user_id": env.actor.user_id, "customer_id": env.actor.customer_id, "company_id": env.company_id}
    with env.elevate("the buyer's own cart and notifications are counted"):
        row: Any = env.execute(_counts(*models), who).one()
    return row[0] or 0, row[1] or 0, row[2] or ""


@prepared
def _counts(cart: Any, line: Any, notice: Any, company: Any) -> Any:
    """What stands on every page, of one buyer."""
    user_id: Any = bindparam("user_id")
    customer_id: Any = bindparam("customer_id")
    lines = (
        select(func.count(line.id))
        .join(cart, cart.id == line.cart_id)
        .where(cart.user_id == user_id, cart.customer_id == customer_id)
        .scalar_subquery()
    )
    unread = (
        select(func.count(notice.id))
        .where(notice.user_id == user_id, notice.customer_id == customer_id, notice.read_at.is_(None))
        .scalar_subquery()
    )
    seller = select(company.name).where(company.id == bindparam("company_id")).scalar_subquery()
    return select(lines.label("lines"), unread.label("unread"), seller.label("seller"))
