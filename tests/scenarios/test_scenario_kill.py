"""kill -9 at random moments of order to cash: nothing acknowledged is missing or doubled, and `verify` is clean.

The seed is printed; `TRADEWRIGHT_TEST_SEED` runs the same moments again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.scenarios import shop
from tests.scenarios.story_process import ADDONS, PATHS
from tradewright.app import Site
from tradewright.base.clock import SystemClock
from tradewright.jobs.embedded import run_all
from tradewright.jobs.rows import JOB, table
from tradewright.orm import select
from tradewright.registry import verify
from tradewright.testing import Template
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.payment import Payment
from tradewright_sale.models.order import Order
from tradewright_stock.models.shipment import Shipment

HERE = Path(__file__).parent
WORKER = HERE.parent / "jobs/worker_process.py"


def _start(script: Path, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert _said(process) == "ready"
    return process


def _said(process: subprocess.Popen[str]) -> str:
    """The next line that a process writes."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, process.communicate(timeout=10)
    return line


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=10)


def _work_and_die(parent: subprocess.Popen[str], seed: str, acks: Path, moments: random.Random) -> None:
    """Let a process work for some acknowledgements and a moment more, and kill it."""
    assert parent.stdin is not None
    enough = len(_acknowledged(acks)) + moments.randrange(8)
    parent.stdin.write(f"{seed}\n")
    parent.stdin.flush()
    number = int(_said(parent))
    end = time.monotonic() + 30
    while len(_acknowledged(acks)) < enough and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(moments.uniform(0, 0.08))
    os.kill(number, signal.SIGKILL)
    assert _said(parent) == "ended by 9"


def _acknowledged(acks: Path) -> list[dict[str, Any]]:
    """All acknowledgements; the last line may be cut off."""
    lines = acks.read_text().splitlines() if acks.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def _hold(site: Site, acknowledged: list[dict[str, Any]]) -> None:
    """Hold what the database has against what was acknowledged, and the rules of all addons."""
    by_kind: dict[str, list[dict[str, Any]]] = {"order": [], "shipment": [], "invoice": [], "payment": []}
    for one in acknowledged:
        by_kind[one["what"]].append(one)
    with site.env(readonly=True) as env:
        order, invoice, payment, shipment = env[Order], env[Invoice], env[Payment], env[Shipment]
        orders = Counter(env.all(select(order.reference).where(order.number.is_not(None))))
        assert [one for one in by_kind["order"] if orders[one["reference"]] != 1] == []
        assert max(orders.values(), default=1) == 1
        payments = Counter(env.all(select(payment.reference).where(payment.state == "posted")))
        assert [one for one in by_kind["payment"] if payments[one["reference"]] != 1] == []
        assert max(payments.values(), default=1) == 1
        done = set(env.all(select(shipment.id).where(shipment.state == "done")))
        assert [one for one in by_kind["shipment"] if not one["ids"] or not set(one["ids"]) <= done] == []
        posted = set(env.all(select(invoice.id).where(invoice.state == "posted", invoice.number.is_not(None))))
        assert [one for one in by_kind["invoice"] if one["id"] not in posted] == []
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []


def _finish_jobs(site: Site, kind: str, arguments: list[str]) -> None:
    """Let a worker do what is left."""
    if kind == "sqlite":
        from tradewright.jobs.embedded import recover

        recover(site)
        # A job that was killed twice waits before it is tried again; here that time has passed.
        jobs = table(site, JOB)
        with site.database.write.begin() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.state == "queued").values(run_at=None))
        run_all(site)
        return
    worker = _start(WORKER, *arguments, "1.5")
    end = time.monotonic() + 60
    jobs = table(site, JOB)
    try:
        while True:
            with site.database.read.connect() as connection:
                left = connection.scalar(sa.select(sa.func.count()).where(jobs.c.state.not_in(["done", "dead"])))
            if not left:
                return
            assert time.monotonic() < end, f"{left} jobs are not done"
            time.sleep(0.1)
    finally:
        _end(worker)


def _story(site: Site, kind: str, acks: Path, kills: int) -> None:
    seed = os.environ.get("TRADEWRIGHT_TEST_SEED") or str(random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"TRADEWRIGHT_TEST_SEED={seed}\n")
    moments = random.Random(seed)
    with site.env() as env:
        shop.stock_up(env, [100_000] * 10)
        shop.customers(env, 4)
    arguments = [site.database.url.render_as_string(hide_password=False), str(site.files.root)]
    parent = _start(HERE / "story_process.py", *arguments, str(acks))
    try:
        for number in range(kills):
            # On PostgreSQL jobs wait for a worker, which is killed as well.
            worker = _start(WORKER, *arguments, "1.5") if kind == "postgresql" and number % 4 == 0 else None
            _work_and_die(parent, f"{seed}-{number}", acks, moments)
            if worker is not None:
                _end(worker)
            _hold(site, _acknowledged(acks))
    finally:
        _end(parent)
    acknowledged = _acknowledged(acks)
    assert len(acknowledged) > kills
    _finish_jobs(site, kind, arguments)
    with site.env(readonly=True) as env:
        effect: Any = site.registry.model("jobtest.Effect").cls
        effects = Counter(env.all(select(effect.name)))
        numbered = env.all(select(env[Order].reference).where(env[Order].number.is_not(None)))
    assert effects == Counter(numbered)


@pytest.fixture
def story(make_site: Callable[..., Site]) -> Site:
    """A site with orders, stock, accounting and a job whose effect can be counted."""
    return make_site(Template(addons=ADDONS, paths=PATHS), clock=SystemClock())


def test_a_killed_process_loses_and_doubles_nothing(story: Site, database_kind: str, tmp_path: Path) -> None:
    _story(story, database_kind, tmp_path / "acks", 10)


@pytest.mark.long
def test_a_process_killed_a_hundred_times_loses_and_doubles_nothing(
    story: Site, database_kind: str, tmp_path: Path
) -> None:
    _story(story, database_kind, tmp_path / "acks", 100)
