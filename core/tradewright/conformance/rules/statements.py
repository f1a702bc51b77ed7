"""C7: work is done on sets. The statements that a page takes don't grow with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradewright.base import TradewrightError
from tradewright.conformance.finding import Finding, rule
from tradewright.conformance.records import Maker, in_order
from tradewright.conformance.subject import Subject
from tradewright.conformance.worlds import Visitor, ownable
from tradewright.hooks import sample_user
from tradewright.orm import func, select
from tradewright.views import LinesNode

if TYPE_CHECKING:
    from tradewright.app import Site

FEW, MORE = 2, 10
"""How many records there are at first, and how many are added."""
ALLOWED = 2
"""Statements more that are no growth: a relation that no row had at first is loaded for all rows in one."""


@dataclass(slots=True)
class Growth:
    """What pages take with few rows and with more: statements by address. `unmade` are models that took no record."""

    few: dict[str, int] = field(default_factory=dict)
    many: dict[str, int] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    unmade: dict[str, str] = field(default_factory=dict)

    def grown(self, addon: str, below: str) -> Iterator[tuple[str, int, int]]:
        """Give the addresses of an addon's pages below a path that take more statements with more rows."""
        for path, few in self.few.items():
            many = self.many.get(path, few)
            if self.owners[path] == addon and path.startswith(below) and many > few + ALLOWED:
                yield path, few, many


def growth_of(subject: Subject) -> Growth | None:
    """Return what the pages of the addon's home take, measured once."""
    if subject.composed(subject.richest)[0] is None:
        return None
    database = subject.bench.databases[0]
    found: Growth = subject.bench.keep(
        "growth", subject, database, lambda: measure(subject.bench.home_site(subject, database))
    )
    return found


def measure(site: Site) -> Growth:
    """Make few records of each model, count what the pages take, make more, and count again."""
    growth = Growth()
    with site.env() as env:
        staff = env.first(sample_user)(env, "staff", "sample")
        buyer = env.first(sample_user)(env, "portal", "mine") if staff else None
    if staff is None:
        return growth
    maker = Maker(site)
    for model in in_order(maker.models):
        _make(growth, maker, model, FEW)
    parents = dict(_parents(site, maker))
    for parent, child in parents.items():
        _children(maker, parent, child, FEW)
    customer: Maker | None = None
    if buyer is not None:
        customer = _own_maker(site, buyer.records)
        _each(growth, customer, FEW)
    visit = [(Visitor(site, staff.user_id), list(_office(site, growth, maker, parents)))]
    if buyer is not None:
        visit.append((Visitor(site, buyer.user_id), list(_portal(site, growth, buyer.user_id))))
    _count([(visitor, paths[:5]) for visitor, paths in visit], {})  # warms up what a process keeps
    _count(visit, growth.few)
    for model in in_order(maker.models):
        if model not in growth.unmade:
            _make(growth, maker, model, MORE)
    for parent, child in parents.items():
        _children(maker, parent, child, MORE)
    if customer is not None:
        _each(growth, customer, MORE)
    _count(visit, growth.many)
    return growth


def _own_maker(site: Site, records: Any) -> Maker:
    own: dict[str, list[int]] = {}
    for model, number in records:
        own.setdefault(model, []).append(number)
    made = Maker(site, own=own)
    made.reserved = ownable(made.models, own)
    return made


def _each(growth: Growth, customer: Maker, how_many: int) -> None:
    for model in in_order(customer.models):
        if model in customer.reserved and model not in growth.unmade:
            try:
                customer.make(model, how_many)
            except TradewrightError:
                continue  # one a customer, a cart for example


def _make(growth: Growth, maker: Maker, model: str, how_many: int) -> None:
    try:
        maker.make(model, how_many)
    except TradewrightError as fault:
        cls: Any = maker.models[model].cls
        with maker.site.env(readonly=True) as env:
            if not env.scalar(select(func.count()).select_from(cls)):
                growth.unmade[model] = str(fault).partition("\n")[0]


