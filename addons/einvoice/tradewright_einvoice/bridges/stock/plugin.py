"""What the warehouse tells the messages around an invoice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.hooks import hookimpl
from tradewright.orm import select
from tradewright_stock.models.shipment import Shipment

from ...hooks import DespatchFile

if TYPE_CHECKING:
    from tradewright.orm import Env


@hookimpl
def waiting_quantities(env: Env, line_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """What is planned and not reserved."""
    from .services.despatch import waiting  # the engine is imported with the first document

    return waiting(env, line_ids)


@hookimpl
def despatch_advice(env: Env, uid: str) -> DespatchFile:
    """The despatch advice of a shipment that the actor may see."""
    from .services.despatch import despatch_document

    model = env[Shipment]
    number = env.scalar(select(model.id).where(model.uid == uid)) or env.by_uid(Shipment, uid).id
    with env.elevate("whoever may read a shipment may have its despatch advice"):
        shipment = env.one(Shipment, number)
        return DespatchFile(shipment.number or f"{shipment.id}", despatch_document(env, shipment))
