"""Lists: what they show to whom, how they are searched, filtered, sorted, grouped and exported, and what they cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest

from tests.office.conftest import model
from tradewright.app import Site
from tradewright.testing import count_statements
from tradewright.testing.client import Browser

Browse = Callable[..., Browser]


def rows(browser: Browser) -> list[str]:
    """Return the texts of the cells that lead to records, in order."""
    return re.findall(r'<a class="row-link" href="/office/atelier\.Task/\d+[^"]*">(.*?)</a>', browser.text)


def test_a_list_shows_the_columns_that_its_reader_may_see(browse: Browse) -> None:
    ada = browse("ada")
    ada.get("/office/atelier.Task")
    assert rows(ada) == ["=1+1", "Shed", "Door", "Roof"]
    assert [word in ada.text for word in ("Acme Ltd", "Delft", ">Cost<", "2.5")] == [True] * 4
    bob = browse("bob")
    bob.get("/office/atelier.Task")
    assert ">Cost<" not in bob.text


def test_a_reader_of_few_fields_and_rows_sees_no_more_and_cannot_sort_or_filter_by_the_rest(browse: Browse) -> None:
    vera = browse("vera")
    vera.get("/office/atelier.Task")
    assert rows(vera) == ["Roof"]
    assert ">Due<" not in vera.text
    assert "Late" not in vera.text
    for query in (
        "sort=due",
        "filter=late",
        "filter=dear",
        "group=due:month",
        "within=due:month=2026-02",
        "by=currency&of=1",
    ):
        vera.get(f"/office/atelier.Task?{query}")
        assert rows(vera) == ["Roof"], query
    vera.get("/office/atelier.Task/export")
    assert vera.text.splitlines()[0] == '\ufeff"Name","Customer","Place","State"'


def test_words_are_looked_for_in_the_declared_fields_and_all_have_to_be_found(browse: Browse) -> None:
    ada = browse()
    for words, found in [
        ("roo", ["Roof"]),
        ("acme", ["Roof"]),
        ("acme roof", ["Roof"]),
        ("acme door", []),
        ("100%", []),
    ]:
        ada.get(f"/office/atelier.Task?q={words}")
        assert rows(ada) == found, words


def test_filters_of_one_group_are_alternatives_and_groups_all_hold(browse: Browse) -> None:
    ada = browse()
    for query, found in [
        ("filter=open", ["Roof"]),
        ("filter=open&filter=draft", ["Door", "Roof"]),
        ("filter=open&filter=draft&filter=late", ["Roof"]),
        ("filter=nonsense", ["=1+1", "Shed", "Door", "Roof"]),
    ]:
        ada.get(f"/office/atelier.Task?{query}")
        assert rows(ada) == found, query


def test_a_list_is_sorted_by_columns_paths_and_choices_in_their_own_order(browse: Browse) -> None:
    ada = browse()
    for sort, found in [
        ("name", ["=1+1", "Door", "Roof", "Shed"]),
        ("customer", ["Roof", "Door", "=1+1", "Shed"]),
        ("-customer.city", ["Door", "Roof", "Shed", "=1+1"]),
        ("state", ["Door", "Roof", "Shed", "=1+1"]),
        ("nonsense", ["=1+1", "Shed", "Door", "Roof"]),
    ]:
        ada.get(f"/office/atelier.Task?sort={sort}")
        first = {"customer": 2, "-customer.city": 2}.get(sort, 4)
        assert rows(ada)[:first] == found[:first], sort


@pytest.mark.parametrize(
    ("group", "label", "leads_to"),
    [
        ("state", "Draft", ["Door"]),
        ("customer", "Acme Ltd", ["Roof"]),
        ("due:month", "2026-03", ["Shed"]),
        ("urgent", "No", ["=1+1", "Shed", "Door", "Roof"]),
    ],
)
def test_a_grouped_list_counts_and_each_group_leads_to_its_records(
    browse: Browse, group: str, label: str, leads_to: list[str]
) -> None:
    ada = browse()
    ada.get(f"/office/atelier.Task?group={group}")
    link = re.search(rf'<a class="row-link" href="([^"]+)">{label}</a>', ada.text)
    assert link is not None
    ada.get(link[1].replace("&amp;", "&"))
    assert rows(ada) == leads_to


def test_a_board_has_a_column_for_each_state_with_its_cards(browse: Browse) -> None:
    ada = browse()
    ada.get("/office/atelier.Task?view=atelier.task_board")
    assert re.findall(r"<h2>(\w+)</h2>", ada.text) == ["Draft", "Open", "Done", "Cancelled"]
    assert "Berg GmbH" in ada.text


def test_an_export_is_whole_exact_and_harmless(browse: Browse) -> None:
    ada = browse()
    ada.get("/office/atelier.Task/export?sort=name")
    table = list(csv.reader(io.StringIO(ada.text.removeprefix("\ufeff"))))
    assert table[0] == ["Name", "Customer", "Place", "State", "Due", "Hours", "Cost", "Note"]
    assert table[1] == ["'=1+1", "", "", "Cancelled", "", "", "", "'@cmd"]
    assert ["Roof", "Acme Ltd", "Delft", "Open", "2026-02-01", "2.500000", "5.0000", ""] in table


def test_what_a_list_costs_does_not_grow_with_its_rows(atelier: Site, browse: Browse) -> None:
    ada = browse()
    ada.get("/office/atelier.Task")
    with count_statements(atelier) as few:
        ada.get("/office/atelier.Task")
    task, partner = model(atelier, "atelier.Task"), model(atelier, "base.Partner")
    with atelier.env() as env:
        env.add_all(task(name=f"T{n}", customer=partner(name=f"P{n}", kind="company")) for n in range(44))
    with count_statements(atelier) as many:
        ada.get("/office/atelier.Task")
    assert len(rows(ada)) == 48
    assert len(many) <= len(few)


def test_pages_hold_fifty_rows_and_do_not_overlap(atelier: Site, browse: Browse) -> None:
    task = model(atelier, "atelier.Task")
    with atelier.env() as env:
        env.add_all(task(name=f"T{n}") for n in range(60))
    ada = browse()
    ada.get("/office/atelier.Task?sort=state")
    first = rows(ada)
    ada.get("/office/atelier.Task?sort=state&page=2")
    assert (len(first), len(rows(ada)), set(first) & set(rows(ada))) == (50, 14, set())
    assert "51–64 of 64" in ada.text


def test_an_empty_list_says_what_belongs_there(atelier: Site, browse: Browse) -> None:
    task = model(atelier, "atelier.Task")
    with atelier.env() as env:
        env.delete_where(model(atelier, "atelier.Step"))
        env.delete_where(task)
    ada = browse()
    ada.get("/office/atelier.Task")
    assert "Tasks appear here. Write the first one." in ada.text
    ada.get("/office/atelier.Task?q=zzz")
    assert "No record matches the search and the filters." in ada.text


def test_a_part_of_the_page_answers_a_search_while_it_is_typed(browse: Browse) -> None:
    ada = browse()
    ada.get("/office/atelier.Task?q=roof", headers={"HX-Request": "true"})
    assert rows(ada) == ["Roof"]
    assert "<html" not in ada.text


@pytest.mark.parametrize(
    "path",
    [
        "/office/core.Session",
        "/office/no.Such",
        "/office/base.Series",
        "/office/atelier.Task?view=base.partner_list",
        "/office/atelier.Task?within=due:month=2026-99",
        "/office/atelier.Task/999",
        "/office/base.Series/1",
    ],
)
def test_what_one_may_not_see_is_as_what_is_not_there(browse: Browse, path: str) -> None:
    bob = browse("bob")
    bob.get(path)
    assert bob.status == 404


def test_the_menu_holds_what_its_reader_may_open(browse: Browse) -> None:
    ada, vera = browse("ada"), browse("vera")
    ada.get("/office")
    assert "For managers" in ada.text
    assert "/office/atelier.Task?view=atelier.cancelled_list" in ada.text
    vera.get("/office")
    assert "/office/atelier.Task" in vera.text
    assert "For managers" not in vera.text
    assert "/office/atelier.Tag" not in vera.text


def test_the_home_page_counts_what_waits_for_whoever_looks(browse: Browse) -> None:
    ada = browse()
    ada.get("/office")
    assert re.findall(r'<span class="value">(.*?)</span>', ada.text) == ["1", "1"]
    assert "Good day, Ada" in ada.text
    vera = browse("vera")
    vera.get("/office")
    assert re.findall(r'<span class="value">(.*?)</span>', vera.text) == ["1"]


def test_a_portal_user_has_no_back_office(atelier: Site, browse: Browse) -> None:
    user, partner = model(atelier, "base.User"), model(atelier, "base.Partner")
    with atelier.env() as env:
        account = partner(name="Buyer Ltd", kind="company")
        contact = partner(name="Bo", kind="contact", parent=account)
        env.add(user(kind="portal", login="bo@example.com", name="Bo", partner=contact, company=env.company))
    bo = browse("bo")
    for path in ("/office", "/office/atelier.Task", "/office/search?q=a", "/office/suggest/base.Partner"):
        bo.get(path)
        assert bo.status == 404, path


def test_search_finds_records_of_all_models_and_pages_of_the_menu(browse: Browse) -> None:
    ada = browse()
    ada.get("/office/search?q=roof")
    assert "/office/atelier.Task/1" in ada.text
    ada.get("/office/search?q=acme", headers={"HX-Request": "true"})
    assert "Acme Ltd" in ada.text
    assert "Roof" in ada.text
    vera = browse("vera")
    vera.get("/office/search?q=door", headers={"HX-Request": "true"})
    assert "Door" not in vera.text
