"""What must always be true of the ledger, of invoices and of payments; `tradewright verify` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.orm import and_, case, func, or_, select
from tradewright.registry import invariant
from tradewright_base.models.company import Company
from tradewright_base.models.currency import Currency
from tradewright_base.models.series import Series
from tradewright_product.services.amounts import net_amount

from .models.allocation import Allocation
from .models.bill import Bill
from .models.bill_settlement import BillSettlement
from .models.chart import Account
from .models.entry import Entry, EntryLine
from .models.invoice import Invoice
from .models.payment import Payment
from .services.bills import MOST_STATED, identity_of, line_net
from .services.totals import breakdown

if TYPE_CHECKING:
    from tradewright.orm import Env

BATCH = 500
NUMBERED = (
    ("account.invoice", Invoice),
    ("account.credit_note", Invoice),
    ("account.bill", Bill),
    ("account.vendor_credit", Bill),
    ("account.payment", Payment),
    ("account.entry", Entry),
)


@invariant("account.balanced")
def balanced(env: Env) -> Iterator[str]:
    """Every journal entry has lines, and its debit equals its credit."""
    entry, line = env[Entry], env[EntryLine]
    query = (
        select(entry.id, func.sum(line.debit), func.sum(line.credit))
        .outerjoin(line, line.entry_id == entry.id)
        .group_by(entry.id)
        .having(or_(func.count(line.id) == 0, func.sum(line.debit) != func.sum(line.credit)))
    )
    for entry_id, debit, credit in env.execute(query):
        yield f"entry {entry_id}: debit {debit}, credit {credit}"


@invariant("account.reversals")
def reversals(env: Env) -> Iterator[str]:
    """A reversing entry takes back exactly what the first one booked, account by account."""
    entry, line = env[Entry], env[EntryLine]
    first = func.coalesce(entry.reverses_id, entry.id)
    reversed_ones = select(entry.reverses_id).where(entry.reverses_id.is_not(None))
    again = select(entry.id).where(entry.reverses_id.is_not(None), entry.id.in_(reversed_ones))
    query = (
        select(first, line.account_id)
        .join(line, line.entry_id == entry.id)
        .where(first.in_(reversed_ones), ~first.in_(again), ~entry.id.in_(again))
        .group_by(first, line.account_id)
        .having(func.sum(line.debit) != func.sum(line.credit))
    )
    for entry_id, account_id in env.execute(query):
        yield f"entry {entry_id} and its reversal differ on account {account_id}"


@invariant("account.numbers")
def numbers(env: Env) -> Iterator[str]:
    """The numbers of a series, company and year follow each other without a gap or a duplicate, up to the next one."""
    series = env[Series]
    rows = env.execute(
        select(series.code, series.company_id, series.year, series.prefix, series.next_number).where(
            series.code.in_([code for code, _model in NUMBERED]), series.company_id.is_not(None)
        )
    ).all()
    for code, model in NUMBERED:
        mine = [row[1:] for row in rows if row[0] == code]
        given = _numbers(env, code, model) if mine else {}
        for company_id, year, prefix, following in mine:
            start = prefix.replace("{year}", str(year))
            counted = sorted(
                int(number.removeprefix(start))
                for number in given.get(company_id or 0, [])
                if number.startswith(start) and number.removeprefix(start).isdecimal()
            )
            first = counted[0] if counted else following
            if counted != list(range(first, following)):
                yield f"{code} {start}: {len(counted)} numbers from {first}, the next one is {following}"


def _numbers(env: Env, code: str, model: Any) -> dict[int, list[str]]:
    cls: Any = env[model]
    query = select(cls.company_id, cls.number).where(cls.number.is_not(None))
    if model in {Invoice, Bill}:
        query = query.where(cls.kind == code.partition(".")[2])
    found: dict[int, list[str]] = {}
    for company_id, number in env.execute(query):
        found.setdefault(company_id, []).append(number)
    return found


@invariant("account.posted")
def posted(env: Env) -> Iterator[str]:
    """What is posted has a number and an entry, what is not has neither; a posted invoice has its dates."""
    documents: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (env[Invoice], ("invoice_date", "due_date")),
        (env[Bill], ("bill_date", "due_date", "supplier_number")),
        (env[Payment], ("paid_on",)),
    )
    for cls, dates in documents:
        missing = or_(cls.number.is_(None), cls.entry_id.is_(None), *(getattr(cls, name).is_(None) for name in dates))
        early = or_(cls.number.is_not(None), cls.entry_id.is_not(None))
        wrong = or_(and_(cls.state == "posted", missing), and_(cls.state != "posted", early))
        query = select(cls.id, cls.state).where(wrong)
        for record_id, state in env.execute(query):
            yield f"{cls.__info__.name} {record_id} is {state}"


@invariant("account.receivable")
def receivable(env: Env) -> Iterator[str]:
    """What an invoice in the company's currency totals is what its entry books on receivables."""
    invoice, line, account, company = env[Invoice], env[EntryLine], env[Account], env[Company]
    owed, given_back = func.sum(line.debit) - func.sum(line.credit), func.sum(line.credit) - func.sum(line.debit)
    query = (
        select(invoice.id, invoice.total, owed)
        .join(company, company.id == invoice.company_id)
        .join(line, line.entry_id == invoice.entry_id)
        .join(account, account.id == line.account_id)
        .where(account.purpose == "receivable", invoice.currency_id == company.currency_id)
        .group_by(invoice.id, invoice.kind, invoice.total)
        .having(
            or_(
                and_(invoice.kind == "invoice", owed != invoice.total),
                and_(invoice.kind == "credit_note", given_back != invoice.total),
            )
        )
    )
    for invoice_id, total, booked in env.execute(query):
        yield f"invoice {invoice_id}: total {total}, booked {booked}"


