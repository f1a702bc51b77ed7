"""What CLDR knows of countries and currencies: codes, names, digits. Brought to a site when it is installed."""

from __future__ import annotations

from dataclasses import dataclass

from tradewright.i18n.languages import fallbacks

# In CLDR's list of territories, but not in ISO 3166-1: groups, pseudo-locales, codes reserved for something else.
_NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"))


@dataclass(frozen=True, slots=True)
class CurrencyFacts:
    """A currency of ISO 4217: its symbol in English, the digits of its amounts and its names by language."""

    code: str
    symbol: str
    digits: int
    names: dict[str, str]


def country_names(*languages: str) -> dict[str, dict[str, str]]:
    """Return the countries of ISO 3166-1 by their code, each with its names by language."""
    from babel import Locale  # once in a site's life

    english = Locale("en").territories
    codes = sorted(
        code for code in map(str, english) if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    )
    by_language = {language: Locale.parse(fallbacks(language)[0]).territories for language in languages}
    return {code: {language: names[code] for language, names in by_language.items() if code in names} for code in codes}


def currencies_in_use(*languages: str) -> list[CurrencyFacts]:
    """Return the currencies that are legal tender somewhere today, by code, with their names by language."""
    from babel import Locale
    from babel.core import get_global
    from babel.numbers import get_territory_currencies

    codes = sorted({code for country in country_names() for code in get_territory_currencies(country)})
    fractions = get_global("currency_fractions")
    symbols = Locale("en").currency_symbols
    by_language = {language: Locale.parse(fallbacks(language)[0]).currencies for language in languages}
    return [
        CurrencyFacts(
            code,
            symbols.get(code, code),
            fractions.get(code, fractions["DEFAULT"])[0],
            {language: names[code] for language, names in by_language.items() if code in names},
        )
        for code in codes
    ]
