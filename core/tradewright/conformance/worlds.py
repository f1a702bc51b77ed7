"""Two customers on one site, each with records of all that can be a customer's, full of hostile text.

Nobody says whose a record is: what refers to a customer, directly or through other records, can be a customer's, and it
is that of the customer for whom it was made.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from tradewright.base import TradewrightError
from tradewright.conformance.records import Maker, NoRecord, in_order
from tradewright.hooks import actor_for, sample_user
from tradewright.orm import ANONYMOUS, Actor, select
from tradewright.testing.client import Browser, browser_for
from tradewright.testing.statements import count_statements
from tradewright.web.misses import Suspects

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.orm.info import FieldInfo, ModelInfo

MINE, THEIRS = "zq~a", "zq~b"
"""What is in every text of the one customer, and of the other; no random key has a tilde in it."""
PRODUCT = "94011"
"""What the hostile text becomes where somebody renders it as a template."""
_WRITES = re.compile(
    r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+\"?(?:\w+\"?\.\"?)?(\w+)", re.IGNORECASE
)


def hostile(mark: str, field: FieldInfo, number: int) -> str:
    """Return a text that no page may take for markup, a template, a formula or a direction of writing."""
    whole = f"={mark}{number}x\"tw-attr='1'><tw-canary>{{{{31337*3}}}}\u202e&lt;</textarea><script>"
    longest = field.max_length or 255
    if len(whole) > longest:
        whole = f"={mark}{number}x<tw-canary>"
    if field.multiline and number % 2:
        whole += " long" * ((min(longest, 2_000) - len(whole)) // 5)
    return whole


@dataclass(slots=True)
class Side:
    """One customer: its user, who that is, what is its own, by model."""

    user_id: int
    actor: Actor
    maker: Maker
    records: dict[str, list[int]] = field(default_factory=dict)
    uids: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered: the tables that were written meanwhile, and the error behind an answer of 500."""

    status: int
    text: str
    writes: tuple[str, ...]
    error: str = ""
    html: bool = True

    @property
    def cause(self) -> str:
        """The last line of the error behind the answer."""
        try:
            trace = str(json.loads(self.error).get("trace", "")) if self.error else ""
        except ValueError:
            return self.error[:200]
        lines = [line for line in trace.strip().splitlines() if not line.startswith(" ")]
        return lines[-1][:200] if lines else ""

    @property
    def unescaped(self) -> str:
        """What of a hostile text stands in the page as markup, or rendered; empty where nothing does."""
        if not self.html:
            return ""
        found = _Canary()
        found.feed(self.text)
        return found.found or (PRODUCT if PRODUCT in self.text else "")


