"""Languages: one way to write them, where a missing translation falls back to, and which one a visitor gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

SOURCE_LANGUAGE = "en"
"""The language that messages are written in, at the end of every fallback chain."""

_TAG = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*", re.ASCII)
_SCRIPT = re.compile(r"[a-zA-Z]{4}", re.ASCII)
_TERRITORY = re.compile(r"[a-zA-Z]{2}|[0-9]{3}", re.ASCII)
_SCRIPT_OF_CHINESE = {"CN": "Hans", "SG": "Hans", "MY": "Hans", "TW": "Hant", "HK": "Hant", "MO": "Hant"}
_MAX_HEADER = 1_000


@lru_cache(maxsize=512)
def normalise(tag: str) -> str:
    """Write a language tag one way: `de-at` gives `de_AT`, `zh-CN` and `zh` give `zh_Hans`, nonsense gives ``""``."""
    tag = tag.strip()
    if not _TAG.fullmatch(tag):
        return ""
    language, *rest = re.split("[-_]", tag)
    script = next((part.title() for part in rest if _SCRIPT.fullmatch(part)), "")
    territory = next((part.upper() for part in rest if _TERRITORY.fullmatch(part)), "")
    if language.lower() == "zh":
        # Chinese is told apart by script: the territory only hints at it.
        script, territory = script or _SCRIPT_OF_CHINESE.get(territory, "Hans"), ""
    return "_".join(filter(None, (language.lower(), script, territory)))


@lru_cache(maxsize=512)
def fallbacks(language: str) -> tuple[str, ...]:
    """Return the languages to look into, nearest first: `de_AT`, `de`, `en` for Austria; `zh_Hans`, `en` for China."""
    tag = normalise(language)
    parts = tag.split("_") if tag else []
    shortest = 2 if parts[:1] == ["zh"] else 1
    chain = ["_".join(parts[:length]) for length in range(len(parts), shortest - 1, -1)]
    return (*chain, *(() if SOURCE_LANGUAGE in chain else (SOURCE_LANGUAGE,)))


def negotiate(header: str | None, offered: Sequence[str], *, preferred: Iterable[str] = ()) -> str:
    """Choose one of the `offered` languages for a visitor; the first offered one when none fits.

    `preferred` (a user's own choice, say) comes before the `Accept-Language` header. Each wish is met by the offered
    language that is equal, or a fallback of it, or a variant of it (`de` is met by `de_AT`).
    """
    if not offered:
        return SOURCE_LANGUAGE
    by_tag = {normalise(language): language for language in offered}
    for wish in (*map(normalise, preferred), *_wishes(header or "")):
        if not wish:
            continue
        chain = fallbacks(wish)
        for tag in chain if wish.startswith(SOURCE_LANGUAGE) else chain[:-1]:
            if tag in by_tag:
                return by_tag[tag]
        variant = next((language for tag, language in by_tag.items() if tag.startswith(f"{wish}_")), None)
        if variant is not None:
            return variant
    return offered[0]


def _wishes(header: str) -> list[str]:
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:_MAX_HEADER].split(",")):
        tag, _, parameter = part.partition(";")
        quality = _quality(parameter)
        if quality > 0:
            found.append((-quality, place, normalise(tag)))
    return [tag for _quality_, _place, tag in sorted(found) if tag]


def _quality(parameter: str) -> float:
    match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", parameter)
    if match:
        return min(float(match[1]), 1.0)
    return 0.0 if parameter.strip() else 1.0
