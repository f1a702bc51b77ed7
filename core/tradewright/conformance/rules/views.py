"""C4: views and templates hit what they name, in every set of addons that this one can live in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_referenced_templates

from tradewright.base import DeveloperError, nearest
from tradewright.conformance.finding import Finding, of_error, rule
from tradewright.conformance.rules.claims import claimant
from tradewright.conformance.subject import Subject
from tradewright.views import ButtonNode, MenuItem, ViewSource
from tradewright.views.sources import read_source
from tradewright.web.forms import shapes
from tradewright.web.icons import icon
from tradewright.web.urls import Urls, compose
from tradewright.web.website import Parts

if TYPE_CHECKING:
    from tradewright.app import Composition


@rule("C401", tier="bronze")
def every_view_is_sound(subject: Subject) -> Iterator[Finding]:
    """A view that names a missing field, slot, path or operation shows less than its author believes."""
    folders = ["", *(f"bridges/{path.name}" for path in sorted((subject.folder / "bridges").glob("*")))]
    for inside in folders:  # those of bridges to addons that are not found here, too
        try:
            list(read_source(ViewSource(subject.name, subject.folder, frozenset({subject.name}), inside)))
        except DeveloperError as fault:
            yield of_error(fault)
    for names in subject.subsets:
        made, faults = subject.composed(names)
        told = [*faults, *(made.view_faults if made else ())]
        yield from (of_error(one) for one in told if claimant(one.code) == "C401" and one.addon == subject.name)


@rule("C402", tier="bronze")
def what_views_and_menus_open_exists(subject: Subject) -> Iterator[Finding]:
    """A button or an entry of the menu that leads nowhere is found by the first user."""
    for names in subject.subsets:
        made = subject.composed(names)[0]
        if made is None:
            continue
        try:
            urls = compose(made.addons.parts, made.addons.roles)
        except DeveloperError as fault:
            if claimant(fault.code) == "C402" and fault.addon in {subject.name, None}:
                yield of_error(fault)
            continue
        yield from _targets(subject, made, urls)
        yield from _forms(subject, urls)


def _targets(subject: Subject, made: Composition, urls: Urls) -> Iterator[Finding]:
    named: list[tuple[str, ButtonNode | MenuItem]] = [(item.id, item) for item in _entries(made.views.menu)]
    for form in made.views.forms.values():
        named += [(form.id, button) for button in form.buttons]
    for shown in made.views.lists.values():
        named += [(shown.id, button) for button in shown.buttons or ()]
    for where, one in named:
        if one.endpoint and one.endpoint not in urls.endpoints and _own(subject, where, one.endpoint):
            near = nearest(one.endpoint, urls.endpoints)
            yield Finding("a page that does not exist is opened", where, "name a route", one.endpoint, near)
        if one.icon and _own(subject, where, one.endpoint) and not _drawn(one.icon):
            yield Finding("there is no such icon", where, "name an icon of the set", one.icon)


def _forms(subject: Subject, urls: Urls) -> Iterator[Finding]:
    """Give the forms of the addon's pages with a field that parses loosely, which a site tells at the first use."""
    for endpoint in urls.endpoints.values():
        for model in (endpoint.route.form, endpoint.route.query):
            if endpoint.addon == subject.name and model is not None:
                try:
                    shapes(model)
                except DeveloperError as fault:
                    yield of_error(fault)


def _own(subject: Subject, where: str, endpoint: str) -> bool:
    return subject.name in {where.partition(".")[0], endpoint.partition(".")[0]}


def _drawn(name: str) -> bool:
    try:
        return bool(icon(name))
    except DeveloperError:
        return False


def _entries(items: Iterable[MenuItem]) -> Iterator[MenuItem]:
    for item in items:
        yield item
        yield from _entries(item.children)


@rule("C403", tier="bronze")
def every_template_compiles(subject: Subject) -> Iterator[Finding]:
    """A template with a slip is found when a customer opens the page."""
    for names in subject.subsets:
        made = subject.composed(names)[0]
        if made is None:
            continue
        try:
            parts = Parts.of(made.addons, debug=False)
        except DeveloperError as fault:
            if claimant(fault.code) == "C403":
                yield of_error(fault)
            continue
        own = {one.folder / "templates": one for one in made.addons.parts if one.addon == subject.name}
        for folder in own:
            for path in sorted(folder.rglob("*.html")):
                yield from _compiled(parts, path, path.relative_to(folder).as_posix(), subject.named(path))


def _compiled(parts: Parts, path: Path, name: str, where: str) -> Iterator[Finding]:

    environment = parts.templates.environment
    try:
        environment.get_template(name)  # the one on top of all, which is what a page gets
        source = path.read_text(encoding="utf-8")
        environment.compile(source, name, str(path))
        tree = environment.parse(source)
    except DeveloperError as fault:
        if claimant(fault.code) == "C403":
            yield of_error(fault)
        return
    except TemplateError as fault:
        line = fault.lineno if isinstance(fault, TemplateSyntaxError) else 1
        yield Finding(f"the template can't be compiled: {fault.message}", f"{where}:{line}", "correct the template")
        return
    known = parts.templates.names()
    for other in find_referenced_templates(tree):
        wanted = (other or "").removeprefix("!")
        if other and wanted not in known:
            near = nearest(wanted, known)
            yield Finding("a template that does not exist is named", where, "correct its path", other, near)
    for call in tree.find_all(nodes.Call):
        target = call.args[0] if call.args else None
        called = isinstance(call.node, nodes.Name) and call.node.name == "url_for"
        if called and isinstance(target, nodes.Const) and str(target.value) not in parts.urls.endpoints:
            near = nearest(str(target.value), parts.urls.endpoints)
            remedy = "name a route as addon.function; of another addon only in a bridge to it"
            yield Finding(
                "a link to a page that does not exist", f"{where}:{call.lineno}", remedy, str(target.value), near
            )
