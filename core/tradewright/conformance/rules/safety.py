"""C8: a customer sees nothing of another, no text of a user is more than a text, and reading changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tradewright.base import DeveloperError, UserError
from tradewright.conformance.finding import Finding, rule
from tradewright.conformance.rules.sites import worlds_of
from tradewright.conformance.subject import Subject
from tradewright.conformance.worlds import THEIRS, Answer, Side, Visitor, Worlds
from tradewright.orm import select

if TYPE_CHECKING:
    from tradewright.web.routes import Route
    from tradewright.web.urls import Endpoint

NOWHERE_ID, NOWHERE_UID = 987_654_321, "zzzzzzzzzzzzzzzz"
"""An id and a public id that no record has."""
WRITE_REFUSED = "orm.write-in-read"
_LONG = 9
_VARIABLE = re.compile(r"<(?:([a-z]+):)?([a-z_]+)>")
_CHANGING = re.compile(
    r'(?:name="(?:csrf_token|idempotency_key)" value="|csrf-token" content=")[^"]*'  # keys, new in each answer
    r"|[A-Z0-9]{4}-[A-Z0-9]{4}"  # the reference of an error
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was opened: by whom, of which addon, and what came."""

    addon: str
    who: str
    path: str
    where: str
    answer: Answer


@rule("C801", tier="silver", kind="living")
def no_customer_reads_a_row_of_another(subject: Subject) -> Iterator[Finding]:
    """A grant without a row rule shows every customer the documents of all others."""
    for database in subject.bench.databases:
        worlds = worlds_of(subject, database)
        if worlds is None or not worlds.sides:
            continue
        for model in leaking_models(worlds):
            granted = any(grant.source.startswith(_packages(subject)) for grant in worlds.site.access.grants[model])
            if granted or model.partition(".")[0] == subject.name:
                remedy = 'give the grant of the portal\'s role rows = "..." in access.toml, and the rule in access.py'
                yield Finding("a customer reads rows of another", f"access.toml on {database}", remedy, model)


def _packages(subject: Subject) -> tuple[str, ...]:
    return (f"{subject.package}/", f"{subject.package}.")


def leaking_models(worlds: Worlds) -> Iterator[str]:
    """Give the models of which one customer reads rows of the other."""
    for model, numbers in worlds.theirs.records.items():
        cls: Any = worlds.models[model].cls
        with worlds.site.env(worlds.mine.actor, readonly=True) as env:
            try:
                seen = env.all(select(cls.id).where(cls.id.in_(numbers)))
            except (UserError, DeveloperError):
                continue  # nothing at all is read of it
        if seen:
            yield model


@rule("C802", tier="silver", kind="living")
def no_page_shows_another_customer(subject: Subject) -> Iterator[Finding]:
    """An address with somebody else's number in it is the first thing that a curious buyer tries."""
    for database in subject.bench.databases:
        worlds = worlds_of(subject, database)
        if worlds is None or not worlds.sides:
            continue
        visitor = worlds.buyer()
        for endpoint in _endpoints(visitor, subject):
            if endpoint.route.access.admits(worlds.mine.actor):
                yield from _asked(worlds, visitor, endpoint.route)


def _endpoints(visitor: Visitor, subject: Subject) -> list[Endpoint]:
    urls = visitor.browser.application.website(visitor.site.name).urls
    return [endpoint for endpoint in urls.endpoints.values() if endpoint.addon == subject.name]


def _asked(worlds: Worlds, visitor: Visitor, made: Route) -> Iterator[Finding]:
    remedy = "read through env as the customer: it answers what does not exist, and what is not theirs, alike"
    secrets = {uid for uids in worlds.theirs.uids.values() for uid in uids}
    nowhere: dict[tuple[str, str], tuple[str, int]] = {}
    for path, blank in addresses(worlds.theirs, made):
        for method in sorted(made.methods - {"HEAD"}):
            answer = visitor.ask(path, method)
            text = answer.text.replace(path, "")
            shown = [THEIRS] if THEIRS in text else [uid for uid in secrets if uid in text and uid not in path]
            if shown:
                yield Finding("a page shows another customer's data", made.where, remedy, f"{method} {path}")
            if path == blank:
                continue
            if (method, blank) not in nowhere:
                other = visitor.ask(blank, method)
                nowhere[method, blank] = (unchanging(other.text, blank), other.status)
            if (unchanging(answer.text, path), answer.status) != nowhere[method, blank]:
                problem = (
                    f"another's record is answered {answer.status}, one that does not exist {nowhere[method, blank][1]}"
                )
                yield Finding(problem, made.where, remedy, f"{method} {path}")


