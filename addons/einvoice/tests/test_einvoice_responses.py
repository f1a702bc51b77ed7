"""What customers and platforms say: matched, kept, moving the state once and never wrongly back."""

import io
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradewright.app import Site
from tradewright.base import Invalid
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing.client import browser_for
from tradewright_account.models.invoice import Invoice
from tradewright_base.testing import CompanyFactory, UserFactory
from tradewright_einvoice.engine import Identifier
from tradewright_einvoice.engine.postaward import Clarification, InvoiceResponse, write_message
from tradewright_einvoice.engine.postaward.model import TradeParty
from tradewright_einvoice.models.archive import ArchiveEntry
from tradewright_einvoice.models.einvoice import STATES, EInvoice
from tradewright_einvoice.models.sending import EInvoiceEvent
from tradewright_einvoice.services.archive import ensure
from tradewright_einvoice.services.channels.client import Message
from tradewright_einvoice.services.progress import FOLLOWS, Step, advance, follows
from tradewright_einvoice.services.receipts import take_messages, take_response
from tradewright_einvoice.services.statuses import statuses
from tradewright_einvoice.services.words import MEANINGS
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = [
    pytest.mark.addons("einvoice"),
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]
CUSTOMER = Identifier("DE811569869", "9930")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def einvoice(env: Env) -> EInvoice:
    """A document that was archived."""
    made = EInvoiceFactory(env)
    made.seller()
    invoice = made.posted(made.customer(einvoice_channel="portal"), [("1", "10", "0", made.tax("S", 19))])
    return ensure(env, invoice)


def response(number: str, status: str, at: time = time(12, 0), **more: Any) -> bytes:
    values: dict[str, Any] = {
        "number": f"R-{status}-{at}",
        "issue_date": date(2026, 3, 3),
        "issue_time": at,
        "sender": TradeParty(name="Brooklyn", endpoint=CUSTOMER),
        "receiver": TradeParty(name="Nordlicht", endpoint=Identifier("DE342115826", "9930")),
        "status": status,
        "invoice_number": number,
        **more,
    }
    return write_message(InvoiceResponse(**values))


def test_a_rejection_is_stored_with_its_reasons(env: Env, einvoice: EInvoice) -> None:
    reasons = (Clarification(code="QTY", text="Only 9 arrived"), Clarification(code="OTH"))
    document = response(einvoice.number, "RE", reasons=reasons)
    found = take_response(env, document)
    assert found is einvoice
    assert (einvoice.state, einvoice.reason) == ("rejected", "QTY Only 9 arrived\nOTH")
    event = env.all(select(env[EInvoiceEvent]))[-1]
    assert (event.source, event.code, event.before, event.after) == ("customer", "t111:RE", "checked", "rejected")
    kept = env.all(select(env[ArchiveEntry]).where(env[ArchiveEntry].kind == "response"))
    assert [(one.number, one.einvoice_id) for one in kept] == [(einvoice.number, einvoice.id)]
    assert env.site.files.read(kept[0].sha256) == document


def test_a_repeated_message_changes_nothing(env: Env, einvoice: EInvoice) -> None:
    document = response(einvoice.number, "AP")
    for _time in range(3):
        take_response(env, document)
    assert len(env.all(select(env[EInvoiceEvent]).where(env[EInvoiceEvent].code == "t111:AP"))) == 1
    assert len(env.all(select(env[ArchiveEntry]).where(env[ArchiveEntry].kind == "response"))) == 1


@pytest.mark.parametrize("order", list(permutations(["AB", "IP", "AP"])))
def test_messages_may_come_in_any_order(env: Env, einvoice: EInvoice, order: tuple[str, ...]) -> None:
    hours = {"AB": 8, "IP": 9, "AP": 10}
    for status in order:
        take_response(env, response(einvoice.number, status, time(hours[status])))
    assert einvoice.state == "accepted"


@pytest.mark.parametrize("order", [("RE", "AP"), ("AP", "RE")])
def test_of_two_contrary_answers_the_later_written_counts(env: Env, einvoice: EInvoice, order: tuple[str, ...]) -> None:
    hours = {"RE": 9, "AP": 10}
    for status in order:
        take_response(env, response(einvoice.number, status, time(hours[status])))
    assert einvoice.state == "accepted"
    assert len(env.all(select(env[EInvoiceEvent]))) >= 2


def test_a_response_of_somebody_else_moves_nothing(env: Env, einvoice: EInvoice) -> None:
    stranger = TradeParty(name="Stranger", endpoint=Identifier("DE999999999", "9930"))
    before = einvoice.state
    take_response(env, response(einvoice.number, "RE", sender=stranger))
    assert (einvoice.state, einvoice.reason) == (before, None)
    assert env.all(select(env[EInvoiceEvent]))[-1].meaning == "Not from the customer's address"


