"""Orders: prices from the customer's terms, totals by the rounding rule, states, holds, changes."""

from decimal import Decimal
from typing import cast

import pytest

from tradewright.app import Site
from tradewright.base import Conflict, Invalid, UserError
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright.testing import count_statements
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_sale.models.changing import ChangeableOrder, ChangeLines
from tradewright_sale.models.order import Order
from tradewright_sale.services.change import Change, change_lines
from tradewright_sale.services.place import Item, OrderRequest, create_order

pytestmark = pytest.mark.addons("sale")


def _goods(env: Env, count: int, price: str = "9.99") -> list[Product]:
    tax = env.all(select(env[Tax]).where(env[Tax].rate == 19))[0]
    unit = env.all(select(env[UnitOfMeasure]))[0]
    made = [
        env[Product](sku=f"T-{number:04}", name=f"Thing {number}", uom=unit, tax=tax, list_price=Decimal(price))
        for number in range(count)
    ]
    env.add_all(made)
    env.flush()
    return made


def _order(env: Env, lines: int = 2, quantity: int = 3) -> Order:
    customer = env.add(env[Partner](name="Brightworks"))
    env.flush()
    items = [Item(product.id, Decimal(quantity)) for product in _goods(env, lines)]
    return create_order(env, OrderRequest(customer=customer, items=items))


def test_an_order_is_priced_and_totalled_from_its_lines(env: Env) -> None:
    order = _order(env)
    assert [line.subtotal for line in order.lines] == [Decimal("29.97")] * 2
    assert (order.untaxed, order.tax_total, order.total) == (Decimal("59.94"), Decimal("11.39"), Decimal("71.33"))


@pytest.mark.parametrize(("language", "said"), [("de", "Schlüssel"), ("fr", "Key"), (None, "Key")])
def test_lines_say_the_article_in_the_language_of_the_customer(env: Env, language: str | None, said: str) -> None:
    product = _goods(env, 1)[0]
    product.name = {"": "Key", "de": "Schlüssel"}  # type: ignore[assignment]  # as forms and imports write it
    customer = env.add(env[Partner](name="Brightworks", language=language))
    env.flush()
    order = create_order(env, OrderRequest(customer=customer, items=[Item(product.id, Decimal(1))]))
    assert [line.description for line in order.lines] == [said]


def test_a_confirmed_order_has_a_number_and_stays_in_step(site: Site) -> None:
    with site.env() as env:
        order = _order(env)
        env[Order].confirm(env, [order])
        number = order.id
    with site.env() as env:
        again = env.one(Order, number)
        assert again.state == "confirmed"
        assert again.number == "SO-2026-00001"
        assert list(verify(env, site.composition.units)) == []


def test_a_confirmed_order_cannot_be_confirmed_again(env: Env) -> None:
    order = _order(env)
    env[Order].confirm(env, [order])
    with pytest.raises(Conflict) as refused:
        env[Order].confirm(env, [order])
    assert "“Confirmed”, so this is no longer possible: Confirm order." in str(refused.value)


def test_an_order_without_lines_is_refused(env: Env) -> None:
    customer = env.add(env[Partner](name="Brightworks"))
    order = env.add(env[Order](customer=customer))
    env.flush()
    with pytest.raises(UserError, match="has no lines: add a product first"):
        env[Order].confirm(env, [order])


def test_a_withdrawn_product_is_refused_at_confirmation(env: Env) -> None:
    order = _order(env)
    order.lines[0].product.active = False
    env.flush()
    with pytest.raises(UserError, match="is no longer sold"):
        env[Order].confirm(env, [order])


def test_a_change_after_confirmation_is_a_revision_with_new_totals(env: Env) -> None:
    order = _order(env)
    env[Order].confirm(env, [order])
    change_lines(env, order, [Change(Decimal(1), line_id=order.lines[0].id)])
    assert order.revision == 1
    assert order.untaxed == Decimal("39.96")


def test_lines_are_changed_by_a_typed_list(env: Env) -> None:
    order = _order(env)
    env[Order].confirm(env, [order])
    env[ChangeableOrder].change(env, [cast("ChangeableOrder", order)], ChangeLines(lines="T-0000 5\nt-0001\t0"))
    assert [(line.quantity, line.cancelled) for line in order.lines] == [
        (Decimal(5), Decimal(0)),
        (Decimal(3), Decimal(3)),
    ]
    assert order.untaxed == Decimal("49.95")


@pytest.mark.parametrize("text", ["T-0000", "T-0000 NaN", "T-0000 1e400", "T-0000 -1", "5"])
def test_a_list_that_cannot_be_read_changes_nothing(env: Env, text: str) -> None:
    order = _order(env)
    env[Order].confirm(env, [order])
    with pytest.raises(Invalid, match="can't be read"):
        env[ChangeableOrder].change(env, [cast("ChangeableOrder", order)], ChangeLines(lines=text))
    assert order.revision == 0


def test_a_change_by_an_old_version_is_refused(env: Env) -> None:
    order = _order(env)
    env[Order].confirm(env, [order])
    env.flush()
    seen = order.version
    change_lines(env, order, [Change(Decimal(1), line_id=order.lines[0].id)], version=seen)
    env.flush()
    with pytest.raises(Conflict, match="Someone else has changed"):
        change_lines(env, order, [Change(Decimal(2), line_id=order.lines[0].id)], version=seen)


def test_statements_do_not_grow_with_the_lines(site: Site) -> None:
    counts = []
    for lines in (10, 200):
        with site.env() as env:
            for old in env.all(select(env[Product])):
                old.sku = f"old-{lines}-{old.id}"
            env.flush()
            order = _order(env, lines)
        with count_statements(site) as statements, site.env() as env:
            env[Order].confirm(env, [env.one(Order, order.id)])
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2, counts
