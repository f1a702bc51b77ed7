"""Figures and dates as a language writes them, from CLDR by Babel; and numbers read back as users type them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from copy import copy
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from tradewright.base.numbers import MAX_DIGITS, NumberError, parse_decimal, round_half_up
from tradewright.i18n.languages import fallbacks
from tradewright.i18n.text import Text, Translator, _

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

NBSP = "\N{NO-BREAK SPACE}"
MAX_DECIMALS = 6
MAX_TYPED = 64

Style = Literal["short", "long"]
Kind = Literal["decimal", "percent", "currency"]

_NAMED_DAYS = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
_NOW = _("just now")


class Formatter:
    """Writes figures and dates for readers of one language. `None` is written as an empty text.

    `timezone` is the zone that moments are shown in; dates have none. `today` (a date, or a moment for distances down
    to minutes) is what `relative` starts from. `translator` gives the few words that CLDR lacks.
    """

    def __init__(
        self,
        language: str,
        *,
        today: dt.date | None = None,
        timezone: dt.tzinfo = dt.UTC,
        translator: Translator | None = None,
    ) -> None:
        self.language = language
        self.today = today
        self.timezone = timezone
        self._translator = translator

    @cached_property
    def _locale(self) -> Locale:
        return _locale(self.language)

    def number(self, value: Decimal | int | None, digits: int | None = None) -> str:
        """Write a number with as many decimals as it has (at most six), or with exactly `digits`."""
        if value is None:
            return ""
        return self._write("decimal", value, (0, MAX_DECIMALS) if digits is None else (digits, digits))

    def money(self, amount: Decimal | int | None, currency: str) -> str:
        """Write an amount with the decimals of its currency (its ISO 4217 code): `€1,234.50`, `1.234,50 €`."""
        if amount is None:
            return ""
        from babel.numbers import get_currency_precision

        digits = get_currency_precision(currency)
        return self._write("currency", amount, (digits, digits), currency)

    def price(self, amount: Decimal | int | None, currency: str) -> str:
        """Write a unit price: at least the decimals of its currency, at most six."""
        if amount is None:
            return ""
        from babel.numbers import get_currency_precision

        return self._write("currency", amount, (get_currency_precision(currency), MAX_DECIMALS), currency)

    def quantity(self, amount: Decimal | int | None, unit: str = "") -> str:
        """Write a quantity with its unit: `12.5 kg`, never broken over two lines."""
        return f"{self.number(amount)}{NBSP}{unit}" if unit and amount is not None else self.number(amount)

    def percent(self, value: Decimal | int | None) -> str:
        """Write a percentage; the value counts hundredths, so 21 is `21%`."""
        if value is None:
            return ""
        return self._write("percent", Decimal(value) / 100, (0, 4))

    def date(self, value: dt.date | None, style: Style = "short") -> str:
        """Write a date: `Nov 21, 2026` (short), `November 21, 2026` (long); a moment by its date in the own zone."""
        if value is None:
            return ""
        day = self._local(value).date() if isinstance(value, dt.datetime) else value
        return _date(day, "medium" if style == "short" else "long", self._locale)

    def time(self, moment: dt.datetime | None) -> str:
        """Write the time of day in the formatter's zone, without seconds."""
        if moment is None:
            return ""
        from babel.dates import format_time

        return format_time(self._local(moment).time(), "short", locale=self._locale)

    def datetime(self, moment: dt.datetime | None, style: Style = "short") -> str:
        """Write an aware moment with its date and time of day, in the formatter's zone."""
        if moment is None:
            return ""
        from babel.dates import get_datetime_format

        frame = str(get_datetime_format("medium", locale=self._locale)).replace("'", "")
        return frame.replace("{0}", self.time(moment)).replace("{1}", self.date(moment, style))

    def relative(self, value: dt.date | None, now: dt.date | None = None) -> str:
        """Write how far away something is from `now`, or from `today`: `in 3 days`, `yesterday`, `5 minutes ago`.

        Two aware moments are told apart down to minutes, all else by days.
        """
        now = now or self.today
        if value is None or now is None:
            return self.date(value)
        if isinstance(value, dt.datetime) and isinstance(now, dt.datetime):
            distance = value - now
            if abs(distance) < dt.timedelta(minutes=1):
                return self._words(_NOW)
            return self._delta(distance, threshold=1)
        distance = _day(value) - _day(now)
        named = _NAMED_DAYS.get(distance.days)
        return self._words(named) if named is not None else self._delta(distance, threshold=4)

    def listing(self, items: Iterable[object], last: Literal["and", "or"] = "and") -> str:
        """Write a list in a sentence: `a, b, and c`."""
        from babel.lists import format_list

        words = [self._translator.value(item) if self._translator else str(item) for item in items]
        return format_list(words, style="standard" if last == "and" else "or", locale=self._locale) if words else ""

    def country(self, code: str) -> str:
        """Return the name of a country (an ISO 3166 code) in this language; the code where it is unknown."""
        return str(self._locale.territories.get(code, code))

    def language_name(self, language: str) -> str:
        """Return what a language is called in itself, for a switch that everybody can read: `Deutsch`, `简体中文`.

        A tag of no known language stays as it is.
        """
        locale = _locale(language)
        if locale.language != language.partition("_")[0]:
            return language
        name = locale.languages.get(str(locale)) or locale.get_display_name(locale) or language
        return name[:1].upper() + name[1:]

    def _write(self, kind: Kind, value: Decimal | int, decimals: tuple[int, int], currency: str | None = None) -> str:
        return _written(self.language, kind, Decimal(value), decimals, currency)

    def _local(self, moment: dt.datetime) -> dt.datetime:
        return moment.astimezone(self.timezone)

    def _words(self, text: Text) -> str:
        return text.translate(self._translator) if self._translator else str(text)

    def _delta(self, distance: dt.timedelta, threshold: float) -> str:
        from babel.dates import format_timedelta

        granularity: Literal["minute", "day"] = "minute" if threshold == 1 else "day"
        return format_timedelta(
            distance, granularity=granularity, threshold=threshold, add_direction=True, locale=self._locale
        )


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


