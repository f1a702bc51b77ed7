"""What findings say in other languages than English: a folder for each, in it a file for each area of rules.

A file has a table ``[messages]``; a key is the English template as the rule has it, the value its translation with the
same ``{0}``. Words that rules put into templates ("reverse charge") are translated by the same table. A file that can't
be read counts as empty: a check must never fail because of a translation.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

#: Languages that have a folder here.
LANGUAGES: Final = ("de",)


def said(language: str, template: str, values: tuple[str, ...]) -> str:
    """A template in a language with its values; empty where there is no translation."""
    words = messages(language)
    translated = words.get(template, "")
    if not translated or not values:
        return translated
    return filled_in(translated, tuple(words.get(value, value) for value in values))


def messages(language: str) -> Mapping[str, str]:
    """The translations of a language by the English template; none for English and for unknown languages."""
    wanted = language.replace("-", "_").split("_")[0].lower()
    return _catalogue(wanted) if wanted in LANGUAGES else _NONE


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    merged: dict[str, str] = {}
    for file in sorted(files(__name__).joinpath(language).iterdir(), key=lambda found: found.name):
        if file.name.endswith(".toml"):
            merged.update(read(file))
    return MappingProxyType(merged)


def read(file: Traversable) -> dict[str, str]:
    """The translations of one file; none from a file that is damaged."""
    import tomllib

    try:
        table = tomllib.loads(file.read_text("utf-8")).get("messages", {})
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in table.items() if isinstance(value, str)} if isinstance(table, dict) else {}


def filled_in(template: str, values: tuple[str, ...]) -> str:
    """A template with its values. One that asks for more than there are stays empty rather than fails."""
    if not values:
        return template
    try:
        return template.format(*values)
    except (IndexError, KeyError, ValueError, AttributeError):
        return ""
