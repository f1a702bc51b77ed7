"""What addons find in a record stands above the form, linked to the inputs, and at the fields themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.office.conftest import model
from tradewright.app import Site
from tradewright.testing.client import Browser

Browse = Callable[..., Browser]
DOOR = 2
PAGE = f"/office/atelier.Task/{DOOR}"


def note(site: Site, words: str) -> int:
    """Write the note that the atelier looks at; the id of the customer."""
    with site.env() as env:
        task = env.one(model(site, "atelier.Task"), DOOR)
        task.note = words
        return int(task.customer_id)


def test_findings_lead_from_the_page_to_the_inputs_of_the_form(atelier: Site, browse: Browse) -> None:
    customer = note(atelier, "inspect")
    ada = browse()
    ada.get(PAGE)
    assert "Not ready" in ada.text
    assert f'<a href="{PAGE}/edit#f-v.due">Due</a>: Say when. <span class="detail">AT-1</span>' in ada.text
    assert f'<a href="{PAGE}/edit#f-v.steps-0-name">Line 1, Name</a>: Plane it twice.' in ada.text
    city = f"/office/base.Partner/{customer}/edit#f-v.city"
    assert f'<a href="{city}">Partner Berg GmbH, City</a>: Give them a city.' in ada.text
    # Once in the list and once at its place.
    assert [ada.text.count(words) for words in ("Say when.", "Plane it twice.", "Give them a city.")] == [2, 2, 2]
    assert ada.text.count("Look again.") == 17
    assert "3 more stand at their fields." in ada.text


def test_the_form_links_to_its_own_inputs_and_describes_them(atelier: Site, browse: Browse) -> None:
    note(atelier, "inspect")
    ada = browse()
    ada.get(f"{PAGE}/edit")
    assert '<a href="#f-v.due">Due</a>' in ada.text
    for name in ("f-v.due", "f-v.steps-0-name"):
        (tag,) = re.findall(rf'<input[^>]*id="{name}"[^>]*>', ada.text)
        assert f'aria-describedby="{name}-findings"' in tag
        assert f'id="{name}-findings"' in ada.text


def test_those_who_may_not_change_the_record_get_no_link(atelier: Site, browse: Browse) -> None:
    note(atelier, "inspect")
    bob = browse("bob")
    bob.get(PAGE)
    assert "Give them a city." in bob.text
    assert "/office/base.Partner/2/edit" not in bob.text


def test_a_record_without_faults_says_so(atelier: Site, browse: Browse) -> None:
    note(atelier, "perfect")
    ada = browse()
    ada.get(PAGE)
    assert re.search(r'class="alert is-success verdict"[^>]*>.*Ready for the roof', ada.text, re.DOTALL)


def test_a_place_that_does_not_exist_is_the_addons_fault(
    atelier: Site, browse: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    note(atelier, "nowhere")
    ada = browse()
    ada.allow_errors = True
    assert ada.get(PAGE).status_code == 500
    assert "office.finding-place" in caplog.text
