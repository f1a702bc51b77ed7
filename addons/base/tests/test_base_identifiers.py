"""Check digits: a valid number passes, every single mistyped digit is caught."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright_base.services.identifiers import (
    is_valid_bic,
    is_valid_email,
    is_valid_iban,
    normalise_email,
    normalise_iban,
)
from tradewright_base.services.vat import is_valid_vat, normalise_vat

# Invented numbers whose check digits were computed by hand from the published rules.
VALID = (
    "ATU32297092",
    "BE0633597268",
    "CHE016059039MWST",
    "DE302255229",
    "DK89580544",
    "FR53395499213",
    "NL877909477B01",
    "PL4928615434",
    "SE160458300301",
)
# Rules that catch every change of one digit; the others are weaker by design.
STRICT = ("ATU32297092", "DE302255229", "DK89580544", "PL4928615434")


@pytest.mark.parametrize("number", VALID)
def test_a_vat_number_with_right_check_digits_passes(number: str) -> None:
    assert is_valid_vat(number)


@given(st.sampled_from(STRICT), st.integers(0, 7), st.sampled_from(string.digits))
def test_one_wrong_digit_is_caught(number: str, place: int, digit: str) -> None:
    start = next(index for index, sign in enumerate(number) if sign.isdigit())
    changed = number[: start + place] + digit + number[start + place + 1 :]
    assert is_valid_vat(changed) == (changed == number)


@pytest.mark.parametrize(
    "number", ["", "DE", "DE12345678", "DE1234567890", "NL123456789", "ATU1234567", "FRI1395499213", "1"]
)
def test_a_vat_number_of_the_wrong_shape_is_refused(number: str) -> None:
    assert not is_valid_vat(number)


def test_a_vat_number_of_a_country_without_a_rule_needs_only_a_plausible_shape() -> None:
    assert is_valid_vat("US12-3456789")
    assert is_valid_vat(normalise_vat("au 51 824 753 556"))


@given(st.text(max_size=40))
def test_no_text_breaks_the_checks(text: str) -> None:
    is_valid_vat(normalise_vat(text))
    is_valid_iban(normalise_iban(text))
    is_valid_email(normalise_email(text))
    is_valid_bic(text)


@pytest.mark.parametrize("number", ["DE89 3704 0044 0532 0130 00", "gb29 nwbk 6016 1331 9268 19", "NL91ABNA0417164300"])
def test_the_documented_example_accounts_pass(number: str) -> None:
    assert is_valid_iban(normalise_iban(number))
    assert not is_valid_iban(normalise_iban(number)[:-1] + "7")


@pytest.mark.parametrize(
    "address", ["a@b.de", "first.last+tag@sub.example.com", "müller@bücher.example", "o'neil@x-y.example"]
)
def test_usual_addresses_pass(address: str) -> None:
    assert is_valid_email(normalise_email(address))


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b.de", "a@b", "a@@b.de", "a b@c.de", "a@b..de", ".a@b.de", "a.@b.de", "a..b@c.de", "<a@b.de>"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not is_valid_email(normalise_email(address))
