"""Loyalty: rules of an addon that changes no line of another one."""

from pathlib import Path

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright.testing import count_statements
from tradewright.testing.client import Browser, application_for
from tradewright_base.models.partner import Partner
from tradewright_base.testing import PartnerFactory, UserFactory, refusal
from tradewright_loyalty.extends.order import LoyalOrder
from tradewright_loyalty.extends.partner import LoyalPartner
from tradewright_loyalty.models.reward import Reward
from tradewright_sale.models.order import Order
from tradewright_sale.testing import OrderFactory

ADDONS = Path(__file__).parents[2]
pytestmark = pytest.mark.addons("loyalty", paths=(ADDONS,))


def points(env: Env, customer: Partner) -> int:
    return env.one(LoyalPartner, customer.id).points


def test_a_confirmed_order_earns_its_total_in_points(env: Env, orders: OrderFactory) -> None:
    order = orders.confirmed(total="120.50")
    assert points(env, order.customer) == 120


def test_the_points_of_several_orders_add_up(env: Env, partners: PartnerFactory, orders: OrderFactory) -> None:
    customer = partners.customer()
    for total in ("10.00", "20.99"):
        orders.confirmed(total=total, customer=customer)
    assert points(env, customer) == 30
    assert [reward.points for reward in env.one(LoyalPartner, customer.id).rewards] == [10, 20]


def test_an_order_of_less_than_one_earns_nothing(env: Env, orders: OrderFactory) -> None:
    order = orders.confirmed(total="0.99")
    assert points(env, order.customer) == 0
    assert env.all(select(env[Reward])) == []


def test_a_quotation_earns_nothing(env: Env, orders: OrderFactory) -> None:
    order = orders.draft(total="120.50")
    assert points(env, order.customer) == 0


def test_a_cancelled_order_takes_its_points_back(env: Env, partners: PartnerFactory, orders: OrderFactory) -> None:
    customer = partners.customer()
    order = orders.confirmed(total="120.50", customer=customer)
    orders.confirmed(total="7.00", customer=customer)
    env[LoyalOrder].cancel(env, [env.one(LoyalOrder, order.id)])
    assert order.state == "cancelled"
    env.flush()
    assert points(env, customer) == 7


def test_an_order_is_rewarded_once(site: Site) -> None:
    with site.env() as env:
        order = OrderFactory(env).confirmed(total="5.00")

    def again(env: Env) -> None:
        env.add(env[Reward](customer_id=order.customer_id, order_id=order.id, points=5))

    assert "already" in refusal(site, again)


def test_a_hundred_orders_are_rewarded_by_one_statement(site: Site) -> None:
    with site.env() as env:
        factory = OrderFactory(env)
        made = [factory.draft(total=f"{number}.00").id for number in range(1, 101)]
    with count_statements(site) as statements, site.env() as env:
        env[Order].confirm(env, env.all(select(env[Order]).where(env[Order].id.in_(made))))
    assert len(statements.about("loyalty_reward")) == 1
    with site.env() as env:
        assert sum(env.all(select(env[LoyalPartner].points))) == sum(range(1, 101))
        assert list(verify(env, site.composition.units)) == []


def test_only_managers_change_rewards(site: Site) -> None:
    with site.env() as env:
        order = OrderFactory(env).confirmed(total="120.50")
        users = UserFactory(env)
        seller, manager = users.actor(users.staff("sale.user")), users.actor(users.staff("loyalty.manager"))

    def change(env: Env) -> None:
        env.all(select(env[Reward]).where(env[Reward].order_id == order.id))[0].points = 1

    assert "Your role does not allow to change this: Rewards." in refusal(site, change, seller)
    site.run(change, manager)


def test_the_office_shows_points_in_the_partners_form_and_in_a_list(site: Site) -> None:
    with site.env() as env:
        order = OrderFactory(env).confirmed(total="120.50")
        user = UserFactory(env).staff("loyalty.manager").id
    browser = Browser(application_for(site), site)
    browser.sign_in_as(user)
    browser.get("/office/loyalty.Reward")
    assert "Rewards" in browser.text
    assert order.customer.name in browser.text
    assert ">120<" in browser.text
    browser.get(f"/office/base.Partner/{order.customer_id}")
    assert "Points" in browser.text
    assert ">120<" in browser.text


@pytest.mark.addons("loyalty", "b2b_portal", paths=(ADDONS,))
def test_a_buyer_sees_the_points_of_the_own_company_on_the_first_page_of_the_portal(site: Site) -> None:
    with site.env() as env:
        users, orders = UserFactory(env), OrderFactory(env)
        order = orders.confirmed(total="120.50")
        orders.confirmed(total="77.00")
        buyer = users.buyer(order.customer)
        actor = users.actor(buyer)
        user = buyer.id
    browser = Browser(application_for(site), site)
    browser.sign_in_as(user)
    browser.get("/portal")
    assert "Your points" in browser.text
    assert ">120<" in browser.text
    with site.env(actor) as env:
        assert [reward.points for reward in env.scalars(select(env[Reward]))] == [120]
