"""Every refusal of the product addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from tradewright.base import Invalid, NotFound, UserError
from tradewright.i18n import _


def no_conversion(source: str, target: str) -> UserError:
    """Two units that measure different things."""
    return UserError(
        "product.no-conversion",
        _("{source} can't be converted to {target}: choose units of one category.", source=source, target=target),
    )


def category_loop(name: str) -> Invalid:
    """A category that would be part of itself."""
    text = _("{name} would be part of itself: choose another category.", name=name)
    return Invalid("product.category-loop", text, fields={"parent": text})


def unknown_product(number: int) -> NotFound:
    """A product that was deleted or never was."""
    return NotFound("product.unknown", _("Product {number} does not exist: choose another one.", number=number))


def no_company() -> UserError:
    """Prices without a company to pay them to."""
    return UserError("product.no-company", _("Prices belong to a company: choose the company you work for."))
