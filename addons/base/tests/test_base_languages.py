"""The language of a partner in the office: shown and chosen by its name."""

from __future__ import annotations

import pytest

from tradewright.app import Site
from tradewright.testing.client import Browser, browser_for
from tradewright_base.testing import PartnerFactory, UserFactory

pytestmark = pytest.mark.addons("base")


@pytest.fixture
def office(site: Site) -> Browser:
    """A browser in which an administrator has signed in."""
    browser = browser_for(site)
    with site.env() as env:
        admin = UserFactory(env).staff("base.admin")
    browser.sign_in_as(admin.id)
    return browser


def partner_speaking(site: Site, language: str | None) -> int:
    with site.env() as env:
        partner = PartnerFactory(env).customer(language=language)
    return partner.id


def offered(office: Browser, number: int) -> list[str]:
    """Return the options of the input, the chosen one marked."""
    office.get(f"/office/base.Partner/{number}/edit")
    select = office.text.split('name="v.language"')[1].split("</select>")[0]
    return [option.split("</option>")[0].strip() for option in select.split("<option")[1:]]


@pytest.mark.parametrize(("language", "name"), [("de", "Deutsch"), ("zh_Hans", "简体中文"), ("xx", "xx")])
def test_it_is_shown_by_its_own_name(site: Site, office: Browser, language: str, name: str) -> None:
    office.get(f"/office/base.Partner/{partner_speaking(site, language)}")
    assert f">{name}<" in office.text.replace("\n", "").replace(" ", "")


def test_what_the_site_speaks_is_offered_and_what_stands_there_stays(site: Site, office: Browser) -> None:
    spoken = ['value="">', 'value="en">English', 'value="de">Deutsch', 'value="zh_Hans">简体中文']
    assert offered(office, partner_speaking(site, None)) == spoken
    french = partner_speaking(site, "fr")
    assert offered(office, french) == [*spoken, 'value="fr" selected>Français']
    edit = f"/office/base.Partner/{french}/edit"
    office.submit({"v.name": "Dupont"}, action=edit)
    assert (office.status, ">Français<" in office.text) == (200, True)
    office.get(edit)
    office.submit({"v.language": ""}, action=edit)
    assert "Français" not in office.text.partition("History")[0]


@pytest.mark.parametrize("typed", ["!", "<b>de</b>", "d" * 5_000, "_", "../../etc"])
def test_what_is_no_language_is_refused_and_nothing_is_changed(site: Site, office: Browser, typed: str) -> None:
    number = partner_speaking(site, "de")
    office.get(f"/office/base.Partner/{number}/edit")
    office.submit({"v.language": typed}, action=f"/office/base.Partner/{number}/edit")
    assert office.status == 422
    assert "<b>de</b>" not in office.text
    assert 'value="de" selected' in "".join(offered(office, number))
