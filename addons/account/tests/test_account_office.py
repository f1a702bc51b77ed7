"""Accounting in the back office: every page opens, an invoice goes from the form to the ledger."""

from decimal import Decimal

import pytest

from tradewright.app import Site
from tradewright.orm import select
from tradewright.registry import verify
from tradewright.testing.client import Browser, browser_for
from tradewright_account.extends.partner import DebtorPartner
from tradewright_account.models.allocation import Allocation
from tradewright_account.models.chart import Account, Journal
from tradewright_account.models.entry import Entry
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.payment import Payment
from tradewright_account.testing import InvoiceFactory, PaymentFactory
from tradewright_base.testing import PartnerFactory, UserFactory
from tradewright_product.testing import ProductFactory

pytestmark = pytest.mark.addons("account", "sale")
LISTS = (
    "account.Invoice",
    "account.Invoice?view=account.credit_note_list",
    "account.Invoice?view=account.open_items&filter=overdue",
    "account.Invoice?view=account.invoice_kanban",
    "account.Payment",
    "account.Entry",
    "account.EntryLine",
    "account.Account",
    "account.Journal",
    "account.PaymentTerm",
)


@pytest.fixture
def keeper(site: Site) -> Browser:
    """A browser of somebody who manages the books."""
    with site.env() as env:
        user_id = UserFactory(env).staff("account.manager", "sale.user").id
    browser = browser_for(site)
    browser.sign_in_as(user_id)
    return browser


def test_every_list_and_form_of_accounting_opens(site: Site, keeper: Browser) -> None:
    with site.env() as env:
        factory = InvoiceFactory(env)
        first = factory.posted("100")
        factory.credit_note(first)
        PaymentFactory(env).posted(factory.posted("50").customer, "20")
    for path in LISTS:
        keeper.get(f"/office/{path}")
        assert keeper.status == 200, path
    for model in (Invoice, Payment, Entry, Allocation, Account, Journal):
        with site.env() as env:
            record_id = env.scalar(select(env[model].id))
            name = env[model].__info__.name
        keeper.get(f"/office/{name}/{record_id}")
        assert keeper.status == 200, name
    keeper.get("/office/account.Invoice?view=account.open_items")
    assert "INV-2026-00002" in keeper.text
    assert "€39.50" in keeper.text
    assert "INV-2026-00001" not in keeper.text


def test_an_invoice_is_entered_and_posted_in_the_office(site: Site, keeper: Browser) -> None:
    with site.env() as env:
        customer_id = PartnerFactory(env).customer(name="Brightworks").id
        product_id = ProductFactory(env).goods("12.50").id
    keeper.get("/office/account.Invoice/new")
    keeper.submit(
        {"v.customer": str(customer_id), "v.lines-0-product": str(product_id), "v.lines-0-quantity": "4"},
        action="/office/account.Invoice/new",
    )
    assert "€59.50" in keeper.text
    keeper.submit(action=next(form.action for form in keeper.forms if form.action.endswith("/post")))
    with site.env() as env:
        (invoice,) = env.all(select(env[Invoice]))
        assert (invoice.state, invoice.total, invoice.number) == ("posted", Decimal("59.50"), "INV-2026-00001")
        assert list(verify(env, site.composition.units)) == []


def test_an_invoice_without_a_customer_says_what_is_missing(site: Site, keeper: Browser) -> None:
    with site.env() as env:
        product_id = ProductFactory(env).goods("12.50").id
    keeper.get("/office/account.Invoice/new")
    keeper.submit({"v.lines-0-product": str(product_id)}, action="/office/account.Invoice/new")
    assert keeper.status == 422
    assert "Customer" in keeper.text


def test_a_manager_of_the_books_gives_a_customer_its_credit_limit(site: Site, keeper: Browser) -> None:
    with site.env() as env:
        customer_id = PartnerFactory(env).customer().id
    keeper.get(f"/office/base.Partner/{customer_id}/edit")
    keeper.submit({"v.credit_limit": "2500"}, action=f"/office/base.Partner/{customer_id}/edit")
    with site.env() as env:
        assert env.one(DebtorPartner, customer_id).credit_limit == Decimal(2500)
