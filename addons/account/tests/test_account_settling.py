"""Settling: credit notes, payments oldest first, statements of account and open items."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tradewright.app import Site
from tradewright.base import Conflict, UserError
from tradewright.orm import Env, func, select
from tradewright.registry import verify
from tradewright.testing import count_statements
from tradewright_account.extends.partner import DebtorPartner
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.payment import Payment
from tradewright_account.services.statement import aged_items, open_items, statement
from tradewright_account.testing import InvoiceFactory, PaymentFactory
from tradewright_base.testing import refusal

pytestmark = pytest.mark.addons("account")


def clean(site: Site) -> None:
    with site.env() as env:
        assert list(verify(env, site.composition.units)) == []


def test_a_credit_note_settles_its_invoice(site: Site) -> None:
    with site.env() as env:
        factory = InvoiceFactory(env)
        invoice = factory.posted("100", "50")
        note = factory.credit_note(invoice)
        assert note.credited_invoice is invoice
        assert [line.unit_price for line in note.lines] == [Decimal(100), Decimal(50)]
        assert [(one.residual, one.payment_state) for one in (invoice, note)] == [(Decimal(0), "paid")] * 2
        assert open_items(env) == []
    with site.env() as env:
        numbers = env.scalars(select(env[Invoice].number).order_by(env[Invoice].id)).all()
        assert numbers == ["INV-2026-00001", "CN-2026-00001"]
    clean(site)


def test_a_credit_note_for_a_part_leaves_the_rest_open(env: Env, invoices: InvoiceFactory) -> None:
    invoice = invoices.posted("100", "50")
    (note,) = env[Invoice].credit(env, [invoice])
    note.lines.remove(note.lines[0])
    env.flush()
    env[Invoice].post(env, [note])
    assert (note.total, note.payment_state) == (Decimal("59.50"), "paid")
    assert (invoice.residual, invoice.payment_state) == (Decimal(119), "partial")


def test_a_credit_note_for_a_paid_invoice_stays_as_a_credit(
    env: Env, invoices: InvoiceFactory, payments: PaymentFactory
) -> None:
    invoice = invoices.posted("100")
    payments.posted(invoice.customer, "119")
    note = invoices.credit_note(invoice)
    assert (note.residual, note.payment_state) == (Decimal(119), "open")
    assert [(item.kind, item.residual) for item in open_items(env)] == [("credit_note", Decimal(-119))]
    assert env.all(select(func.sum(env[Invoice].open_balance))) == [Decimal(-119)]


def test_no_more_is_credited_than_was_invoiced(site: Site) -> None:
    with site.env() as env:
        factory = InvoiceFactory(env)
        invoice = factory.posted("100")
        first, second = (env[Invoice].credit(env, [invoice])[0] for _turn in range(2))
        second_id, invoice_id = second.id, invoice.id
        env[Invoice].post(env, [first])
    full = "INV-2026-00001 is credited in full already."
    assert refusal(site, lambda env: env[Invoice].post(env, [env.one(Invoice, second_id)])) == full
    assert refusal(site, lambda env: env[Invoice].credit(env, [env.one(Invoice, invoice_id)])) == full
    clean(site)


def test_only_invoices_are_credited(env: Env, invoices: InvoiceFactory) -> None:
    note = invoices.credit_note(invoices.posted())
    with pytest.raises(UserError, match="is a credit note: only invoices are credited"):
        env[Invoice].credit(env, [note])


def test_a_payment_pays_the_oldest_invoices_first(site: Site) -> None:
    with site.env() as env:
        factory, payments = InvoiceFactory(env), PaymentFactory(env)
        customer = factory.debtor()
        days = (date(2026, 2, 20), date(2026, 1, 5), date(2026, 2, 1))
        new, old, middle = (factory.posted("100", customer=customer, invoice_date=day) for day in days)
        foreign = factory.posted("100")
        payment = payments.posted(customer, "200")
        assert [one.residual for one in (old, middle, new)] == [Decimal(0), Decimal(38), Decimal(119)]
        assert [one.payment_state for one in (old, middle, new)] == ["paid", "partial", "open"]
        assert (payment.unallocated, foreign.residual) == (Decimal(0), Decimal(119))
        rest = payments.posted(customer, "200")
        assert (new.payment_state, rest.unallocated) == ("paid", Decimal(43))
    clean(site)


def test_what_is_left_of_a_payment_pays_a_later_invoice_when_asked(site: Site) -> None:
    with site.env() as env:
        factory = InvoiceFactory(env)
        customer = factory.debtor()
        payment = PaymentFactory(env).posted(customer, "150")
        invoice = factory.posted("100", customer=customer)
        assert (payment.unallocated, invoice.residual) == (Decimal(150), Decimal(119))
        env[Payment].allocate(env, [payment])
        assert (payment.unallocated, invoice.payment_state) == (Decimal(31), "paid")
    clean(site)


def test_a_payment_is_booked_once(env: Env, invoices: InvoiceFactory, payments: PaymentFactory) -> None:
    payment = payments.posted(invoices.debtor(), "10")
    with pytest.raises(Conflict, match="this is no longer possible: Post"):
        env[Payment].post(env, [payment])


def test_a_payment_of_nothing_is_refused(site: Site) -> None:
    def pay(env: Env) -> None:
        PaymentFactory(env).draft(InvoiceFactory(env).debtor(), "0")

    assert refusal(site, pay) == "A payment is greater than 0."


def test_a_statement_tells_each_movement_with_the_balance_after_it(site: Site) -> None:
    with site.env() as env:
        factory, payments = InvoiceFactory(env), PaymentFactory(env)
        customer = factory.debtor()
        factory.posted("100", customer=customer, invoice_date=date(2026, 1, 15))
        second = factory.posted("200", customer=customer, invoice_date=date(2026, 2, 10), reference="PO 7")
        payments.posted(customer, "119", paid_on=date(2026, 2, 11))
        note = factory.credit_note(second)
        factory.posted("5")
        partner_id = customer.id
        assert note.kind == "credit_note"
    with site.env() as env:
        found = statement(env, partner_id, date(2026, 2, 1), date(2026, 3, 31))
        assert (found.opening, found.closing) == (Decimal(119), Decimal(0))
        assert [(line.kind, line.number, line.debit - line.credit, line.balance) for line in found.lines] == [
            ("invoice", "INV-2026-00002", Decimal(238), Decimal(357)),
            ("payment", "PAY-2026-00001", Decimal(-119), Decimal(238)),
            ("credit_note", "CN-2026-00001", Decimal(-238), Decimal(0)),
        ]
        assert found.lines[0].reference == "PO 7"
        empty = statement(env, partner_id, date(2025, 1, 1), date(2025, 12, 31))
        assert (empty.opening, empty.lines, empty.closing) == (Decimal(0), (), Decimal(0))
        debtor = env[DebtorPartner]
        assert env.scalar(select(debtor.balance).where(debtor.id == partner_id)) == Decimal(0)


def test_open_items_are_grouped_by_age(env: Env, invoices: InvoiceFactory, payments: PaymentFactory) -> None:
    customer = invoices.debtor()
    for days in (0, 1, 30, 31, 61, 90, 91, 400):
        invoices.posted("100", customer=customer, invoice_date=env.today - timedelta(days=days))
    aged = aged_items(env, env.today)
    assert {name: amount / 119 for name, amount in aged[customer.id].items()} == {
        "not_due": 1,
        "1_30": 2,
        "31_60": 1,
        "61_90": 2,
        "over_90": 2,
    }
    assert [item.days_overdue(env.today) for item in open_items(env, [customer.id])] == [400, 91, 90, 61, 31, 30, 1, 0]
    payments.posted(customer, "119")
    assert aged_items(env, env.today, [customer.id])[customer.id]["over_90"] == Decimal(119)
    assert aged_items(env, env.today, [invoices.debtor().id]) == {}


def test_statements_do_not_grow_with_lines_or_invoices(site: Site) -> None:
    def post(lines: int, count: int) -> int:
        with site.env() as env:
            factory = InvoiceFactory(env)
            drafts = [factory.of_lines([factory.line("10") for _line in range(lines)]).id for _one in range(count)]
        with count_statements(site) as statements, site.env() as env:
            env[Invoice].post(env, env.all(select(env[Invoice]).where(env[Invoice].id.in_(drafts))))
        # Each versioned row is updated by a statement of its own, which tells whether somebody else was there first.
        return len(statements) - len(statements.about("UPDATE account_invoice SET version"))

    post(1, 1)
    assert post(200, 1) <= post(10, 1)
    assert post(10, 20) <= post(10, 1) + 1
