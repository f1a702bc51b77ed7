"""A buyer gets not one byte of another customer's data: all routes of the site are walked, and all models read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.unguarded import without_row_rules
from tradewright.app import Site
from tradewright.base import DeveloperError, UserError
from tradewright.conformance.rules.safety import NOWHERE_ID, NOWHERE_UID, fill, unchanging
from tradewright.conformance.worlds import Answer, Visitor
from tradewright.hooks import actor_for
from tradewright.orm import Actor, Env, ModelInfo, select
from tradewright_base.models.user import User
from tradewright_helpdesk.models.ticket import Ticket
from tradewright_sale.models.order import Order

pytestmark = [
    pytest.mark.addons(demo=True),
    # WeasyPrint leaves its colour profile open when it has made a PDF.
    pytest.mark.filterwarnings("ignore:.*sRGB2014:pytest.PytestUnraisableExceptionWarning"),
]

OWNERS = ("customer", "partner", "account", "contact")
"""Relations that name whom a document belongs to."""
LEADING = ("order", "invoice", "shipment", "cart", "ticket", "user")
"""Relations from a part to the document whose owner is its owner."""
SHARED = {
    "base.Country",
    "base.Currency",
    "product.UnitOfMeasure",
    "product.Category",
    "product.Tax",
    "product.Product",
}
"""What every buyer may read: it is of nobody."""
DOCUMENTS = ("sale.Order", "stock.Shipment", "account.Invoice", "base.Partner")
_VARIABLE = re.compile(r"<(?:([a-z]+):)?([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Ward:
    """A site with a buyer of customer A, and all that is known of the others' records."""

    site: Site
    buyer: Actor
    mine: int
    secrets: frozenset[str]
    foreign: dict[str, list[tuple[int, str]]]

    def visit(self) -> Visitor:
        """Return the buyer with a browser; guessing addresses is not limited: that has tests of its own."""
        return Visitor(self.site, self.buyer.user_id or 0)


@pytest.fixture
def ward(site: Site) -> Ward:
    with site.env() as env:
        user = env.scalars(select(env[User]).where(env[User].login == "buyer@brightworks.example")).one()
        buyer = env.first(actor_for)(env, user.id)
        assert buyer is not None
        assert buyer.customer_id
        foreign = dict(_foreign(site, env, buyer.customer_id))
        return Ward(site, buyer, buyer.customer_id, _secrets(site, env, buyer.customer_id), foreign)


def _models(site: Site) -> dict[str, ModelInfo]:
    return site.composition.registry.models


def _owner(record: Any) -> set[int]:
    """The company accounts that a record belongs to; none for what is of nobody."""
    info = record.__info__
    if info.name == "base.Partner":
        return {record.parent_id or record.id}
    for name in OWNERS:
        partner = getattr(record, name, None) if name in info.fields else None
        if partner is not None:
            return {partner.parent_id or partner.id}
    for name in LEADING:
        document = getattr(record, name, None) if name in info.fields else None
        if document is not None:
            return _owner(document)
    return set()


def _foreign(site: Site, env: Env, mine: int) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """All records of other customers: model, ids and uids."""
    for name, info in _models(site).items():
        if name.startswith("core."):
            continue
        found = [
            (record.id, str(getattr(record, "uid", "") or NOWHERE_UID))
            for record in env.scalars(select(info.cls).order_by(info.cls.id))
            if (owner := _owner(record)) and mine not in owner
        ]
        if found:
            yield name, found


def _secrets(site: Site, env: Env, mine: int) -> frozenset[str]:
    """Names, e-mail addresses, numbers, references and uids that only other customers' records have."""
    theirs: set[str] = set()
    own: set[str] = set()
    for name, info in _models(site).items():
        if name.startswith("core.") or name in SHARED:
            continue
        columns: list[str] = [
            one for one in ("number", "uid", "email", "vat", "reference", "login") if one in info.fields or one == "uid"
        ]
        columns += ["name"] if name in {"base.Partner", "base.Address"} else []
        for record in env.scalars(select(info.cls)):
            owner = _owner(record)
            if not owner:
                continue
            said = {str(getattr(record, column, None) or "") for column in columns}
            (own if mine in owner else theirs).update(word for word in said if len(word) > 5)
    return frozenset(theirs - own)


