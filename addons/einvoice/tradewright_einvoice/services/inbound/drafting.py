"""From a document to the draft of a bill: supplier, lines, taxes as stated, and what differs from what we know."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradewright.base.files import FileMissing
from tradewright.base.numbers import round_half_up
from tradewright.orm import select
from tradewright_account.models.bill import Bill
from tradewright_account.services.bills import MOST_STATED, identity_of
from tradewright_base.models.country import Country
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner
from tradewright_base.services.identifiers import is_valid_email, is_valid_iban, normalise_email
from tradewright_base.services.vat import is_valid_vat, normalise_vat

from ...hooks import documents_received, match_purchase_order
from . import matching
from .differing import Difference
from .lines import ZERO, draft_lines, know

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tradewright.orm import Env
    from tradewright_account.extends.partner import DebtorPartner

    from ...engine import Invoice
    from ...models.received import ReceivedDocument

MOST = Decimal(10) ** 11
MOST_TOTAL = Decimal(10) ** 12


def match_and_draft(env: Env, received: ReceivedDocument, invoice: Invoice) -> None:
    """Find the supplier and draft the bill; without one supplier the document waits for somebody to choose it."""
    found = matching.match(env, invoice)
    if found.supplier is None:
        many = Difference("several-suppliers", "warning", (", ".join(one.name for one in found.candidates),))
        _wait(env, received, [many if found.candidates else Difference("unknown-supplier", "warning")])
        return
    received.supplier = found.supplier
    draft(env, received, invoice, [Difference("by-name", "warning")] if found.by_name else [])


def draft(env: Env, received: ReceivedDocument, invoice: Invoice, before: Sequence[Difference] = ()) -> None:
    """Draft the bill of a document whose supplier is known."""
    supplier = cast("Partner", received.supplier)
    differences = list(before)
    currency = env.scalar(select(env[Currency]).where(env[Currency].code == invoice.currency))
    if currency is None:
        _wait(env, received, [*differences, Difference("no-currency", "danger", (invoice.currency,))])
        return
    if not fits(invoice):
        _wait(env, received, [*differences, Difference("too-large", "danger")])
        return
    if not supplier.is_supplier:
        supplier.is_supplier = True
        differences.append(Difference("not-a-supplier", "info", (supplier.name,)))
    # A negative invoice is a credit note, and the other way round.
    around = invoice.totals.gross < 0
    credit = invoice.is_credit_note != around
    bill = _bill(env, received, invoice, currency, credit=credit)
    same = env.scalar(select(env[Bill]).where(env[Bill].identity == identity_of(bill)))
    if same is not None:
        received.same_bill, received.state = same, "duplicate"
        return
    lines = draft_lines(env, invoice, know(env, invoice, supplier), currency.digits, -1 if around else 1)
    bill.lines = lines.lines
    env.add(bill)
    env.flush()
    differences += lines.differences
    differences += _state_taxes(bill, invoice, -1 if around else 1)
    env.flush()
    differences += _totals(bill, invoice, -1 if around else 1)
    differences += _partner(supplier, received, invoice)
    for one in env.hook(match_purchase_order)(env, bill, invoice):
        differences.append(one)
    if received.fatal:
        differences.append(Difference("faults", "warning"))
    received.bill, received.state = bill, "ready"
    keep(env, received, differences)


def draft_again(env: Env, records: Sequence[ReceivedDocument]) -> None:
    """Draft the bills of documents whose supplier somebody has chosen."""
    from ... import errors

    for received in records:
        if received.supplier is None:
            raise errors.choose_supplier(received.name)
        draft(env, received, invoice_of(env, received))


def create_suppliers(env: Env, records: Sequence[ReceivedDocument]) -> None:
    """Make partners of the senders as the documents name them, and draft the bills."""
    for received in records:
        invoice = invoice_of(env, received)
        received.supplier = env.add(supplier_of(env, invoice))
        env.flush()
        draft(env, received, invoice)


def queue_again(env: Env, records: Sequence[ReceivedDocument]) -> None:
    """Examine documents anew, as if they had just arrived."""
    from .arriving import release

    release(env, records)
    for received in records:
        received.state, received.attempts = "new", 0
    env.hook(documents_received)(env, records)


def invoice_of(env: Env, received: ReceivedDocument) -> Invoice:
    """Read the invoice of a document that was read before. Raises UserError where it can't be."""
    from ... import errors
    from ...engine import EngineError, read
    from ...engine.hybrid import read_any

    try:
        return read(read_any(content_of(env, received)).xml)
    except EngineError:
        raise errors.not_readable(received.name) from None