def addresses(side: Side, made: Route) -> Iterator[tuple[str, str]]:
    """Give the addresses of a route with a customer's records in it, and the same with one that is nowhere.

    In a route without variables the parameters of its query are tried in turn.
    """
    public = [(side.records[model][-1], uids[-1]) for model, uids in side.uids.items() if uids]
    others = [(ids[-1], NOWHERE_UID) for model, ids in side.records.items() if model not in side.uids]
    found = list(_VARIABLE.finditer(made.rule))
    if found:
        # Only a public id stands where a text does.
        for number, uid in [*public, *others] if any(one[1] == "int" for one in found) else public or others[:1]:
            yield fill(made.rule, number, uid), fill(made.rule, NOWHERE_ID, NOWHERE_UID)
        return
    yield made.rule, made.rule
    for name in made.query.model_fields if made.query is not None else ():
        for number, uid in public or others[:3]:
            if uid != NOWHERE_UID:
                yield f"{made.rule}?{name}={uid}", f"{made.rule}?{name}={NOWHERE_UID}"
            # A number may be that of a page as well, so only what the answer shows is looked at.
            yield f"{made.rule}?{name}={number}", f"{made.rule}?{name}={number}"


def fill(pattern: str, number: int, uid: str, **named: str) -> str:
    """Return an address of a route: numbers and public ids put in, and what is `named` for its variables."""
    return _VARIABLE.sub(lambda found: str(number) if found[1] == "int" else named.get(found[2], uid), pattern)


def unchanging(text: str, path: str) -> str:
    """Return an answer without what differs between any two: keys against forgery, and the address or public id itself.

    A number is left in: pages have others that look the same.
    """
    value = path.rpartition("=" if "?" in path else "/")[2]
    found = text.replace(path, "").replace(quote(path, safe=""), "")
    if not value.isdigit() or len(value) >= _LONG:
        found = found.replace(value, "")
    return _CHANGING.sub("", found)  # last: one public id in a thousand has what looks like the reference of an error


def pages_of(subject: Subject, database: str) -> tuple[Page, ...]:
    """Open all pages of an addon as those who may: its models in the office, its routes as staff and as a customer."""
    worlds = worlds_of(subject, database)
    if worlds is None:
        return ()
    kept: tuple[Page, ...] = subject.bench.keep(
        f"pages of {subject.name}", subject, database, lambda: tuple(_opened(subject, worlds))
    )
    return kept


def _opened(subject: Subject, worlds: Worlds) -> Iterator[Page]:
    staff = worlds.staff()
    side = worlds.theirs if worlds.sides else None
    for model, info in worlds.models.items():
        if info.addon != subject.name:
            continue
        numbers = (side.records.get(model, []) if side else []) or _first(worlds, model)
        paths = [f"/office/{model}", f"/office/{model}/new"]
        for number in numbers[:6]:
            paths += [f"/office/{model}/{number}", f"/office/{model}/{number}/edit"]
        for path in paths:
            yield Page(info.addon, "staff", path, model, staff.ask(path))
    visitors = [("staff", staff, worlds.staff_actor, side)]
    visitors += [("customer", worlds.buyer(), worlds.mine.actor, worlds.mine)] if worlds.sides else []
    for who, visitor, actor, owner in visitors:
        for endpoint in _endpoints(visitor, subject):
            made = endpoint.route
            admitted = made.access.admits(actor) and made.rule != "/logout"
            if "GET" in made.methods and owner is not None and admitted:
                for path, _blank in addresses(owner, made):
                    yield Page(subject.name, who, path, made.where, visitor.ask(path))


def _first(worlds: Worlds, model: str) -> list[int]:
    cls: Any = worlds.models[model].cls
    with worlds.site.env(readonly=True) as env:
        return env.all(select(cls.id).order_by(cls.id).limit(2))


@rule("C803", tier="silver", kind="living")
def hostile_text_stays_text(subject: Subject) -> Iterator[Finding]:
    """A name with a tag in it must be a strange name, never a tag: not in a list, not in a form, not in the portal."""
    for page in pages_of(subject, subject.bench.databases[0]):
        if page.answer.unescaped:
            remedy = "let the template escape it: plain values, no markup built in Python"
            yield Finding(
                "a hostile text is not escaped", page.where, remedy, f"{page.path}: {page.answer.unescaped[:60]}"
            )
        if page.answer.status >= 500:
            remedy = "open it with such a text in every field, and see the log"
            problem = f"a page answers {page.answer.status} to hostile text: {page.answer.cause}"
            yield Finding(problem, page.where, remedy, page.path)


@rule("C804", tier="silver", kind="living")
def reading_writes_nothing(subject: Subject) -> Iterator[Finding]:
    """Whatever opens an address by itself (a browser, a mail scanner) must not change anything by that."""
    for page in pages_of(subject, subject.bench.databases[0]):
        remedy = 'take methods=("POST",) for what changes something'
        if WRITE_REFUSED in page.answer.error:
            yield Finding("opening a page tries to write, and fails", page.where, remedy, page.path)
        for table in page.answer.writes:
            yield Finding("opening a page writes to the database", page.where, remedy, f"{page.path}: {table}")
