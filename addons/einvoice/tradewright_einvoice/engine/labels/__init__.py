"""The words of the rendered invoice by language. A caller may replace any of them by its own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

#: Languages that have a file here. A language without one is rendered in English.
LANGUAGES: Final = ("en", "de", "zh_Hans")


@cache
def labels(language: str = "en") -> Mapping[str, str]:
    """The words of a language: ``de``, ``de-AT`` and ``de_AT`` are German, ``zh`` is simplified Chinese."""
    wanted = language.replace("-", "_").split("_")[0].lower()
    name = next((known for known in LANGUAGES if known.split("_")[0] == wanted), "en")
    words: dict[str, str] = tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
    return MappingProxyType(words)
