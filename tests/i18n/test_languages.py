"""Visitors get the offered language that comes nearest to what they read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.i18n import fallbacks, negotiate, normalise

OFFERED = ("en", "de", "zh_Hans")


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("EN", "en"),
        ("de-at", "de_AT"),
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh_Hant_HK", "zh_Hant"),
        ("zh-tw", "zh_Hant"),
        ("sr-Latn-rs", "sr_Latn_RS"),
        ("es-419", "es_419"),
        ("", ""),
        ("../../etc", ""),
        ("*", ""),
    ],
)
def test_a_language_is_written_one_way(tag: str, normal: str) -> None:
    assert normalise(tag) == normal


def test_a_language_falls_back_to_wider_ones_and_then_to_english() -> None:
    assert fallbacks("de-AT") == ("de_AT", "de", "en")
    assert fallbacks("zh-CN") == ("zh_Hans", "en")
    assert fallbacks("en") == ("en",)
    assert fallbacks("nonsense!") == ("en",)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-CH,de;q=0.9", "de"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("zh-TW,zh-HK;q=0.9", "en"),
        ("fr,de;q=0.5,en;q=0.9", "en"),
        ("fr;q=0.9, de ; q = 0.1", "de"),
        ("de;q=0,en;q=0.1", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (None, "en"),
        ("de;q=broken", "en"),
        (";;,,q=1", "en"),
    ],
)
def test_the_header_chooses_among_the_offered_languages(header: str | None, language: str) -> None:
    assert negotiate(header, OFFERED) == language


def test_the_users_own_choice_comes_before_the_header() -> None:
    assert negotiate("de", OFFERED, preferred=["zh_Hans"]) == "zh_Hans"
    assert negotiate("de", OFFERED, preferred=["", "fr"]) == "de"


def test_english_is_no_answer_to_another_language_while_a_further_wish_can_be_met() -> None:
    assert negotiate("fr,de", ("en", "de")) == "de"


def test_a_wide_wish_is_met_by_a_narrow_offer() -> None:
    assert negotiate("de", ("en", "de_AT")) == "de_AT"
    assert negotiate("en-GB", ("de", "en")) == "en"


def test_without_a_wish_the_first_offered_language_is_used() -> None:
    assert negotiate("fr", ("de", "en")) == "de"
    assert negotiate("fr", ()) == "en"


@given(st.text(max_size=200))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert negotiate(header, OFFERED) in OFFERED
