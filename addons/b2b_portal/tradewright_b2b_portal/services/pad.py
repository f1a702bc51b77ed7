"""The order pad: a pasted list of article numbers and quantities, answered line by line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.base.numbers import NumberError, parse_decimal
from tradewright.i18n import _, parse_number
from tradewright.orm import and_, func, or_, select
from tradewright_product.models.product import Product
from tradewright_product.services.searching import says

from .words import amount

if TYPE_CHECKING:
    from tradewright.orm import Env

MOST_LINES = 500
MOST_CANDIDATES = 2_000
MOST_NAMES = 20
MOST_WORDS = 6
MOST_NEAR = 3
MOST_DIGITS = 30
GREATEST = Decimal(999_999_999)
_TIMES = re.compile(r"[xX×*]")
_FIRST = re.compile(r"([0-9][0-9.,]{0,20})\s*[xX×*]\s*(\S{1,64})")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it was pasted: which one, the whole of it, the number and the quantity it seems to name."""

    line: int
    said: str
    sku: str
    quantity: str | None


@dataclass(frozen=True, slots=True)
class Near:
    """An article that a line could mean: its number, and its name where the line was found by that."""

    sku: str
    name: str | None = None


@dataclass(slots=True)
class Answer:
    """What became of a line: a product and quantity, or `problem`, with the numbers that come near."""

    said: Said
    product: Product | None = None
    quantity: Decimal = Decimal(0)
    problem: Any = None
    remark: Any = None
    near: Sequence[Near] = ()


def parse(text: str) -> list[Said]:
    """Split a pasted text into lines of `number quantity`: tab, semicolon, comma, spaces, `3 x AB-1`, `AB-1 x 3`."""
    found = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        said = line.strip(" \t;,")
        if said:
            found.append(_split(number, said))
    return found


def _split(number: int, said: str) -> Said:
    first = _FIRST.fullmatch(said)
    if first:
        return Said(number, said, first[2], first[1])
    for sign in ("\t", ";"):
        if sign in said:
            parts = [part.strip() for part in said.split(sign) if part.strip()]
            return Said(number, said, parts[0], _quantity(parts[1:]))
    parts = said.split()
    if len(parts) > 2 and _PLAIN.fullmatch(parts[-1]) and any(_LETTERS.search(part) for part in parts[1:-1]):
        return Said(number, said, " ".join(parts[:-1]).rstrip(","), parts[-1])
    if len(parts) == 1 and "," in said:
        sku, _comma, rest = said.partition(",")
        return Said(number, said, sku, rest)
    return Said(number, said, parts[0].rstrip(","), _quantity(parts[1:]))


def _quantity(parts: Sequence[str]) -> str | None:
    words = [word for word in (_TIMES.sub("", part, count=1) if _TIMES.match(part) else part for part in parts) if word]
    return " ".join(words) if words else None


def answer(env: Env, lines: Sequence[Said]) -> list[Answer]:
    """Find the products of the lines and judge their quantities; four statements at most, whatever their number."""
    product = env[Product]
    wanted = {line.sku.casefold() for line in lines}
    by_sku: dict[str, Product] = {}
    if wanted:
        rows = env.all(select(product).where(func.lower(product.sku).in_(wanted)))
        by_sku = {one.sku.casefold(): one for one in rows}
        missing = wanted - by_sku.keys()
        if missing:
            rows = env.all(select(product).where(product.barcode.in_([line.sku for line in lines])))
            by_sku |= {(one.barcode or "").casefold(): one for one in rows}
    unknown = [line for line in lines if line.sku.casefold() not in by_sku]
    known = _known(env) if unknown else {}
    answers = [_judge(env, line, by_sku) for line in lines]
    _suggest(env, [one for one in answers if one.product is None], known)
    _merge(answers)
    return answers


def _suggest(env: Env, answers: Sequence[Answer], known: Mapping[str, str]) -> None:
    """Name the articles that unknown lines could mean: by the words of their name, else by a number that is close."""
    found = _by_name(env, {one.said.sku.casefold() for one in answers})
    for one in answers:
        wanted = one.said.sku.casefold()
        first = wanted.split()[0]
        if wanted in found:
            one.near = found[wanted]
            one.problem = _("{words} is no article number: choose the article that is meant.", words=one.said.sku[:64])
        elif first in known:
            one.near = [Near(known[first])]
        else:
            one.near = [Near(known[sku]) for sku in difflib.get_close_matches(wanted, known, n=MOST_NEAR, cutoff=0.6)]