def _leaks(ward: Ward, text: str, asked: str) -> list[str]:
    """What another customer's data the text shows, apart from what was asked with."""
    return [f"{asked}: {word}" for word in ward.secrets if word in text and word not in asked]


# Models ----------------------------------------------------------------------------------------------------------


def _leaking_models(ward: Ward) -> list[str]:
    """Return the models of which the buyer reads rows of another customer, by whole records and by columns."""
    leaking = []
    for name, info in _models(ward.site).items():
        with ward.site.env(ward.buyer, readonly=True) as env:
            cls: Any = info.cls
            try:
                numbers = env.all(select(cls.id))
            except (UserError, DeveloperError):
                continue
        with ward.site.env() as env:
            records = env.scalars(select(cls).where(cls.id.in_(numbers))).all() if numbers else []
            if name not in SHARED and any(_owner(record) != {ward.mine} for record in records):
                leaking.append(name)
    return leaking


def test_every_row_that_a_buyer_reads_is_the_own_companys_or_everybodys(ward: Ward) -> None:
    assert _leaking_models(ward) == []
    with ward.site.env(ward.buyer, readonly=True) as env:
        assert {"sale.Order", "account.Invoice", "stock.Shipment", "base.Partner"} <= _readable(ward.site, env)


def _readable(site: Site, env: Env) -> set[str]:
    """The models of which the buyer reads anything at all: a test that reads nothing proves nothing."""
    found = set()
    for name, info in _models(site).items():
        cls: Any = info.cls
        try:
            if env.all(select(cls.id)):
                found.add(name)
        except (UserError, DeveloperError):
            continue
    return found


def test_anothers_records_are_nowhere(ward: Ward) -> None:
    for name, rows in ward.foreign.items():
        with ward.site.env(ward.buyer, readonly=True) as env:
            cls: Any = _models(ward.site)[name].cls
            try:
                assert env.all(select(cls.id).where(cls.id.in_([number for number, _uid in rows]))) == [], name
                assert env.get(cls, rows[0][0]) is None, name
            except UserError:
                continue


# Routes ----------------------------------------------------------------------------------------------------------


def _addresses(ward: Ward, visitor: Visitor) -> Iterator[tuple[str, str, str, str]]:
    """Yield rule, method, an address with another customer's record in it, and the same with one that is nowhere."""
    samples = _samples(ward)
    for endpoint in visitor.browser.application.website(ward.site.name).urls.endpoints.values():
        made = endpoint.route
        if made.rule == "/logout":
            continue
        for method in sorted(made.methods - {"HEAD"}):
            names = [name for _kind, name in _VARIABLE.findall(made.rule)]
            if not names:
                yield made.rule, method, made.rule, made.rule
                continue
            models = sorted(ward.foreign) if "model" in names else [""]
            for model in models:
                rows = [ward.foreign[model][0]] if model else samples
                for number, uid in rows:
                    yield (
                        made.rule,
                        method,
                        fill(made.rule, number, uid, model=model, operation="confirm"),
                        fill(made.rule, NOWHERE_ID, NOWHERE_UID, model=model, operation="confirm"),
                    )


def _samples(ward: Ward) -> list[tuple[int, str]]:
    """One of each kind of the others' records."""
    return [rows[-1] for rows in ward.foreign.values()]


def _walk(ward: Ward, below: str = "/") -> list[str]:
    """Ask every address below a path as the buyer.

    Return what answers show of others, and where another's record is answered otherwise than one that does not exist.
    """
    visitor = ward.visit()
    found: list[str] = []
    answers: dict[tuple[str, str], Answer] = {}
    for rule, method, path, nowhere in _addresses(ward, visitor):
        if not rule.startswith(below):
            continue
        answer = visitor.ask(path, method)
        assert answer.status < 500, f"{method} {path}: {answer.cause}"
        found += _leaks(ward, answer.text, f"{method} {path}")
        if path != nowhere:
            if (method, nowhere) not in answers:
                answers[method, nowhere] = visitor.ask(nowhere, method)
            other = answers[method, nowhere]
            known = unchanging(answer.text, path), answer.status
            if known != (unchanging(other.text, nowhere), other.status) and not rule.startswith("/static"):
                found.append(f"{method} {path} differs from {nowhere}: {answer.status}, {other.status}")
    return found