@invariant("account.residuals")
def residuals(env: Env) -> Iterator[str]:
    """What is open of an invoice is its total less what settles it, never below 0; it is paid when nothing is open."""
    invoice, allocation = env[Invoice], env[Allocation]
    settled = func.coalesce(
        select(func.sum(allocation.amount))
        .where(or_(allocation.invoice_id == invoice.id, allocation.credit_note_id == invoice.id))
        .correlate(invoice)
        .scalar_subquery(),
        0,
    )
    state = case((invoice.residual == 0, "paid"), (invoice.residual == invoice.total, "open"), else_="partial")
    query = select(invoice.id, invoice.total, invoice.residual, settled).where(
        invoice.state == "posted",
        or_(
            invoice.residual + settled != invoice.total,
            invoice.residual < 0,
            invoice.residual > invoice.total,
            invoice.payment_state != state,
        ),
    )
    for invoice_id, total, residual, amount in env.execute(query):
        yield f"invoice {invoice_id}: total {total}, settled {amount}, open {residual}"


@invariant("account.allocations")
def allocations(env: Env) -> Iterator[str]:
    """What a payment pays and what is left of it is its amount."""
    payment, allocation = env[Payment], env[Allocation]
    paid = func.coalesce(
        select(func.sum(allocation.amount))
        .where(allocation.payment_id == payment.id)
        .correlate(payment)
        .scalar_subquery(),
        0,
    )
    query = select(payment.id, payment.amount, payment.unallocated, paid).where(
        payment.state == "posted", or_(payment.unallocated < 0, payment.unallocated + paid != payment.amount)
    )
    for payment_id, amount, left, allocated in env.execute(query):
        yield f"payment {payment_id}: {amount} received, {allocated} allocated, {left} left"


@invariant("account.one-debtor")
def one_debtor(env: Env) -> Iterator[str]:
    """A payment pays posted invoices of its own customer, in its own currency."""
    payment, allocation, invoice = env[Payment], env[Allocation], env[Invoice]
    query = (
        select(allocation.id)
        .join(invoice, invoice.id == allocation.invoice_id)
        .join(payment, payment.id == allocation.payment_id)
        .where(
            or_(
                invoice.customer_id != payment.partner_id,
                invoice.currency_id != payment.currency_id,
                invoice.state != "posted",
                payment.state != "posted",
            )
        )
    )
    for allocation_id in env.scalars(query):
        yield f"allocation {allocation_id}"


@invariant("account.credited")
def credited(env: Env) -> Iterator[str]:
    """Of no invoice is more given back by posted credit notes than it totals."""
    note = env[Invoice]
    query = (
        select(note.credited_invoice_id, func.sum(note.total))
        .where(note.credited_invoice_id.is_not(None), note.state == "posted")
        .group_by(note.credited_invoice_id)
    )
    given_back = {row[0]: row[1] for row in env.execute(query) if row[0] is not None}
    for invoice_id, total in env.execute(select(note.id, note.total).where(note.id.in_(list(given_back)))):
        if given_back[invoice_id] > total:
            yield f"invoice {invoice_id}: total {total}, given back {given_back[invoice_id]}"


@invariant("account.totals")
def totals(env: Env) -> Iterator[str]:
    """Amounts, tax rows and totals of an invoice are those of its lines, by the rounding rule."""
    invoice = env[Invoice]
    last = 0
    while batch := env.all(select(invoice).where(invoice.id > last).order_by(invoice.id).limit(BATCH)):
        last = batch[-1].id
        for one in batch:
            yield from _recomputed(one)


def _recomputed(invoice: Invoice) -> Iterator[str]:
    digits = invoice.currency.digits
    for line in invoice.lines:
        if line.subtotal != net_amount(line.quantity, line.unit_price, line.discount, digits):
            yield f"{invoice.display_name()}: line {line.id} has {line.subtotal}"
    rows = breakdown(invoice)
    untaxed, tax = sum((row.base for row in rows), Decimal(0)), sum((row.amount for row in rows), Decimal(0))
    if (invoice.untaxed, invoice.tax_total, invoice.total) != (untaxed, tax, untaxed + tax):
        yield f"{invoice.display_name()}: stored {invoice.total}, computed {untaxed + tax}"
    stored = [(row.tax_id, row.base, row.amount) for row in invoice.taxes]
    expected = [(row.tax.id, row.base, row.amount) for row in rows] if invoice.state == "posted" else []
    if sorted(stored) != sorted(expected):
        yield f"{invoice.display_name()}: the tax rows are not those of its lines"


