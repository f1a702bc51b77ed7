"""Sending by each channel: once, whatever fails, is killed or happens at the same time."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import access_point as stub
from tests.support.access_point import SECRET, TOKEN, AccessPointPeer
from tests.support.smtp import SmtpPeer
from tradewright.app import Site
from tradewright.base import UserError
from tradewright.base.clock import SystemClock
from tradewright.base.settings import MailSettings
from tradewright.jobs.embedded import run_all
from tradewright.jobs.rows import JOB, table
from tradewright.orm import select
from tradewright.registry.verify import verify
from tradewright.testing import SiteFactory, Template, count_statements
from tradewright.testing.client import browser_for
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.payment import Payment
from tradewright_base.testing import refusal
from tradewright_einvoice.extends.access_point import AskedAccessPoint
from tradewright_einvoice.models.access_point import AccessPoint
from tradewright_einvoice.models.archive import ArchiveEntry
from tradewright_einvoice.models.einvoice import EInvoice
from tradewright_einvoice.models.sending import EInvoiceEvent, EInvoiceSending
from tradewright_einvoice.services import outbound
from tradewright_einvoice.services.archive import drafts, store
from tradewright_einvoice.services.channels import access_point, folder
from tradewright_einvoice.services.channels.base import Parcel
from tradewright_einvoice.services.channels.client import Client
from tradewright_einvoice.services.issue import Issue, issue
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = pytest.mark.addons("einvoice")


@pytest.fixture
def peer() -> Iterator[AccessPointPeer]:
    made = AccessPointPeer()
    stub.start(made)
    yield made
    stub.stop(made)


@pytest.fixture
def shop(sites: SiteFactory, smtp_peer: SmtpPeer, peer: AccessPointPeer, tmp_path: Path) -> Site:
    """A site that may call the access point, drop files and send mail."""
    mail = MailSettings(host=smtp_peer.host, port=smtp_peer.port, security="none", sender="ERP <erp@example.com>")
    site = sites.make(Template(addons=("base", "product", "account", "einvoice")), clock=SystemClock(), mail=mail)
    allow(site, tmp_path)
    with site.env() as env:
        EInvoiceFactory(env).seller()
        env.add(env[AccessPoint](name="Gateway", url=peer.url, token=TOKEN, hook_secret=SECRET))
    return site


def allow(site: Site, folder_for_files: Path) -> None:
    """Name the hosts and the folder that addons may use."""
    own = replace(site.settings.sites["test"], outgoing_hosts=("127.0.0.1",), outgoing_files=folder_for_files / "out")
    site.settings = replace(site.settings, sites={"test": own})


def without_pdf(draft: Any) -> Issue:
    return issue(draft, with_pdf=False)


def post(site: Site, channel: str = "access_point", count: int = 1, **customer: Any) -> list[int]:
    """Post invoices of one customer and archive their documents, queued for sending."""
    with site.env() as env:
        made = EInvoiceFactory(env)
        buyer = made.customer(**{"email": "ap@brooklyn.example", "einvoice_channel": channel, **customer})
        tax = made.tax("S", 19)
        invoices = [made.draft(buyer, [("3", "9.99", "5", tax)]) for _one in range(count)]
        env[Invoice].post(env, invoices)
        env.take_numbers()
        numbers = [invoice.id for invoice in invoices]
        _forget_jobs(env)
    with site.env() as env:
        outbound.dispatch(env, store(env, [without_pdf(one) for one in drafts(env, numbers)]))
    return numbers


def _forget_jobs(env: Any) -> None:
    """The job that would build the documents is not wanted here."""
    unit = env._unit  # noqa: SLF001
    unit.outgoing.clear()


def drain(site: Site, *, due: bool = False) -> None:
    """Run the jobs that are due, all that wait when `due` is set."""
    if due:
        waiting = table(site, JOB)
        with site.database.write.begin() as connection:
            connection.execute(waiting.update().where(waiting.c.state == "queued").values(run_at=site.clock.now()))
    run_all(site)


def state(site: Site) -> tuple[str, list[str]]:
    """The state of the newest document, and those of its sendings."""
    with site.env(readonly=True) as env:
        found = env.all(select(env[EInvoice]).order_by(env[EInvoice].id.desc()))[0]
        sendings = env.all(select(env[EInvoiceSending]).where(env[EInvoiceSending].einvoice_id == found.id))
        return found.state, [one.state for one in sendings]


def sound(site: Site) -> None:
    with site.env(readonly=True) as env:
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []


def test_a_document_goes_through_the_access_point_once(shop: Site, peer: AccessPointPeer) -> None:
    post(shop)
    assert state(shop) == ("checked", ["queued"])
    drain(shop)
    assert state(shop) == ("sent", ["sent"])
    (one,) = peer.documents
    assert one["recipient"] == {"scheme": "9930", "id": "DE811569869"}
    assert one["sender"] == {"scheme": "9930", "id": "DE342115826"}
    with shop.env(readonly=True) as env:
        found = env.all(select(env[EInvoice]))[0]
        assert found.xml is not None
        assert one["content"] == env.site.files.read(found.xml.sha256)
        assert (found.channel, found.recipient) == ("access_point", "9930:DE811569869")
        kinds = env.all(select(env[ArchiveEntry].kind).order_by(env[ArchiveEntry].position))
        assert kinds[0] == "issued"
        assert kinds[-1] == "receipt"
        secret = env.all(select(env[AccessPoint]))[0]
        assert TOKEN not in repr(secret)
    sound(shop)


def test_a_gateway_that_is_busy_is_asked_again_under_the_same_key(shop: Site, peer: AccessPointPeer) -> None:
    peer.answers.extend(["busy", "forbidden", "garbage", "redirect"])
    post(shop)
    for _time in range(5):
        drain(shop, due=True)
    assert state(shop) == ("sent", ["sent"])
    assert len(peer.keys) == 1


def test_a_connection_that_breaks_after_the_document_was_taken_sends_it_once(shop: Site, peer: AccessPointPeer) -> None:
    peer.answers.append("accept then reset")
    peer.remembers = False  # even a gateway that forgets keys gets it once, because it is asked first
    post(shop)
    drain(shop)
    assert state(shop) == ("checked", ["sending"])
    drain(shop, due=True)
    assert state(shop) == ("sent", ["sent"])
    assert len(peer.keys) == 1


def test_vulnerable_twin_without_asking_first_it_goes_twice(
    shop: Site, peer: AccessPointPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "status", lambda _self, _key: None)
    peer.answers.append("accept then reset")
    peer.remembers = False
    post(shop)
    drain(shop)
    drain(shop, due=True)
    assert len(peer.keys) == 2


def test_what_is_refused_for_good_fails_and_can_be_sent_anew(shop: Site, peer: AccessPointPeer) -> None:
    peer.answers.append("refuse")
    (number,) = post(shop)
    drain(shop)
    assert state(shop) == ("failed", ["failed"])
    with shop.env(readonly=True) as env:
        sending = env.all(select(env[EInvoiceSending]))[0]
        assert "the recipient is not known" in (sending.error or "")
    with shop.env() as env:
        env[Invoice].send_again(env, [env.one(Invoice, number)])  # type: ignore[attr-defined]
    drain(shop)
    assert state(shop) == ("sent", ["failed", "sent"])
    assert len(peer.keys) == 1
    assert "goes out only once this way" in refusal(
        shop,
        lambda env: env[Invoice].send_again(env, [env.one(Invoice, number)]),  # type: ignore[attr-defined]
    )


def test_a_gateway_that_never_answers_fails_at_last_and_keeps_its_key(shop: Site, peer: AccessPointPeer) -> None:
    (number,) = post(shop)
    for _time in range(13):
        peer.answers.append("busy")
    for _time in range(13):
        drain(shop, due=True)
    assert state(shop) == ("failed", ["failed"])
    with shop.env() as env:
        env[Invoice].send_again(env, [env.one(Invoice, number)])  # type: ignore[attr-defined]
    drain(shop)
    assert state(shop) == ("sent", ["sent"])
    assert peer.keys[0].endswith(":1")


@pytest.mark.parametrize("place", ["before stage", "after stage", "after deliver"])
@pytest.mark.parametrize("channel", ["access_point", "folder"])
def test_a_worker_that_is_killed_anywhere_is_followed_by_one_that_sends_once(
    shop: Site, peer: AccessPointPeer, tmp_path: Path, place: str, channel: str
) -> None:
    """A kill -9 between sending and commit: the process ends where it stands, and another one takes over."""
    peer.remembers = False
    post(shop, channel, einvoice_folder="brooklyn")
    killed(shop, place)
    taken = take_away(tmp_path)
    recover_jobs(shop)
    drain(shop, due=True)
    taken += take_away(tmp_path)
    assert state(shop) == ("sent", ["sent"])
    assert len(peer.keys) + len(taken) == 1
    sound(shop)


def killed(shop: Site, place: str) -> None:
    """Run the jobs in a process that dies at a place."""
    shop.database.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            for kind in (access_point.AccessPointChannel, folder.FolderChannel):
                doom(kind, place)
            run_all(shop)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9


def doom(kind: Any, place: str) -> None:
    """Let a channel's worker die at a place."""
    if place == "before stage":
        kind.stage = lambda _self, _parcel: os._exit(9)
    if place == "after stage":
        kind.deliver = lambda _self, _parcel: os._exit(9)
    if place == "after deliver":
        kind.deliver = _and_die(kind.deliver)