def test_no_route_shows_a_byte_of_another_customer(ward: Ward) -> None:
    assert len(ward.secrets) > 100
    assert _walk(ward) == []


def _asked_in_queries(ward: Ward, visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Yield addresses with another's id in each parameter of a query in turn, and the value."""
    for endpoint in visitor.browser.application.website(ward.site.name).urls.endpoints.values():
        made = endpoint.route
        if made.query is None or "<" in made.rule:
            continue
        for field in made.query.model_fields:
            for number, uid in (ward.foreign[model][-1] for model in DOCUMENTS):
                yield f"{made.rule}?{field}={uid}", uid
                yield f"{made.rule}?{field}={number}", ""


def test_no_query_shows_a_byte_of_another_customer(ward: Ward) -> None:
    visitor = ward.visit()
    found = []
    for path, uid in _asked_in_queries(ward, visitor):
        answer = visitor.ask(path)
        found += _leaks(ward, answer.text, path)
        if uid and uid != NOWHERE_UID:
            nowhere = path.replace(uid, NOWHERE_UID)
            other = visitor.ask(nowhere)
            if (unchanging(answer.text, uid), answer.status) != (unchanging(other.text, NOWHERE_UID), other.status):
                found.append(f"{path} differs from {nowhere}: {answer.status}, {other.status}")
    assert found == []


@pytest.mark.parametrize("document", ["order", "shipment", "invoice"])
def test_no_ticket_hangs_on_anothers_document(ward: Ward, document: str) -> None:
    browser = ward.visit().browser
    model = {"order": "sale.Order", "shipment": "stock.Shipment", "invoice": "account.Invoice"}[document]
    answers = []
    for uid in (ward.foreign[model][-1][1], NOWHERE_UID):
        browser.get("/portal/tickets/new")
        body = {"subject": "Mine?", "body": "Show me.", "document": document, "uid": uid}
        browser.submit(body, action="/portal/tickets/new", follow=False)
        assert _leaks(ward, browser.text, uid) == []
        answers.append((browser.status, unchanging(browser.text, uid)))
    assert answers[0] == answers[1]
    with ward.site.env() as env:
        assert [one for one in env.all(select(env[Ticket])) if one.subject == "Mine?"] == []


def test_the_walk_reaches_the_handlers_that_change_something(ward: Ward) -> None:
    with ward.site.env() as env:
        order = env[Order]
        own = env.all(select(order.uid).where(order.customer_id == ward.mine, order.state == "confirmed"))[0]
    answer = ward.visit().ask(f"/portal/orders/{own}/reorder", "POST")
    assert (answer.status, answer.text.endswith("/portal/cart")) == (303, True)


def test_pages_of_a_buyer_that_are_followed_show_nothing_of_others(ward: Ward) -> None:
    visitor = ward.visit()
    todo, seen = ["/portal"], set[str]()
    found: list[str] = []
    while todo and len(seen) < 120:
        path = todo.pop()
        if path in seen or path.startswith(("/static", "/portal/products/", "/portal/catalogue?")):
            continue
        seen.add(path)
        answer = visitor.ask(path)
        found += _leaks(ward, answer.text, path)
        todo += re.findall(r'href="(/portal[^"#]*)"', answer.text.replace("&amp;", "&"))
    assert found == []
    assert len(seen) > 20


# The vulnerable twin -----------------------------------------------------------------------------------------------


def test_without_row_rules_models_and_routes_leak(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    without_row_rules(monkeypatch)
    assert {"sale.Order", "account.Invoice", "stock.Shipment", "base.Partner"} <= set(_leaking_models(ward))
    assert any("/portal/orders" in leak for leak in _walk(ward, "/portal/orders"))
