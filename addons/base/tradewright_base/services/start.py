"""What a new site starts with: countries, currencies and its first company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import select

from ..models.company import Company
from ..models.country import Country
from ..models.currency import Currency
from .geography import load_geography

if TYPE_CHECKING:
    from tradewright.orm import Env

FIRST_NAME = "My company"
HOME = "DE"
CURRENCY = "EUR"


def start(env: Env) -> None:
    """Bring what is not there yet. The first company has a name to replace, in Germany and with euros."""
    load_geography(env)
    if env.scalar(select(env[Company].id).limit(1)) is None:
        env.add(
            env[Company](
                name=FIRST_NAME,
                language=env.site.language,
                country=env.scalar(select(env[Country]).where(env[Country].code == HOME)),
                currency=env.scalar(select(env[Currency]).where(env[Currency].code == CURRENCY)),
            )
        )
        env.flush()