@invariant("account.digits")
def digits(env: Env) -> Iterator[str]:
    """Amounts in the ledger and of payments are finite and have no more digits than their currency."""
    entry, line, payment = env[Entry], env[EntryLine], env[Payment]
    company, currency = env[Company], env[Currency]
    booked = (
        select(line.id, line.debit + line.credit, currency.digits)
        .join(entry, entry.id == line.entry_id)
        .join(company, company.id == entry.company_id)
        .join(currency, currency.id == company.currency_id)
    )
    paid = select(payment.id, payment.amount, currency.digits).join(currency, currency.id == payment.currency_id)
    for what, query in (("ledger line", booked), ("payment", paid)):
        for record_id, amount, places in env.execute(query):
            if not amount.is_finite() or amount != round(amount, places):
                yield f"{what} {record_id}: {amount}"


@invariant("account.payable")
def payable(env: Env) -> Iterator[str]:
    """What a supplier bill in the company's currency totals is what its entry books on payables."""
    bill, line, account, company = env[Bill], env[EntryLine], env[Account], env[Company]
    owed, taken_back = func.sum(line.credit) - func.sum(line.debit), func.sum(line.debit) - func.sum(line.credit)
    query = (
        select(bill.id, bill.total, owed)
        .join(company, company.id == bill.company_id)
        .join(line, line.entry_id == bill.entry_id)
        .join(account, account.id == line.account_id)
        .where(account.purpose == "payable", bill.currency_id == company.currency_id)
        .group_by(bill.id, bill.kind, bill.total)
        .having(
            or_(
                and_(bill.kind == "bill", owed != bill.total),
                and_(bill.kind == "vendor_credit", taken_back != bill.total),
            )
        )
    )
    for bill_id, total, booked in env.execute(query):
        yield f"bill {bill_id}: total {total}, booked {booked}"


@invariant("account.bill-residuals")
def bill_residuals(env: Env) -> Iterator[str]:
    """What is open of a supplier bill is its total less what settles it; it is paid when nothing is open."""
    bill, settlement = env[Bill], env[BillSettlement]
    settled = func.coalesce(
        select(func.sum(settlement.amount))
        .where(or_(settlement.bill_id == bill.id, settlement.credit_note_id == bill.id))
        .correlate(bill)
        .scalar_subquery(),
        0,
    )
    state = case((bill.residual == 0, "paid"), (bill.residual == bill.total, "open"), else_="partial")
    query = select(bill.id, bill.total, bill.residual, settled).where(
        bill.state == "posted", or_(bill.residual + settled != bill.total, bill.payment_state != state)
    )
    for bill_id, total, residual, amount in env.execute(query):
        yield f"bill {bill_id}: total {total}, settled {amount}, open {residual}"


@invariant("account.bill-totals")
def bill_totals(env: Env) -> Iterator[str]:
    """Amounts and totals of a supplier bill are those of its lines; a stated tax differs by less than one unit."""
    bill = env[Bill]
    last = 0
    while batch := env.all(select(bill).where(bill.id > last).order_by(bill.id).limit(BATCH)):
        last = batch[-1].id
        for one in batch:
            yield from _billed(one)


def _billed(bill: Bill) -> Iterator[str]:
    for line in bill.lines:
        if line.subtotal != line_net(line, bill.currency.digits):
            yield f"{bill.display_name()}: line {line.id} has {line.subtotal}"
    rows = {row.tax_id: row for row in bill.taxes if row.base or row.amount or row.stated is not None}
    computed = {row.tax.id: row for row in breakdown(bill) if row.base or row.amount or row.tax.id in rows}
    if rows.keys() != computed.keys():
        yield f"{bill.display_name()}: the tax rows are not those of its lines"
        return
    for tax_id, row in computed.items():
        stated = rows[tax_id].stated
        amount = row.amount if stated is None else stated
        if (rows[tax_id].base, rows[tax_id].amount) != (row.base, amount) or abs(amount - row.amount) >= MOST_STATED:
            yield f"{bill.display_name()}: tax {rows[tax_id].amount} of {rows[tax_id].base}, computed {row.amount}"
    untaxed, tax = (
        sum((one.base for one in rows.values()), Decimal(0)),
        sum((one.amount for one in rows.values()), Decimal(0)),
    )
    if (bill.untaxed, bill.tax_total, bill.total) != (untaxed, tax, untaxed + tax):
        yield f"{bill.display_name()}: stored {bill.total}, computed {untaxed + tax}"


@invariant("account.billed-once")
def billed_once(env: Env) -> Iterator[str]:
    """No two bills that count have supplier, number and date in common."""
    bill = env[Bill]
    query = select(bill).where(bill.state.in_(("draft", "posted"))).order_by(bill.id)
    for one in env.scalars(query):
        if one.identity != identity_of(one):
            yield f"{one.display_name()}: not told apart from others"