@lru_cache(maxsize=4_096)
def _date(day: dt.date, style: Literal["medium", "long"], locale: Locale) -> str:
    """Write a date. Lists and histories say the same few days again and again."""
    from babel.dates import format_date

    return format_date(day, style, locale=locale)


@lru_cache(maxsize=8_192)
def _written(language: str, kind: Kind, value: Decimal, decimals: tuple[int, int], currency: str | None) -> str:
    """Write a figure; the same ones stand on a page, and on the next one, again and again."""
    # Rounded here because Babel rounds halves to even, and an amount on paper must be the one in the books.
    rounded = round_half_up(value, decimals[1])
    pattern = _pattern(language, kind, decimals)
    return str(pattern.apply(rounded, _locale(language), currency=currency, currency_digits=False))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    for tag in fallbacks(language):
        try:
            return Locale.parse(tag)
        except UnknownLocaleError:
            continue
    return Locale("en")


@lru_cache(maxsize=512)
def _pattern(language: str, kind: Kind, decimals: tuple[int, int]) -> NumberPattern:
    locale = _locale(language)
    found = {
        "decimal": locale.decimal_formats[None],
        "percent": locale.percent_formats[None],
        "currency": locale.currency_formats["standard"],
    }[kind]
    own: NumberPattern = copy(found)
    own.frac_prec = decimals
    return own


def parse_number(text: str, language: str, *, digits: int = MAX_DIGITS, scale: int = 6) -> Decimal:
    """Read a number as a user of the language types it: `1.234,5` in German, `1,234.5` in English.

    Groups must stand where the language puts them, so that most points typed for a comma are refused instead of being
    read as a thousand times more. Spaces of any width group where the language groups by spaces. Raises `NumberError`
    as `parse_decimal` does.
    """
    decimal, group, width = _symbols(language)
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if group.isspace():
        plain, group = re.sub(r"\s", " ", plain), " "
    point, mark = re.escape(decimal), re.escape(group)
    whole = rf"[0-9]+|[0-9]{{1,3}}(?:{mark}[0-9]{{{width}}})*{mark}[0-9]{{3}}"
    if len(plain) > MAX_TYPED or not re.fullmatch(rf"[+-]?(?:(?:{whole})(?:{point}[0-9]*)?|{point}[0-9]+)", plain):
        raise NumberError("not-a-number", text)
    return parse_decimal(plain.replace(group, "").replace(decimal, "."), digits=digits, scale=scale)


@lru_cache(maxsize=64)
def _symbols(language: str) -> tuple[str, str, int]:
    """Return the decimal sign, the group sign and how many digits a group has above the thousands (two in India)."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    locale = _locale(language)
    return get_decimal_symbol(locale), get_group_symbol(locale), locale.decimal_formats[None].grouping[1]
