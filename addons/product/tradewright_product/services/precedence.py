"""Which of several price entries wins: plain rules on plain values, without a database.

Among the entries that fit product, quantity and day: an agreement with the customer comes before the price list;
then one for the product before one for its category, a near category before a farther one, and those before one
for everything; then the largest `min_quantity` that is reached; then the latest start; then the newest entry.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tradewright.base.numbers import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

PRICE_SCALE = 6


class Entry(NamedTuple):
    """What a price item says; it belongs to a customer or to the price list in question."""

    id: int
    customer_id: int | None
    product_id: int | None
    category_id: int | None
    min_quantity: Decimal
    price: Decimal | None
    discount: Decimal | None
    starts: date | None


class Entries:
    """Price entries found quickly by what they are for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_product: dict[int, list[Entry]] = defaultdict(list)
        self._by_category: dict[int | None, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.product_id is not None:
                self._by_product[entry.product_id].append(entry)
            else:
                self._by_category[entry.category_id].append(entry)

    def best(self, product_id: int, chain: Sequence[int], quantity: Decimal) -> Entry | None:
        """The entry that wins for a quantity of a product; `chain` is its category and those above, nearest first."""
        fitting = [*self._by_product.get(product_id, ()), *self._by_category.get(None, ())]
        for category_id in chain:
            fitting += self._by_category.get(category_id, ())
        return max(
            (entry for entry in fitting if entry.min_quantity <= quantity),
            key=lambda entry: _rank(entry, chain),
            default=None,
        )


def _rank(entry: Entry, chain: Sequence[int]) -> tuple[bool, int, Decimal, int, int]:
    if entry.product_id is not None:
        nearness = 1
    else:
        nearness = -len(chain) if entry.category_id is None else -chain.index(entry.category_id)
    starts = entry.starts.toordinal() if entry.starts else 0
    return (entry.customer_id is not None, nearness, entry.min_quantity, starts, entry.id)


def unit_prices(list_price: Decimal, rate: Decimal, digits: int, entry: Entry | None) -> tuple[Decimal, Decimal]:
    """The list price in the customer's currency, and the unit price that an entry makes of it.

    `rate` converts the list price, `digits` are those of the currency. What is computed is rounded half up to them, or
    to the decimals of the list price where it has more.
    """
    fine = min(max(digits, _decimals(list_price)), PRICE_SCALE)
    converted = round_half_up(list_price * rate, fine)
    if entry is None:
        return converted, converted
    if entry.price is not None:
        return converted, entry.price
    return converted, round_half_up(converted * (100 - (entry.discount or Decimal(0))) / 100, fine)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
