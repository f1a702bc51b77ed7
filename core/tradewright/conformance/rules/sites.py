"""C6: the life of an addon on a site: it installs alone and with others, leaves cleanly, comes back, and shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tradewright.app import install
from tradewright.base import DeveloperError, TradewrightError
from tradewright.conformance.finding import Finding, of_error, rule
from tradewright.conformance.records import Maker, in_order
from tradewright.conformance.subject import Subject
from tradewright.conformance.worlds import Visitor, Worlds
from tradewright.hooks import sample_user
from tradewright.orm import func, select
from tradewright.registry import verify
from tradewright.registry.install import change_tables, plan_removal, plan_tables
from tradewright.testing.sites import compositions

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.registry.evolve import Plan

_REFUSALS = frozenset({200, 303, 403, 404})


def sets_of(subject: Subject) -> tuple[tuple[str, ...], ...]:
    """Return the sets of addons that living rules look at: alone, and with all its bridges; only those that compose."""
    return tuple(names for names in dict.fromkeys([subject.alone, subject.richest]) if subject.composed(names)[0])


@rule("C601", tier="bronze", kind="living")
def it_installs_and_its_tables_are_as_declared(subject: Subject) -> Iterator[Finding]:
    """A new site has to be made at the first try, on each database, and the next upgrade has to find nothing to do."""
    for database in subject.bench.databases:
        for names in sets_of(subject)[: 1 if subject.bench.together else None]:
            where = f"{'+'.join(names)} on {database}"
            try:
                site = subject.bench.fresh(names, database, paths=subject.paths)
            except Exception as fault:  # noqa: BLE001  whatever an addon does when it is installed
                yield _failed(fault, where)
                continue
            yield from _as_declared(site, where)
            with site.env(readonly=True) as env:
                for one in verify(env, site.composition.units):
                    if not one.notice:
                        yield Finding(
                            f"an invariant is broken on a new site: {one.detail}", where, "mend the data", one.code
                        )


def _failed(fault: Exception, where: str) -> Finding:
    if isinstance(fault, DeveloperError):
        return of_error(fault)
    return Finding(
        f"it can't be installed: {type(fault).__name__}: {fault}", where, "mend its data files or site_installed"
    )


def _as_declared(site: Site, where: str) -> Iterator[Finding]:
    for step in plan_tables(site.database, site.registry).steps:
        remedy = "declare what can be read back from the database: names, defaults, constraints"
        yield Finding("the tables differ from the declarations right after the installation", where, remedy, step.says)


@rule("C602", tier="silver", kind="living")
def it_leaves_cleanly_and_comes_back_with_its_rows(subject: Subject) -> Iterator[Finding]:
    """Whoever tries an addon must be able to take it off again, and to change their mind, without losing a row."""
    for database in subject.bench.databases:
        for names in sets_of(subject)[-1:]:
            site = subject.bench.fresh(names, database, paths=subject.paths)
            yield from _left_and_back(subject, site, names, f"{'+'.join(names)} on {database}")


def _left_and_back(subject: Subject, site: Site, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    maker = Maker(site)
    own = [name for name in in_order(maker.models) if maker.models[name].addon == subject.name]
    for model in own:
        try:
            maker.make(model)
        except TradewrightError:
            continue  # told by C701
    before = _counts(site, own)
    leaving = [name for name in names if subject.name in subject.needs(name)]
    rest = compositions(subject.paths).get([name for name in names if name not in leaving])
    removal: Plan = plan_removal(site.database, rest.registry, leaving)
    change_tables(site.database, removal)
    for step in plan_tables(site.database, rest.registry).steps:
        yield Finding("something is left to do after it was taken off", where, "see the step", step.says)
    install(site)
    yield from _as_declared(site, f"{where}, installed again")
    for model, count in _counts(site, own).items():
        if count < before[model]:
            value = f"{model}: {before[model]} rows before, {count} after"
            yield Finding("rows are lost when it is taken off and installed again", where, "see what was parked", value)


def _counts(site: Site, models: list[str]) -> dict[str, int]:
    with site.env(readonly=True) as env:
        found: dict[str, int] = {}
        for name in models:
            cls: Any = site.registry.models[name].cls
            found[name] = env.scalar(select(func.count()).select_from(cls)) or 0
        return found


@rule("C603", tier="silver", kind="living")
def its_pages_open_in_every_set_of_addons(subject: Subject) -> Iterator[Finding]:
    """A page that needs an addon which it does not depend on breaks on the site that does not have that."""
    # Where many addons share the bench, their pages in the set of all are opened by the rules of C7 and C8.
    for chosen in [subject.alone] if subject.bench.together else subject.subsets:
        if subject.composed(chosen)[0] is None:
            continue
        site = subject.bench.fresh(chosen, subject.bench.databases[0], paths=subject.paths)
        with site.env() as env:
            staff = env.first(sample_user)(env, "staff", "sample")
        if staff is not None:
            yield from _opened(subject, site, staff.user_id, "+".join(chosen))


def _opened(subject: Subject, site: Site, user_id: int, where: str) -> Iterator[Finding]:
    maker, visitor = Maker(site), Visitor(site, user_id)
    for name in in_order(maker.models):
        concerned = any(one.addon == subject.name for one in maker.models[name].fields.values())
        if not concerned:
            continue
        paths = [f"/office/{name}", f"/office/{name}/new"]
        try:
            record = maker.make(name)[0]
            paths += [f"/office/{name}/{record}", f"/office/{name}/{record}/edit"]
        except TradewrightError:
            pass  # told by C701
        for path in paths:
            yield from _answered(visitor, path, where)
    yield from _answered(visitor, "/office", where)


def _answered(visitor: Visitor, path: str, where: str) -> Iterator[Finding]:
    answer = visitor.ask(path)
    if answer.status not in _REFUSALS:
        remedy = "open it on a site with these addons and see the log"
        yield Finding(f"a page answers {answer.status}: {answer.cause}", where, remedy, path)


def worlds_of(subject: Subject, database: str = "") -> Worlds | None:
    """Return the two customers of the addon's home; None where the addon does not compose, or nobody has users."""
    if subject.composed(subject.richest)[0] is None:
        return None
    chosen = database or subject.bench.databases[0]
    worlds: Worlds = subject.bench.keep(
        "worlds", subject, chosen, lambda: Worlds(subject.bench.home_site(subject, chosen))
    )
    return worlds if worlds.staff_id else None