def content_of(env: Env, received: ReceivedDocument) -> bytes:
    """Return the bytes of a document. Raises UserError where its file is gone."""
    from ... import errors

    try:
        content: bytes | None = env.site.files.read(received.file.sha256) if received.file is not None else None
    except FileMissing:
        content = None
    if content is None:
        raise errors.not_readable(received.name)
    return content


def supplier_of(env: Env, invoice: Invoice) -> Partner:
    """Return a new partner as a document names its sender; what would be mistyped is left out."""
    seller, contact = invoice.seller, invoice.seller.contact
    country = env.scalar(select(env[Country]).where(env[Country].code == seller.address.country))
    vat = normalise_vat(seller.vat_id or "")
    email = normalise_email(contact.email) if contact is not None and contact.email else ""
    accounts = [one for one in matching.accounts_of(invoice) if is_valid_iban(one)]
    given = seller.endpoint
    values: dict[str, Any] = {
        "name": seller.name.strip()[:255] or "?",
        "is_customer": False,
        "is_supplier": True,
        "street": (seller.address.line_1 or "")[:255] or None,
        "street2": (seller.address.line_2 or "")[:255] or None,
        "zip": (seller.address.post_code or "")[:20] or None,
        "city": (seller.address.city or "")[:100] or None,
        "country": country,
        "vat": vat if vat and len(vat) <= 20 and is_valid_vat(vat) else None,
        "registration": seller.registration.value[:100] if seller.registration is not None else None,
        "email": email if is_valid_email(email) else None,
        "phone": (contact.phone or "")[:40] or None if contact is not None else None,
        "iban": accounts[0] if len(accounts) == 1 else None,
    }
    if given is not None and given.scheme and len(given.scheme) <= 4 and len(given.value) <= 80:
        values |= {"endpoint_scheme": given.scheme, "endpoint_id": given.value}
    return env[Partner](**values)


def fits(invoice: Invoice) -> bool:
    """Tell whether the database can hold what a document says."""
    small = [part for line in invoice.lines for part in (line.quantity, line.price.net, line.price.base_quantity)]
    rest = [part.amount for line in invoice.lines for part in (*line.allowances, *line.charges)]
    rest += [part.amount for part in (*invoice.allowances, *invoice.charges)]
    rest += [line.quantity * line.price.net / (line.price.base_quantity or 1) for line in invoice.lines]
    rest += [row.tax for row in invoice.vat_breakdown] + [invoice.totals.gross, invoice.totals.net]
    rates = [line.vat_rate for line in invoice.lines] + [row.rate for row in invoice.vat_breakdown]
    return (
        all(abs(one) < MOST for one in small if one is not None)
        and all(
            one is None or one == 0 or abs(one) >= Decimal("0.000001")
            for one in (line.price.base_quantity for line in invoice.lines)
        )
        and sum((abs(one) for one in rest), ZERO) < MOST_TOTAL
        and all(0 <= one <= 100 and one == round_half_up(one, 4) for one in rates if one is not None)
    )


def _bill(env: Env, received: ReceivedDocument, invoice: Invoice, currency: Currency, *, credit: bool) -> Bill:
    accounts = matching.accounts_of(invoice)
    payment = invoice.payment
    return env[Bill](
        kind="vendor_credit" if credit else "bill",
        company_id=received.company_id,
        supplier=received.supplier,
        supplier_id=received.supplier_id or (received.supplier.id if received.supplier else None),
        supplier_number=invoice.number[:100],
        bill_date=invoice.issue_date,
        due_date=invoice.due_date if invoice.due_date and invoice.due_date >= invoice.issue_date else None,
        currency=currency,
        currency_rate=_rate(received, invoice, currency),
        state="draft",
        order_reference=(invoice.order_reference or "")[:100] or None,
        payment_reference=((payment.reference if payment else None) or "")[:140] or None,
        pay_to=accounts[0][:64] if accounts else None,
        note="\n".join(note.text for note in invoice.notes)[:4_000] or None,
        credited_bill=_credited(env, received, invoice) if credit else None,
    )


