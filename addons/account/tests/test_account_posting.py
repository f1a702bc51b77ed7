"""Posting: dates, tax rows, one balanced entry, a number; and what stays as it is from then on."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tradewright.app import Site
from tradewright.base import Conflict, UserError
from tradewright.orm import Env, Model, func, select
from tradewright.registry import verify
from tradewright_account.models.allocation import Allocation
from tradewright_account.models.chart import Account, PaymentTerm
from tradewright_account.models.entry import Entry, EntryLine
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_account.models.invoice_tax import InvoiceTax
from tradewright_account.models.payment import Payment
from tradewright_account.services.periods import CLOSED
from tradewright_account.testing import InvoiceFactory, PaymentFactory
from tradewright_base.models.setting import Setting
from tradewright_base.testing import PartnerFactory, currency, refusal

pytestmark = pytest.mark.addons("account")


def booked(env: Env, entry: Entry | None) -> dict[str, Decimal]:
    """What an entry books: debit less credit, by number of the account."""
    assert entry is not None
    line, account = env[EntryLine], env[Account]
    rows = env.execute(
        select(account.code, func.sum(line.debit) - func.sum(line.credit))
        .join(account, account.id == line.account_id)
        .where(line.entry_id == entry.id)
        .group_by(account.code)
    )
    return {row[0]: row[1] for row in rows}


def clean(site: Site) -> None:
    with site.env() as env:
        assert list(verify(env, site.composition.units)) == []


def test_a_posted_invoice_is_booked_and_numbered(site: Site) -> None:
    with site.env() as env:
        factory = InvoiceFactory(env)
        lines = [factory.line("100.00"), factory.line("9.99", "3", rate="7"), factory.line("50", discount="10")]
        invoice = factory.of_lines(lines)
        assert invoice.display_name() == f"Invoice {invoice.id}"
        env[Invoice].post(env, [invoice])
        assert (invoice.state, invoice.payment_state, invoice.residual) == ("posted", "open", Decimal("204.62"))
        assert booked(env, invoice.entry) == {
            "1200": Decimal("204.62"),
            "4400": Decimal(-145),
            "4300": Decimal("-29.97"),
            "3806": Decimal("-27.55"),
            "3801": Decimal("-2.10"),
        }
        assert [(row.base, row.amount) for row in invoice.taxes] == [
            (Decimal(145), Decimal("27.55")),
            (Decimal("29.97"), Decimal("2.10")),
        ]
    with site.env() as env:
        assert env.scalar(select(env[Invoice].number)) == "INV-2026-00001"
    clean(site)


def test_an_invoice_is_due_by_its_own_term_or_the_customers(env: Env, invoices: InvoiceFactory) -> None:
    days = {term.days: term for term in env.all(select(env[PaymentTerm]))}
    customer = invoices.debtor(payment_term=days[30])
    assert invoices.posted(customer=customer).due_date == env.today + timedelta(days=30)
    assert invoices.posted(customer=customer, payment_term=days[14]).due_date == env.today + timedelta(days=14)
    assert invoices.posted().due_date == env.today


def test_an_invoice_of_nothing_is_paid_at_once(env: Env, invoices: InvoiceFactory) -> None:
    invoice = invoices.of_lines([invoices.line("80", discount="100")])
    env[Invoice].post(env, [invoice])
    assert (invoice.total, invoice.payment_state) == (Decimal(0), "paid")


def test_an_invoice_without_lines_is_refused(env: Env, invoices: InvoiceFactory) -> None:
    invoice = invoices.of_lines([])
    with pytest.raises(UserError, match=r"The invoice has no lines: add one first\."):
        env[Invoice].post(env, [invoice])


def test_an_invoice_is_posted_once(env: Env, invoices: InvoiceFactory) -> None:
    invoice = invoices.posted()
    with pytest.raises(Conflict, match="this is no longer possible: Post"):
        env[Invoice].post(env, [invoice])
    with pytest.raises(Conflict, match="this is no longer possible: Cancel draft"):
        env[Invoice].cancel(env, [invoice])


def test_a_line_of_a_product_has_the_customers_price_and_tax(env: Env) -> None:
    from tradewright_product.testing import ProductFactory

    invoices = InvoiceFactory(env)
    product = ProductFactory(env).goods("12.50", name="Valve")
    lines = [env[InvoiceLine](product=product, quantity=Decimal(4))]
    invoice = invoices.of_lines(lines, customer=invoices.partners.customer(in_country="CH"))
    (line,) = invoice.lines
    assert (line.description, line.unit_price, line.subtotal) == ("Valve", Decimal("12.50"), Decimal(50))
    assert line.tax.category == "G"


def test_a_line_without_a_price_is_refused(site: Site) -> None:
    def draft(env: Env) -> None:
        factory = InvoiceFactory(env)
        line = factory.line("1")
        line.__dict__.pop("unit_price")
        factory.of_lines([line])

    assert refusal(site, draft) == "The line “Work at 1” misses this: Unit price."


FROZEN: list[tuple[type[Model], dict[str, object]]] = [
    (Invoice, {"total": Decimal(1)}),
    (Invoice, {"reference": "other"}),
    (Invoice, {"state": "draft"}),
    (InvoiceLine, {"unit_price": Decimal(1)}),
    (InvoiceTax, {"amount": Decimal(1)}),
    (Entry, {"booked_on": date(2020, 1, 1)}),
    (EntryLine, {"debit": Decimal(1)}),
    (Payment, {"amount": Decimal(1)}),
    (Allocation, {"amount": Decimal(1)}),
]


@pytest.mark.parametrize(("model", "values"), FROZEN, ids=lambda one: getattr(one, "__name__", None))
def test_what_is_posted_is_kept_by_the_database(site: Site, model: type[Model], values: dict[str, object]) -> None:
    with site.env() as env:
        invoice = InvoiceFactory(env).posted()
        PaymentFactory(env).posted(invoice.customer, "50")
    acts: tuple[Callable[[Env], object], ...] = (
        lambda env: env.update_where(model, values=dict(values)),
        lambda env: env.delete_where(model),
    )
    for act in acts:
        with pytest.raises(Conflict) as refused, site.env() as env:
            act(env)
        assert (
            str(refused.value.text)
            == "This document is posted and can no longer be changed. Correct it with a new one."
        )
    clean(site)


def test_nothing_is_added_to_what_is_posted(site: Site) -> None:
    with site.env() as env:
        invoice_id = InvoiceFactory(env).posted().id

    def add_line(env: Env) -> None:
        env.one(Invoice, invoice_id).lines.append(InvoiceFactory(env).line("5"))

    def add_booking(env: Env) -> None:
        entry = env.one(Invoice, invoice_id).entry
        assert entry is not None
        entry.lines.append(env[EntryLine](account_id=entry.lines[0].account_id, debit=Decimal(5)))

    assert refusal(site, add_line) == "INV-2026-00001 is posted and stays as it is: correct it by a new document."
    assert refusal(site, add_booking).endswith(" is posted and stays as it is: correct it by a new document.")
    clean(site)


def test_books_are_closed_up_to_a_day(site: Site) -> None:
    with site.env() as env:
        env.add(env[Setting](key=CLOSED, value="2026-02-28"))

    def invoice_on(day: date) -> Callable[[Env], object]:
        return lambda env: InvoiceFactory(env).posted(invoice_date=day)

    def pay_on(day: date) -> Callable[[Env], object]:
        return lambda env: PaymentFactory(env).posted(PartnerFactory(env).customer(), "5", paid_on=day)

    for refused in (invoice_on(date(2026, 2, 28)), pay_on(date(2026, 1, 5))):
        assert refusal(site, refused).startswith("The books are closed up to Feb 28, 2026: ")
    with site.env() as env:
        invoice_on(date(2026, 3, 1))(env)
        pay_on(date(2026, 3, 1))(env)
    clean(site)


def test_a_foreign_currency_needs_a_rate_and_is_booked_in_the_companys(site: Site) -> None:
    def post(rate: str) -> Callable[[Env], Invoice]:
        return lambda env: InvoiceFactory(env).posted(
            "99.99", currency=currency(env, "USD"), currency_rate=Decimal(rate)
        )

    assert refusal(site, post("1")).endswith("is in a foreign currency: enter its exchange rate.")
    with site.env() as env:
        invoice = post("0.912345")(env)
        assert invoice.total == Decimal("118.99")
        assert booked(env, invoice.entry)["1200"] == Decimal("108.56")
        payment = PaymentFactory(env).posted(
            invoice.customer, "118.99", currency=currency(env, "USD"), currency_rate=Decimal("0.912345")
        )
        assert (invoice.payment_state, payment.unallocated) == ("paid", Decimal(0))
    clean(site)


def test_a_company_in_yen_books_whole_yen(site: Site) -> None:
    with site.env() as env:
        env.company.currency = currency(env, "JPY")
    with site.env() as env:
        invoice = InvoiceFactory(env).posted("10.00", currency=currency(env, "EUR"), currency_rate=Decimal("163.57"))
        assert booked(env, invoice.entry) == {"1200": Decimal(1947), "4400": Decimal(-1636), "3806": Decimal(-311)}
    clean(site)
