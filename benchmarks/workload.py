"""The workload of order to cash: a company with one tax, 200 stocked products, 20 customers; an order's four steps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.orm import Actor, Env, select
from tradewright_account.models.invoice import Invoice
from tradewright_base.models.partner import Partner
from tradewright_base.services.roles import effective_roles
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models.order import Order
from tradewright_sale.services.place import Item, OrderRequest, create_order
from tradewright_stock.models.adjustment import Adjustment, AdjustmentLine
from tradewright_stock.models.location import Location
from tradewright_stock.models.shipment import Shipment

if TYPE_CHECKING:
    from tradewright.app import Site

ROLES = ("sale.user", "stock.user", "account.user")


class Workload:
    """A site filled for the workload."""

    def __init__(self, site: Site, products: int = 200, customers: int = 20) -> None:
        self.site = site
        with site.env() as env:
            self.products = self._products(env, products)
            partners = [env.add(env[Partner](name=f"Customer {number:02}")) for number in range(customers)]
            env.flush()
            self.customers = [partner.id for partner in partners]
            self.actor = Actor(
                kind="staff",
                name="Benchmark",
                roles=effective_roles(env, ROLES),
                company_ids=(env.company_id or 0,),
            )

    def _products(self, env: Env, count: int) -> list[int]:
        tax = env.add(env[Tax](name="VAT 21 %", rate=21, category="S"))
        unit = env.scalars(select(env[UnitOfMeasure]).order_by(env[UnitOfMeasure].id).limit(1)).one()
        made = [
            env[Product](sku=f"B-{number:04}", name=f"Product {number}", uom=unit, tax=tax, list_price=Decimal("9.99"))
            for number in range(count)
        ]
        env.add_all(made)
        place = env.scalars(select(env[Location]).where(env[Location].kind == "internal").limit(1)).one()
        stock = env[Adjustment](
            location=place, lines=[env[AdjustmentLine](product=one, counted=1_000_000) for one in made]
        )
        env.add(stock)
        env.flush()
        env[Adjustment].post(env, [stock])
        return [one.id for one in made]

    def run(self, number: int, lines: int) -> None:
        """Take one order from creation to cash; each step is a command of its own in a transaction of its own."""
        site, actor = self.site, self.actor
        order_id = site.run(lambda env: self.create(env, number, lines), actor)
        site.run(lambda env: env[Order].confirm(env, [env.one(Order, order_id)]), actor)
        site.run(lambda env: self.ship(env, order_id), actor)
        site.run(lambda env: self.invoice(env, order_id), actor)

    def create(self, env: Env, number: int, lines: int) -> int:
        """Make the quotation."""
        count = len(self.products)
        items = [
            Item(self.products[(number * 7 + place * 3) % count], Decimal(1 + (number + place) % 9))
            for place in range(lines)
        ]
        customer = env.one(Partner, self.customers[number % len(self.customers)])
        return create_order(env, OrderRequest(customer=customer, items=items)).id

    def ship(self, env: Env, order_id: int) -> None:
        """Ship all of it."""
        shipment = env[Shipment]
        env[Shipment].ship(env, env.all(select(shipment).where(shipment.order_id == order_id)))  # type: ignore[attr-defined]  # the bridge of stock and sale adds it

    def invoice(self, env: Env, order_id: int) -> None:
        """Draft and post the invoice."""
        order = env.one(Order, order_id)
        env[Invoice].post(env, env[Order].invoice(env, [order]))  # type: ignore[attr-defined]  # the bridge of account and sale adds it