def _and_die(deliver: Callable[..., Any]) -> Callable[..., Any]:
    def dying(self: Any, parcel: Parcel) -> Any:
        deliver(self, parcel)
        os._exit(9)

    return dying


def recover_jobs(site: Site) -> None:
    """What a runner does at its start: jobs of dead workers wait again."""
    from tradewright.jobs.embedded import recover

    recover(site)


def take_away(tmp_path: Path) -> list[str]:
    """What the other program does: it takes every file that is there, at once."""
    names = []
    for path in sorted((tmp_path / "out").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            names.append(path.name)
            path.unlink()
    return names


def test_two_workers_at_one_sending_send_once(shop: Site, peer: AccessPointPeer) -> None:
    """Two jobs for one sending, at the same moment: one holds it, the other comes back and finds it done."""
    post(shop)
    peer.remembers, peer.delay = False, 0.3
    with shop.env() as env:
        sending = env.all(select(env[EInvoiceSending]))[0]
        outbound.queue_again(env, [sending])
    jobs = waiting(shop)
    assert len(jobs) == 2
    at_once(lambda number: run_one(shop, jobs[number]), 2)
    drain(shop, due=True)
    assert state(shop) == ("sent", ["sent"])
    assert len(peer.keys) == 1


def test_vulnerable_twin_without_the_hold_two_workers_send_twice(
    shop: Site, peer: AccessPointPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(shop)
    peer.remembers, peer.delay = False, 1.0
    monkeypatch.setattr(outbound, "HELD", -outbound.HELD)
    monkeypatch.setattr(outbound, "_may_have_left", lambda *_arguments, **_named: None)
    with shop.env() as env:
        outbound.queue_again(env, env.all(select(env[EInvoiceSending])))
    jobs = waiting(shop)
    at_once(lambda number: run_one(shop, jobs[number]), 2)
    assert len(peer.keys) == 2


def waiting(site: Site) -> list[int]:
    jobs = table(site, JOB)
    with site.database.read.connect() as connection:
        named = jobs.c.name.like("%carry_einvoice")
        return list(connection.scalars(jobs.select().with_only_columns(jobs.c.id).where(named).order_by(jobs.c.id)))


def run_one(site: Site, job: int) -> None:
    from tradewright.jobs.work import run_job

    run_job(site, job)


def at_once(work: Callable[[int], object], workers: int) -> None:
    ready = threading.Barrier(workers)

    def run(number: int) -> None:
        ready.wait(30)
        work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_two_people_who_send_at_once_make_one_sending(shop: Site) -> None:
    (number,) = post(shop, "portal")
    with shop.env() as env:
        env.one(Invoice, number).customer.einvoice_channel = "folder"  # type: ignore[attr-defined]
        env.one(Invoice, number).customer.einvoice_folder = "brooklyn"  # type: ignore[attr-defined]

    def again(_worker: int) -> None:
        shop.run(lambda env: env[Invoice].send_again(env, [env.one(Invoice, number)]))  # type: ignore[attr-defined]

    at_once(again, 3)
    drain(shop)
    assert state(shop)[1] == ["sent", "sent"]


def test_files_are_dropped_whole_under_their_names(shop: Site, tmp_path: Path) -> None:
    post(shop, "folder", einvoice_folder="customers/brooklyn", einvoice_file_name="{kind}-{number}")
    drain(shop)
    with shop.env(readonly=True) as env:
        found = env.all(select(env[EInvoice]))[0]
        assert found.xml is not None
        content = env.site.files.read(found.xml.sha256)
        name = f"invoice-{found.number.replace('/', '-')}.xml"
    (path,) = (tmp_path / "out" / "customers" / "brooklyn").iterdir()
    assert (path.name, path.read_bytes()) == (name, content)
    assert state(shop) == ("sent", ["sent"])


@pytest.mark.parametrize("name", ["../x", "/etc", "a/../b", "a b", ".hidden", "a//b", "C:\\x"])
def test_inj10_no_folder_leads_out_of_the_root(shop: Site, name: str) -> None:
    assert "A folder is named by letters" in refusal(
        shop, lambda env: EInvoiceFactory(env).customer(einvoice_folder=name)
    )


@pytest.mark.parametrize("name", ["{number.__class__}", "{0}", "../{number}", "x", "{number!r}", "{number", "{secret}"])
def test_inj2_a_template_of_names_reaches_nothing(shop: Site, name: str) -> None:
    refused = refusal(shop, lambda env: EInvoiceFactory(env).customer(einvoice_file_name=name))
    assert "The name of a file holds {number}" in refused


def test_inj10_a_link_in_the_place_of_a_folder_is_refused(shop: Site, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "brooklyn").symlink_to(tmp_path / "elsewhere")
    post(shop, "folder", einvoice_folder="brooklyn")
    drain(shop)
    assert state(shop) == ("failed", ["failed"])
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_can_not_go_out_is_noted(shop: Site) -> None:
    post(shop, "folder")
    post(shop, "email", email=None)
    assert state(shop) == ("checked", [])
    with shop.env(readonly=True) as env:
        events = env.all(select(env[EInvoiceEvent]).order_by(env[EInvoiceEvent].id))
        assert [one.code for one in events] == ["unsent", "unsent"]
        assert "has no folder for its files" in events[0].reason


def test_statements_do_not_grow_with_the_documents(shop: Site) -> None:
    counts = []
    for count in (2, 20):
        numbers = post(shop, "portal", 1)
        with shop.env() as env:
            made = EInvoiceFactory(env)
            buyer = made.customer(email="x@example.com", einvoice_channel="access_point")
            invoices = [made.draft(buyer, [("1", "5", "0", made.tax("S", 19))]) for _one in range(count)]
            env[Invoice].post(env, invoices)
            env.take_numbers()
            numbers = [invoice.id for invoice in invoices]
            _forget_jobs(env)
        with shop.env(readonly=True) as env:
            issues = [without_pdf(one) for one in drafts(env, numbers)]
        with count_statements(shop) as statements, shop.env() as env:
            outbound.dispatch(env, store(env, issues))
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 1, counts


def test_payment_in_the_ledger_moves_the_document_to_paid(shop: Site) -> None:
    (number,) = post(shop, "portal")
    with shop.env() as env:
        invoice = env.one(Invoice, number)
        payment = env.add(env[Payment](partner=invoice.customer, amount=invoice.total))
        env.flush()
        env[Payment].post(env, [payment])
    drain(shop)
    assert state(shop)[0] == "paid"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com", "does not start with https|not an address that starts with https"),
        ("https://user:secret@127.0.0.1/", "a user, a password"),
        ("ftp://127.0.0.1", "starts with https"),
        ("http://127.0.0.2:80", "starts with https"),
        ("http://localhost:1/?a=1", "has no \\?"),
    ],
)
def test_inj8_an_access_point_may_not_be_just_anywhere(shop: Site, url: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason), shop.env() as env:
        env.add(env[AccessPoint](name="x", url=url))


