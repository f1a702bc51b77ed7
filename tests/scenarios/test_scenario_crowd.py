"""Many at once: orders for the same scarce goods, invoices for the same series of numbers."""

import threading
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from tests.scenarios import shop
from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright_account.models.invoice import Invoice
from tradewright_sale.models.order import Order
from tradewright_stock.models.level import StockLevel

pytestmark = pytest.mark.addons("sale", "stock", "account")
CROWDS = [8, pytest.param(32, marks=pytest.mark.long)]


def _all_at_once(act: Callable[[int], object], numbers: Sequence[int]) -> list[BaseException]:
    """Call `act` with each number in a thread of its own, all starting at one moment; return what was raised."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(numbers))

    def run(number: int) -> None:
        try:
            barrier.wait(30)
            act(number)
        except BaseException as error:  # noqa: BLE001  # the main thread tells
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return failures


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_crowd_that_wants_the_same_scarce_goods_is_promised_no_more_than_there_is(site: Site, crowd: int) -> None:
    with site.env() as env:
        goods = shop.stock_up(env, [crowd * 2, crowd, 1])
        buyers = shop.customers(env, 4)
        # The goods stand in another order on every second document, which would deadlock without an order of locks.
        orders = [
            shop.order(env, buyers[number % 4], goods if number % 2 else goods[::-1], 3) for number in range(crowd)
        ]
    assert _all_at_once(lambda number: site.run(lambda env: shop.confirm(env, number)), orders) == []
    with site.env(readonly=True) as env:
        levels = env.all(select(env[StockLevel]).where(env[StockLevel].product_id.in_(goods)))
        assert sorted(level.reserved for level in levels) == sorted(level.on_hand for level in levels)
        confirmed = env.all(select(env[Order]).where(env[Order].state == "confirmed"))
        assert sorted(one.number or "" for one in confirmed) == [f"SO-2026-{one:05}" for one in range(1, crowd + 1)]
        assert list(verify(env, site.composition.units)) == []


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_crowd_that_posts_invoices_leaves_no_gap(site: Site, crowd: int) -> None:
    with site.env() as env:
        goods = shop.stock_up(env, [1000] * 3)
        buyers = shop.customers(env, 2)
        orders = [shop.order(env, buyers[number % 2], goods, 2) for number in range(crowd)]
        env[Order].confirm(env, env.all(select(env[Order]).where(env[Order].id.in_(orders))))
    for number in orders:
        with site.env() as env:
            shop.ship(env, number)
    lost = set(orders[::4])

    def invoice(number: int) -> None:
        def post(env: Env) -> None:
            shop.invoice(env, number)
            if number in lost:
                raise ZeroDivisionError

        site.run(post)

    failures = _all_at_once(invoice, orders)
    assert [type(failure) for failure in failures] == [ZeroDivisionError] * len(lost)
    with site.env(readonly=True) as env:
        posted = env.all(select(env[Invoice]))
        many = crowd - len(lost)
        assert sorted(one.number or "" for one in posted) == [f"INV-2026-{one:05}" for one in range(1, many + 1)]
        assert all(one.total > Decimal(0) for one in posted)
        assert list(verify(env, site.composition.units)) == []
