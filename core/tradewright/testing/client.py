"""A browser for tests: keeps cookies, fills the forms it is shown, and fails at once on a server error."""

from __future__ import annotations

import json as jsonlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client as WerkzeugClient
from werkzeug.test import TestResponse

from tradewright.hooks import actor_for
from tradewright.orm.actor import SYSTEM
from tradewright.security.sessions import open_session
from tradewright.web.application import Application

if TYPE_CHECKING:
    from tradewright.app import Site

_META = re.compile(r'<meta name="csrf-token" content="([^"]*)"')


@dataclass(slots=True)
class PageForm:
    """A form as it stands in a page: where it goes, and what it sends when nothing is typed."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    uploads: bool = False

    def names(self) -> set[str]:
        """Return the names of its fields."""
        return {name for name, _value in self.fields}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._text: list[str] = []
        self._templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._templates += 1
        if self._templates:
            return  # what stands in a template is not part of the page
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").upper())
            self._form.uploads = given.get("enctype") == "multipart/form-data"
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(self._form, name, given)
        elif tag == "textarea" and name:
            self._area, self._text = name, []
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._form.fields.append((self._select, given.get("value", "")))

    def _input(self, form: PageForm, name: str, given: Mapping[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"submit", "button", "image", "file", "reset"} or "disabled" in given:
            return
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        form.fields.append((name, given.get("value", "on" if kind in {"checkbox", "radio"} else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "form" and not self._templates:
            self._form = None
        elif tag == "textarea" and self._area and self._form is not None:
            self._form.fields.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)


class Browser:
    """A client of one site. `response` and `text` are those of the page it is on.

    Each answer of 500 or more fails the test, unless `allow_errors` is set.
    """

    def __init__(
        self, application: Application, site: Site, *, host: str = "localhost", peer: str = "127.0.0.1"
    ) -> None:
        self.application = application
        self.site = site
        self.host = host
        self.peer = peer
        self.allow_errors = False
        self.address = "/"
        self.client = WerkzeugClient(application)
        self.response: TestResponse | None = None

    @property
    def text(self) -> str:
        """The body of the page it is on."""
        assert self.response is not None
        return self.response.get_data(as_text=True)

    @property
    def status(self) -> int:
        """The status of the page it is on."""
        assert self.response is not None
        return self.response.status_code

    @property
    def forms(self) -> list[PageForm]:
        """The forms of the page it is on."""
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def open(self, path: str, method: str = "GET", *, follow: bool = False, **options: Any) -> TestResponse:
        """Send a request; redirects are followed as a browser does when `follow` is set."""
        headers = dict(options.pop("headers", {}) or {})
        environ = {"REMOTE_ADDR": self.peer, **options.pop("environ_overrides", {})}
        base = options.pop("base_url", f"http://{self.host}")
        response = self.client.open(
            path, method=method, headers=headers, base_url=base, environ_overrides=environ, **options
        )
        assert self.allow_errors or response.status_code < 500, (
            f"{method} {path} answered {response.status_code}: {response.get_data(as_text=True)[:400]}"
        )
        self.response = response
        if follow and response.status_code in {301, 302, 303}:
            return self.open(response.headers["Location"], follow=True)
        if response.status_code == 200 and "HX-Request" not in headers:
            self.address = path
        return response

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page and follow redirects."""
        return self.open(path, follow=options.pop("follow", True), **options)

    def post(self, path: str, data: Any = None, *, follow: bool = False, **options: Any) -> TestResponse:
        """Post fields as they are, from the page it is on; nothing is added but where it comes from."""
        headers = {"Referer": f"http://{self.host}{self.address}", **(options.pop("headers", {}) or {})}
        return self.open(path, "POST", data=data, headers=headers, follow=follow, **options)

    def submit(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        action: str | None = None,
        drop: Sequence[str] = (),
        follow: bool = True,
        **options: Any,
    ) -> TestResponse:
        """Send the first posting form of the page (that goes to `action`, with the given fields) with other values."""
        given = dict(values or {})
        form = self.form(action, given)
        fields: dict[str, Any] = {}
        for name, value in form.fields:
            if name not in given and name not in drop:
                fields.setdefault(name, []).append(value)
        fields.update(given)
        target = form.action or self.address
        return self.post(target, fields, follow=follow, **options)

    def form(self, action: str | None = None, given: Mapping[str, Any] | None = None) -> PageForm:
        """Return the posting form of the page that goes to `action`, or the one that has the given fields."""
        found = [form for form in self.forms if form.method == "POST" and action in {None, form.action}]
        if action is None and given:
            known = [form for form in found if set(given) & form.names()]
            found = known or found
        plain = (
            [form for form in found if form.action not in {"/language", "/theme", "/logout"}]
            if action is None
            else found
        )
        chosen = plain or found
        assert chosen, f"no form to {action or 'post'} on {self.address}: {[form.action for form in self.forms]}"
        return chosen[0]

    def csrf_token(self) -> str:
        """Return the token that scripts of the page send in a header."""
        found = _META.search(self.text)
        return found[1] if found else ""

    def json(
        self, path: str, data: Any, *, key: str | None = None, token: str | None = None, **options: Any
    ) -> TestResponse:
        """Post JSON as a script of the page it is on does."""
        headers = {
            "X-CSRF-Token": self.csrf_token() if token is None else token,
            "Accept": "application/json",
            **(options.pop("headers", {}) or {}),
        }
        if key is not None:
            headers["Idempotency-Key"] = key
        body = data if isinstance(data, str | bytes) else jsonlib.dumps(data)
        return self.open(path, "POST", data=body, content_type="application/json", headers=headers, **options)

    def sign_in(self, login: str, password: str, *, follow: bool = True) -> TestResponse:
        """Sign in through the form, and arrive where that leads."""
        self.get("/login")
        return self.submit({"login": login, "password": password}, action="/login", follow=follow)

    def sign_in_as(self, user_id: int) -> None:
        """Become a user without a password, by a session made for him."""
        with self.site.env(SYSTEM) as env:
            actor = env.first(actor_for)(env, user_id)
            assert actor is not None, f"user {user_id} is no active user"
            key = open_session(env, actor, peer=self.peer, agent="test")
        self.client.set_cookie("session", key, domain=self.host.partition(":")[0])

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie that the browser holds."""
        found = self.client.get_cookie(name, domain=self.host.partition(":")[0])
        return found.value if found else None


def application_for(site: Site, **settings: Any) -> Application:
    """Return an application that serves one site of a test, with other settings than the site's where given."""
    site.settings = replace(site.settings, **settings)
    return Application([site], site.settings)


def browser_for(site: Site, **settings: Any) -> Browser:
    """Return a browser on a site of a test."""
    return Browser(application_for(site, **settings), site)
