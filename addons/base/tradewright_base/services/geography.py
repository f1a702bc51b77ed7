"""Countries and currencies as CLDR has them, brought to the site at installation; nothing of it is kept in this repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import select

from ..models.country import Country
from ..models.currency import Currency

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tradewright.orm import Env

LANGUAGES = ("de", "zh_Hans")

# In CLDR's list of territories, but no countries of ISO 3166-1: groups, pseudo-locales, and codes reserved for others.
NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())

# Member states of the European Union (europa.eu, 2026).
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())


def load_geography(env: Env) -> None:
    """Create the countries and the currencies in use today, where they are not there yet; a few statements in all."""
    from babel import Locale  # noqa: PLC0415  # half a megabyte of locale data, needed once in a site's life
    from babel.core import get_global  # noqa: PLC0415
    from babel.numbers import get_territory_currencies  # noqa: PLC0415

    english = Locale("en")
    others = {language: Locale.parse(language) for language in LANGUAGES}
    countries = sorted(
        code for code in english.territories if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    )
    there = set(env.all(select(env[Country].code)))
    env.add_all(
        env[Country](
            code=code,
            name=_names(
                english.territories[code], {key: locale.territories.get(code) for key, locale in others.items()}
            ),
            eu=code in EU,
        )
        for code in countries
        if code not in there
    )
    digits = get_global("currency_fractions")
    known = set(env.all(select(env[Currency].code)))
    env.add_all(
        env[Currency](
            code=code,
            name=_names(
                english.currencies.get(code, code), {key: locale.currencies.get(code) for key, locale in others.items()}
            ),
            symbol=english.currency_symbols.get(code, code)[:8],
            digits=digits.get(code, digits["DEFAULT"])[0],
        )
        for code in _in_use(countries, get_territory_currencies)
        if code not in known
    )
    env.flush()


def _in_use(countries: Iterable[str], currencies_of: object) -> list[str]:
    assert callable(currencies_of)
    return sorted({code for country in countries for code in currencies_of(country)})


def _names(source: str, translations: dict[str, str | None]) -> dict[str, str]:
    return {"": source} | {language: name for language, name in translations.items() if name}
