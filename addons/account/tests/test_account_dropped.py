"""Deleting lines of drafts, or drafts: what they would have invoiced can be invoiced again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.base import Conflict
from tradewright.orm import Env, Model, ids
from tradewright.registry import verify
from tradewright.testing import count_statements
from tradewright_account.bridges.sale.extends.order import InvoicedOrder
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_account.testing import InvoiceFactory
from tradewright_base.testing import UserFactory
from tradewright_product.testing import ProductFactory
from tradewright_sale.services.place import Item, OrderRequest, create_order

pytestmark = pytest.mark.addons("account", "sale")


def drafted(site: Site, lines: int = 3) -> tuple[int, int]:
    """An order with services for 10.00 each, and the draft that invoices it; their ids."""
    with site.env() as env:
        factory = ProductFactory(env)
        items = [Item(factory.service("10", sku=f"S-{lines}-{n}").id, Decimal(2)) for n in range(lines)]
        request = OrderRequest(customer=InvoiceFactory(env).debtor(), items=items)
        order = env.one(InvoicedOrder, create_order(env, request).id)
        env[InvoicedOrder].confirm(env, [order])
        (draft,) = env[InvoicedOrder].invoice(env, [order])
        return order.id, draft.id


def invoiced(site: Site, order_id: int) -> list[int]:
    with site.env(readonly=True) as env:
        return [int(line.invoiced) for line in env.one(InvoicedOrder, order_id).lines]  # type: ignore[attr-defined]  # of the bridge


def clean(site: Site) -> list[str]:
    with site.env() as env:
        return [str(one) for one in verify(env, site.composition.units)]


def take_off(env: Env, draft_id: int) -> None:
    lines = env.one(Invoice, draft_id).lines
    lines.remove(lines[0])


def delete_line(env: Env, draft_id: int) -> None:
    env.delete(env.one(Invoice, draft_id).lines[0])


@pytest.mark.parametrize("act", [take_off, delete_line])
def test_a_line_off_a_draft_can_be_invoiced_again(site: Site, act: Callable[[Env, int], None]) -> None:
    order_id, draft_id = drafted(site)
    with site.env() as env:
        actor = UserFactory(env).actor(UserFactory(env).staff("account.user"))
    site.run(lambda env: act(env, draft_id), actor)
    assert invoiced(site, order_id) == [0, 2, 2]
    with site.env() as env:
        draft = env.one(Invoice, draft_id)
        assert len(draft.lines) == 2
        assert draft.untaxed == 40
        order = env.one(InvoicedOrder, order_id)
        assert order.invoice_state == "to_invoice"
        (second,) = env[InvoicedOrder].invoice(env, [order])
        assert second.untaxed == 20
    assert clean(site) == []


def test_a_deleted_draft_can_be_invoiced_again(site: Site) -> None:
    order_id, draft_id = drafted(site)
    site.run(lambda env: env.delete(env.one(Invoice, draft_id)))
    assert invoiced(site, order_id) == [0, 0, 0]
    assert clean(site) == []


def test_without_the_reaction_the_order_counts_too_much(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewright_account.bridges.sale.services.invoicing.drop", lambda _env, _lines: None)
    order_id, draft_id = drafted(site)
    site.run(lambda env: take_off(env, draft_id))
    assert invoiced(site, order_id) == [2, 2, 2]
    assert len(clean(site)) == 1


def test_a_line_off_a_cancelled_draft_gives_nothing_back_twice(site: Site) -> None:
    order_id, draft_id = drafted(site)
    site.run(lambda env: env[Invoice].cancel(env, [env.one(Invoice, draft_id)]))
    site.run(lambda env: take_off(env, draft_id))
    assert invoiced(site, order_id) == [0, 0, 0]
    assert not [one for one in clean(site) if "account.invoiced" in one]


def test_a_line_of_a_posted_invoice_is_kept_and_nothing_given_back(site: Site) -> None:
    order_id, draft_id = drafted(site)
    site.run(lambda env: env[Invoice].post(env, [env.one(Invoice, draft_id)]))
    for act in (take_off, delete_line):
        with pytest.raises(Conflict, match="posted"):
            site.run(lambda env, act=act: act(env, draft_id))  # type: ignore[misc]  # bound at once
    assert invoiced(site, order_id) == [2, 2, 2]


def test_many_deleted_lines_cost_what_few_do(site: Site) -> None:
    counts = []
    for many in (3, 30):
        order_id, draft_id = drafted(site, many)

        def take_off_all_but_one(env: Env, draft_id: int = draft_id) -> None:
            draft = env.one(Invoice, draft_id)
            draft.lines = draft.lines[:1]

        with count_statements(site) as statements:
            site.run(take_off_all_but_one)
        counts.append(len(statements))
        assert invoiced(site, order_id) == [2] + [0] * (many - 1)
    assert counts[0] == counts[1], counts


def test_the_reaction_runs_once_for_all_records_of_a_flush(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _order_id, draft_id = drafted(site, 4)
    told: list[list[int]] = []
    composed: Any = site.registry.composed(InvoiceLine)
    genuine = composed.before_delete.__func__

    def noted(cls: Any, env: Env, records: list[Model]) -> None:
        told.append(sorted(ids(records)))
        genuine(cls, env, records)

    monkeypatch.setattr(composed, "before_delete", classmethod(noted))

    def drop(env: Env) -> list[int]:
        draft = env.one(Invoice, draft_id)
        gone = ids(draft.lines[:3])
        env.delete(draft.lines[0])
        draft.lines.remove(draft.lines[1])
        env.delete(draft.lines[1])
        return gone

    assert told == [site.run(drop)]
