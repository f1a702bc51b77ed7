"""Mail: stored with the transaction, delivered after it, never twice."""

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest

from tests.jobs.conftest import TEMPLATE, JobSite
from tests.support.smtp import Answer, SmtpPeer
from tradewright.base import DeveloperError, Invalid
from tradewright.base.clock import SystemClock
from tradewright.base.settings import MailSettings
from tradewright.i18n import _
from tradewright.jobs import send_mail
from tradewright.jobs.message import Draft, compose
from tradewright.jobs.outbox import JobOutbox
from tradewright.jobs.transport import SmtpTransport, Unreachable
from tradewright.orm import Env
from tradewright.testing import SiteFactory, count_statements


@pytest.fixture
def smtp_site(sites: SiteFactory, smtp_peer: SmtpPeer) -> JobSite:
    """A site that sends by the mail server of the tests."""
    settings = MailSettings(
        host=smtp_peer.host, port=smtp_peer.port, security="none", sender="Tradewright <erp@example.com>"
    )
    return JobSite(sites.make(TEMPLATE, clock=SystemClock(), mail=settings))


def send(site: JobSite, key: str = "order-confirmed:42", **more: Any) -> None:
    values: dict[str, Any] = {"to": "Ann <ann@example.com>", "subject": "Order 42", "text": "Thank you.", **more}
    site.run(lambda env: send_mail(env, key=key, **values))


def deliver(site: JobSite, times: int = 1) -> None:
    for _time in range(times):
        site.make_due()
        site.drain()


