"""Every plant has a tag."""

from tradewright.migrations import Batch, Column, String, column, data_migration, func, op, table, update

revision = "nursery_0002"
down_revision = "nursery_0001"

PLANTS = table("nursery_plant", column("id"), column("name"), column("tag"), column("tally"))


def upgrade() -> None:
    op.add_column("nursery_plant", Column("tag", String(255)))


@data_migration(PLANTS, batch=10, frozen=True)
def tag(batch: Batch) -> None:
    """Tags are the names in capitals."""
    batch.write(
        update(PLANTS)
        .where(batch.rows)
        .values(tag=func.upper(PLANTS.c.name) + "-" + PLANTS.c.name, tally=PLANTS.c.tally + 1)
    )
