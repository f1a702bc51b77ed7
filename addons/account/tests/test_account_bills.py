"""Supplier bills: amounts, tax as stated, one balanced entry, a number; paid, credited, rejected, never twice."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.base import Conflict, UserError
from tradewright.orm import Env, Model, func, select
from tradewright.registry import verify
from tradewright.testing import count_statements
from tradewright.testing.client import browser_for
from tradewright_account.extends.partner import DebtorPartner
from tradewright_account.models.bill import Bill, Paying, Rejection
from tradewright_account.models.bill_line import BillLine
from tradewright_account.models.bill_settlement import BillSettlement
from tradewright_account.models.bill_tax import BillTax
from tradewright_account.models.chart import Account, PaymentTerm
from tradewright_account.models.entry import Entry, EntryLine
from tradewright_account.testing import BillFactory
from tradewright_base.testing import UserFactory, currency, refusal
from tradewright_product.testing import ProductFactory

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


def test_a_posted_bill_is_booked_and_numbered(site: Site) -> None:
    with site.env() as env:
        factory = BillFactory(env)
        rent = env.scalars(select(env[Account]).where(env[Account].code == "6300")).one()
        lines = [
            factory.line("100.00"),
            factory.line("9.99", "3", rate="7"),
            factory.line("50", discount="10", account=rent),
            factory.line("12.50", "1000", price_quantity=Decimal(100)),
            factory.line("20", adjustment=Decimal(-5)),
        ]
        bill = factory.of_lines(lines)
        assert bill.display_name() == "S-1"
        assert [line.subtotal for line in bill.lines] == [
            Decimal(100),
            Decimal("29.97"),
            Decimal(45),
            Decimal(125),
            Decimal(15),
        ]
        env[Bill].post(env, [bill])
        assert (bill.state, bill.payment_state, bill.residual) == ("posted", "open", Decimal("371.22"))
        assert booked(env, bill.entry) == {
            "3300": Decimal("-371.22"),
            "5400": Decimal(240),
            "6300": Decimal(45),
            "5300": Decimal("29.97"),
            "1406": Decimal("54.15"),
            "1401": Decimal("2.10"),
        }
        assert [(row.base, row.amount) for row in bill.taxes] == [
            (Decimal(285), Decimal("54.15")),
            (Decimal("29.97"), Decimal("2.10")),
        ]
        assert (bill.booked_on, bill.due_date) == (bill.bill_date, bill.bill_date)
    with site.env() as env:
        assert env.scalar(select(env[Bill].number)) == "BILL-2026-00001"
        assert env.scalar(select(env[DebtorPartner].owed).where(env[DebtorPartner].is_supplier)) == Decimal("371.22")
    clean(site)


def test_tax_is_booked_as_the_supplier_rounds_it(site: Site) -> None:
    with site.env() as env:
        bill = BillFactory(env).of_lines([BillFactory(env).line("10.03")])
        assert bill.total == Decimal("11.94")
        bill.taxes[0].stated = Decimal("1.90")
    with site.env() as env:
        bill = env.one(Bill, bill.id)
        assert (bill.taxes[0].amount, bill.tax_total, bill.total) == (
            Decimal("1.90"),
            Decimal("1.90"),
            Decimal("11.93"),
        )
        bill.lines[0].quantity = Decimal(1)
        env[Bill].post(env, [bill])
        assert booked(env, bill.entry)["3300"] == Decimal("-11.93")
    clean(site)


def test_a_stated_tax_of_another_size_is_refused(site: Site) -> None:
    def overstate(env: Env) -> None:
        bill = BillFactory(env).of_lines([BillFactory(env).line("10")])
        bill.taxes[0].stated = Decimal("2.90")

    assert refusal(site, overstate) == (
        "The stated tax of €2.90 differs too much from the computed €1.90: correct the lines instead."
    )


def test_a_line_of_a_product_has_its_cost_and_tax(env: Env) -> None:
    product = ProductFactory(env).goods("12.50", name="Valve", cost=Decimal("7.40"))
    bill = BillFactory(env).of_lines([env[BillLine](product=product, quantity=Decimal(4))])
    (line,) = bill.lines
    assert (line.description, line.unit_price, line.subtotal) == ("Valve", Decimal("7.40"), Decimal("29.60"))


def test_tax_rows_follow_their_lines(env: Env) -> None:
    factory = BillFactory(env)
    bill = factory.of_lines([factory.line("10"), factory.line("10", rate="7")])
    assert [row.amount for row in bill.taxes] == [Decimal("1.90"), Decimal("0.70")]
    bill.lines.remove(bill.lines[1])
    env.flush()
    assert [row.amount for row in bill.taxes] == [Decimal("1.90")]
    assert (bill.untaxed, bill.tax_total, bill.total) == (Decimal(10), Decimal("1.90"), Decimal("11.90"))
    assert env.scalar(select(func.count(env[BillTax].id))) == 1


def test_a_bill_is_due_by_its_term_and_needs_number_and_date(site: Site) -> None:
    with site.env() as env:
        days = {term.days: term for term in env.all(select(env[PaymentTerm]))}
        bill = BillFactory(env).posted("5", payment_term=days[30])
        assert bill.due_date == env.today + timedelta(days=30)

    def without(**values: Any) -> Callable[[Env], object]:
        return lambda env: BillFactory(env).posted("5", **{"supplier_number": "7", **values})

    words = "needs the supplier's number and date: enter them before posting."
    assert refusal(site, without(supplier_number=None)).endswith(words)
    assert refusal(site, without(bill_date=None)).endswith(words)
    with pytest.raises(UserError, match="The invoice has no lines"), site.env() as env:
        env[Bill].post(env, [BillFactory(env).of_lines([])])
    assert "totals less than 0" in refusal(site, lambda env: BillFactory(env).posted("-5"))


def test_the_same_bill_is_there_once(site: Site) -> None:
    with site.env() as env:
        supplier_id = BillFactory(env).posted("5", supplier_number="RE 4711").supplier_id

    def again(number: str, **values: Any) -> Callable[[Env], Bill]:
        return lambda env: BillFactory(env).draft(
            "9", supplier=env.one(DebtorPartner, supplier_id), supplier_number=number, **values
        )

    assert refusal(site, again("re4711")) == "The supplier's bill RE 4711 is there already as BILL-2026-00001."
    with site.env() as env:
        again("RE 4711", bill_date=date(2025, 1, 1))(env)
        again("RE 4711", kind="vendor_credit")(env)
        first = again("RE 4712")(env)
        env[Bill].cancel(env, [first])
        again("RE 4712")(env)
    clean(site)


def test_a_credit_note_of_the_supplier_settles_its_bill(site: Site) -> None:
    with site.env() as env:
        bill = BillFactory(env).posted("100")
        (note,) = env[Bill].credit(env, [bill])
        note.supplier_number, note.bill_date = "C-1", env.today
        note.lines[0].unit_price = Decimal(40)
        env[Bill].post(env, [note])
        assert (bill.residual, bill.payment_state) == (Decimal("71.40"), "partial")
        assert (note.residual, note.payment_state) == (Decimal(0), "paid")
        assert booked(env, note.entry) == {"3300": Decimal("47.60"), "5400": Decimal(-40), "1406": Decimal("-7.60")}
        (more,) = env[Bill].credit(env, [bill])
        more.supplier_number, more.bill_date = "C-2", env.today
        with pytest.raises(Conflict, match=r"Only €71\.40 of .* is left to credit"):
            env[Bill].post(env, [more])
        with pytest.raises(UserError, match="is a credit note: only invoices are credited"):
            env[Bill].credit(env, [note])
        env[Bill].cancel(env, [more])
    with site.env() as env:
        assert env.all(select(env[Bill].number).where(env[Bill].number.is_not(None)).order_by(env[Bill].id)) == [
            "BILL-2026-00001",
            "VCN-2026-00001",
        ]
    clean(site)


def test_a_bill_is_paid_in_parts_and_never_too_much(site: Site) -> None:
    with site.env() as env:
        bill = BillFactory(env).posted("100")
        env[Bill].pay(env, [bill], Paying(amount=Decimal(19), reference="part"))
        assert (bill.payment_state, bill.residual) == ("partial", Decimal(100))
        with pytest.raises(Conflict, match=r"€100\.00 is open: enter at most that"):
            env[Bill].pay(env, [bill], Paying(amount=Decimal("100.01")))
        env[Bill].pay(env, [bill], Paying(paid_on=env.today))
        assert (bill.payment_state, bill.residual) == ("paid", Decimal(0))
        assert booked(env, bill.settlements[1].entry) == {"3300": Decimal(100), "1800": Decimal(-100)}
        with pytest.raises(Conflict, match="is paid already"):
            env[Bill].pay(env, [bill], Paying())
        with pytest.raises(Conflict, match="belongs to an invoice or a payment"):
            env[Entry].reverse(env, [entry for entry in [bill.settlements[0].entry] if entry])
        assert env.scalar(select(env[DebtorPartner].owed).where(env[DebtorPartner].id == bill.supplier_id)) == 0
    clean(site)


def test_a_rejected_bill_is_not_booked(site: Site) -> None:
    with site.env() as env:
        bill = BillFactory(env).draft("5")
        env[Bill].reject(env, [bill], Rejection(reason="Never ordered"))
        assert (bill.state, bill.reason, bill.entry, bill.identity) == ("rejected", "Never ordered", None, None)
        with pytest.raises(Conflict, match="no longer possible: Post"):
            env[Bill].post(env, [bill])
    clean(site)


def test_a_foreign_currency_is_booked_in_the_companys(site: Site) -> None:
    def post(rate: str) -> Callable[[Env], Bill]:
        return lambda env: BillFactory(env).posted("99.99", currency=currency(env, "USD"), currency_rate=Decimal(rate))

    assert refusal(site, post("1")).endswith("is in a foreign currency: enter its exchange rate.")
    with site.env() as env:
        bill = post("0.912345")(env)
        assert bill.total == Decimal("118.99")
        assert booked(env, bill.entry)["3300"] == Decimal("-108.56")
        env[Bill].pay(env, [bill], Paying())
        assert booked(env, bill.settlements[0].entry) == {"3300": Decimal("108.56"), "1800": Decimal("-108.56")}
    clean(site)


FROZEN: list[tuple[type[Model], dict[str, object]]] = [
    (Bill, {"total": Decimal(1)}),
    (Bill, {"supplier_number": "other"}),
    (Bill, {"state": "draft"}),
    (BillLine, {"unit_price": Decimal(1)}),
    (BillTax, {"base": Decimal(1)}),
    (BillSettlement, {"amount": Decimal(2)}),
]


@pytest.mark.parametrize(("model", "values"), FROZEN, ids=lambda one: getattr(one, "__name__", None))
def test_a_posted_bill_is_kept_by_the_database(site: Site, model: type[Model], values: dict[str, object]) -> None:
    with site.env() as env:
        bill = BillFactory(env).posted("10")
        env[Bill].pay(env, [bill], Paying(amount=Decimal(1)))
    acts: tuple[Callable[[Env], object], ...] = (
        lambda env: env.update_where(model, values=dict(values)),
        lambda env: env.delete_where(model),
    )
    for act in acts:
        with pytest.raises(Conflict, match="can no longer be changed"), site.env() as env:
            act(env)


def test_nothing_is_added_to_a_posted_bill(site: Site) -> None:
    with site.env() as env:
        bill_id = BillFactory(env).posted("5").id
    assert refusal(site, lambda env: env.one(Bill, bill_id).lines.append(BillFactory(env).line("5"))) == (
        "BILL-2026-00001 is posted and stays as it is: correct it by a new document."
    )


def test_statements_of_posting_bills_do_not_grow(site: Site) -> None:
    def post(lines: int, count: int) -> int:
        with site.env() as env:
            factory = BillFactory(env)
            drafts = [factory.of_lines([factory.line("10") for _line in range(lines)]).id for _one in range(count)]
        with count_statements(site) as statements, site.env() as env:
            env[Bill].post(env, env.all(select(env[Bill]).where(env[Bill].id.in_(drafts))))
        return len(statements) - len(statements.about("UPDATE account_bill SET version"))

    post(1, 1)
    assert post(100, 1) <= post(10, 1)
    assert post(10, 10) <= post(10, 1) + 1


def test_a_bill_is_entered_posted_and_paid_in_the_office(site: Site) -> None:
    with site.env() as env:
        user_id = UserFactory(env).staff("account.user").id
        supplier_id = BillFactory(env).supplier(name="Brightworks").id
        product_id = ProductFactory(env).goods("12.50", cost=Decimal(5)).id
    keeper = browser_for(site)
    keeper.sign_in_as(user_id)
    keeper.get("/office/account.Bill")
    assert keeper.status == 200
    keeper.get("/office/account.Bill/new")
    keeper.submit(
        {
            "v.supplier": str(supplier_id),
            "v.supplier_number": "4711",
            "v.bill_date": "2026-02-02",
            "v.lines-0-product": str(product_id),
            "v.lines-0-quantity": "4",
        },
        action="/office/account.Bill/new",
    )
    assert "€23.80" in keeper.text
    keeper.submit(action=next(form.action for form in keeper.forms if form.action.endswith("/post")))
    with site.env() as env:
        (bill,) = env.all(select(env[Bill]))
        assert (bill.state, bill.total, bill.number) == ("posted", Decimal("23.80"), "BILL-2026-00001")
    keeper.get(f"/office/account.Bill/{bill.id}")
    keeper.submit(action=next(form.action for form in keeper.forms if form.action.endswith("/pay")))
    assert "Reference" in keeper.text
    keeper.submit({"p.reference": "SEPA 1"}, action="/office/account.Bill/run/pay")
    with site.env() as env:
        (bill,) = env.all(select(env[Bill]))
        assert (bill.payment_state, [one.reference for one in bill.settlements]) == ("paid", ["SEPA 1"])
    keeper.get("/office/account.Bill?filter=paid")
    assert "BILL-2026-00001" in keeper.text
    clean(site)
