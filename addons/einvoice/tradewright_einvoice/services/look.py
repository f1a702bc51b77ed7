"""How a customer's invoice looks: the company's logo and colour, words and figures in the customer's language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.files import FileMissing

from ..engine.rendering import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewright.i18n import Formatter
    from tradewright.orm import Env
    from tradewright_account.models.invoice import Invoice
    from tradewright_base.models.company import Company

NEUTRAL = "#1d4e89"


def look_of(env: Env, invoice: Invoice, language: str) -> Look:
    """The look of an invoice in a language. It needs no unit of work any more when the invoice is rendered."""
    write = env.site.catalog(language).format
    digits = invoice.currency.digits
    units = {line.uom.code: _unit_name(line.uom, language) for line in invoice.lines}
    return Look(
        language=language,
        logo=_logo(env, invoice.company),
        accent=invoice.company.accent or NEUTRAL,
        money=lambda amount: write.number(amount, digits),
        number=write.number,
        price=_price(write, digits),
        percent=write.percent,
        day=write.date,
        country=write.country,
        unit=lambda code: units.get(code, code),
    )


def _price(write: Formatter, digits: int) -> Callable[[Decimal], str]:
    """A unit price has at least the decimals of the currency."""
    cent = Decimal(1).scaleb(-digits)
    return lambda price: write.number(price, digits) if price == price.quantize(cent) else write.number(price)


def _unit_name(unit: object, language: str) -> str:
    """The name in the language of the document, which need not be that of the unit of work."""
    texts: dict[str, str] = getattr(unit, "name_i18n", None) or {}
    return texts.get(language) or str(getattr(unit, "name_source", ""))


def _logo(env: Env, company: Company) -> bytes | None:
    if company.logo is None:
        return None
    try:
        found: bytes = env.site.files.read(company.logo.sha256)
    except FileMissing:
        return None
    return found
