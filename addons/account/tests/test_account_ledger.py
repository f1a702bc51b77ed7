"""The general ledger: entries by hand, reversals, who may read and write the books."""

from decimal import Decimal

import pytest

from tradewright.app import Site
from tradewright.base import Forbidden
from tradewright.orm import Env, select
from tradewright.registry import verify
from tradewright_account.models.chart import Account, Journal
from tradewright_account.models.entry import Entry, EntryLine
from tradewright_account.models.invoice import Invoice
from tradewright_account.testing import InvoiceFactory
from tradewright_base.testing import UserFactory, refusal

pytestmark = pytest.mark.addons("account")


def entry(env: Env, debit: str = "70", credit: str = "70") -> Entry:
    accounts = {one.code: one for one in env.all(select(env[Account]))}
    journal = env.all(select(env[Journal]).where(env[Journal].kind == "general"))[0]
    lines = [
        env[EntryLine](account=accounts["1800"], debit=Decimal(debit)),
        env[EntryLine](account=accounts["2000"], credit=Decimal(credit)),
    ]
    made = env.add(env[Entry](journal=journal, booked_on=env.today, reference="Capital", lines=lines))
    env.flush()
    return made


def test_an_entry_by_hand_has_a_number(site: Site) -> None:
    with site.env() as env:
        made = entry(env)
    assert made.number == "JE-2026-00001"
    with site.env() as env:
        assert list(verify(env, site.composition.units)) == []


@pytest.mark.parametrize(("debit", "credit"), [("70", "69.99"), ("0", "0")])
def test_an_entry_that_does_not_balance_is_refused(site: Site, debit: str, credit: str) -> None:
    assert refusal(site, lambda env: entry(env, debit, credit)) == (
        f"Debit is €{Decimal(debit):.2f} and credit is €{Decimal(credit):.2f}: "
        "both sides of an entry are equal and not 0."
    )


def test_an_entry_is_reversed_once(site: Site) -> None:
    with site.env() as env:
        entry_id = entry(env).id
    with site.env() as env:
        first = env.one(Entry, entry_id)
        (taken_back,) = env[Entry].reverse(env, [first])
        assert taken_back.reverses is first
        assert [(line.debit, line.credit) for line in taken_back.lines] == [
            (Decimal(0), Decimal(70)),
            (Decimal(70), Decimal(0)),
        ]
    again = refusal(site, lambda env: env[Entry].reverse(env, [env.one(Entry, entry_id)]))
    assert again == "JE-2026-00001 is reversed already."
    with site.env() as env:
        assert list(verify(env, site.composition.units)) == []
        numbers = env.scalars(select(env[Entry].number).order_by(env[Entry].id)).all()
        assert numbers == ["JE-2026-00001", "JE-2026-00002"]


def test_the_entry_of_a_document_is_corrected_by_a_document(site: Site) -> None:
    def reverse(env: Env) -> None:
        invoice = InvoiceFactory(env).posted(reference="PO 9")
        assert invoice.entry is not None
        env[Entry].reverse(env, [invoice.entry])

    assert refusal(site, reverse) == (
        "PO 9 belongs to an invoice or a payment: correct that document, by a credit note for an invoice."
    )


def test_bookkeepers_write_documents_and_managers_entries(site: Site) -> None:
    with site.env() as env:
        users = UserFactory(env)
        keeper, manager, seller = (
            users.actor(users.staff(role)) for role in ("account.user", "account.manager", "base.user")
        )
        draft_id = InvoiceFactory(env).draft().id
    with site.env(keeper) as env:
        env[Invoice].post(env, [env.one(Invoice, draft_id)])
    with pytest.raises(Forbidden), site.env(keeper) as env:
        entry(env)
    with site.env(manager) as env:
        entry(env)
    for model in (Invoice, EntryLine):
        with pytest.raises(Forbidden, match="Your role gives no access to this"), site.env(seller) as env:
            env.all(select(env[model]))
