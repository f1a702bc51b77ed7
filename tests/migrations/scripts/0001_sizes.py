"""Heights are called sizes, beds are called plots; grades are numbers, prices have six decimals."""

from tradewright.migrations import BigInteger, Exact, String, op

revision = "nursery_0001"
down_revision = None
branch_labels = ("m_nursery",)


def upgrade() -> None:
    op.rename_table("nursery_bed", "nursery_plot")
    op.rename_column("nursery_plant", "height", "size")
    op.rename_column("nursery_plant", "bed_id", "plot_id")
    op.change_type("nursery_plant", "grade", String(255), BigInteger())
    op.change_type("nursery_plant", "price", Exact(4), Exact(6))
