"""Orders and accounting together: what is invoiced of an order, and credit limits that hold it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from tradewright.app import Site
from tradewright.base import Conflict
from tradewright.orm import Env, func, select
from tradewright.registry import verify
from tradewright_account.bridges.sale.extends.invoice import OrderInvoice
from tradewright_account.bridges.sale.extends.order import InvoicedOrder, InvoicedOrderLine
from tradewright_account.bridges.sale.services.credit import exposure
from tradewright_account.extends.partner import DebtorPartner
from tradewright_account.models.invoice import Invoice
from tradewright_account.testing import InvoiceFactory, PaymentFactory
from tradewright_base.testing import UserFactory, refusal
from tradewright_product.testing import ProductFactory
from tradewright_sale.services.change import Change, change_lines
from tradewright_sale.services.place import Item, OrderRequest, create_order

pytestmark = pytest.mark.addons("account", "sale")


def clean(site: Site) -> None:
    with site.env() as env:
        assert list(verify(env, site.composition.units)) == []


def order(env: Env, customer: DebtorPartner, *prices: str, quantity: int = 1) -> InvoicedOrder:
    """A quotation with a service at each net price, at 19 % VAT."""
    factory = ProductFactory(env)
    count = env.scalar(select(func.count(env[InvoicedOrderLine].id))) or 0
    items = [
        Item(factory.service(price, sku=f"S-{count}-{place}").id, Decimal(quantity))
        for place, price in enumerate(prices)
    ]
    request = OrderRequest(customer=customer, items=items, reference="PO 1", buyer_reference="04011000-1")
    return env.one(InvoicedOrder, create_order(env, request).id)


def confirmed(env: Env, customer: DebtorPartner, *prices: str, quantity: int = 1) -> InvoicedOrder:
    made = order(env, customer, *prices, quantity=quantity)
    env[InvoicedOrder].confirm(env, [made])
    return made


def test_an_invoice_carries_over_the_order_and_equals_its_totals(site: Site) -> None:
    with site.env() as env:
        order_id = confirmed(env, InvoiceFactory(env).debtor(), "19.99", "0.07", "333.33", quantity=3).id
    with site.env() as env:
        made = env.one(InvoicedOrder, order_id)
        assert made.invoice_state == "to_invoice"
        (draft,) = env[InvoicedOrder].invoice(env, [made])
        env[Invoice].post(env, [draft])
        assert (draft.untaxed, draft.tax_total, draft.total) == (made.untaxed, made.tax_total, made.total)
        assert (draft.reference, draft.buyer_reference, draft.order_number) == ("PO 1", "04011000-1", "SO-2026-00001")
        assert made.invoice_state == "invoiced"
    with site.env() as env:
        assert [one.number for one in env.one(InvoicedOrder, order_id).invoices] == ["INV-2026-00001"]
    again = refusal(site, lambda env: env[InvoicedOrder].invoice(env, [env.one(InvoicedOrder, order_id)]))
    assert again == "There is nothing on SO-2026-00001 to invoice yet."
    clean(site)


def test_a_cancelled_draft_can_be_invoiced_again(site: Site) -> None:
    with site.env() as env:
        made = confirmed(env, InvoiceFactory(env).debtor(), "10")
        (draft,) = env[InvoicedOrder].invoice(env, [made])
        env[Invoice].cancel(env, [draft])
        assert made.invoice_state == "to_invoice"
        (second,) = env[InvoicedOrder].invoice(env, [made])
        assert second.total == made.total
    clean(site)


def test_a_draft_invoices_the_quantities_of_its_order(site: Site) -> None:
    with site.env() as env:
        (draft,) = env[InvoicedOrder].invoice(env, [confirmed(env, InvoiceFactory(env).debtor(), "10", quantity=2)])
        draft_id = draft.id

    def change(env: Env) -> None:
        env.one(Invoice, draft_id).lines[0].quantity = Decimal(1)

    assert refusal(site, change).endswith(": cancel this draft, change the order and invoice it again.")
    clean(site)


def test_what_is_invoiced_stays_on_the_order(site: Site) -> None:
    with site.env() as env:
        made = confirmed(env, InvoiceFactory(env).debtor(), "10", quantity=3)
        env[InvoicedOrder].invoice(env, [made])
        order_id, line_id = made.id, made.lines[0].id

    def reduce(env: Env) -> None:
        change_lines(env, env.one(InvoicedOrder, order_id), [Change(Decimal(2), line_id=line_id)])

    assert refusal(site, reduce) == "What is invoiced can't be taken off an order: write a credit note."
    cancel = refusal(site, lambda env: env[InvoicedOrder].cancel(env, [env.one(InvoicedOrder, order_id)]))
    assert cancel.startswith("Parts of SO-2026-00001 are invoiced: cancel the draft,")
    clean(site)


def test_a_credit_note_refers_to_the_lines_of_the_order(site: Site) -> None:
    with site.env() as env:
        (invoice,) = env[InvoicedOrder].invoice(env, [confirmed(env, InvoiceFactory(env).debtor(), "10", "20")])
        env[Invoice].post(env, [invoice])
        note = env.one(OrderInvoice, InvoiceFactory(env).credit_note(invoice).id)
        lines = [line.order_line_id for line in invoice.lines]  # type: ignore[attr-defined]  # of the bridge
        assert [line.order_line_id for line in note.lines] == lines  # type: ignore[attr-defined]  # of the bridge
        assert None not in lines
    clean(site)


def test_an_order_over_the_limit_waits_and_is_released_by_a_manager(site: Site) -> None:
    with site.env() as env:
        factory = InvoiceFactory(env)
        customer = factory.debtor("300")
        factory.posted("100", customer=customer)
        first, second = confirmed(env, customer, "100"), confirmed(env, customer, "100")
        assert (first.state, second.state) == ("confirmed", "on_hold")
        assert second.hold_reason == (
            "With this order the account would stand at €357.00, which is over its limit of €300.00."
        )
        owed = exposure(env, [customer.id])[customer.id]
        assert (owed.invoiced, owed.ordered, owed.total) == (Decimal(119), Decimal(119), Decimal(238))
        users, second_id = UserFactory(env), second.id
        seller, boss = (users.actor(users.staff(role)) for role in ("sale.user", "sale.manager"))
    refused = refusal(site, lambda env: env[InvoicedOrder].release(env, [env.one(InvoicedOrder, second_id)]), seller)
    assert "Release and confirm" in refused
    with site.env(boss) as env:
        made = env.one(InvoicedOrder, second_id)
        env[InvoicedOrder].release(env, [made])
        assert made.state == "confirmed"
    clean(site)


def test_a_payment_makes_room_for_an_order(env: Env, invoices: InvoiceFactory, payments: PaymentFactory) -> None:
    customer = invoices.debtor("119")
    invoices.posted("100", customer=customer)
    held = confirmed(env, customer, "100")
    assert held.state == "on_hold"
    payments.posted(customer, "119")
    env[InvoicedOrder].reopen(env, [held])
    env[InvoicedOrder].confirm(env, [held])
    assert held.state == "confirmed"


def test_an_account_on_hold_waits_whatever_its_balance(env: Env, invoices: InvoiceFactory) -> None:
    held = confirmed(env, invoices.debtor(credit_hold=True), "1")
    assert held.state == "on_hold"
    assert held.hold_reason == "The account is on hold: our accounting will get in touch."


def test_several_orders_at_once_share_the_limit(env: Env, invoices: InvoiceFactory) -> None:
    customer = invoices.debtor("250")
    made = [order(env, customer, "100") for _one in range(3)]
    env[InvoicedOrder].confirm(env, made)
    assert [one.state for one in made] == ["confirmed", "confirmed", "on_hold"]


def confirm_at_once(site: Site, threads: int) -> None:
    with site.env() as env:
        customer = InvoiceFactory(env).debtor("1000")
        customer_id = customer.id
        order_ids = [order(env, customer, "100").id for _one in range(threads * 2)]

    def confirm(order_id: int) -> None:
        site.run(lambda env: env[InvoicedOrder].confirm(env, [env.one(InvoicedOrder, order_id)]))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(confirm, order_ids))
    with site.env() as env:
        states = env.scalars(select(env[InvoicedOrder].state)).all()
        assert states.count("confirmed") == 8
        assert states.count("on_hold") == threads * 2 - 8
        assert exposure(env, [customer_id])[customer_id].total == Decimal(952)
    clean(site)


def test_orders_confirmed_at_the_same_time_stay_within_the_limit(site: Site) -> None:
    confirm_at_once(site, 8)


@pytest.mark.long
def test_32_orders_confirmed_at_the_same_time_stay_within_the_limit(site: Site) -> None:
    confirm_at_once(site, 32)


def test_one_order_is_invoiced_once_by_many(site: Site) -> None:
    with site.env() as env:
        order_id = confirmed(env, InvoiceFactory(env).debtor(), "10").id

    def invoice(_turn: int) -> str:
        try:
            site.run(lambda env: env[InvoicedOrder].invoice(env, [env.one(InvoicedOrder, order_id)]))
        except Conflict:
            return "conflict"
        except Exception as error:  # noqa: BLE001  # what kind it is is asserted below
            return getattr(error, "code", str(error))
        return "invoiced"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(invoice, range(8)))
    assert outcomes == ["account.nothing-to-invoice"] * 7 + ["invoiced"]
    clean(site)


@pytest.mark.addons("account", "sale", "stock")
def test_goods_are_invoiced_once_they_are_delivered(site: Site) -> None:
    with site.env() as env:
        product = ProductFactory(env).goods("10")
        request = OrderRequest(customer=InvoiceFactory(env).debtor(), items=[Item(product.id, Decimal(2))])
        made = env.one(InvoicedOrder, create_order(env, request).id)
        env[InvoicedOrder].confirm(env, [made])
        order_id = made.id
    nothing = refusal(site, lambda env: env[InvoicedOrder].invoice(env, [env.one(InvoicedOrder, order_id)]))
    assert nothing == "There is nothing on SO-2026-00001 to invoice yet."
    clean(site)
