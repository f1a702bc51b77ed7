"""Opening every page of a site that needs no more than a first record: as staff with all roles, and as a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.hooks import actor_for, sample_user
from tradewright.orm import select
from tradewright.testing.client import Browser, application_for

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.orm import Actor
    from tradewright.web.application import Application


def opens_every_page(site: Site) -> None:
    """Open the office (lists, boards, forms of new and first records) and all plain pages that either user may open."""
    application = application_for(site)
    with site.env() as env:
        users = [env.first(sample_user)(env, kind, kind) for kind in ("staff", "portal")]
    for user in users:
        assert user is not None
        with site.env(readonly=True) as env:
            actor = env.first(actor_for)(env, user.user_id)
        assert actor is not None
        browser = Browser(application, site)
        browser.sign_in_as(user.user_id)
        _plain_pages(application, site, browser, actor)
        if actor.kind == "staff":
            _office(site, browser, actor)


def _plain_pages(application: Application, site: Site, browser: Browser, actor: Actor) -> None:
    opened = 0
    for endpoint in application.website(site.name).urls.endpoints.values():
        made = endpoint.route
        if "GET" in made.methods and "<" not in made.rule and made.rule != "/logout" and made.access.admits(actor):
            status = browser.open(made.rule).status_code
            assert status in {200, 303, 400, 404}, (made.rule, status)
            opened += status == 200
    assert opened


def _office(site: Site, browser: Browser, actor: Actor) -> None:
    views = site.composition.views
    for name, info in site.registry.models.items():
        if {field.addon for field in info.fields.values()} <= {"core"}:
            continue  # the same whatever addons there are: the tests of the core open them
        readable = bool(site.access.granted(actor, name, "read"))  # nobody of the staff sees a buyer's cart
        _opened(browser, f"/office/{name}", {200} if readable else {404})
        board = views.kanban_for(name)
        if board is not None and readable:
            _opened(browser, f"/office/{name}?view={board.id}", {200})
        _opened(browser, f"/office/{name}/new", {200, 403, 404})
        cls: Any = info.cls
        with site.env(readonly=True) as env:
            first = env.scalar(select(cls.id).order_by(cls.id).limit(1))
        if first is not None and readable:
            _opened(browser, f"/office/{name}/{first}", {200})


def _opened(browser: Browser, path: str, wanted: set[int]) -> None:
    status = browser.get(path).status_code
    assert status in wanted, (path, status)
