"""How quantities are written for buyers: pieces are counted without a word, other units are named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.models.uom import UnitOfMeasure

PIECES = frozenset({"H87", "C62"})


def unit_name(env: Env, source: str, names: Mapping[str, str] | None = None) -> str:
    """Return the name of a unit within a sentence; English writes it small."""
    name = (names or {}).get(env.language) or source
    return name.lower() if env.language.partition("_")[0] == "en" else name


def count(env: Env, quantity: Decimal, code: str, source: str, names: Mapping[str, str] | None = None) -> str:
    """Write a quantity in a unit given by its columns."""
    return env.format.quantity(quantity, "" if code in PIECES else unit_name(env, source, names))


def amount(env: Env, quantity: Decimal, unit: UnitOfMeasure) -> str:
    """Write a quantity in a unit."""
    return env.format.quantity(quantity, "" if unit.code in PIECES else unit_name(env, unit.name))


def filled(facts: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Leave out facts that say nothing."""
    return [fact for fact in facts if fact[1]]
