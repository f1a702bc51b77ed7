"""Invoice numbers: no gap and no duplicate, with failures mixed in and many at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright_account.models.invoice import Invoice
from tradewright_account.testing import InvoiceFactory

pytestmark = pytest.mark.addons("account")


class LostError(Exception):
    """A unit of work that fails at its very end."""


def post_at_once(site: Site, threads: int) -> None:
    """Post drafts from many threads; every third posting fails after the number was asked for, and is lost."""
    with site.env() as env:
        factory = InvoiceFactory(env)
        customer = factory.debtor()
        drafts = [factory.draft(customer=customer).id for _one in range(threads * 3)]

    def post(place: int) -> None:
        def work(env: Env) -> None:
            env[Invoice].post(env, [env.one(Invoice, drafts[place])])
            if place % 3 != 2:
                env.take_numbers()
            if place % 3 == 0:
                raise LostError

        with suppress(LostError):
            site.run(work)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(post, range(len(drafts))))
    with site.env() as env:
        numbers = sorted(str(one) for one in env.scalars(select(env[Invoice].number)) if one)
        assert numbers == [f"INV-2026-{number:05}" for number in range(1, threads * 2 + 1)]
        assert list(verify(env, site.composition.units)) == []


def test_invoices_posted_at_the_same_time_leave_no_gap(site: Site) -> None:
    post_at_once(site, 8)


@pytest.mark.long
def test_32_posting_at_the_same_time_leave_no_gap(site: Site) -> None:
    post_at_once(site, 32)
