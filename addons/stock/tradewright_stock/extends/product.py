"""Products with what there is of them."""

from decimal import Decimal

from tradewright.i18n import _
from tradewright.orm import Mapped, expression, func, select
from tradewright_product.models.product import Product

from ..models.level import StockLevel


class StockedProduct(Product, extend=True):
    """A product with its stock over all warehouses."""

    on_hand: Mapped[Decimal] = expression(
        lambda cls, models: (
            select(func.coalesce(func.sum(models[StockLevel].on_hand), 0))
            .where(models[StockLevel].product_id == cls.id)
            .correlate_except(models[StockLevel])
        ),
        label=_("On hand"),
    )
    free: Mapped[Decimal] = expression(
        lambda cls, models: (
            select(func.coalesce(func.sum(models[StockLevel].on_hand - models[StockLevel].reserved), 0))
            .where(models[StockLevel].product_id == cls.id)
            .correlate_except(models[StockLevel])
        ),
        label=_("Free"),
    )
