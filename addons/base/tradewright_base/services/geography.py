"""Countries and currencies as CLDR has them, brought to the site at installation; no list of them is kept here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.i18n.cldr import country_names, currencies_in_use
from tradewright.orm import select

from ..models.country import Country
from ..models.currency import Currency

if TYPE_CHECKING:
    from tradewright.orm import Env

LANGUAGES = ("en", "de", "zh_Hans")

# Member states of the European Union (europa.eu, 2026).
EU = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


def load_geography(env: Env) -> None:
    """Create the countries of the world and the currencies in use, where they are not there yet."""
    there = set(env.all(select(env[Country].code)))
    env.add_all(
        env[Country](code=code, name=_texts(code, names), eu=code in EU)
        for code, names in country_names(*LANGUAGES).items()
        if code not in there
    )
    known = set(env.all(select(env[Currency].code)))
    env.add_all(
        env[Currency](
            code=facts.code, name=_texts(facts.code, facts.names), symbol=facts.symbol[:8], digits=facts.digits
        )
        for facts in currencies_in_use(*LANGUAGES)
        if facts.code not in known
    )
    env.flush()


def _texts(code: str, names: dict[str, str]) -> dict[str, str]:
    """The names as a translated field takes them: the English one is the source."""
    return {"": names.get("en", code)} | {language: name for language, name in names.items() if language != "en"}