def test_a_mail_arrives_with_text_html_and_file(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    html = "<h1>Order 42</h1><p>Grüße aus <a href='https://example.com/o/42'>Köln</a></p>"
    send(smtp_site, html=html, text="", attachments=[("Rechnung Nr. 1.pdf", "application/pdf", b"%PDF-1.7")])
    deliver(smtp_site)
    (mail,) = smtp_peer.messages
    assert (mail.sender, mail.recipients) == ("erp@example.com", ("ann@example.com",))
    assert mail.message["To"] == "Ann <ann@example.com>"
    assert mail.message["From"] == "Tradewright <erp@example.com>"
    assert mail.message["Subject"] == "Order 42"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.text == "Order 42\n\nGrüße aus Köln (https://example.com/o/42)\n"
    assert mail.html == html + "\n"
    (part,) = mail.message.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("Rechnung Nr. 1.pdf", "application/pdf")
    assert part.get_content() == b"%PDF-1.7"
    (row,) = smtp_site.mails()
    assert (row.state, row.transport, row.attempts, row.error) == ("sent", "smtp", 1, None)
    assert row.sent_at >= row.created_at


def test_the_words_are_those_of_the_language_asked_for(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    send(smtp_site, subject=_("Order {number}", number="4711"), language="de")
    deliver(smtp_site)
    assert smtp_peer.messages[0].message["Content-Language"] == "de"
    assert "4711" in smtp_peer.messages[0].message["Subject"]


def test_without_a_mail_server_mail_stays_in_the_mailbox(job_site: JobSite) -> None:
    send(job_site)
    deliver(job_site)
    (row,) = job_site.mails()
    assert (row.state, row.transport) == ("sent", "mailbox")


@pytest.mark.parametrize("answer", ["accept", "reset"])
def test_the_content_of_a_confidential_mail_is_removed_when_it_is_sent(
    smtp_site: JobSite, smtp_peer: SmtpPeer, answer: Answer
) -> None:
    smtp_peer.answer = answer
    sent = answer == "accept"
    send(smtp_site, html="<p>secret</p>", text="secret", confidential=True)
    deliver(smtp_site)
    (row,) = smtp_site.mails()
    assert ("secret" in row.plain, "secret" in row.html) == (not sent, not sent)
    assert not sent or "secret" in smtp_peer.messages[0].text


def test_no_mail_comes_out_of_a_transaction_that_fails(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    def fail(env: Env) -> None:
        send_mail(env, to="ann@example.com", subject="x", text="x", key="1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        smtp_site.run(fail)
    deliver(smtp_site)
    assert (smtp_peer.messages, smtp_site.mails(), smtp_site.jobs()) == ([], [], [])


def test_con16_the_same_key_makes_one_mail_in_one_or_many_transactions(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    def twice(env: Env) -> None:
        for _time in range(2):
            send_mail(env, to="ann@example.com", subject="Order 42", text="x", key="order:42")

    smtp_site.run(twice)
    smtp_site.run(twice)
    deliver(smtp_site)
    smtp_site.run(twice)
    deliver(smtp_site)
    assert len(smtp_peer.messages) == len(smtp_site.mails()) == len(smtp_site.jobs()) == 1


def test_con16_a_transaction_that_is_run_again_sends_one_mail(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    """The command runner repeats a command that lost a race; the first run's mail is lost with its transaction."""
    runs: list[int] = []

    def command(env: Env) -> None:
        send_mail(env, to="ann@example.com", subject="Order 42", text="x", key=f"run:{len(runs)}")
        runs.append(1)
        if len(runs) == 1:
            from sqlalchemy.orm.exc import StaleDataError

            raise StaleDataError

    smtp_site.run(command)
    deliver(smtp_site)
    assert len(runs) == 2
    assert len({mail.message["Message-ID"] for mail in smtp_peer.messages}) == len(smtp_peer.messages) == 1


def test_con16_many_threads_with_one_key_send_one_mail(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    barrier = threading.Barrier(4)

    def compete() -> None:
        barrier.wait(10)
        send(smtp_site)

    threads = [threading.Thread(target=compete) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    deliver(smtp_site)
    assert len(smtp_peer.messages) == len(smtp_site.mails()) == 1


def test_mails_cost_two_statements_however_many(smtp_site: JobSite) -> None:
    counts = []
    for size in (1, 20):
        with count_statements(smtp_site.site) as statements, smtp_site.site.env() as env:
            for number in range(size):
                send_mail(env, to="ann@example.com", subject="x", text="x", key=f"{size}:{number}")
        counts.append(len(statements.about("core_")))
    assert counts == [2, 2]


# Faults of the mail server -------------------------------------------------------------------------------------------


def test_f23_a_temporary_refusal_is_tried_again_and_others_are_not_held_up(
    smtp_site: JobSite, smtp_peer: SmtpPeer
) -> None:
    smtp_peer.answer, smtp_peer.refusal = "refuse", "451 4.7.1 Greylisted"
    send(smtp_site)
    deliver(smtp_site)
    (row,) = smtp_site.mails()
    assert row.state == "queued"
    assert row.error == "The mail server does not take the mail now: 451 4.7.1 Greylisted"
    assert smtp_site.job().state == "queued"
    assert smtp_site.job().run_at > datetime.now(UTC)
    smtp_peer.answer = "accept"
    send(smtp_site, key="other")
    smtp_site.drain()
    assert [mail.state for mail in smtp_site.mails()] == ["queued", "sent"]
    deliver(smtp_site)
    assert [mail.state for mail in smtp_site.mails()] == ["sent", "sent"]


def test_f23_a_final_refusal_is_seen_and_not_repeated(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    smtp_peer.answer = "refuse"
    send(smtp_site)
    deliver(smtp_site, 2)
    (row,) = smtp_site.mails()
    assert (row.state, row.attempts) == ("failed", 1)
    assert row.error == "The mail server refuses the mail: 550 5.1.1 No such mailbox"
    assert (smtp_site.job().state, smtp_site.job().last_error) == ("dead", row.error)


def test_f23_an_unreachable_server_is_tried_until_it_is_back(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        outbox = _outbox(smtp_site)
        good, outbox.transport = (
            outbox.transport,
            SmtpTransport(MailSettings(host="127.0.0.1", port=taken.getsockname()[1], security="none")),
        )
        send(smtp_site)
        deliver(smtp_site, 3)
    (row,) = smtp_site.mails()
    assert (row.state, row.attempts, row.interrupted) == ("queued", 3, 0)
    assert "ConnectionRefusedError" in row.error
    outbox.transport = good
    deliver(smtp_site)
    assert len(smtp_peer.messages) == 1


def test_f23_a_server_that_takes_mail_and_hangs_up_gets_it_at_most_twice(
    smtp_site: JobSite, smtp_peer: SmtpPeer
) -> None:
    smtp_peer.answer = "accept then reset"
    send(smtp_site)
    deliver(smtp_site, 5)
    assert len(smtp_peer.messages) == 2
    assert len({mail.message["Message-ID"] for mail in smtp_peer.messages}) == 1
    (row,) = smtp_site.mails()
    assert (row.state, row.interrupted, smtp_site.job().state) == ("failed", 1, "dead")
    assert "may have arrived" in row.error


def test_f23_a_slow_server_is_left_after_its_time(smtp_site: JobSite, smtp_peer: SmtpPeer) -> None:
    smtp_peer.delay = 5
    settings = _outbox(smtp_site).mail
    _outbox(smtp_site).transport = SmtpTransport(settings, answer=0.2)
    send(smtp_site)
    deliver(smtp_site)
    (row,) = smtp_site.mails()
    assert (row.state, smtp_site.job().state) == ("sending", "queued")
    assert "timed out" in row.error


def test_f10_a_server_that_drips_its_answer_is_left_after_the_whole_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()

        def drip() -> None:
            connection, _address = listener.accept()
            with connection:
                while not ended.wait(0.05):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        settings = MailSettings(host="127.0.0.1", port=listener.getsockname()[1], security="none")
        began = datetime.now(UTC)
        try:
            with pytest.raises(Unreachable):
                SmtpTransport(settings, answer=0.5, whole=1).deliver(EmailMessage(), lambda: None)
        finally:
            ended.set()
            thread.join(5)
        assert (datetime.now(UTC) - began).total_seconds() < 3


def test_f22_a_crash_after_the_server_took_the_mail_sends_it_once_more_and_marks_it(
    smtp_site: JobSite, smtp_peer: SmtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(smtp_site)
    _crash_after(smtp_site, monkeypatch, times=1)
    deliver(smtp_site)
    assert (len(smtp_peer.messages), smtp_site.mails()[0].state) == (1, "sending")
    deliver(smtp_site)
    assert len(smtp_peer.messages) == 2
    assert len({mail.message["Message-ID"] for mail in smtp_peer.messages}) == 1
    (row,) = smtp_site.mails()
    assert (row.state, row.interrupted) == ("sent", 1)


def test_f22_a_mail_is_not_sent_a_third_time_until_somebody_says_so(
    smtp_site: JobSite, smtp_peer: SmtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(smtp_site)
    _crash_after(smtp_site, monkeypatch, times=2)
    deliver(smtp_site, 4)
    assert (len(smtp_peer.messages), smtp_site.mails()[0].state) == (2, "failed")
    from tradewright.jobs.models import Job

    smtp_site.run(lambda env: env[Job].retry(env, [env.one(Job, smtp_site.job().id)]))
    deliver(smtp_site)
    assert (len(smtp_peer.messages), smtp_site.mails()[0].state) == (3, "sent")


def test_f22_twin_a_message_id_that_is_made_at_delivery_is_caught(
    smtp_site: JobSite, smtp_peer: SmtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(draft: Draft) -> EmailMessage:
        return compose(replace(draft, message_id=make_msgid(domain="example.com")))

    monkeypatch.setattr("tradewright.jobs.delivery.compose", careless)
    send(smtp_site)
    _crash_after(smtp_site, monkeypatch, times=1)
    deliver(smtp_site, 2)
    assert len({mail.message["Message-ID"] for mail in smtp_peer.messages}) == 2


def test_a_recipient_that_is_refused_does_not_keep_the_mail_from_the_others() -> None:
    class Connection:
        def mail(self, _sender: str) -> tuple[int, bytes]:
            return 250, b"ok"

        def rcpt(self, recipient: str) -> tuple[int, bytes]:
            return (250, b"ok") if recipient.startswith("ann") else (550, b"unknown")

        def data(self, _content: bytes) -> tuple[int, bytes]:
            return 250, b"taken"

        def ehlo_or_helo_if_needed(self) -> None: ...
        def quit(self) -> None: ...
        def close(self) -> None: ...

        limit = threading.Timer(1, print)

    message = EmailMessage()
    message["From"], message["To"] = "erp@example.com", "ann@example.com, bob@example.com"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tradewright.jobs.transport._Limited", lambda *_arguments, **_more: Connection())
        remark = SmtpTransport(MailSettings(host="x", security="none")).deliver(message, lambda: None)
    assert remark == "bob@example.com: 550 unknown"


# Bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "ann@example.com\r\nBcc: eve@example.com"),
        ("to", "ann@example.com\nX: y"),
        ("to", ["ann@example.com", "bob@example.com\r\nX: y"]),
        ("to", "ann"),
        ("to", ""),
        ("to", "ann@example..com"),
        ("to", "ann@@example.com"),
        ("to", "<ann@example.com> eve@example.com"),
        ("reply_to", "ann@example.com\nX: y"),
        ("subject", "Order\r\nBcc: eve@example.com"),
        ("attachments", [("a\r\nX: y.pdf", "application/pdf", b"x")]),
        ("attachments", [("a.pdf", "application/pdf\r\nX: y", b"x")]),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_inj9_what_would_start_a_header_or_is_no_address_is_refused(job_site: JobSite, field: str, value: Any) -> None:
    with pytest.raises(Invalid):
        send(job_site, **{field: value})
    assert job_site.mails() == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_template_is_rendered_by_what_the_site_was_given(job_site: JobSite) -> None:
    _outbox(job_site).render = None
    with pytest.raises(DeveloperError, match="the site renders no templates"):
        send(job_site, template="mail/x.html", data={"name": "Ann"}, text="")
    _outbox(job_site).render = lambda _env, template, data, *, language: f"<p>{template} {data['name']} {language}</p>"
    send(job_site, template="mail/x.html", data={"name": "Ann"}, text="", language="de")
    assert job_site.mails()[0].plain == "mail/x.html Ann de\n"


def _outbox(site: JobSite) -> JobOutbox:
    assert isinstance(site.site.outbox, JobOutbox)
    return site.site.outbox


def _crash_after(site: JobSite, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the delivery die between the mail server's answer and the mark, a number of times."""
    good, left = _outbox(site).transport, [times]

    class Crashing:
        name = "smtp"

        def deliver(self, message: EmailMessage, committed: Callable[[], None]) -> str:
            remark = good.deliver(message, committed)
            if left[0]:
                left[0] -= 1
                monkeypatch.setattr("tradewright.jobs.delivery.mark", _nothing)
                raise MemoryError("as if killed")
            return remark

    from tradewright.jobs import delivery

    keep = delivery.mark

    def _nothing(*_arguments: Any, **_values: Any) -> None:
        monkeypatch.setattr("tradewright.jobs.delivery.mark", keep)

    _outbox(site).transport = Crashing()
