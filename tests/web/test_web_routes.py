"""ACL6, AUT15: a route says who may call it, or the addon does not load; mistakes are named with their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.base import DeveloperError
from tradewright.orm.actor import ANONYMOUS, SYSTEM, Actor
from tradewright.testing.client import Browser
from tradewright.web import Form, Response, public, route, signed_in
from tradewright.web import routes as web_routes
from tradewright.web.access import Access, staff
from tradewright.web.forms import shapes
from tradewright.web.urls import Endpoint, Urls, _check_conflicts, _check_roles

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.orm import Env
    from tradewright.web import Request


@pytest.fixture
def database_kind() -> str:
    """Declarations do not depend on the database."""
    return "sqlite"


@pytest.fixture(autouse=True)
def _forget() -> Any:
    """What a test declares is no route of anybody."""
    yield
    web_routes._declared.pop(__name__, None)  # noqa: SLF001  the book of the process


def _handler(env: Env, request: Request) -> Response:
    del env, request
    return Response("x")


def _own(site: Any, request: Request) -> Response:
    del site, request
    return Response("x")


def _made(rule: str, **options: Any) -> Endpoint:
    name = options.pop("name", "x")
    route(rule, name=name, **options)(_handler)
    [made] = [one for one in web_routes.routes_in(__name__) if one.name == name]
    return Endpoint(f"a.{name}", "a", made)


def test_acl6_a_route_without_access_is_an_error_at_load() -> None:
    with pytest.raises(DeveloperError) as caught:
        route("/x")(_handler)
    line = _handler.__code__.co_firstlineno
    assert str(caught.value) == (
        "[web.route-without-access] A route declares no access, so nobody could ever be allowed to call it.\n"
        f"  where:  {__name__}:{line} (_handler)\n"
        '  remedy: Add access=("addon.role",), access=signed_in() or access=public(reason="...").'
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"access": ()}, "web.route-without-access"),
        ({"access": "base.user"}, "web.route-without-access"),
        ({"access": signed_in(), "methods": ("FETCH",)}, "web.bad-methods"),
        ({"access": signed_in(), "methods": "POST"}, "web.bad-methods"),
        ({"access": signed_in(), "methods": ("GET", "POST")}, "web.mixed-methods"),
        ({"access": signed_in(), "form": Form}, "web.handler-parameters"),
        ({"access": signed_in(), "rule": "/x/<uid>"}, "web.handler-parameters"),
        ({"access": signed_in(), "rule": "x"}, "web.bad-rule"),
        ({"access": signed_in(), "own_transaction": True}, "web.handler-parameters"),
        ({"access": signed_in(), "own_transaction": True, "handler": "own"}, "web.own-transaction"),
    ],
    ids=str,
)
def test_a_wrong_declaration_is_an_error_at_load(options: dict[str, Any], code: str) -> None:
    handler = _own if options.pop("handler", None) else _handler
    with pytest.raises(DeveloperError) as caught:
        route(options.pop("rule", "/x"), **options)(handler)
    assert caught.value.code == code


def test_a_public_route_needs_a_reason() -> None:
    with pytest.raises(DeveloperError, match=r"web\.public-without-reason"):
        public(reason=" ")


def test_two_routes_at_one_address_are_an_error_naming_both() -> None:
    first = _made("/x/y", access=signed_in(), name="first")
    second = _made("/x/y", access=signed_in(), name="second")
    with pytest.raises(DeveloperError, match=r"web\.route-conflict.*\n.*\n.*\(first\) and .*\(second\)"):
        _check_conflicts([first, second])
    _check_conflicts([first, _made("/x/y", access=signed_in(), name="third", methods=("POST",))])


def test_a_role_that_no_addon_has_is_an_error_with_the_nearest() -> None:
    with pytest.raises(DeveloperError, match=r"nearest: sale\.manager"):
        _check_roles([_made("/x", access=("sale.manger",))], frozenset({"sale.manager"}))


def test_who_is_admitted() -> None:
    clerk = Actor(kind="staff", user_id=1, roles=frozenset({"sale.user"}))
    buyer = Actor(kind="portal", user_id=2, roles=frozenset({"b2b_portal.buyer"}))
    cases = {
        Access("roles", ("sale.user", "sale.manager")): (True, False, False, True),
        signed_in(): (True, True, False, True),
        staff(): (True, False, False, True),
        public(reason="x"): (True, True, True, True),
    }
    for access, expected in cases.items():
        assert tuple(access.admits(actor) for actor in (clerk, buyer, ANONYMOUS, SYSTEM)) == expected


def test_an_address_is_built_with_its_values_quoted() -> None:
    urls = Urls([_made("/x", access=signed_in(), name="plain")])
    assert urls.build("a.plain", {"q": "a b&c", "n": [1, 2], "none": None}) == "/x?q=a+b%26c&n=1&n=2"
    with pytest.raises(DeveloperError, match=r"web\.no-endpoint"):
        urls.build("a.plan", {})


def test_an_address_without_its_variable_is_an_error(visitor: Browser, probe: Site) -> None:
    urls = visitor.application.website(probe.name).urls
    assert urls.build("probe.show", {"uid": "a/b?"}) == "/probe/notes/a%2Fb%3F"
    with pytest.raises(DeveloperError, match=r"web\.url-variable"):
        urls.build("probe.show", {"ui": 1})


@pytest.mark.parametrize("annotation", [float, "Decimal"])
def test_inp13_a_form_cannot_declare_a_loose_number(annotation: Any) -> None:
    from decimal import Decimal

    class Loose(Form):
        __annotations__ = {"amount": Decimal if annotation == "Decimal" else annotation}

    with pytest.raises(DeveloperError, match=r"web\.loose-number"):
        shapes(Loose)


def test_aut15_every_public_route_has_a_reason_and_none_manages_the_installation(visitor: Browser, probe: Site) -> None:
    endpoints = visitor.application.website(probe.name).urls.endpoints
    public_routes = {
        name: endpoint.route for name, endpoint in endpoints.items() if endpoint.route.access.kind == "public"
    }
    assert all(made.access.reason for made in public_routes.values())
    assert not [name for name in endpoints if any(word in name for word in ("install", "upgrade", "database", "demo"))]


def test_every_route_that_changes_something_asks_for_a_key_or_says_why_not(visitor: Browser, probe: Site) -> None:
    endpoints = visitor.application.website(probe.name).urls.endpoints
    keyless = {
        name
        for name, endpoint in endpoints.items()
        if endpoint.route.unsafe and not endpoint.route.idempotent and not name.startswith("probe.")
    }
    own = {name for name, endpoint in endpoints.items() if endpoint.route.own_transaction}
    assert own == {
        "core.sign_in", "core.logout", "core.mail_password_link", "core.set_password", "core.keep_password",
        "core.language", "core.theme",
        "office.apply_addon_change",  # the mark of the plan is its key: a plan that was applied is another one
    }  # fmt: skip
    assert not keyless


def test_a_handler_of_a_missing_addon_is_not_there(make_site: Callable[..., Site]) -> None:
    from tradewright.testing import Template
    from tradewright.testing.client import browser_for

    plain = make_site(Template(addons=("base",)))
    assert browser_for(plain).open("/probe").status_code == 404
