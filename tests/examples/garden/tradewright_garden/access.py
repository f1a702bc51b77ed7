"""Which beds a visitor sees."""

from tradewright.orm import Actor, ColumnElement, rows, select

from .models.bed import Bed, Plant


@rows(Bed)
def own_beds(bed: type[Bed], actor: Actor) -> ColumnElement[bool]:
    """Beds of the own company account."""
    return bed.owner_id == actor.customer_id


@rows(Plant)
def own_plants(plant: type[Plant], actor: Actor) -> ColumnElement[bool]:
    """Plants on these beds."""
    bed = plant.bed.property.mapper.class_  # the composed class behind the relation
    return plant.bed_id.in_(select(bed.id).where(bed.owner_id == actor.customer_id))
