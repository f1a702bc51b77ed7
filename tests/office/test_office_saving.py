"""Forms: what is saved, what is refused and where, and what happens when two people change the same record."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.office.conftest import model
from tests.office.test_office_records import text_of
from tradewright.app import Site
from tradewright.testing import count_statements
from tradewright.testing.client import Browser

Browse = Callable[..., Browser]
ROOF, DOOR, SHED = 1, 2, 3
EDIT = f"/office/atelier.Task/{DOOR}/edit"
NEW = "/office/atelier.Task/new"


def fields_of(browser: Browser, action: str) -> dict[str, str]:
    """Return what the form of a page would send."""
    return dict(browser.form(action).fields)


def stored(site: Site, number: int = DOOR) -> Any:
    """Return a task with its steps, detached."""
    with site.env() as env:
        task = env.one(model(site, "atelier.Task"), number)
        _ = ([step.supplier for step in task.steps], task.customer, task.tags)
        return task


def test_every_kind_of_field_is_saved_as_typed(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit(
        {
            "v.name": "Gate",
            "v.kind": "new",
            "v.customer": "",
            "v.due": "2026-05-06",
            "v.seen": "2026-05-06T07:08",
            "v.urgent": "1",
            "v.rank": "-3",
            "v.price": "1,234.50",
            "v.hours": "0.25",
            "v.share": "12.5%",
            "v.title": "A gate",
            "v.title@de": "Ein Tor",
            "v.note": "one\r\ntwo",
            "v.token": "hush",
        },
        action=EDIT,
    )
    assert "Gate is saved." in ada.text
    task = stored(atelier)
    assert (task.name, task.kind, task.customer_id, task.due) == ("Gate", "new", None, date(2026, 5, 6))
    assert (task.price, task.hours, task.share, task.rank) == (Decimal("1234.5"), Decimal("0.25"), Decimal("12.5"), -3)
    assert (task.urgent, task.note, task.title_source, task.title_i18n) == (
        True,
        "one\ntwo",
        "A gate",
        {"de": "Ein Tor"},
    )
    assert task.seen.isoformat() == "2026-05-06T07:08:00+00:00"
    assert "hush" not in ada.text


def test_an_unticked_box_is_a_no_and_an_empty_secret_stays(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit({"v.urgent": "1", "v.token": "hush"}, action=EDIT)
    ada.get(EDIT)
    ada.submit({"v.token": ""}, action=EDIT, drop=["v.urgent"])
    with atelier.env() as env:
        task = env.one(model(atelier, "atelier.Task"), DOOR)
        assert (task.urgent, task.token) == (False, "hush")


def test_numbers_and_dates_are_read_in_the_language_of_the_user(atelier: Site, browse: Browse) -> None:
    ada = browse(language="de")
    ada.get(EDIT)
    assert fields_of(ada, EDIT)["v.hours"] == "4"
    assert "v.price" in fields_of(ada, EDIT)
    ada.submit({"v.hours": "2,75", "v.price": "1.234,5"}, action=EDIT)
    assert (stored(atelier).hours, stored(atelier).price) == (Decimal("2.75"), Decimal("1234.5"))
    ada.get(EDIT)
    assert fields_of(ada, EDIT)["v.price"] == "1.234,50"
    ada.submit({"v.price": "1.500"}, action=EDIT)
    assert stored(atelier).price in {Decimal(1500), Decimal("1234.5")}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("v.name", "", "This field is needed."),
        ("v.name", "x" * 41, "This text is longer than 40 characters."),
        ("v.name", "a\x07b", "characters"),
        ("v.hours", "NaN", "Write a number in digits"),
        ("v.hours", "1e400", "Write a number in digits"),
        ("v.hours", "-1", "This number must be at least 0."),
        ("v.hours", "1001", "This number must be at most 1000."),
        ("v.price", "1.23456", "This number may have 4 decimal places."),
        ("v.price", "9" * 40, "This number has too many digits."),
        ("v.rank", "1.5", "Write a whole number in digits."),
        ("v.due", "2026-02-30", "Write a date"),
        ("v.due", "99999-01-01", "Write a date"),
        ("v.kind", "theft", "Choose one of the values offered."),
        ("v.customer", "Nobody & Sons", "is not known here"),
        ("v.customer", "#999", "is not known here"),
        ("v.steps-0-amount", "many", "Write a number in digits"),
        ("v.steps-0-name", "", "This field is needed."),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_nothing_is_lost(
    atelier: Site, browse: Browse, name: str, text: str, sentence: str
) -> None:
    ada = browse()
    ada.get(EDIT)
    before = stored(atelier).version
    ada.submit({"v.note": "typed", name: text}, action=EDIT)
    assert ada.status in {400, 422}
    if ada.status == 422:
        assert sentence in text_of(ada).replace("&#34;", '"')
        assert fields_of(ada, EDIT)["v.note"] == "typed"
        assert f'id="f-{name}' in ada.text
    assert stored(atelier).version == before


def test_a_rule_of_the_database_comes_back_as_its_sentence_with_what_was_typed(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit({"v.due": "1999-01-01", "v.name": "Old"}, action=EDIT)
    assert (ada.status, "A task is due after the year 2000." in ada.text) == (422, True)
    assert fields_of(ada, EDIT)["v.name"] == "Old"
    assert stored(atelier).name == "Door"


@pytest.mark.parametrize(
    "name", ["v.state", "v.nonsense", "v.name@fr", "v.steps-0-task", "v.others-0-name", "v.facts", "x"]
)
def test_names_that_the_form_never_had_are_refused(atelier: Site, browse: Browse, name: str) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit({name: "done"}, action=EDIT, follow=False)
    assert ada.status in {303, 400, 422}
    assert (stored(atelier).state, stored(atelier).version) == ("draft", 1)


def test_a_field_that_one_may_not_see_cannot_be_written(atelier: Site, browse: Browse) -> None:
    bob = browse("bob")
    bob.get(EDIT)
    assert "v.cost" not in fields_of(bob, EDIT)
    bob.submit({"v.cost": "1"}, action=EDIT, follow=False)
    assert bob.status == 422
    assert stored(atelier).cost is None


def test_lines_are_changed_added_and_removed_together(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit(
        {
            "v.steps-0-name": "Saw",
            "v.steps-0-supplier": "Acme Ltd",
            "v.steps-1-remove": "1",
            "v.steps-2-name": "Paint",
            "v.steps-2-amount": "2.5",
            "v.steps-2-kind": "machine",
        },
        action=EDIT,
    )
    steps = stored(atelier).steps
    assert [(step.name, step.amount, step.kind, step.checked) for step in steps] == [
        ("Saw", Decimal(1), "hand", True),
        ("Paint", Decimal("2.5"), "machine", True),
    ]
    assert steps[0].supplier.name == "Acme Ltd"


def test_an_untouched_new_row_adds_no_line(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    assert fields_of(ada, EDIT)["v.steps-2-amount"] == "1"
    ada.submit({"v.name": "Gate"}, action=EDIT)
    assert [step.name for step in stored(atelier).steps] == ["Plane", "Hang"]


def test_without_scripts_a_button_gives_more_rows_and_keeps_what_was_typed(browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit({"v.name": "Gate", "v.steps-2-name": "Paint", "add_line": "v.steps"}, action=EDIT)
    found = fields_of(ada, EDIT)
    assert (ada.status, found["v.name"], found["v.steps-2-name"], "v.steps-7-name" in found) == (
        202,
        "Gate",
        "Paint",
        True,
    )
    ada.submit({"v.steps-3-name": "Dry"}, action=EDIT)
    assert "Gate is saved." in ada.text


def test_a_new_record_begins_with_its_defaults_and_what_the_address_says(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(f"{NEW}?d.customer=1&d.name=Fence&d.state=done&d.token=x")
    found = fields_of(ada, NEW)
    assert (found["v.kind"], found["v.name"]) == ("repair", "Fence")
    assert "v.token" not in found or found["v.token"] == ""
    ada.submit({"v.steps-0-name": "Dig"}, action=NEW)
    assert "Fence is created." in ada.text
    number = int(ada.address.rsplit("/", 1)[1].partition("?")[0])
    assert [step.name for step in stored(atelier, number).steps] == ["Dig"]
    assert stored(atelier, number).state == "draft"


def test_the_same_form_sent_twice_creates_one_record(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(NEW)
    fields = {**fields_of(ada, NEW), "v.name": "Once"}
    for _time in range(2):
        ada.post(NEW, fields)
        assert ada.status == 303
    with atelier.env() as env:
        task = model(atelier, "atelier.Task")
        from tradewright.orm import func, select

        assert env.scalar(select(func.count(task.id)).where(task.name == "Once")) == 1


def test_a_colleagues_change_is_told_and_nothing_typed_is_lost(atelier: Site, browse: Browse) -> None:
    ada, bob = browse("ada"), browse("bob")
    ada.get(EDIT)
    bob.get(EDIT)
    bob.submit({"v.name": "Gate", "v.hours": "9", "v.steps-0-name": "Saw", "v.steps-1-remove": "1"}, action=EDIT)
    ada.submit({"v.hours": "5", "v.note": "mine"}, action=EDIT)
    assert ada.status == 409
    words = text_of(ada)
    assert "Bob has changed this while you were working on it." in words
    assert "Name Door Gate" in words
    assert "Hours 4 9 5" in words
    assert "Saw · Name Plane Saw" in words
    assert "Removed lines: 1" in words
    found = fields_of(ada, EDIT)
    assert (found["v.name"], found["v.hours"], found["v.note"], found["v.steps-0-name"]) == ("Gate", "5", "mine", "Saw")
    assert stored(atelier).hours == Decimal(9)
    ada.submit({}, action=EDIT)
    task = stored(atelier)
    assert (task.name, task.hours, task.note, [step.name for step in task.steps]) == (
        "Gate",
        Decimal(5),
        "mine",
        ["Saw"],
    )


def test_a_refused_form_still_notices_a_colleague(atelier: Site, browse: Browse) -> None:
    ada, bob = browse("ada"), browse("bob")
    ada.get(EDIT)
    ada.submit({"v.hours": "x"}, action=EDIT)
    assert ada.status == 422
    bob.get(EDIT)
    bob.submit({"v.name": "Gate"}, action=EDIT)
    ada.submit({"v.hours": "5"}, action=EDIT)
    assert ada.status == 409
    assert stored(atelier).hours == Decimal(4)


def test_a_form_without_its_version_is_a_conflict(browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit({"v.name": "Gate"}, action=EDIT, drop=["version"])
    assert ada.status == 409


def test_models_without_a_version_are_compared_with_what_the_form_was_opened_with(
    atelier: Site, browse: Browse
) -> None:
    tag = model(atelier, "atelier.Tag")
    with atelier.env() as env:
        env.add(tag(name="red"))
    ada = browse()
    path = "/office/atelier.Tag/1/edit"
    ada.get(path)
    with atelier.env() as env:
        env.one(tag, 1).name = "blue"
    ada.submit({"v.name": "green"}, action=path)
    assert (ada.status, "Name red blue green" in text_of(ada)) == (409, True)


def test_a_record_is_deleted_where_its_form_allows_it(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task/{SHED}")
    assert f"/office/atelier.Task/{SHED}/delete" not in ada.text
    ada.get(f"/office/atelier.Task/{DOOR}")
    ada.submit({}, action=f"/office/atelier.Task/{DOOR}/delete")
    assert "Door is deleted." in ada.text
    with atelier.env() as env:
        assert env.get(model(atelier, "atelier.Task"), DOOR) is None


def test_a_reference_is_found_by_number_name_field_or_a_part_that_only_one_has(atelier: Site, browse: Browse) -> None:
    partner = model(atelier, "base.Partner")
    with atelier.env() as env:
        env.add_all(partner(name=f"Firm {n}", kind="company", reference=f"R{n}") for n in range(60))
        twins = [partner(name="Twin", kind="company"), partner(name="Twin", kind="company")]
        env.add_all(twins)
        env.flush()
        second = twins[1].id
    ada = browse()
    for text, name in [("R7", "Firm 7"), ("firm 8", "Firm 8"), (f"Twin #{second}", "Twin"), ("berg", "Berg GmbH")]:
        ada.get(EDIT)
        ada.submit({"v.customer": text}, action=EDIT)
        assert stored(atelier).customer.name == name, text
    ada.get(EDIT)
    ada.submit({"v.customer": "Twin"}, action=EDIT)
    assert (ada.status, "Several fit" in ada.text) == (422, True)
    ada.get("/office/suggest/base.Partner?v.customer=firm+12&form=atelier.task_form&field=customer")
    assert re.findall(r'value="(.*?)"', ada.text) == ["Firm 12"]


def test_every_suggestion_is_understood_when_it_is_sent_back(atelier: Site, browse: Browse) -> None:
    partner = model(atelier, "base.Partner")
    with atelier.env() as env:
        firms = [partner(name=f"Firm {n} [Ltd], Co.", kind="company") for n in range(60)]
        env.add_all(firms)
        env.add_all(partner(name="Joe Doe", kind="contact", parent=firm) for firm in firms[:3])
    ada = browse()
    ada.get("/office/suggest/base.Partner?v.customer=joe&form=atelier.task_form&field=customer")
    options = [html.unescape(text) for text in re.findall(r'value="(.*?)"', ada.text)]
    assert len(options) == 3
    for text in options:
        ada.get(EDIT)
        ada.submit({"v.customer": text}, action=EDIT)
        assert ada.status == 200, text
        with atelier.env() as env:
            assert env.one(model(atelier, "atelier.Task"), DOOR).customer.display_name() == text


def test_choices_of_many_are_ticked_or_written_one_in_each_line(atelier: Site, browse: Browse) -> None:
    tag = model(atelier, "atelier.Tag")
    with atelier.env() as env:
        env.add_all(tag(name=name) for name in ("red", "green", "blue"))
    ada = browse()
    ada.get(EDIT)
    ada.submit({"v.tags~1": "1", "v.tags~3": "1"}, action=EDIT)
    assert sorted(tag.name for tag in stored(atelier).tags) == ["blue", "red"]
    ada.get(EDIT)
    ada.submit({}, action=EDIT, drop=["v.tags~1", "v.tags~3"])
    assert stored(atelier).tags == []
    with atelier.env() as env:
        env.add_all(tag(name=f"tag {n}") for n in range(50))
    ada.get(EDIT)
    ada.submit({"v.tags": "tag 7\nred\n"}, action=EDIT)
    assert sorted(tag.name for tag in stored(atelier).tags) == ["red", "tag 7"]


def test_what_saving_costs_does_not_grow_with_the_lines(atelier: Site, browse: Browse) -> None:
    ada = browse()
    counts = []
    for rows in (3, 60):
        ada.get(EDIT)
        lines = {f"v.steps-{n}-name": f"S{rows}.{n}" for n in range(10, 10 + rows)}
        lines |= {f"v.steps-{n}-supplier": "Acme Ltd" if n % 2 else "Berg GmbH" for n in range(10, 10 + rows)}
        with count_statements(atelier) as found:
            ada.submit(lines, action=EDIT, follow=False)
        assert ada.status == 303
        counts.append(len(found))
    assert counts[1] <= counts[0] + 2


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_a_picture_is_kept_shown_and_removed(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(EDIT)
    ada.submit({"f.picture": (io.BytesIO(PNG), "gate.png")}, action=EDIT)
    shown = re.search(r'<img class="picture" src="(/office/files/\d+)" alt="gate\.png"', ada.text)
    assert shown is not None
    ada.get(shown[1])
    assert ada.response is not None
    assert (ada.response.mimetype, ada.response.get_data()) == ("image/png", PNG)
    ada.response.close()
    ada.get(EDIT)
    ada.submit({"v.picture~remove": "1"}, action=EDIT)
    with atelier.env() as env:
        assert env.one(model(atelier, "atelier.Task"), DOOR).picture is None


def test_what_users_write_is_nowhere_taken_for_markup(atelier: Site, browse: Browse) -> None:
    canary = "<img src=x onerror=alert(1)>"
    tag = model(atelier, "atelier.Tag")
    with atelier.env() as env:
        task = env.one(model(atelier, "atelier.Task"), DOOR)
        task.name, task.note, task.title = canary, canary, canary
        task.customer.name = canary
        task.tags = [env.add(tag(name=canary))]
        task.steps[0].name = canary
    ada = browse()
    for path in (
        "/office",
        "/office/atelier.Task",
        "/office/atelier.Task?group=customer",
        "/office/atelier.Task?view=atelier.task_board",
        f"/office/atelier.Task/{DOOR}",
        EDIT,
        "/office/search?q=onerror",
        "/office/suggest/base.Partner?v.customer=onerror",
    ):
        ada.get(path)
        assert ada.status == 200, path
        assert "<img src=x" not in ada.text, path
    ada.get("/office/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in ada.text