def test_inj8_a_host_that_the_settings_do_not_name_is_not_called(shop: Site, peer: AccessPointPeer) -> None:
    own = replace(shop.settings.sites["test"], outgoing_hosts=("gateway.example",))
    shop.settings = replace(shop.settings, sites={"test": own})
    post(shop)
    drain(shop)
    assert state(shop) == ("checked", ["sending"])
    assert peer.asked == []
    with shop.env(readonly=True) as env:
        assert "is not among the outgoing_hosts" in (env.all(select(env[EInvoiceSending]))[0].error or "")


def test_messages_are_taken_by_a_call_that_is_signed(shop: Site, peer: AccessPointPeer) -> None:
    post(shop)
    drain(shop)
    with shop.env(readonly=True) as env:
        uid = env.all(select(env[AccessPoint]))[0].uid
    message = {"id": "m1", "type": "receipt", "key": peer.keys[0], "status": "delivered"}
    body = json.dumps({"messages": [message]}).encode()
    browser = browser_for(shop)

    def call(headers: dict[str, str], data: bytes = body) -> int:
        return browser.client.post(f"/einvoice/access-point/{uid}", data=data, headers=headers).status_code

    assert call({"Content-Type": "application/json"}) == 404
    assert call(peer.signed(body, secret="wrong")) == 404
    assert call(peer.signed(body, moment=1)) == 404
    assert call(peer.signed(body), body + b" ") == 404
    assert state(shop)[0] == "sent"
    assert call(peer.signed(body)) == 200
    assert call(peer.signed(body)) == 200
    assert state(shop)[0] == "delivered"
    sound(shop)


def test_messages_are_fetched_page_by_page_and_once(shop: Site, peer: AccessPointPeer) -> None:
    post(shop)
    drain(shop)
    key = peer.keys[0]
    noise = [{"id": f"n{number}", "type": "receipt", "key": key, "status": "sent"} for number in range(150)]
    peer.messages = [
        *noise,
        {"id": "d", "type": "receipt", "key": key, "status": "delivered"},
        {"id": ""},
        {"type": "x"},
    ]
    for _time in range(2):
        with shop.env() as env:
            env[AskedAccessPoint].ask(env, env.all(select(env[AskedAccessPoint])))
        drain(shop)
    assert state(shop)[0] == "delivered"
    with shop.env(readonly=True) as env:
        assert len(env.all(select(env[EInvoiceEvent]))) == 152
        assert env.all(select(env[AccessPoint]))[0].cursor == "153"
    sound(shop)