def test_a_response_to_no_invoice_of_ours_is_kept_once(env: Env, einvoice: EInvoice) -> None:
    for _time in range(2):
        assert take_response(env, response("UNKNOWN-1", "RE")) is None
    assert take_response(env, response(einvoice.number, "RE", invoice_date=date(2020, 1, 1))) is None
    kept = env.all(select(env[ArchiveEntry]).where(env[ArchiveEntry].kind == "response"))
    assert [one.einvoice_id for one in kept] == [None, None]


@pytest.mark.parametrize("document", [b"", b"hello", b"<a/>", b"%PDF-1.7", b"<!DOCTYPE a><a/>"])
def test_what_is_no_response_is_refused(env: Env, document: bytes) -> None:
    with pytest.raises(Invalid, match="no invoice response"):
        take_response(env, document)


def test_french_statuses_are_data(env: Env, einvoice: EInvoice) -> None:
    codes = ["fr:200", "fr:203", "fr:205", "fr:212", "fr:999"]
    messages = [
        Message(id=code, type="status", code=code, number=einvoice.number, at=(NOON - timedelta(hours=9)).isoformat())
        for code in codes
    ]
    assert take_messages(env, 1, einvoice.company_id, messages) == 5
    assert einvoice.state == "accepted"
    assert take_messages(env, 1, einvoice.company_id, messages) == 0
    refused = Message(id="x", type="status", code="fr:210", number=einvoice.number, reason="Wrong price")
    take_messages(env, 1, einvoice.company_id, [refused])
    assert (einvoice.state, einvoice.reason) == ("rejected", "Wrong price")


def test_messages_of_another_company_reach_nothing(env: Env, einvoice: EInvoice) -> None:
    before = einvoice.state
    message = Message(id="x", type="status", code="fr:210", number=einvoice.number)
    take_messages(env, 1, CompanyFactory(env).other().id, [message])
    assert einvoice.state == before


def test_meanings_are_translatable_and_states_known() -> None:
    assert {str(text) for text in MEANINGS} == {one.meaning for one in statuses().values()}
    assert {one.state for one in statuses().values()} <= {*FOLLOWS, None}
    assert set(FOLLOWS) == {state for state, _label in STATES}


STEP = st.builds(
    Step,
    einvoice_id=st.just(1),
    key=st.text("abc", min_size=1, max_size=2),
    source=st.sampled_from(["network", "customer"]),
    code=st.just("x"),
    at=st.integers(0, 5).map(lambda hours: NOON + timedelta(hours=hours)),
    state=st.sampled_from([*FOLLOWS, None]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEP, max_size=12))
def test_no_sequence_of_events_moves_a_document_wrongly(steps: list[Step]) -> None:
    """Nothing follows paid, nothing goes back to checked, and a customer's answer is only changed by an answer."""
    state, answered = "checked", None
    for step in steps:
        if follows(state, step, answered):
            assert step.state in FOLLOWS[state]
            assert not (state in {"accepted", "rejected"} and step.state not in {"accepted", "rejected", "paid"})
            state = step.state or state
        if step.state in {"accepted", "rejected"} and (answered is None or step.at > answered):
            answered = step.at


def test_paid_is_final(env: Env, einvoice: EInvoice) -> None:
    for number, state in enumerate(["paid", "failed", "rejected", "sent"]):
        step = Step(einvoice_id=einvoice.id, key=f"k{number}", source="ledger", code=state, at=env.now, state=state)
        advance(env, [step])
    assert einvoice.state == "paid"
    assert len(env.all(select(env[EInvoiceEvent]))) >= 4


def test_the_office_takes_a_response_and_shows_what_was_said(site: Site) -> None:
    with site.env() as env:
        made = EInvoiceFactory(env)
        made.seller()
        invoice = made.posted(made.customer(), [("1", "10", "0", made.tax("S", 19))])
        number = ensure(env, invoice).number
        document = response(number, "RE", reasons=(Clarification(code="QTY", text="Only 9 arrived"),))
        users = UserFactory(env)
        mei, clerk, record = users.staff("einvoice.user").id, users.staff("account.user").id, invoice.id
    browser = browser_for(site)
    browser.sign_in_as(clerk)
    assert "/office/einvoice/response" not in browser.get("/office/einvoice/archive").get_data(as_text=True)
    browser.sign_in_as(mei)
    browser.get("/office/einvoice/archive")
    browser.submit({"document": (io.BytesIO(document), "r.xml")}, action="/office/einvoice/response")
    assert f"The response was taken: {number} is Rejected." in browser.text
    browser.get(f"/office/account.Invoice/{record}")
    assert "Only 9 arrived" in browser.text
    with site.env(readonly=True) as env:
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []
        assert env.one(Invoice, record).number == number
