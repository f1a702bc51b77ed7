"""Reading changes of an order as people type them: an article number and a quantity on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base.numbers import NumberError, parse_decimal
from tradewright.orm import select
from tradewright_product.models.product import Product

from .. import errors
from .change import Change

if TYPE_CHECKING:
    from decimal import Decimal

    from tradewright.orm import Env

    from ..models.order import Order


def read_changes(env: Env, order: Order, text: str) -> list[Change]:
    """Return the changes that a text asks for; raises Invalid naming the line that can't be read."""
    wanted = _read(text)
    product = env[Product]
    known = {one.sku.casefold(): one for one in env.scalars(select(product).where(product.sku.in_(_spellings(wanted))))}
    lines = {line.product_id: line for line in order.lines}
    changes = []
    for sku, quantity in wanted.items():
        found = known.get(sku.casefold())
        if found is None:
            raise errors.unknown_article(sku)
        line = lines.get(found.id)
        changes.append(Change(quantity, line_id=line.id) if line is not None else Change(quantity, product_id=found.id))
    return changes


def _spellings(wanted: dict[str, Decimal]) -> set[str]:
    return {spelling for sku in wanted for spelling in (sku, sku.upper())}


def _read(text: str) -> dict[str, Decimal]:
    wanted: dict[str, Decimal] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        sku, _blank, number = line.replace("\t", " ").replace(";", " ").rpartition(" ")
        try:
            quantity = parse_decimal(number)
        except NumberError as error:
            raise errors.unreadable_change(line) from error
        if not sku.strip() or quantity < 0:
            raise errors.unreadable_change(line)
        wanted[sku.strip()] = quantity
    return wanted
