"""What one company sends is the same bill at the other one; the answer goes back and is known at the first."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.jobs.embedded import run_all
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing import SiteFactory, Template
from tradewright_account.models.bill import Bill, Paying
from tradewright_account.models.invoice import Invoice
from tradewright_base.testing import country
from tradewright_einvoice import check
from tradewright_einvoice.extends.received import DecidedDocument, Refusal
from tradewright_einvoice.jobs import look_into_inboxes
from tradewright_einvoice.models.einvoice import EInvoice
from tradewright_einvoice.models.inbox import Inbox
from tradewright_einvoice.models.received import ReceivedAnswer, ReceivedDocument
from tradewright_einvoice.models.sending import EInvoiceEvent
from tradewright_einvoice.services import outbound
from tradewright_einvoice.services.archive import drafts, store
from tradewright_einvoice.services.issue import issue
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = pytest.mark.addons("einvoice")
SELLER_VAT, BUYER_VAT = "DE342115826", "DE811569869"
ROWS = (("3", "9.99", "5", 19), ("2.5", "100.1234", "0", 19), ("7", "4.20", "0", 7), ("1", "-3.00", "0", 19))


def deciding_on(env: Env) -> Any:
    """The operations of received documents."""
    return env[DecidedDocument]


@pytest.fixture
def houses(sites: SiteFactory, tmp_path: Path) -> tuple[Site, Site]:
    """Two companies in one process, each with its own books; what one drops the other one takes."""
    made = []
    for name, there in (("a", "b"), ("b", "a")):
        site = sites.make(Template(addons=("base", "product", "account", "einvoice")))
        own = replace(
            site.settings.sites["test"],
            outgoing_files=tmp_path / f"{name}-to-{there}",
            incoming_files=tmp_path / f"{there}-to-{name}",
        )
        site.settings = replace(site.settings, sites={"test": own})
        made.append(site)
    first, second = made
    with first.env() as env:
        EInvoiceFactory(env).seller()
        env.add(env[Inbox](name="Answers", kind="folder", folder="answers"))
    with second.env() as env:
        company: Any = env.company
        company.name, company.legal_name = "Bergwerk", "Bergwerk Handel GmbH"
        company.street, company.zip, company.city = "Am Berg 1", "80331", "München"
        company.country = country(env, "DE")
        company.vat, company.email, company.phone = BUYER_VAT, "info@bergwerk.example", "+49 89 1"
        partners = EInvoiceFactory(env).partners
        partners.customer(
            name="Nordlicht Großhandel GmbH",
            vat=SELLER_VAT,
            iban="DE89370400440532013000",
            is_customer=False,
            is_supplier=True,
        )
        env.add(env[Inbox](name="Bills", kind="folder", folder="bills", answers="answers"))
    return first, second


def post(site: Site, **values: Any) -> int:
    """A posted invoice of A to B, dropped for B."""
    with site.env() as env:
        made = EInvoiceFactory(env)
        buyer = made.customer(
            name="Bergwerk Handel GmbH",
            vat=BUYER_VAT,
            email="ap@bergwerk.example",
            einvoice_channel="folder",
            einvoice_folder="bills",
            **values,
        )
        rows = [(quantity, price, discount, made.tax("S", rate)) for quantity, price, discount, rate in ROWS]
        invoice = made.draft(buyer, rows, reference="PO-77", buyer_reference="Desk 5")
        env[Invoice].post(env, [invoice])
        number = invoice.id
    drop(site, number)
    return number


def drop(site: Site, number: int) -> None:
    """Archive and drop the document of an invoice, without a PDF, which takes a second."""
    with site.env() as env:
        outbound.dispatch(env, store(env, [issue(one, with_pdf=False) for one in drafts(env, [number])]))
    run_all(site)


def look(site: Site) -> None:
    site.run(look_into_inboxes)
    run_all(site)


def sent(site: Site, number: int) -> tuple[str, str | None]:
    with site.env(readonly=True) as env:
        model = env[EInvoice]
        (found,) = env.all(select(model).where(model.invoice_id == number))
        return found.state, found.reason


def sound(*sites: Site) -> None:
    for site in sites:
        with site.env(readonly=True) as env:
            assert [one for one in verify(env, site.composition.units) if not one.notice] == []


def said(document: Any) -> tuple[Any, ...]:
    """What must be equal on both sides: lines, taxes, totals."""
    lines = [(abs(one.quantity * one.unit_price), one.discount, one.tax.rate, one.subtotal) for one in document.lines]
    taxes = sorted((row.tax.category, row.tax.rate, row.base, row.amount) for row in document.taxes)
    return lines, taxes, document.untaxed, document.tax_total, document.total, document.currency.code


def broken_rules(site: Site) -> list[str]:
    """What Peppol's rules of invoice responses find in the answers that a site wrote."""
    with site.env(readonly=True) as env:
        files = [one.file for one in env.all(select(env[ReceivedAnswer]))]
        documents = [site.files.read(file.sha256) for file in files if file is not None]
    assert documents
    return [finding.rule for document in documents for finding in check(document, "peppol-t111")]


