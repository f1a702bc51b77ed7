"""Orders and stock together: reservation, shortage policies, partial shipments, cancelling."""

import threading
from decimal import Decimal
from typing import cast

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright.testing import count_statements
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models.order import Order
from tradewright_sale.services.place import Item, OrderRequest, create_order
from tradewright_stock.bridges.sale.extends.order import StockOrder
from tradewright_stock.models.adjustment import Adjustment, AdjustmentLine
from tradewright_stock.models.level import StockLevel
from tradewright_stock.models.location import Location
from tradewright_stock.models.shipment import Shipment

pytestmark = pytest.mark.addons("sale", "stock")


def _goods(env: Env, stock: list[int]) -> list[Product]:
    tax = env.all(select(env[Tax]).where(env[Tax].rate == 19))[0]
    unit = env.all(select(env[UnitOfMeasure]))[0]
    made = [
        env[Product](sku=f"G-{number:04}", name=f"Goods {number}", uom=unit, tax=tax, list_price=Decimal("9.99"))
        for number in range(len(stock))
    ]
    env.add_all(made)
    env.flush()
    place = env.all(select(env[Location]).where(env[Location].kind == "internal"))[0]
    count = env[Adjustment](
        location=place,
        lines=[
            env[AdjustmentLine](product=one, counted=Decimal(many))
            for one, many in zip(made, stock, strict=True)
            if many
        ],
    )
    env.add(count)
    env.flush()
    env[Adjustment].post(env, [count])
    return made


def _order(env: Env, goods: list[Product], quantity: int, policy: str | None = None) -> StockOrder:
    customer = env.add(env[Partner](name="Brightworks"))
    env.flush()
    items = [Item(product.id, Decimal(quantity)) for product in goods]
    return cast(
        "StockOrder",
        create_order(env, OrderRequest(customer=customer, items=items, values={"shortage_policy": policy})),
    )


@pytest.mark.parametrize(
    ("policy", "states", "total"),
    [
        ("backorder", ["ready", "waiting"], "199.80"),
        ("ship_complete", ["waiting"], "199.80"),
        ("cancel_rest", ["ready"], "139.86"),
    ],
)
def test_a_shortage_follows_the_policy(site: Site, policy: str, states: list[str], total: str) -> None:
    with site.env() as env:
        order = _order(env, _goods(env, [20, 4]), 10, policy)
        env[Order].confirm(env, [order])
        number = order.id
    with site.env() as env:
        order = env.one(StockOrder, number)
        assert [shipment.state for shipment in order.shipments] == states
        assert order.untaxed == Decimal(total)
        assert list(verify(env, site.composition.units)) == []


def test_shipping_a_part_leaves_a_backorder_for_the_rest(site: Site) -> None:
    with site.env() as env:
        order = _order(env, _goods(env, [20, 20]), 10)
        env[Order].confirm(env, [order])
        (shipment,) = order.shipments
        picked = {shipment.moves[0].id: Decimal(4), shipment.moves[1].id: Decimal(10)}
        env[Shipment].ship(env, [shipment], picked)
    with site.env() as env:
        order = env.one(StockOrder, order.id)
        assert [line.delivered for line in order.lines] == [Decimal(4), Decimal(10)]
        assert [one.state for one in order.shipments] == ["done", "ready"]
        env[Shipment].ship(env, [order.shipments[1]])
        assert order.state == "done"
    with site.env() as env:
        assert list(verify(env, site.composition.units)) == []


def test_cancelling_an_order_frees_its_stock(env: Env) -> None:
    goods = _goods(env, [20])
    order = _order(env, goods, 10)
    env[Order].confirm(env, [order])
    env[Order].cancel(env, [order])
    level = env.all(select(env[StockLevel]))[0]
    assert (level.on_hand, level.reserved) == (Decimal(20), Decimal(0))


@pytest.mark.parametrize("threads", [8])
def test_many_confirmations_at_once_oversell_nothing(site: Site, threads: int) -> None:
    with site.env() as env:
        goods = _goods(env, [threads * 2, threads])
        orders = [_order(env, goods, 3).id for _number in range(threads)]
    failures: list[BaseException] = []
    barrier = threading.Barrier(threads)

    def confirm(number: int) -> None:
        barrier.wait()
        try:
            site.run(lambda env: env[Order].confirm(env, [env.one(StockOrder, number)]))
        except BaseException as error:  # noqa: BLE001  # the main thread tells
            failures.append(error)

    workers = [threading.Thread(target=confirm, args=(number,)) for number in orders]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failures == []
    with site.env() as env:
        for level in env.scalars(select(env[StockLevel])):
            assert level.reserved == level.on_hand
        assert list(verify(env, site.composition.units)) == []


def test_statements_do_not_grow_with_the_lines(site: Site) -> None:
    counts = {}
    for lines in (1, 10, 200):  # the first one starts the number series of the year
        with site.env() as env:
            for old in env.scalars(select(env[Product])):
                old.sku = f"old-{lines}-{old.id}"
            env.flush()
            order = _order(env, _goods(env, [100] * lines), 2)
        with count_statements(site) as confirming, site.env() as env:
            env[Order].confirm(env, [env.one(StockOrder, order.id)])
        with count_statements(site) as shipping, site.env() as env:
            env[Shipment].ship(env, env.one(StockOrder, order.id).shipments)
        counts[lines] = (len(confirming), len(shipping))
    assert counts[10] == counts[200], counts
    assert counts[10][0] <= 24
    assert counts[10][1] <= 20