def _parents(site: Site, maker: Maker) -> Iterator[tuple[tuple[str, int], tuple[str, str]]]:
    """Give each record whose form shows lines, with model and relation of the lines."""
    for name in maker.models:
        form = site.composition.views.form_for(name)
        for node in form.walk():
            if isinstance(node, LinesNode) and node.field.inverse and maker.own.get(name):
                yield (name, maker.own[name][0]), (node.model, node.field.inverse)


def _children(maker: Maker, parent: tuple[str, int], child: tuple[str, str], how_many: int) -> None:
    try:
        maker.make(child[0], how_many, fixed={child[1]: parent[1]})
    except TradewrightError:
        return  # a parent that takes no lines any more


def _office(site: Site, growth: Growth, maker: Maker, parents: Any) -> Iterator[str]:
    views = site.composition.views
    shown = {name: one.model for name, one in views.lists.items()} | {
        name: one.model for name, one in views.kanbans.items()
    }
    for identity, model in shown.items():
        if model in maker.models:
            path = f"/office/{model}?view={identity}"
            growth.owners[path] = identity.partition(".")[0]
            yield path
    for model, number in parents:
        for path in (f"/office/{model}/{number}", f"/office/{model}/{number}/edit"):
            growth.owners[path] = model.partition(".")[0]
            yield path


def _portal(site: Site, growth: Growth, user_id: int) -> Iterator[str]:
    visitor = Visitor(site, user_id)
    for endpoint in visitor.browser.application.website(site.name).urls.endpoints.values():
        made = endpoint.route
        if "GET" in made.methods and "<" not in made.rule and endpoint.addon not in {"core", "office"}:
            growth.owners[made.rule] = endpoint.addon
            yield made.rule


def _count(visit: list[tuple[Visitor, list[str]]], into: dict[str, int]) -> None:
    for visitor, paths in visit:
        for path in paths:
            status, statements = visitor.statements(path)
            if status == 200:
                into[path] = statements


def _grown(subject: Subject, below: str, what: Callable[[str], str]) -> Iterator[Finding]:
    growth = growth_of(subject)
    for path, few, many in growth.grown(subject.name, below) if growth else ():
        problem = f"{what(path)} takes {few} statements for {FEW} rows and {many} for {FEW + MORE}"
        yield Finding(problem, path, "load what all rows need in one statement, before the loop over them", path)


@rule("C701", tier="gold", kind="living")
def its_models_take_a_record(subject: Subject) -> Iterator[Finding]:
    """What no example can be made of, no rule can look at: not its page, not its row rules, not its escaping."""
    growth = growth_of(subject)
    for model, fault in growth.unmade.items() if growth else ():
        if model.partition(".")[0] == subject.name:
            remedy = (
                f'write samples.py with SAMPLES = {{"{model.rpartition(".")[2]}": function(env, number) -> values}}'
            )
            yield Finding(fault, model, remedy, model)


@rule("C702", tier="gold", kind="living")
def lists_and_forms_take_no_statement_a_row(subject: Subject) -> Iterator[Finding]:
    """A list that asks the database for each of its rows is slow where it matters: with many rows."""
    yield from _grown(subject, "/office/", lambda path: "a form" if path.count("/") > 2 else "a list")


@rule("C703", tier="gold", kind="living")
def pages_take_no_statement_a_row(subject: Subject) -> Iterator[Finding]:
    """A page that asks the database for each of its rows is slowest for the best customers."""
    growth = growth_of(subject)
    for path, few, many in growth.grown(subject.name, "/") if growth else ():
        if not path.startswith("/office/"):
            problem = f"a page takes {few} statements for {FEW} rows and {many} for {FEW + MORE}"
            yield Finding(problem, path, "load what all rows need in one statement, before the loop over them", path)
