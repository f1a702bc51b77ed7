"""A record's page: what it shows to whom, its operations, history and files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from tests.office.conftest import model
from tradewright.app import Site
from tradewright.testing import count_statements
from tradewright.testing.client import Browser

Browse = Callable[..., Browser]
ROOF, DOOR, SHED = 1, 2, 3


def text_of(browser: Browser) -> str:
    """Return the words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", browser.text).split())


def actions(browser: Browser) -> set[str]:
    """Return where the forms of a page post to."""
    return {form.action for form in browser.forms if form.method == "POST" and form.action.startswith("/office")}


def test_a_record_shows_its_fields_by_kind_and_links_what_it_refers_to(browse: Browse) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task/{ROOF}")
    words = text_of(ada)
    assert [part in words for part in ("Roof", "Feb 1, 2026", "2.5 h", "€5.00", "Open")] == [True] * 5
    assert re.search(r'<a href="/office/base\.Partner/\d+">Acme Ltd</a>', ada.text)


def test_fields_buttons_and_edit_follow_the_rights_of_the_reader(browse: Browse) -> None:
    ada, bob, vera = browse("ada"), browse("bob"), browse("vera")
    ada.get(f"/office/atelier.Task/{DOOR}")
    assert {f"/office/atelier.Task/run/{name}" for name in ("start", "cancel", "postpone")} <= actions(ada)
    assert f"/office/atelier.Task/{DOOR}/delete" in actions(ada)
    bob.get(f"/office/atelier.Task/{DOOR}")
    assert {one for one in actions(bob) if "run" in one} == {
        "/office/atelier.Task/run/start",
        "/office/atelier.Task/run/postpone",
    }
    assert f"/office/atelier.Task/{DOOR}/delete" not in actions(bob)
    vera.get(f"/office/atelier.Task/{ROOF}")
    assert "Acme Ltd" in vera.text
    assert [word in text_of(vera) for word in ("Feb 1", "Cost", "Steps", "Edit")] == [False] * 4
    vera.get(f"/office/atelier.Task/{DOOR}")
    assert vera.status == 404


def test_a_form_that_is_fixed_in_a_state_offers_no_edit_and_takes_none(browse: Browse) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task/{SHED}")
    assert f"/office/atelier.Task/{SHED}/edit" not in ada.text
    ada.get(f"/office/atelier.Task/{SHED}/edit")
    assert ada.status == 403


def test_an_operation_runs_once_and_says_so(browse: Browse) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task/{DOOR}")
    form = ada.form("/office/atelier.Task/run/start")
    ada.post(form.action, dict(form.fields), follow=True)
    assert "Start: Door" in ada.text
    # The same click again, sent twice by an impatient browser, is answered as before.
    ada.post(form.action, dict(form.fields), follow=True)
    assert ada.status == 200
    assert "/office/atelier.Task/run/start" not in actions(ada)


def test_an_operation_that_is_refused_says_why_and_changes_nothing(atelier: Site, browse: Browse) -> None:
    task = model(atelier, "atelier.Task")
    with atelier.env() as env:
        stuck = env.add(task(name="stuck"))
        env.flush()
        number = stuck.id
    ada = browse()
    ada.get("/office/atelier.Task")
    ada.submit({"id": [str(DOOR), str(number)]}, action="/office/atelier.Task/run/start")
    assert "stuck is stuck: free it first." in ada.text
    with atelier.env() as env:
        assert env.one(task, DOOR).state == "draft"