def _rate(received: ReceivedDocument, invoice: Invoice, currency: Currency) -> Decimal:
    """The exchange rate that follows from the tax in both currencies, where the other one is ours; else 1."""
    totals = invoice.totals
    home = received.company.currency
    if currency.id == home.id or invoice.vat_currency != home.code or not (totals.vat and totals.vat_accounting):
        return Decimal(1)
    rate = round_half_up(totals.vat_accounting / totals.vat, 6)
    return rate if 0 < rate < MOST else Decimal(1)


def _credited(env: Env, received: ReceivedDocument, invoice: Invoice) -> Bill | None:
    numbers = {one.number for one in invoice.preceding}
    bill = env[Bill]
    found = env.all(
        select(bill).where(
            bill.supplier_id == (received.supplier.id if received.supplier else None),
            bill.supplier_number.in_(numbers),
            bill.kind == "bill",
            bill.state == "posted",
        )
    )
    return found[0] if len(found) == 1 else None


def _state_taxes(bill: Bill, invoice: Invoice, sign: int) -> Iterator[Difference]:
    """Let the bill say each tax as the document rounds it, as far as it is a matter of rounding."""
    stated: dict[tuple[bool, Decimal], Decimal] = {}
    for row in invoice.vat_breakdown:
        key = (bool(row.rate), row.rate or ZERO)
        stated[key] = stated.get(key, ZERO) + row.tax * sign
    computed: dict[tuple[bool, Decimal], list[Any]] = {}
    for one in bill.taxes:
        computed.setdefault((bool(one.tax.rate), one.tax.rate), []).append(one)
    for key, rows in computed.items():
        wanted, ours = stated.get(key), sum((one.amount for one in rows), ZERO)
        if wanted is None or wanted == ours:
            continue
        if len(rows) == 1 and abs(wanted - ours) < MOST_STATED and wanted == round_half_up(wanted, 4):
            rows[0].stated = wanted
            yield Difference("tax-rounded", "info", (str(wanted), str(ours)))
        else:
            yield Difference("tax", "danger", (str(wanted), str(ours)))


def _totals(bill: Bill, invoice: Invoice, sign: int) -> Iterator[Difference]:
    totals = invoice.totals
    pairs = (("net", totals.net * sign, bill.untaxed), ("total", totals.gross * sign, bill.total))
    for code, stated, ours in pairs:
        if stated != ours:
            yield Difference(code, "danger", (str(stated), str(ours)))
    if totals.prepaid:
        yield Difference("prepaid", "warning", (str(totals.prepaid),))
    if totals.rounding:
        yield Difference("rounding", "info", (str(totals.rounding),))
    if bill.currency_rate == 1 and bill.currency.id != bill.company.currency_id:
        yield Difference("no-rate", "warning", (bill.currency.code,))


def _partner(supplier: Partner, received: ReceivedDocument, invoice: Invoice) -> Iterator[Difference]:
    """Compare with what we know of the supplier and of us: what differs may be a fraud."""
    vat, accounts = normalise_vat(invoice.seller.vat_id or ""), matching.accounts_of(invoice)
    iban = cast("DebtorPartner", supplier).iban
    if vat and supplier.vat and vat != supplier.vat:
        yield Difference("vat", "danger", (vat, supplier.vat))
    elif vat and not supplier.vat:
        yield Difference("vat-unknown", "info", (vat,))
    if accounts and iban and iban not in accounts:
        yield Difference("bank", "danger", (", ".join(accounts), iban))
    elif accounts and not iban:
        yield Difference("bank-unknown", "warning", (", ".join(accounts),))
    if invoice.payee is not None:
        yield Difference("payee", "warning", (invoice.payee.name,))
    ours, theirs = received.company.vat, normalise_vat(invoice.buyer.vat_id or "")
    if ours and theirs and ours != theirs:
        yield Difference("not-for-us", "danger", (f"{invoice.buyer.name} ({theirs})",))


def _wait(env: Env, received: ReceivedDocument, differences: Sequence[Difference]) -> None:
    received.state = "pending"
    keep(env, received, differences)


def keep(env: Env, received: ReceivedDocument, differences: Sequence[Difference]) -> None:
    """Note what differs; the history tells that it was examined, not each word that was found."""
    model = env[type(received)]
    alarms = sum(one.tone != "info" for one in differences)
    values = {"differences": [one.as_dict() for one in differences], "alarms": alarms}
    env.update_where(type(received), model.id == received.id, values=values)
