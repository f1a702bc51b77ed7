"""Routes are declared beside their handlers; this module collects them while addons are imported.

A declaration is checked at once: methods, access, the handler's parameters against the rule. What needs the addon
set (conflicts, role names) is checked when a site's URL map is composed, see `tradewright.web.urls`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tradewright.base import DeveloperError
from tradewright.web.access import Access, read_access

if TYPE_CHECKING:
    from tradewright.web.forms import Form, Query
    from tradewright.web.response import Response

Handler = TypeVar("Handler", bound=Callable[..., "Response"])

SAFE = frozenset({"GET", "HEAD"})
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
MAX_BODY = 1024 * 1024
"""Default limit of a request body in bytes; a route with uploads says more."""

_VARIABLE = re.compile(r"<(?:[a-zA-Z_]+(?:\([^)]*\))?:)?([a-zA-Z_][a-zA-Z0-9_]*)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One handler at one rule."""

    rule: str
    methods: frozenset[str]
    access: Access
    handler: Callable[..., Response]
    name: str
    module: str
    line: int
    form: type[Form] | None
    query: type[Query] | None
    idempotent: bool
    max_body: int
    on_error: Callable[..., Response] | None
    own_transaction: bool

    @property
    def where(self) -> str:
        """Module and line of the handler, for error messages."""
        return f"{self.module}:{self.line} ({self.name})"

    @property
    def unsafe(self) -> bool:
        """Tell whether the route may change anything."""
        return not self.methods <= SAFE


_declared: dict[str, dict[str, Route]] = {}


def route(
    rule: str,
    *,
    methods: Sequence[str] = ("GET",),
    access: tuple[str, ...] | Access | None = None,
    form: type[Form] | None = None,
    query: type[Query] | None = None,
    name: str | None = None,
    idempotent: bool = True,
    max_body: int = MAX_BODY,
    on_error: Callable[..., Response] | None = None,
    own_transaction: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare a handler: `(env, request, [form], [query], **variables of the rule) -> Response`.

    GET and HEAD run in a read-only unit of work. Any other method runs as one retried transaction, needs the CSRF
    token and, for signed-in users, an idempotency key (unless `idempotent=False`: for what changes nothing twice).
    `form` and `query` are pydantic models that refuse unknown names. `on_error(env, request, problem, **variables)`
    renders a refused form again; without it the user is sent back to the page with the sentence. A handler with
    `own_transaction=True` gets the site instead of an env and opens its own units of work (core only: for slow work
    such as hashing a password, which must not hold a transaction open). The endpoint is `<addon>.<name or function>`.
    """

    def declare(handler: Handler) -> Handler:
        code = inspect.unwrap(handler).__code__
        where = f"{handler.__module__}:{code.co_firstlineno} ({handler.__name__})"
        made = Route(
            rule=rule,
            methods=_read_methods(methods, where),
            access=read_access(access, where),
            handler=handler,
            name=name or handler.__name__,
            module=handler.__module__,
            line=code.co_firstlineno,
            form=form,
            query=query,
            idempotent=idempotent,
            max_body=max_body,
            on_error=on_error,
            own_transaction=own_transaction,
        )
        _check(made)
        _declared.setdefault(handler.__module__, {})[made.name] = made
        return handler

    return declare


def routes_in(package: str) -> list[Route]:
    """Return the routes declared in a package's modules imported so far, by module and place in the file."""
    found = [
        made
        for module, routes in _declared.items()
        if (module == package or module.startswith(package + ".")) and module in sys.modules
        for made in routes.values()
    ]
    return sorted(found, key=lambda made: (made.module, made.line))


def _read_methods(methods: Sequence[str], where: str) -> frozenset[str]:
    names = frozenset(methods)
    if isinstance(methods, str) or not names or not names <= METHODS:
        raise DeveloperError(
            "web.bad-methods",
            "A route names methods that do not exist.",
            where=where,
            value=methods,
            near=sorted(METHODS),
            remedy='Write methods=("POST",); HEAD comes with GET by itself.',
        )
    if "GET" in names and len(names) > 1:
        raise DeveloperError(
            "web.mixed-methods",
            "One handler for reading and changing would have to change data on GET.",
            where=where,
            value=sorted(names),
            remedy="Write two handlers: one for GET, one for the others.",
        )
    return names


def _check(made: Route) -> None:
    parameters = inspect.signature(made.handler).parameters
    wanted = set(_VARIABLE.findall(made.rule))
    first = "site" if made.own_transaction else "env"
    wanted |= {first, "request"}
    wanted |= {"form"} if made.form is not None else set()
    wanted |= {"query"} if made.query is not None else set()
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    missing = wanted - set(parameters)
    extra = {n for n, p in parameters.items() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD} - wanted
    if (missing and not takes_any) or extra:
        raise DeveloperError(
            "web.handler-parameters",
            "A handler's parameters do not fit its route.",
            where=made.where,
            value={"missing": sorted(missing), "not given by the route": sorted(extra)},
            remedy=f"Write def {made.name}({', '.join([first, 'request', *sorted(wanted - {first, 'request'})])}).",
        )
    if not made.rule.startswith("/"):
        raise DeveloperError(
            "web.bad-rule", "A rule begins with a slash.", where=made.where, value=made.rule, remedy=f"/{made.rule}"
        )
    if made.own_transaction and not made.module.startswith("tradewright."):
        raise DeveloperError(
            "web.own-transaction",
            "Only the core opens units of work by itself.",
            where=made.where,
            remedy="Take env instead of site; slow work belongs in a job, a new password in a NewPassword field.",
        )
    for model in (made.form, made.query):
        if model is not None and model.model_config.get("extra") != "forbid":
            raise DeveloperError(
                "web.loose-form",
                "A form or query takes fields that nobody declared.",
                where=made.where,
                value=f"{model.__qualname__}: extra={model.model_config.get('extra')}",
                remedy="Leave extra of model_config as Form and Query have it, and declare each field.",
            )
    if made.form is not None and not made.unsafe:
        raise DeveloperError(
            "web.form-on-get",
            "A form is read from a body, and GET has none.",
            where=made.where,
            remedy="Use query= for what comes with the address.",
        )


def declared_view(made: Route) -> dict[str, Any]:
    """Describe a route for listings: rule, methods, access and place."""
    return {
        "rule": made.rule,
        "methods": sorted(made.methods),
        "access": made.access.kind,
        "roles": made.access.roles,
        "reason": made.access.reason,
        "where": made.where,
    }