def test_a_selection_runs_an_operation_for_all_its_records(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get("/office/atelier.Task")
    form = ada.form("/office/atelier.Task/run/start")
    fields = [*form.fields, ("id", str(ROOF)), ("id", str(DOOR))]
    ada.post("/office/atelier.Task/run/cancel", _multi(fields), follow=True)
    assert "Cancel task: 2 records of Tasks" in ada.text
    task = model(atelier, "atelier.Task")
    with atelier.env() as env:
        assert [env.one(task, number).state for number in (ROOF, DOOR)] == ["cancelled", "cancelled"]


def test_an_operation_without_a_selection_asks_for_one(browse: Browse) -> None:
    ada = browse()
    ada.get("/office/atelier.Task")
    ada.submit({}, action="/office/atelier.Task/run/start")
    assert "Choose at least one record first." in ada.text


def test_an_operation_asks_for_its_parameters_and_reads_them_strictly(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task/{DOOR}")
    ada.submit({}, action="/office/atelier.Task/run/postpone", follow=False)
    assert ada.status == 202
    ada.submit({"p.until": "tomorrow"}, action="/office/atelier.Task/run/postpone")
    assert (ada.status, "Write a date" in ada.text) == (422, True)
    ada.submit({"p.until": "2026-12-24", "p.reason": "Snow"}, action="/office/atelier.Task/run/postpone")
    assert "Postpone: Door" in ada.text
    task = model(atelier, "atelier.Task")
    with atelier.env() as env:
        door = env.one(task, DOOR)
        assert (str(door.due), door.note) == ("2026-12-24", "Snow")


@pytest.mark.parametrize(
    ("path", "login"),
    [
        ("/office/atelier.Task/run/cancel", "bob"),
        ("/office/atelier.Task/run/before_save", "ada"),
        ("/office/atelier.Task/run/display_name", "ada"),
        ("/office/atelier.Task/run/__init__", "ada"),
        ("/office/base.Series/run/start", "bob"),
    ],
)
def test_only_operations_that_one_may_run_can_be_called(browse: Browse, path: str, login: str) -> None:
    browser = browse(login)
    browser.get("/office/atelier.Task")
    fields = dict(browser.form("/office/atelier.Task/run/start").fields)
    browser.post(path, {**fields, "id": str(DOOR)})
    assert browser.status == 404


def test_the_history_tells_who_changed_what_in_words(browse: Browse) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task/{DOOR}/edit")
    ada.submit({"v.name": "Gate", "v.steps-0-name": "Saw", "v.kind": "new"}, action=f"/office/atelier.Task/{DOOR}/edit")
    words = text_of(ada)
    assert "Ada changed it" in words
    assert "Name: Door → Gate" in words
    assert "Kind: Repair → New work" in words
    assert "Saw · Name: Plane → Saw" in words


def test_the_history_tells_nothing_of_fields_that_its_reader_may_not_read(atelier: Site, browse: Browse) -> None:
    task = model(atelier, "atelier.Task")
    with atelier.env() as env:
        roof = env.one(task, ROOF)
        roof.note, roof.name = "Nobody knows", "Roof 2"
    vera = browse("vera")
    vera.get(f"/office/atelier.Task/{ROOF}")
    assert "Name: Roof → Roof 2" in text_of(vera)
    assert "Nobody knows" not in vera.text


def test_files_are_added_listed_and_read_by_those_who_read_the_record(browse: Browse) -> None:
    bob = browse("bob")
    bob.get(f"/office/atelier.Task/{DOOR}")
    form = bob.form(f"/office/atelier.Task/{DOOR}/files")
    bob.post(form.action, {**dict(form.fields), "files": (io.BytesIO(b"%PDF-1.7 plan"), "plan.pdf")}, follow=True)
    link = re.search(r'href="(/office/files/\d+)"[^>]*>plan\.pdf', bob.text)
    assert link is not None
    bob.get(link[1])
    assert bob.response is not None
    assert bob.response.get_data() == b"%PDF-1.7 plan"
    assert bob.response.headers["Content-Disposition"].startswith("attachment")
    bob.response.close()
    bob.response.close()
    vera = browse("vera")
    vera.get(link[1])
    assert vera.status == 404


def test_what_a_record_costs_does_not_grow_with_its_lines(atelier: Site, browse: Browse) -> None:
    ada = browse()
    step, partner = model(atelier, "atelier.Step"), model(atelier, "base.Partner")
    with atelier.env() as env:
        env.add_all(partner(name=f"Q{n}", kind="company") for n in range(60))
    counts = []
    for place in (2, 100):
        with atelier.env() as env:
            task = env.one(model(atelier, "atelier.Task"), DOOR)
            env.add_all(step(task=task, name=f"S{n}", supplier=partner(name=f"P{n}")) for n in range(place))
        for address in (f"/office/atelier.Task/{DOOR}", f"/office/atelier.Task/{DOOR}/edit"):
            ada.get(address)
            with count_statements(atelier) as found:
                ada.get(address)
            counts.append(len(found))
    assert counts[2] <= counts[0]
    assert counts[3] <= counts[1]


def test_a_record_reads_in_the_language_of_its_reader(browse: Browse) -> None:
    ada = browse(language="de")
    ada.get(f"/office/atelier.Task/{ROOF}")
    assert "01.02.2026" in ada.text
    assert "2,5\xa0h" in ada.text


def _multi(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found
