"""How a customer's invoice looks: the company's logo and colour, words and figures in the customer's language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.files import FileMissing
from tradewright_product.services.units import counted

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
    names = {line.uom.code: _unit_names(line.uom, language) for line in invoice.lines}
    say = env.site.catalog(language).translate

    def unit(code: str, quantity: Decimal) -> str:
        source, name = names.get(code, ("", code))
        word = counted(code, source, quantity)
        return name if word is None else say(word)

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
        unit=unit,
    )


def _price(write: Formatter, digits: int) -> Callable[[Decimal], str]:
    """A unit price has at least the decimals of the currency."""
    cent = Decimal(1).scaleb(-digits)
    return lambda price: write.number(price, digits) if price == price.quantize(cent) else write.number(price)


def _unit_names(unit: object, language: str) -> tuple[str, str]:
    """The name in the source language and in that of the document, which need not be that of the unit of work."""
    texts: dict[str, str] = getattr(unit, "name_i18n", None) or {}
    source = str(getattr(unit, "name_source", ""))
    return source, texts.get(language) or source


def _logo(env: Env, company: Company) -> bytes | None:
    if company.logo is None:
        return None
    try:
        found: bytes = env.site.files.read(company.logo.sha256)
    except FileMissing:
        return None
    return found
