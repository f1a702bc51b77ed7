"""What the scenarios sell: goods in stock, customers, and one order's steps, each a command of its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tradewright.orm import Env, select
from tradewright_account.bridges.sale.extends.order import InvoicedOrder
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.payment import Payment
from tradewright_base.models.partner import Partner
from tradewright_base.testing import PartnerFactory
from tradewright_product.models.product import Product
from tradewright_product.testing import ProductFactory
from tradewright_sale.models.order import Order
from tradewright_sale.services.place import Item, OrderRequest, create_order
from tradewright_stock.bridges.sale.extends.order import StockOrder
from tradewright_stock.models.adjustment import Adjustment, AdjustmentLine
from tradewright_stock.models.location import Warehouse
from tradewright_stock.models.shipment import Shipment


def stock_up(env: Env, counts: Sequence[int]) -> list[int]:
    """Make products with so many of each in the first warehouse; return their ids."""
    products = ProductFactory(env)
    made = [products.goods("9.99") for _count in counts]
    place = env.scalars(select(env[Warehouse]).limit(1)).one().location
    lines = [env[AdjustmentLine](product=one, counted=count) for one, count in zip(made, counts, strict=True)]
    counted = env.add(env[Adjustment](location=place, lines=lines))
    env.flush()
    env[Adjustment].post(env, [counted])
    return [one.id for one in made]


def customers(env: Env, count: int) -> list[int]:
    """Make customers; return their ids."""
    factory = PartnerFactory(env)
    return [factory.customer().id for _number in range(count)]


def order(env: Env, customer: int, products: Sequence[int], quantity: int = 3, reference: str | None = None) -> int:
    """Make a quotation over a quantity of each product; return its id."""
    items = [Item(product, Decimal(quantity)) for product in products]
    return create_order(env, OrderRequest(customer=env.one(Partner, customer), items=items, reference=reference)).id


def confirm(env: Env, number: int) -> None:
    """Confirm an order."""
    env[Order].confirm(env, [env.one(Order, number)])


def ship(env: Env, number: int) -> list[int]:
    """Ship what is ready of an order; return the shipments' ids."""
    ready = [one for one in env.one(StockOrder, number).shipments if one.state == "ready"]
    env[Shipment].ship(env, ready)
    return [one.id for one in ready]


def invoice(env: Env, number: int) -> int:
    """Draft and post the invoice of an order; return its id."""
    drafts = env[InvoicedOrder].invoice(env, [env.one(InvoicedOrder, number)])
    env[Invoice].post(env, drafts)
    return drafts[0].id


def pay(env: Env, number: int, reference: str) -> int:
    """Pay an invoice; return the payment's id."""
    owed = env.one(Invoice, number)
    payment = env.add(env[Payment](partner_id=owed.customer_id, amount=owed.total, reference=reference))
    env.flush()
    env[Payment].post(env, [payment])
    return payment.id


def all_products(env: Env) -> list[int]:
    """The ids of all products."""
    return env.all(select(env[Product].id).order_by(env[Product].id))