class _Canary(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tw-canary" or any(name == "tw-attr" for name, _value in attrs):
            self.found = self.get_starttag_text() or tag


class Visitor:
    """Somebody who opens pages of a site; misses are not counted against them, and an error of the server is told."""

    def __init__(self, site: Site, user_id: int) -> None:
        self.site = site
        self.browser: Browser = browser_for(site)
        self.browser.allow_errors = True
        self.browser.sign_in_as(user_id)
        self._token = ""

    def ask(self, path: str, method: str = "GET") -> Answer:
        """Open a page, or send nothing to an address that changes something."""
        self.browser.application.website(self.site.name).suspects = Suspects()
        options: dict[str, Any] = {}
        if method != "GET":
            options = {"data": {}, "headers": {"X-CSRF-Token": self.token, "Idempotency-Key": uuid.uuid4().hex}}
        with count_statements(self.site) as statements, _listening() as errors:
            answer = self.browser.open(path, method, **options)
        written = (match[1] for one in statements if (match := _WRITES.match(one)))
        tables = tuple(name for name in written if not name.startswith("core_"))
        text = answer.get_data().decode("utf-8", "replace") + str(answer.headers.get("Location", ""))
        return Answer(
            answer.status_code, text, tables, "\n".join(errors), html="html" in answer.headers["Content-Type"]
        )

    def statements(self, path: str) -> tuple[int, int]:
        """Open a page and return its status, and how many statements it takes."""
        with count_statements(self.site) as found, _listening():
            status = self.browser.open(path).status_code
        return status, len(found)

    @property
    def token(self) -> str:
        """The token against forgery of this visitor."""
        if not self._token:
            for path in ("/portal", "/office", "/"):
                self.browser.get(path)
                self._token = self.browser.csrf_token()
                if self._token:
                    break
        return self._token


@contextmanager
def _listening() -> Generator[list[str]]:
    """Collect what the web layer logs in the block, instead of showing it: the errors are told as findings."""
    logger, heard = logging.getLogger("tradewright.web"), list[str]()
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    before, logger.propagate = logger.propagate, False
    try:
        yield heard
    finally:
        logger.propagate = before
        logger.removeHandler(handler)


class Worlds:
    """A site with a member of the staff and two customers."""

    def __init__(self, site: Site) -> None:
        self.site = site
        common = Maker(site)
        self.models = common.models
        with site.env() as env:
            staff = env.first(sample_user)(env, "staff", "sample")
            samples = [env.first(sample_user)(env, "portal", name) for name in ("mine", "theirs")] if staff else []
            found = env.first(actor_for)(env, staff.user_id) if staff else None
        self.staff_id = staff.user_id if staff else 0
        self.staff_actor: Actor = found or ANONYMOUS
        self.unmade: dict[str, NoRecord] = {}
        customers = {model for sample in samples if sample for model, _id in sample.records}
        self.ownable = ownable(self.models, customers)
        for model in in_order(self.models):
            if model not in self.ownable:
                self._made(common, model, 2)
        self.sides = [
            self._side(sample.user_id, sample.records, mark)
            for sample, mark in zip(samples, (MINE, THEIRS), strict=False)
            if sample
        ]

    @property
    def mine(self) -> Side:
        """The customer who looks."""
        return self.sides[0]

    @property
    def theirs(self) -> Side:
        """The customer who is looked for."""
        return self.sides[1]

    def staff(self) -> Visitor:
        """Return a visitor with every role of the staff."""
        return Visitor(self.site, self.staff_id)

    def buyer(self) -> Visitor:
        """Return a visitor who is the customer who looks."""
        return Visitor(self.site, self.mine.user_id)

    def _made(self, maker: Maker, model: str, many: int) -> None:
        try:
            maker.make(model, many)
        except NoRecord as fault:
            self.unmade[model] = fault
        except TradewrightError as fault:
            self.unmade[model] = NoRecord("conformance.no-record", str(fault), value=model)

    def _side(self, user_id: int, records: Iterable[tuple[str, int]], mark: str) -> Side:
        own: dict[str, list[int]] = {}
        for model, number in records:
            own.setdefault(model, []).append(number)
        maker = Maker(self.site, own=own, words=lambda one, number: hostile(mark, one, number))
        maker.reserved = self.ownable
        with self.site.env() as env:
            actor = env.first(actor_for)(env, user_id)
        if actor is None:
            raise NoRecord("conformance.no-record", "the sample user can't act", value=str(user_id))
        side = Side(user_id, actor, maker)
        for model in in_order(self.models):
            if model in self.ownable:
                self._variants(maker, model)
        side.records = {model: list(ids) for model, ids in maker.own.items() if ids}
        side.uids = dict(self._uids(side.records))
        return side

    def _variants(self, maker: Maker, model: str) -> None:
        try:
            list(maker.variants(model))
        except NoRecord as fault:
            self.unmade[model] = fault
        except TradewrightError as fault:
            self.unmade[model] = NoRecord("conformance.no-record", str(fault), value=model)

    def _uids(self, records: Mapping[str, list[int]]) -> Iterator[tuple[str, list[str]]]:
        with self.site.env() as env:
            for model, numbers in records.items():
                cls: Any = self.models[model].cls
                if self.models[model].public:
                    rows = env.execute(select(cls.id, cls.uid).where(cls.id.in_(numbers)))
                    found = {row.id: row.uid for row in rows}
                    yield model, [found[number] for number in numbers if number in found]


def ownable(models: Mapping[str, ModelInfo], customers: Iterable[str]) -> set[str]:
    """Return the models whose records can be a customer's: those that refer to one, and what refers to those."""
    found = set(customers)
    grown = True
    while found and grown:
        grown = False
        for name, info in models.items():
            targets = {one.target for one in info.fields.values() if one.kind == "many_to_one"}
            if name not in found and info.plays is None and targets & found:
                found.add(name)
                grown = True
    return found
