"""Figures and dates are written as each language writes them, and exactly."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.base.numbers import NumberError
from tradewright.i18n import Formatter, Text, parse_number

DAY = dt.date(2026, 11, 21)
MOMENT = dt.datetime(2026, 11, 21, 9, 5, 59, tzinfo=dt.UTC)
EN, DE, ZH = (Formatter(language) for language in ("en", "de", "zh_Hans"))


@pytest.mark.parametrize(
    ("amount", "currency", "english", "german", "chinese"),
    [
        ("1234.5000", "EUR", "€1,234.50", "1.234,50\xa0€", "€1,234.50"),
        ("-0.5", "USD", "-$0.50", "-0,50\xa0$", "-US$0.50"),
        ("1234.5", "JPY", "¥1,235", "1.235\xa0¥", "JP¥1,235"),
        ("2.345", "EUR", "€2.35", "2,35\xa0€", "€2.35"),
        ("0.0050", "EUR", "€0.01", "0,01\xa0€", "€0.01"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_rounds_halves_up(
    amount: str, currency: str, english: str, german: str, chinese: str
) -> None:
    assert [each.money(Decimal(amount), currency) for each in (EN, DE, ZH)] == [english, german, chinese]


def test_a_unit_price_shows_what_it_has_beyond_the_decimals_of_its_currency() -> None:
    prices = [EN.price(Decimal(price), "EUR") for price in ("3", "3.100000", "0.012500", "0.0000004")]
    assert prices == ["€3.00", "€3.10", "€0.0125", "€0.00"]


def test_numbers_show_the_decimals_they_have_or_those_asked_for() -> None:
    assert [DE.number(Decimal(x)) for x in ("1234.560000", "1E+3", "0.1234567")] == ["1.234,56", "1.000", "0,123457"]
    assert [DE.number(x, 2) for x in (5, Decimal("2.345"))] == ["5,00", "2,35"]


def test_a_quantity_keeps_its_unit_on_the_line() -> None:
    assert (DE.quantity(Decimal("12.50"), "kg"), DE.quantity(3)) == ("12,5\xa0kg", "3")


def test_a_percentage_counts_hundredths() -> None:
    assert [each.percent(Decimal("21.55")) for each in (EN, DE)] == ["21.55%", "21,55\xa0%"]


def test_dates_are_short_or_long() -> None:
    assert [each.date(DAY) for each in (EN, DE, ZH)] == ["Nov 21, 2026", "21.11.2026", "2026年11月21日"]
    assert [each.date(DAY, "long") for each in (EN, DE)] == ["November 21, 2026", "21. November 2026"]


def test_a_moment_is_shown_in_the_zone_of_the_formatter() -> None:
    vienna = Formatter("de", timezone=dt.timezone(dt.timedelta(hours=15)))
    assert (DE.datetime(MOMENT), vienna.datetime(MOMENT)) == ("21.11.2026, 09:05", "22.11.2026, 00:05")
    assert (vienna.date(MOMENT), vienna.time(MOMENT)) == ("22.11.2026", "00:05")
    assert DE.datetime(MOMENT, "long") == "21. November 2026, 09:05"
    assert EN.datetime(MOMENT) == "Nov 21, 2026, 9:05\u202fAM"


@pytest.mark.parametrize(
    ("days", "english", "german"),
    [
        (0, "today", "today"),
        (1, "tomorrow", "tomorrow"),
        (-1, "yesterday", "yesterday"),
        (3, "in 3 days", "in 3 Tagen"),
        (-27, "27 days ago", "vor 27 Tagen"),
        (42, "in 6 weeks", "in 6 Wochen"),
    ],
)
def test_a_date_is_told_by_its_distance(days: int, english: str, german: str) -> None:
    day = DAY + dt.timedelta(days=days)
    assert [Formatter(language, today=DAY).relative(day) for language in ("en", "de")] == [english, german]


def test_a_moment_is_told_by_its_distance_down_to_minutes() -> None:
    ages = [EN.relative(MOMENT - dt.timedelta(minutes=minutes), MOMENT) for minutes in (0, 5, 90, 60 * 24 * 3)]
    assert ages == ["just now", "5 minutes ago", "2 hours ago", "3 days ago"]


def test_a_moment_and_a_date_are_told_apart_by_days() -> None:
    assert EN.relative(MOMENT, DAY + dt.timedelta(days=2)) == "2 days ago"


def test_a_distance_from_nowhere_is_the_date_itself() -> None:
    assert EN.relative(DAY) == "Nov 21, 2026"


def test_words_that_cldr_lacks_come_from_the_translator() -> None:
    class Reversed:
        def message(self, context: str | None, msgid: str) -> str:
            del context
            return msgid[::-1]

        def plural(self, context: str | None, singular: str, plural: str, n: int) -> str:
            raise NotImplementedError((context, singular, plural, n))

        def value(self, value: object) -> str:
            return value.translate(self) if isinstance(value, Text) else str(value)

    formatter = Formatter("en", today=DAY, translator=Reversed())
    assert formatter.relative(DAY) == "yadot"
    assert formatter.listing([Text("ba"), "c"]) == "ab and c"


def test_lists_are_written_as_in_a_sentence() -> None:
    assert [each.listing(["a", "b", "c"]) for each in (EN, DE, ZH)] == ["a, b, and c", "a, b und c", "a、b和c"]
    assert (EN.listing(["a", "b"], "or"), EN.listing([])) == ("a or b", "")


def test_nothing_is_written_as_an_empty_text() -> None:
    written = [EN.number(None), EN.money(None, "EUR"), EN.price(None, "EUR"), EN.quantity(None, "kg"), EN.percent(None)]
    assert [*written, EN.date(None), EN.time(None), EN.datetime(None), EN.relative(None, DAY)] == [""] * 9


def test_countries_and_languages_have_names() -> None:
    assert (DE.country("CN"), ZH.country("DE"), DE.country("XX")) == ("China", "德国", "XX")
    names = [EN.language_name(language) for language in ("en", "de", "zh_Hans", "fr", "de_AT", "xx")]
    assert names == ["English", "Deutsch", "简体中文", "Français", "Österreichisches Deutsch", "xx"]


def test_a_language_that_cldr_does_not_know_is_written_as_english() -> None:
    assert Formatter("xx").money(Decimal(1), "EUR") == "€1.00"


def test_words_alone_do_not_import_babel() -> None:
    code = "import sys, tradewright.i18n as i; i.Catalogs([])['de'].gettext('x'); print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,234.5", "1234.5"),
        ("de", "1.234,5", "1234.5"),
        ("de", "1234,5", "1234.5"),
        ("de", "1.234", "1234"),
        ("en", "1.234", "1.234"),
        ("en", ".5", "0.5"),
        ("en", " +7 ", "7"),
        ("en", "\N{MINUS SIGN}7", "-7"),
        ("fr", "1 234,5", "1234.5"),
        ("fr", "1\u202f234,5", "1234.5"),
        ("de_CH", "1’234.5", "1234.5"),
        ("en_IN", "12,34,567", "1234567"),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(language: str, typed: str, number: str) -> None:
    assert parse_number(typed, language) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "1,5"),
        ("de", "1.5"),
        ("de", "1.23.456"),
        ("de", "1,234.5"),
        ("en", "12,34,567"),
        ("en", ""),
        ("en", "."),
        ("en", "NaN"),
        ("en", "1e400"),
        ("en", "٣"),
        ("en", "1" * 65),
        ("en", "--1"),
    ],
)
def test_a_number_written_otherwise_is_refused_instead_of_guessed(language: str, typed: str) -> None:
    with pytest.raises(NumberError, match="not-a-number"):
        parse_number(typed, language)


@given(
    st.decimals(min_value=-(10**11), max_value=10**11, places=6),
    st.sampled_from(["en", "de", "zh_Hans", "fr", "en_IN"]),
)
def test_a_number_that_was_written_is_read_back(number: Decimal, language: str) -> None:
    assert parse_number(Formatter(language).number(number), language) == number