def test_an_invoice_becomes_the_same_bill_and_the_answer_comes_back(houses: tuple[Site, Site]) -> None:
    ours, theirs = houses
    number = post(ours)
    assert sent(ours, number)[0] == "sent"
    look(theirs)
    with ours.env(readonly=True) as env:
        invoice = env.one(Invoice, number)
        expected = (*said(invoice), invoice.invoice_date, invoice.due_date, invoice.number)
    with theirs.env() as env:
        (received,) = env.all(select(env[ReceivedDocument]))
        assert (received.state, received.fatal, received.differences) == ("ready", 0, [])
        bill = received.bill
        assert bill is not None
        assert (*said(bill), bill.bill_date, bill.due_date, bill.supplier_number) == expected
        assert (bill.order_reference, bill.pay_to) == ("PO-77", "DE89370400440532013000")
        assert [one.description for one in bill.lines] == ["Thing 1", "Thing 2", "Thing 3", "Thing 4"]
        deciding_on(env).accept(env, [received])
    run_all(theirs)
    look(ours)
    assert sent(ours, number)[0] == "accepted"
    with theirs.env() as env:
        (bill,) = env.all(select(env[Bill]))
        assert bill.state == "posted"
        env[Bill].pay(env, [bill], Paying())
    run_all(theirs)
    look(ours)
    assert sent(ours, number)[0] == "accepted"  # what is paid is said by our own ledger alone
    with ours.env(readonly=True) as env:
        event = env[EInvoiceEvent]
        said_so = env.all(select(event.code).where(event.source == "customer").order_by(event.id))
        assert said_so == ["t111:AP", "t111:PD"]
        states = [one.state for one in env.all(select(env[ReceivedDocument]).order_by(env[ReceivedDocument].id))]
        assert states == ["passed", "passed"]
    assert broken_rules(theirs) == []
    sound(ours, theirs)


def test_a_rejected_one_comes_back_with_its_reason(houses: tuple[Site, Site]) -> None:
    ours, theirs = houses
    number = post(ours)
    look(theirs)
    with theirs.env() as env:
        (received,) = env.all(select(env[ReceivedDocument]))
        deciding_on(env).reject(env, [received], Refusal(reason="Prices of last year", code="PRI"))
    run_all(theirs)
    look(ours)
    state, reason = sent(ours, number)
    assert state == "rejected"
    assert "Prices of last year" in (reason or "")
    with theirs.env(readonly=True) as env:
        assert env.all(select(env[Bill].state)) == ["rejected"]
    assert broken_rules(theirs) == []
    sound(ours, theirs)


def test_a_credit_note_settles_the_bill_over_there(houses: tuple[Site, Site]) -> None:
    ours, theirs = houses
    number = post(ours)
    look(theirs)
    with theirs.env() as env:
        deciding_on(env).accept(env, env.all(select(env[ReceivedDocument])))
    with ours.env() as env:
        notes = env[Invoice].credit(env, [env.one(Invoice, number)])
        env[Invoice].post(env, notes)
        credit = notes[0].id
    drop(ours, credit)
    look(theirs)
    with theirs.env() as env:
        note = env.all(select(env[ReceivedDocument]).order_by(env[ReceivedDocument].id))[-1]
        assert (note.state, note.bill.kind) == ("ready", "vendor_credit")  # type: ignore[union-attr]
        deciding_on(env).accept(env, [note])
    with theirs.env() as env:
        bills = env.all(select(env[Bill]).order_by(env[Bill].id))
        assert [(one.payment_state, one.residual) for one in bills] == [("paid", Decimal(0)), ("paid", Decimal(0))]
    sound(ours, theirs)
