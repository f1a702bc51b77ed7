"""How quantities are written for buyers: with the short form of their unit, or its name where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright_product.services.units import counted

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.models.uom import UnitOfMeasure


def unit_name(env: Env, source: str, names: Mapping[str, str] | None = None) -> str:
    """Return the name of a unit within a sentence; English writes it small."""
    name = (names or {}).get(env.language) or source
    return name.lower() if env.language.partition("_")[0] == "en" else name


def count(env: Env, quantity: Decimal, code: str, source: str, names: Mapping[str, str] | None = None) -> str:
    """Write a quantity in a unit given by its columns: `12 pcs`."""
    word = counted(code, source, quantity)
    return env.format.quantity(quantity, unit_name(env, source, names) if word is None else env.t(word))


def amount(env: Env, quantity: Decimal, unit: UnitOfMeasure) -> str:
    """Write a quantity in a unit: `12 pcs`."""
    word = unit.counted(quantity)
    return env.format.quantity(quantity, unit_name(env, unit.name) if word is None else env.t(word))


def filled(facts: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Leave out facts that say nothing."""
    return [fact for fact in facts if fact[1]]
