"""Partners, companies and addresses: what is tidied, what is refused."""

from typing import Any

import pytest

from tradewright.app import Site
from tradewright.orm import Env
from tradewright_base.models.partner import Partner
from tradewright_base.testing import CompanyFactory, PartnerFactory, refusal

pytestmark = pytest.mark.addons("base")


def test_email_and_vat_number_are_written_in_one_form(partners: PartnerFactory) -> None:
    partner = partners.customer(email="  Info@Example.COM ", vat="de 136.695.976", language="de-at")
    assert (partner.email, partner.vat, partner.language) == ("info@example.com", "DE136695976", "de_AT")
    blank = partners.customer(email=" ", vat="")
    assert (blank.email, blank.vat) == (None, None)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "info@nowhere"}, "This is not an e-mail address: write it like name@example.com."),
        ({"email": "a b@example.com"}, "This is not an e-mail address: write it like name@example.com."),
        (
            {"vat": "DE136695977"},
            "This VAT number does not pass the check of its country: compare it with the customer's letterhead.",
        ),
        ({"language": "!"}, "This language is not known: write its code, like en, de or zh_Hans."),
        ({"kind": "contact", "name": "Ann"}, "Ann is a contact: choose the company it belongs to."),
    ],
)
def test_what_is_mistyped_is_refused_with_a_remedy(site: Site, values: dict[str, Any], sentence: str) -> None:
    assert refusal(site, lambda env: PartnerFactory(env).customer(**values)) == sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"iban": "DE89370400440532013001"},
            "This IBAN does not pass its check digits: compare it with the bank statement.",
        ),
        ({"bic": "COBA"}, "A BIC has 8 or 11 letters and digits: compare it with the bank statement."),
        ({"accent": "blue"}, "A colour is written as # and six hexadecimal digits, like #1d4ed8."),
    ],
)
def test_a_company_with_mistyped_facts_is_refused(site: Site, values: dict[str, Any], sentence: str) -> None:
    assert refusal(site, lambda env: CompanyFactory(env).other(**values)) == sentence


def test_the_account_of_a_contact_is_the_company_at_the_top(partners: PartnerFactory) -> None:
    group = partners.customer(name="Group")
    branch = partners.customer(name="Branch", parent=group)
    person = partners.contact(branch, name="Ann")
    assert person.account is group
    assert group.account is group
    assert person.display_name() == "Group, Ann"


def test_a_company_that_would_be_part_of_itself_is_refused(site: Site) -> None:
    def circle(env: Env) -> None:
        partners = PartnerFactory(env)
        group = partners.customer(name="Group")
        group.parent = partners.customer(name="Branch", parent=group)

    assert refusal(site, circle).endswith("would be part of itself: choose another company.")


def test_a_new_customer_gets_the_next_number_when_the_work_is_saved(site: Site) -> None:
    with site.env() as env:
        partners = PartnerFactory(env)
        made = [partners.customer(), partners.customer(reference="OLD-7"), partners.customer()]
        person = partners.contact(made[0])
    assert [partner.reference for partner in (*made, person)] == ["C10001", "OLD-7", "C10002", None]


def test_a_customer_number_is_given_once(site: Site) -> None:
    def twice(env: Env) -> None:
        partners = PartnerFactory(env)
        partners.customer(reference="K-1")
        partners.customer(reference="K-1")

    assert refusal(site, twice) == "There is already a record with this value."


def test_a_customer_with_contacts_is_not_deleted(site: Site) -> None:
    def delete(env: Env) -> None:
        partners = PartnerFactory(env)
        account = partners.customer()
        partners.contact(account)
        env.flush()
        env.delete(account)

    assert refusal(site, delete) == "This is still used elsewhere, or what it refers to is gone."


def test_addresses_go_with_their_partner(env: Env, partners: PartnerFactory) -> None:
    account = partners.customer()
    address = partners.address(account, name="Dock 4", street="Hafenweg 1", zip="20457", city="Hamburg")
    assert address.postal_lines == ["Hafenweg 1", "20457 Hamburg", "Germany"]
    assert address.display_name() == "Dock 4, Hafenweg 1, Hamburg"
    env.delete(account)
    env.flush()
    assert env.get(type(address), address.id) is None


def test_countries_are_named_in_the_language_of_the_reader(site: Site) -> None:
    with site.env() as env:
        number = PartnerFactory(env).customer(in_country="NL").id
    names = {}
    for language in ("en", "de", "zh_Hans"):
        with site.env(language=language, readonly=True) as env:
            country = env.one(Partner, number).country
            names[language] = country.name if country else None
    assert names == {"en": "Netherlands", "de": "Niederlande", "zh_Hans": "荷兰"}
