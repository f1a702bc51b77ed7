"""Order to cash, as a wholesaler's day goes, through `Env`: on both databases, every addon enabled."""

import re
from decimal import Decimal

import pytest

from tradewright.app import Site
from tradewright.jobs.embedded import run_all
from tradewright.jobs.models import MailMessage
from tradewright.orm import Actor, Env, select
from tradewright.registry import verify
from tradewright.security.passwords import hash_password
from tradewright_account.bridges.sale.extends.invoice import OrderInvoice
from tradewright_account.bridges.sale.extends.order import InvoicedOrder
from tradewright_account.extends.partner import DebtorPartner
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.payment import Payment
from tradewright_b2b_portal.services import carts, inviting
from tradewright_b2b_portal.services.checkout import Wishes, place
from tradewright_base.models.partner import Partner
from tradewright_base.services.actors import find_actor
from tradewright_base.testing import UserFactory
from tradewright_einvoice.engine import check_profile, read
from tradewright_einvoice.services.archive import ensure, xml_of
from tradewright_einvoice.testing import EInvoiceFactory
from tradewright_helpdesk.bridges.b2b_portal.services import tickets
from tradewright_helpdesk.models.ticket import Ticket
from tradewright_helpdesk.services.saying import say
from tradewright_product.testing import PriceFactory, ProductFactory
from tradewright_sale.models.order import Order
from tradewright_stock.bridges.sale.extends.order import StockOrder
from tradewright_stock.bridges.sale.extends.shipment import OrderShipment
from tradewright_stock.models.adjustment import Adjustment, AdjustmentLine
from tradewright_stock.models.location import Location, Warehouse
from tradewright_stock.models.move import Move
from tradewright_stock.models.shipment import Shipment

# WeasyPrint leaves its colour profile open.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]
LINES, SHORT, WANTED = 12, 2, 10


