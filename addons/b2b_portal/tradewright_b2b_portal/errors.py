"""Every refusal of the portal that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tradewright.base import Conflict, Invalid, NotFound, UserError
from tradewright.i18n import _


def no_email(contact: str) -> UserError:
    """An invitation to somebody without an address."""
    return UserError("portal.no-email", _("{contact} has no e-mail address: add one, then invite.", contact=contact))


def not_a_contact(partner: str) -> UserError:
    """An invitation to a company."""
    return UserError(
        "portal.not-a-contact",
        _("{partner} is a company: open one of its contacts and invite that person.", partner=partner),
    )


def not_active(partner: str) -> UserError:
    """An invitation to somebody who is no longer there."""
    return UserError("portal.not-active", _("{partner} is not active: activate the contact first.", partner=partner))


def has_login(contact: str) -> Conflict:
    """An invitation to somebody who is in already."""
    return Conflict("portal.has-login", _("{contact} has access to the portal already.", contact=contact))


def login_taken(email: str) -> Conflict:
    """An invitation to an address that somebody else signs in with."""
    return Conflict("portal.login-taken", _("Somebody else signs in as {email}: correct the address.", email=email))


def link_over() -> NotFound:
    """A link of an invitation that does not work (any more)."""
    return NotFound(
        "portal.link-over", _("This invitation is no longer valid: ask the person who invited you for a new one.")
    )


def cart_changed() -> Conflict:
    """A cart that is not what the buyer saw."""
    return Conflict(
        "portal.cart-changed",
        _("The cart or its prices have changed since this page was opened: look at it again, then place the order."),
    )


def cart_empty() -> Conflict:
    """An order of nothing."""
    return Conflict("portal.cart-empty", _("The cart is empty: what was in it may have been ordered already."))


def unknown_article(sku: str) -> UserError:
    """An article number that nothing on sale has."""
    return UserError(
        "portal.unknown-article", _("No article {sku} is on sale: check the number.", sku=sku), field="sku"
    )


def below_least(product: str, least: str) -> Invalid:
    """Less than can be ordered."""
    text = _("At least {least} of {product} can be ordered.", least=least, product=product)
    return Invalid("portal.least", text, fields={"quantity": text})


def date_over() -> Invalid:
    """A delivery wished for in the past."""
    text = _("The delivery date lies in the past: choose a day from today on.")
    return Invalid("portal.date", text, fields={"requested_date": text})


def too_many_lines(most: int) -> Conflict:
    """A cart that is too long."""
    return Conflict(
        "portal.too-many-lines", _("A cart holds at most {most} articles: place the order, then go on.", most=most)
    )


def reference_needed(missing: Mapping[str, Any]) -> Invalid:
    """An order without the references that the customer's invoices must name; each field with its reason."""
    return Invalid("portal.reference", next(iter(missing.values())), fields=dict(missing))


def unknown_policy() -> Invalid:
    """A way to treat shortages that is none."""
    text = _("Choose one of the values offered.")
    return Invalid("portal.policy", text, fields={"policy": text})


def bad_period() -> Invalid:
    """A period that ends before it starts, or is too long."""
    text = _("Choose a period that ends after it starts and is at most two years long.")
    return Invalid("portal.period", text, fields={"end": text})