def _by_name(env: Env, wanted: Collection[str]) -> dict[str, list[Near]]:
    """The articles that have all the words of a text in their number or name, for the first texts; one statement."""
    texts = {text: text.split()[:MOST_WORDS] for text in sorted(wanted)[:MOST_NAMES] if _LETTERS.search(text)}
    if not texts:
        return {}
    product = env[Product]
    matches = [and_(*[says(env, word) for word in words]) for words in texts.values()]
    rows = env.execute(select(product, *matches).where(or_(*matches)).order_by(product.sku).limit(MOST_CANDIDATES))
    found: dict[str, list[Near]] = {}
    for one, *hits in rows:
        for text, hit in zip(texts, hits, strict=True):
            if hit and len(found.setdefault(text, [])) < MOST_NEAR:
                found[text].append(Near(one.sku, one.name))
    return found


def _judge(env: Env, line: Said, by_sku: Mapping[str, Product]) -> Answer:
    product = by_sku.get(line.sku.casefold())
    if product is None:
        return Answer(line, problem=_("No article {sku} is on sale.", sku=line.sku[:64]))
    made = Answer(line, product)
    if line.quantity is None:
        made.problem = _("The quantity is missing: write it after the article number.")
        return made
    quantity = _number(env, line.quantity)
    if isinstance(quantity, str):
        made.problem = _PROBLEMS.get(quantity, _PROBLEMS["not-a-number"])
    elif quantity <= 0:
        made.problem = _("The quantity must be greater than 0.")
    elif quantity > GREATEST:
        made.problem = _PROBLEMS["too-many-digits"]
    elif quantity % product.pack_size:
        made.problem = _(
            "Sold in packs of {pack}: order a multiple of it.", pack=amount(env, product.pack_size, product.uom)
        )
    elif quantity < product.smallest_quantity:
        made.problem = _("At least {least} can be ordered.", least=amount(env, product.smallest_quantity, product.uom))
    else:
        made.quantity = quantity
    return made


_PROBLEMS = {
    "not-a-number": _("This is no quantity: write it in digits, such as 12."),
    "too-many-digits": _("This quantity has too many digits."),
    "too-precise": _("This quantity has too many decimal places."),
    "ambiguous-number": _("This could be two numbers: write it without a thousands separator."),
}


def _number(env: Env, text: str) -> Decimal | str:
    """The quantity, or the code of what is wrong with it."""
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    if _PLAIN.fullmatch(text) and len(text) > MOST_DIGITS:
        return "too-many-digits"
    try:
        if _PLAIN.fullmatch(text):
            return sign * parse_decimal(text, scale=6)
        return sign * parse_number(text, env.language, scale=6)
    except NumberError as error:
        return error.code


def _merge(answers: Sequence[Answer]) -> None:
    """Put lines of one product together: the first one counts them all."""
    first: dict[int, Answer] = {}
    for one in answers:
        if one.problem is not None or one.product is None:
            continue
        earlier = first.setdefault(one.product.id, one)
        if earlier is not one:
            earlier.quantity += one.quantity
            one.quantity = Decimal(0)
            one.remark = _("Added to line {line}.", line=earlier.said.line)


def _known(env: Env) -> dict[str, str]:
    """Numbers that a mistyped one could have meant, by their lower-case form."""
    product = env[Product]
    skus = env.all(select(product.sku).order_by(product.sku).limit(MOST_CANDIDATES))
    return {sku.casefold(): sku for sku in skus}


def fill(answers: Sequence[Answer]) -> dict[int, Decimal]:
    """Return what the good lines ask for, by product."""
    return {one.product.id: one.quantity for one in answers if one.product is not None and one.quantity > 0}


def left_over(answers: Sequence[Answer]) -> str:
    """Return the text of the lines that need attention."""
    return "\n".join(one.said.said for one in answers if one.problem is not None)