class Story:
    """The people of the story, and what each of them does in a unit of work of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.env() as env:
            EInvoiceFactory(env).seller()
            users = UserFactory(env)
            self.seller = users.actor(users.staff("sale.user", "b2b_portal.sales"))
            self.warehouse = users.actor(users.staff("stock.user"))
            self.accountant = users.actor(users.staff("account.user"))
            self.agent = users.actor(users.staff("helpdesk.user"))
            self.customer, self.contact = self._customer(env)
            self.goods = self._goods(env)
            PriceFactory(env).campaign("10")
        self.buyer = Actor(kind="anonymous")
        self.order = 0

    def _customer(self, env: Env) -> tuple[int, int]:
        factory = EInvoiceFactory(env).partners
        customer = factory.customer(name="Brightworks GmbH", vat="DE811569869")
        contact = factory.contact(customer, name="Kim Lang", email="kim@brightworks.example", language="en")
        return customer.id, contact.id

    def _goods(self, env: Env) -> list[int]:
        products = ProductFactory(env)
        made = [products.goods(f"{price}.90") for price in range(1, LINES + 1)]
        place = env.scalars(select(env[Warehouse]).limit(1)).one().location
        counts = [3 if number < SHORT else 100 for number in range(LINES)]
        lines = [env[AdjustmentLine](product=one, counted=count) for one, count in zip(made, counts, strict=True)]
        count = env.add(env[Adjustment](location=place, lines=lines))
        env.flush()
        env[Adjustment].post(env, [count])
        return [one.id for one in made]

    def invite(self) -> None:
        """The salesperson invites the contact, who follows the link of the mail."""
        self.site.run(lambda env: inviting.invite(env, [env.one(Partner, self.contact)]), self.seller)
        with self.site.env() as env:
            (mail,) = env.all(select(env[MailMessage]))
            assert mail.recipients.endswith("kim@brightworks.example")
            found = re.search(r"/portal/activate/([\w-]+)", mail.plain + mail.html)
            assert found is not None
            token = found[1]
        number = self.site.run(lambda env: inviting.accept(env, token, hash_password("correct horse battery")))
        with self.site.env() as env:
            buyer = find_actor(env, number)
        assert buyer is not None
        assert buyer.customer_id == self.customer
        self.buyer = buyer

    def buy(self) -> None:
        """The buyer fills the cart, sees what is short, and orders with a backorder for the rest."""
        self.site.run(lambda env: carts.put(env, dict.fromkeys(self.goods, Decimal(WANTED))), self.buyer)
        with self.site.env(self.buyer, readonly=True) as env:
            sheet = carts.look(env)
        assert [line.short for line in sheet.lines] == [Decimal(7)] * SHORT + [Decimal(0)] * (LINES - SHORT)
        assert {line.quote.discount for line in sheet.lines} == {Decimal(10)}
        wishes = Wishes(mark=sheet.mark, policy="backorder", reference="PO 4711")
        self.order = self.site.run(lambda env: place(env, wishes).id, self.buyer)
        with self.site.env(self.buyer, readonly=True) as env:
            order = env.one(Order, self.order)
            assert (order.state, order.number, order.total) == ("confirmed", "SO-2026-00001", sheet.total)

    def ship(self, states: list[str]) -> None:
        """The warehouse ships what is ready."""

        def ship(env: Env) -> None:
            shipment = env[OrderShipment]
            ready = select(shipment).where(shipment.order_id == self.order, shipment.state == "ready")
            shipment.ship(env, env.all(ready))

        self.site.run(ship, self.warehouse)
        with self.site.env() as env:
            assert [one.state for one in env.one(StockOrder, self.order).shipments] == states

    def receive(self) -> None:
        """What was short arrives, and serves the backorder."""

        def announce(env: Env) -> int:
            warehouse = env.scalars(select(env[Warehouse]).limit(1)).one()
            supplier = env.scalars(select(env[Location]).where(env[Location].kind == "supplier").limit(1)).one()
            moves = [
                env[Move](
                    product_id=one, source_id=supplier.id, destination_id=warehouse.location_id, quantity=Decimal(50)
                )
                for one in self.goods[:SHORT]
            ]
            receipt = env.add(env[Shipment](kind="incoming", state="ready", warehouse=warehouse, moves=moves))
            env.number("stock.shipment.incoming", receipt)
            env.flush()
            return receipt.id

        number = self.site.run(announce)
        self.site.run(lambda env: env[Shipment].receive(env, [env.one(Shipment, number)]), self.warehouse)

    def invoice(self) -> int:
        """The accountant invoices what was delivered and posts it."""

        def invoice(env: Env) -> int:
            drafts = env[InvoicedOrder].invoice(env, [env.one(InvoicedOrder, self.order)])
            env[Invoice].post(env, drafts)
            return drafts[0].id

        return self.site.run(invoice, self.accountant)

    def pay(self, amount: Decimal) -> None:
        """The customer pays."""

        def pay(env: Env) -> None:
            payment = env.add(env[Payment](partner_id=self.customer, amount=amount, reference="PO 4711"))
            env.flush()
            env[Payment].post(env, [payment])

        self.site.run(pay, self.accountant)

    def balance(self) -> Decimal:
        """What the customer owes."""
        with self.site.env(readonly=True) as env:
            return env.one(DebtorPartner, self.customer).balance

    def mails(self) -> list[str]:
        """The subjects of all mails to the buyer, after all jobs ran."""
        if self.site.database.sqlite:
            run_all(self.site)
        else:
            from tradewright.jobs.worker import Plan, run_workers

            run_workers([self.site], Plan(wait=False))
        with self.site.env(readonly=True) as env:
            return env.all(select(env[MailMessage].subject).order_by(env[MailMessage].id))


def check_einvoice(env: Env, number: int) -> None:
    """Hold the XML of a posted invoice against the invoice, and the checker against the XML."""
    invoice = env.one(Invoice, number)
    assert ensure(env, invoice).state != "failed"
    document = xml_of(env, invoice)
    assert [finding for finding in check_profile(document) if finding.severity == "fatal"] == []
    told = read(document)
    assert told.number == invoice.number
    assert told.totals is not None
    assert (told.totals.net, told.totals.gross) == (invoice.untaxed, invoice.total)
    assert len(told.lines) == len(invoice.lines)


def dispute(story: Story, invoice: int) -> None:
    """The buyer doubts a line of the invoice, and is answered."""
    with story.site.env(story.buyer, readonly=True) as env:
        doubted = env.one(Invoice, invoice)
        uid, line = doubted.uid, doubted.lines[0].id

    def complain(env: Env) -> str:
        about = tickets.find_about(env, "invoice", uid, line)
        return tickets.start(
            env, subject="Too much", body="Fewer came.", kind="dispute", about=about, amount=Decimal("12.50"), files=[]
        )

    ticket = story.site.run(complain, story.buyer)
    story.site.run(lambda env: say(env, env.by_uid(Ticket, ticket), "We look at it."), story.agent)
    with story.site.env(story.buyer, readonly=True) as env:
        seen = env.by_uid(Ticket, ticket)
        assert (seen.state, [message.from_customer for message in seen.messages]) == ("waiting", [True, False])
    story.site.run(lambda env: env[Ticket].solve(env, [env.by_uid(Ticket, ticket)]), story.agent)


def test_an_order_of_twelve_lines_two_short_becomes_cash(site: Site) -> None:
    story = Story(site)
    story.invite()
    story.buy()
    story.ship(["done", "waiting"])
    first = story.invoice()
    with site.env() as env:
        check_einvoice(env, first)
        part = env.one(Invoice, first).total
    assert story.balance() == part
    dispute(story, first)
    story.receive()
    story.ship(["done", "done"])
    second = story.invoice()
    with site.env() as env:
        check_einvoice(env, second)
        order = env.one(Order, story.order)
        posted = env[OrderInvoice]
        invoices = env.all(select(posted).where(posted.order_id == order.id).order_by(posted.id))
        assert [one.number for one in invoices] == ["INV-2026-00001", "INV-2026-00002"]
        assert sum(one.untaxed for one in invoices) == order.untaxed
        assert order.state == "done"
        assert [(line.delivered, line.cancelled) for line in order.lines] == [(Decimal(WANTED), Decimal(0))] * LINES
        whole = sum((one.total for one in invoices), Decimal(0))
    assert story.balance() == whole
    story.pay(part)
    story.pay(whole - part)
    assert story.balance() == 0
    subjects = story.mails()
    assert len(subjects) == len(set(subjects)) >= 6, subjects
    with site.env(readonly=True) as env:
        assert {one.payment_state for one in env.scalars(select(env[Invoice]))} == {"paid"}
        assert list(verify(env, site.composition.units)) == []
