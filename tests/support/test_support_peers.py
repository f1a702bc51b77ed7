"""The peers themselves: a test suite that leans on them should know that they hold."""

import asyncio
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, make_url, text

from tests.support.smtp import Answer, SmtpPeer
from tradewright.testing.postgres import cluster, wait_for_end

FreshDatabase = Callable[..., str]
ROOT = Path(__file__).parents[2]
OWNER = """
import os, time
from tradewright.testing.postgres import start_cluster
cluster = start_cluster(owner=os.getpid())
print(cluster.guard, cluster.postmaster, flush=True)
time.sleep(60)
"""


def test_a_fresh_database_is_empty_and_a_copy_is_full(
    fresh_postgres_database: FreshDatabase, postgres_template: Callable[[str, Callable[[str], None]], str]
) -> None:
    def build(url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE thing AS SELECT 42 AS answer"))
        engine.dispose()

    copy = fresh_postgres_database(postgres_template("support", build))
    assert _query(copy, "SELECT answer FROM thing") == 42
    assert _query(fresh_postgres_database(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


def test_the_durable_cluster_keeps_fsync_on(durable_postgres_url: str, postgres_url: str) -> None:
    assert _query(durable_postgres_url, "SHOW fsync") == "on"
    if "TRADEWRIGHT_TEST_POSTGRES" not in os.environ:
        assert _query(postgres_url, "SHOW fsync") == "off"


def test_a_cluster_ends_with_its_owner_even_if_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, cwd=ROOT) as owner:
        assert owner.stdout is not None
        guard, postmaster = map(int, owner.stdout.readline().split())
        assert Path(f"/proc/{postmaster}").exists()
        owner.kill()
    assert wait_for_end(guard)
    assert wait_for_end(postmaster)


def test_a_cluster_ends_even_if_its_guard_is_killed() -> None:
    with cluster() as started:
        os.kill(started.guard, 9)
        assert wait_for_end(started.postmaster)


def test_mail_is_kept_and_read(smtp_peer: SmtpPeer) -> None:
    _send(smtp_peer, "Größe: 42 m²")
    (received,) = smtp_peer.to("buyer@example.com")
    assert received.sender == "shop@example.com"
    assert received.message["subject"] == "Hello"
    assert received.text == "Größe: 42 m²\n"


@pytest.mark.parametrize(("answer", "kept"), [("refuse", 0), ("reset", 0), ("accept then reset", 1)])
def test_a_mail_server_misbehaves_as_told(smtp_peer: SmtpPeer, answer: Answer, kept: int) -> None:
    smtp_peer.answer = answer
    with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPServerDisconnected, ConnectionResetError)):
        _send(smtp_peer, "Hello")
    assert len(smtp_peer.messages) == kept


def test_a_mail_server_is_slow_as_told(smtp_peer: SmtpPeer) -> None:
    smtp_peer.delay = 0.3
    started = time.monotonic()
    _send(smtp_peer, "Hello")
    assert time.monotonic() - started > 0.3


def test_a_page_runs_in_chromium(page: Page) -> None:
    page.set_content("<h1>Hello</h1><script>document.querySelector('h1').append(', browser')</script>")
    assert page.get_by_role("heading").inner_text() == "Hello, browser"


def test_asyncio_works_after_a_browser_test() -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    assert asyncio.run(answer()) == 42


def test_a_page_still_runs_after_asyncio(page: Page) -> None:
    page.set_content("<p>Still here</p>")
    assert page.get_by_text("Still here").is_visible()


def _query(url: str, statement: str) -> object:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def _send(peer: SmtpPeer, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", "buyer@example.com", "Hello"
    message.set_content(text)
    with smtplib.SMTP(peer.host, peer.port, timeout=5) as client:
        client.send_message(message)
