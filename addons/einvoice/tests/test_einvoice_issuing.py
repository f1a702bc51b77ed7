"""Issuing after posting: archived once, mailed once, kept for good, whatever fails in between."""

import io
from collections.abc import Callable
from typing import Any, cast

import pytest
from pypdf import PdfReader

from tests.support.smtp import SmtpPeer
from tradewright.app import Site
from tradewright.base.clock import SystemClock
from tradewright.base.settings import MailSettings
from tradewright.jobs.embedded import run_all
from tradewright.jobs.rows import JOB, table
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing import SiteFactory, Template, count_statements
from tradewright.testing.client import browser_for
from tradewright_account.models.invoice import Invoice
from tradewright_base.testing import CompanyFactory, UserFactory, refusal
from tradewright_einvoice.extends.partner import RecipientPartner
from tradewright_einvoice.models.einvoice import EInvoice
from tradewright_einvoice.services.archive import drafts, ensure, store
from tradewright_einvoice.services.issue import Draft, issue
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = [
    pytest.mark.addons("einvoice"),
    # WeasyPrint leaves the file of its colour profile to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]


@pytest.fixture
def shop(sites: SiteFactory, smtp_peer: SmtpPeer) -> Site:
    """A site that sends by the mail server of the tests."""
    mail = MailSettings(host=smtp_peer.host, port=smtp_peer.port, security="none", sender="ERP <erp@example.com>")
    return sites.make(Template(addons=("base", "product", "account", "einvoice")), clock=SystemClock(), mail=mail)


def post(site: Site, count: int = 1, **customer: Any) -> list[int]:
    """Post invoices of one customer in one transaction."""
    with site.env() as env:
        made = EInvoiceFactory(env)
        made.seller()
        buyer = made.customer(email="ap@brooklyn.example", **customer)
        tax = made.tax("S", 19)
        invoices = [made.draft(buyer, [("3", "9.99", "5", tax)] * 3) for _one in range(count)]
        env[Invoice].post(env, invoices)
        return [invoice.id for invoice in invoices]


def drain(site: Site, *, due: bool = False) -> None:
    """Run the jobs that are due, all that wait when `due` is set."""
    if due:
        waiting = table(site, JOB)
        with site.database.write.begin() as connection:
            connection.execute(waiting.update().where(waiting.c.state == "queued").values(run_at=site.clock.now()))
            if not site.database.sqlite:
                connection.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    if site.database.sqlite:
        run_all(site)
        return
    from tradewright.jobs.worker import Plan, run_workers

    run_workers([site], Plan(wait=False))


def archived(site: Site) -> list[tuple[str, str, int, str | None, int]]:
    """State, profile, edition, recipient and number of sendings of all that is archived."""
    with site.env(readonly=True) as env:
        rows = env.all(select(env[EInvoice]).order_by(env[EInvoice].id))
        assert list(verify(env, site.composition.units)) == [] or any(row.state == "failed" for row in rows)
        return [(row.state, row.profile, row.edition, row.recipient, row.sendings) for row in rows]


def test_a_posted_invoice_is_archived_and_mailed_once(shop: Site, smtp_peer: SmtpPeer) -> None:
    (number,) = post(shop, language="de")
    drain(shop)
    drain(shop)
    assert archived(shop) == [("sent", "peppol", 1, "ap@brooklyn.example", 1)]
    (mail,) = smtp_peer.messages
    assert mail.message["Content-Language"] == "de"
    assert mail.message["Reply-To"] == "info@nordlicht.example"
    files = {part.get_filename(): part.get_content() for part in mail.message.iter_attachments()}
    with shop.env(readonly=True) as env:
        invoice = env.one(Invoice, number)
        found = env.all(select(env[EInvoice]))[0]
        assert found.number == invoice.number
        assert set(files) == {f"{invoice.number}.pdf", f"{invoice.number}.xml"}
        assert found.xml is not None
        assert found.pdf is not None
        assert env.site.files.read(found.xml.sha256) == files[f"{invoice.number}.xml"]
        pdf, xml = files[f"{invoice.number}.pdf"], files[f"{invoice.number}.xml"]
    assert PdfReader(io.BytesIO(pdf)).attachments["invoice.xml"] == [xml]


def test_a_mail_server_that_refuses_is_asked_again(shop: Site, smtp_peer: SmtpPeer) -> None:
    smtp_peer.answer, smtp_peer.refusal = "refuse", "451 4.3.0 Try again later"
    post(shop)
    drain(shop)
    assert smtp_peer.messages == []
    smtp_peer.answer = "accept"
    drain(shop, due=True)
    assert len(smtp_peer.messages) == 1
    assert archived(shop)[0][4] == 1


def test_a_customer_of_the_portal_gets_no_mail(shop: Site, smtp_peer: SmtpPeer) -> None:
    post(shop, einvoice_channel="portal")
    post(shop, einvoice_profile="none")
    drain(shop)
    assert archived(shop) == [("sent", "peppol", 1, None, 1)]
    assert smtp_peer.messages == []


def test_invoices_go_to_the_mailbox_that_is_kept_for_them(shop: Site, smtp_peer: SmtpPeer) -> None:
    post(shop, einvoice_email="Invoices@Customer.example")
    drain(shop)
    assert [mail.recipients for mail in smtp_peer.messages] == [("invoices@customer.example",)]


def test_a_faulty_document_is_kept_and_never_sent(shop: Site, smtp_peer: SmtpPeer) -> None:
    (number,) = post(shop, endpoint_scheme="0088", endpoint_id="4035811991022")  # a GLN with a wrong check digit
    drain(shop)
    assert [row[0] for row in archived(shop)] == ["failed"]
    assert smtp_peer.messages == []
    with shop.env() as env:
        invoice = env.one(Invoice, number)
        failed = ensure(env, invoice)
        assert failed.fatal > 0
        assert failed.summary
        customer = cast("RecipientPartner", invoice.customer)
        customer.endpoint_scheme = customer.endpoint_id = None
    with shop.env() as env:
        env[Invoice].send_again(env, [env.one(Invoice, number)])  # type: ignore[attr-defined]
    drain(shop)
    assert [(row[0], row[2]) for row in archived(shop)] == [("failed", 1), ("sent", 2)]
    with shop.env(readonly=True) as env:
        assert [row.current for row in env.all(select(env[EInvoice]).order_by(env[EInvoice].id))] == [False, True]
    assert len(smtp_peer.messages) == 1


def test_an_interrupted_job_goes_on_where_it_stood(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first document of a batch can't be rendered: the others are issued, and the repetition makes that one."""
    post(shop, 3)
    made: list[int] = []

    def failing(draft: Draft, **options: Any) -> Any:
        made.append(draft.invoice_id)
        if len(made) == 1:
            raise RuntimeError
        return issue(draft, **options)

    monkeypatch.setattr("tradewright_einvoice.services.issue.issue", failing)
    drain(shop)
    assert len(archived(shop)) == 2
    drain(shop, due=True)
    assert len(archived(shop)) == 3
    assert len(made) == 4


def test_two_workers_archive_one_document(shop: Site) -> None:
    numbers = post(shop)
    with shop.env(readonly=True) as env:
        issues = [issue(draft, with_pdf=False) for draft in drafts(env, numbers)]
    for _worker in range(2):
        with shop.env() as env:
            store(env, issues)
    assert len(archived(shop)) == 1


def test_what_is_archived_is_never_replaced(shop: Site) -> None:
    post(shop)
    drain(shop)

    def attempt(field: str, value: object) -> Callable[[Env], None]:
        return lambda env: setattr(env.all(select(env[EInvoice]))[0], field, value)

    changes: dict[str, object] = {
        "sha256": "0" * 64,
        "xml_id": None,
        "pdf_id": None,
        "findings": [{}],
        "number": "X",
        "edition": 2,
    }
    for field, value in changes.items():
        assert "can no longer be changed" in refusal(shop, attempt(field, value)), field
    assert "can no longer be changed" in refusal(shop, lambda env: env.delete(env.all(select(env[EInvoice]))[0]))


def test_posting_costs_one_more_statement_for_the_job(site: Site) -> None:
    counts = []
    for addons in (0, 1):
        with site.env() as env:
            made = EInvoiceFactory(env)
            made.seller()
            buyer, tax = made.customer(email=f"x{addons}@example.com"), made.tax("S", 19)
            invoices = [made.draft(buyer, [("3", "9.99", "5", tax)]) for _one in range(1 + 9 * addons)]
            env.flush()
            with count_statements(site) as statements:
                env[Invoice].post(env, invoices)
                env.flush()
        counts.append([text for text in map(str, statements) if "einvoice" in text or "attachment" in text])
    assert counts == [[], []]


def test_statements_do_not_grow_with_the_invoices(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewright_einvoice.services.issue.issue", lambda draft: issue(draft, with_pdf=False))
    counts = []
    for count in (2, 18):
        post(shop, count, einvoice_channel="portal")
        with count_statements(shop) as statements:
            drain(shop)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 4, counts


def test_the_office_offers_the_documents_and_sends_again(shop: Site, smtp_peer: SmtpPeer) -> None:
    (number,) = post(shop)
    drain(shop)
    with shop.env() as env:
        users = UserFactory(env)
        mei, clerk, stranger = users.staff("einvoice.user").id, users.staff("account.user").id, users.staff().id
        uid = env.one(Invoice, number).uid
    browser = browser_for(shop)
    browser.sign_in_as(mei)
    browser.get(f"/office/account.Invoice/{number}")
    assert f"/office/einvoice/{uid}.pdf" in browser.text
    browser.submit({"id": str(number)}, action="/office/account.Invoice/run/send_again")
    drain(shop)
    assert len(smtp_peer.messages) == 2
    assert archived(shop)[0][4] == 2
    assert "The e-invoice is on its way." in browser.text
    for path, start in (("pdf", b"%PDF"), ("xml", b"<?xml")):
        answer = browser.get(f"/office/einvoice/{uid}.{path}")
        assert answer.get_data().startswith(start)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    browser.get("/office/einvoice.EInvoice")
    assert "ap@brooklyn.example" in browser.text
    browser.sign_in_as(clerk)
    browser.get(f"/office/account.Invoice/{number}")
    assert "send_again" not in browser.text
    browser.sign_in_as(stranger)
    assert browser.get(f"/office/einvoice/{uid}.xml").status_code in {403, 404}


def test_documents_are_shown_before_the_job_ran_and_nothing_is_written(shop: Site) -> None:
    (number,) = post(shop)
    with shop.env() as env:
        mei = UserFactory(env).staff("account.user").id
        uid = env.one(Invoice, number).uid
    browser = browser_for(shop)
    browser.sign_in_as(mei)
    assert browser.get(f"/office/einvoice/{uid}.pdf").get_data().startswith(b"%PDF")
    assert archived(shop) == []


def test_the_archive_of_another_company_is_not_seen(shop: Site) -> None:
    post(shop)
    drain(shop)
    with shop.env() as env:
        users, other = UserFactory(env), CompanyFactory(env).other()
        own = users.actor(users.staff("account.user"))
        stranger = users.actor(users.staff("account.user", company=other))
    seen = []
    for actor in (own, stranger):
        with shop.env(actor, readonly=True) as env:
            seen.append(len(env.all(select(env[EInvoice]))))
    assert seen == [1, 0]


@pytest.mark.addons("einvoice", "sale")
def test_salespeople_read_what_their_customers_were_sent(site: Site) -> None:
    (number,) = post(site)
    drain(site)
    with site.env() as env:
        users = UserFactory(env)
        anna, uid = users.staff("sale.user").id, env.one(Invoice, number).uid
        seller = users.actor(users.staff("sale.user"))
    with site.env(seller, readonly=True) as env:
        assert [row.state for row in env.all(select(env[EInvoice]))] == ["sent"]
    browser = browser_for(site)
    browser.sign_in_as(anna)
    assert browser.get(f"/office/einvoice/{uid}.xml").get_data().startswith(b"<?xml")
