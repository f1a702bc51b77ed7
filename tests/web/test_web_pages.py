"""POR7, XSS1, XSS4, XSS7: pages get plain values, escape them, and are extended by addons above."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.base import DeveloperError
from tradewright.i18n import Formatter, _
from tradewright.testing.client import Browser
from tradewright.web import Form, WebAddress
from tradewright.web.forms import read_pairs
from tradewright.web.icons import icon
from tradewright.web.jinja import Rendering
from tradewright.web.page import Page, plain
from tradewright.web.problems import InputRefused
from tradewright.web.templating import Templates

if TYPE_CHECKING:
    from tradewright.app import Site

SignedIn = Callable[[str], Browser]


@pytest.fixture
def database_kind() -> str:
    """How pages are put together does not depend on the database."""
    return "sqlite"


class _Words:
    """A catalog whose translated words are seen."""

    def message(self, _context: str | None, msgid: str) -> str:
        return f"T:{msgid}"

    def plural(self, _context: str | None, singular: str, plural: str, n: int) -> str:
        return f"T:{singular if n == 1 else plural}"

    def value(self, value: object) -> str:
        return str(value)


def _rendering() -> Rendering:
    words: Any = _Words()
    return Rendering(
        words, Formatter("en"), lambda name, **_v: f"/{name}", lambda path: path, lambda: "token", lambda: "key"
    )


@pytest.fixture
def layers(tmp_path: Path) -> Callable[..., Templates]:
    """A function that makes templates from dicts of path to source, lowest first."""

    def make(*sources: dict[str, str]) -> Templates:
        folders = []
        for number, files in enumerate(sources):
            for path, source in files.items():
                file = tmp_path / f"a{number}" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(source, encoding="utf-8")
            folders.append((f"a{number}", tmp_path / f"a{number}"))
        return Templates(folders)

    return make


def test_a_template_overrides_that_of_the_same_path_and_reaches_it(layers: Callable[..., Templates]) -> None:
    templates = layers(
        {"p/h.html": "core({% block a %}0{% endblock %})", "p/other.html": "other"},
        {"x.html": "x"},
        {"p/h.html": '{% extends "!p/h.html" %}{% block a %}{{ super() }}2{% endblock %}'},
        {"p/h.html": '{% extends "!p/h.html" %}{% block a %}{{ super() }}3{% include "p/other.html" %}{% endblock %}'},
    )
    assert templates.render("p/h.html", _rendering(), {}) == "core(023other)"


def test_a_template_above_nothing_says_what_to_do(layers: Callable[..., Templates]) -> None:
    templates = layers({"p/hone.html": "x"}, {"p/h.html": '{% extends "!p/h.html" %}'})
    with pytest.raises(DeveloperError) as caught:
        templates.render("p/h.html", _rendering(), {})
    assert str(caught.value) == (
        "[web.no-template] There is no such template below this one.\n"
        "  addon:  a1\n"
        "  value:  '!p/h.html'\n"
        "  nearest: p/h.html, p/hone.html\n"
        "  remedy: '!' needs a template of the same path in an addon that this one depends on."
    )


def test_an_unknown_template_names_the_nearest(layers: Callable[..., Templates]) -> None:
    with pytest.raises(DeveloperError, match=r"portal/home\.html"):
        layers({"portal/home.html": "x"}).render("portal/hone.html", _rendering(), {})


@pytest.mark.parametrize("name", ["../secret.html", "/etc/passwd", "p/../../x", "!0:../x"])
def test_inj10_no_name_leads_out_of_the_folders(layers: Callable[..., Templates], name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    with pytest.raises(DeveloperError):
        layers({"x.html": "x"}).render(name, _rendering(), {})


CANARY = "<img src=x onerror=alert(1)>'\"&"


def test_xss1_every_value_is_escaped_in_text_attribute_macro_and_translation(layers: Callable[..., Templates]) -> None:
    source = (
        '{% macro m(v) %}<b title="{{ v }}">{{ v }}</b>{% endmacro %}{{ v }}{{ m(v) }}{{ _(v) }}{{ _("x {n}", n=v) }}'
        '{{ {"a": v}|xmlattr }}{{ [v]|join(",") }}{{ "a" ~ v }}{{ text }}{% trans v=v %}hi {{ v }}{% endtrans %}'
        "{{ _n('{n} {v}', '{n} {v}', 2, v=v) }}{{ icon('house', v) }}"
    )
    shown = layers({"x.html": source}).render("x.html", _rendering(), {"v": CANARY, "text": _("hey {x}", x=CANARY)})
    assert "<img" not in shown
    assert shown.count("&lt;img") == 13


@pytest.mark.parametrize(
    "source",
    [
        "{{ v|safe }}",
        "{% autoescape false %}{{ v }}{% endautoescape %}",
        "{% filter safe %}x{% endfilter %}",
    ],
)
def test_xss4_a_template_cannot_switch_escaping_off(layers: Callable[..., Templates], source: str) -> None:
    with pytest.raises(DeveloperError, match=r"web\.unescaped"):
        layers({"x.html": source}).render("x.html", _rendering(), {"v": CANARY})


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<p style='color: red'>",
        '<a href="#" onclick="x()">',
        "<style>a {}</style>",
        "<SCRIPT type=module>",
        '<div\n class="a"\n onload = "x">',
    ],
)
def test_xss7_inline_code_is_refused_with_its_line(layers: Callable[..., Templates], source: str) -> None:
    with pytest.raises(DeveloperError, match=r"x\.html:2"):
        layers({"x.html": "{# a comment\n#}" + source}).render("x.html", _rendering(), {})


def test_a_script_with_an_address_and_words_about_style_are_fine(layers: Callable[..., Templates]) -> None:
    source = '<script src="/x.js" defer></script><p data-style="x">A style = fine, on = fine</p>'
    assert layers({"x.html": source}).render("x.html", _rendering(), {}) == source


def test_what_is_undefined_is_an_error_and_not_an_empty_place(layers: Callable[..., Templates]) -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        layers({"x.html": "{{ nothing }}"}).render("x.html", _rendering(), {})


def test_texts_are_translated_where_they_stand(layers: Callable[..., Templates]) -> None:
    shown = layers({"x.html": "{{ t }} {{ _('b') }} {{ _n('{n} line', '{n} lines', 2) }}"}).render(
        "x.html", _rendering(), {"t": _("a")}
    )
    assert shown == "T:a T:b T:2 lines"


def test_por7_a_record_handed_to_a_template_is_refused_wherever_it_hides(visitor: Browser, probe: Site) -> None:
    visitor.allow_errors = True
    visitor.open("/probe/leak")
    assert visitor.status == 500
    Note: Any = import_module("tradewright_probe.models.note").Note  # noqa: N806  a class

    @dataclass
    class Holder:
        inside: Any

    with probe.env() as env:
        note = env[Note](body="x")
        catalog: Any = probe.catalog("en")
        for hidden in ([note], {"a": {"b": note}}, (1, note), Holder(note), [Holder([note])], {note}, note):
            with pytest.raises(DeveloperError, match="is a record"):
                plain(hidden, "value", catalog)
        for odd in (env, object(), (one for one in [1]), lambda: None, note.__class__):
            with pytest.raises(DeveloperError, match=r"web\.not-plain"):
                plain([odd], "value", catalog)


def test_por7_twin_a_page_that_takes_anything_is_found_out(
    visitor: Browser, probe: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["tradewright.web.page"], "plain", lambda value, *_rest: value)
    with pytest.raises(pytest.fail.Exception):
        test_por7_a_record_handed_to_a_template_is_refused_wherever_it_hides(visitor, probe)


def test_a_plain_value_stays_and_its_texts_are_in_the_readers_language() -> None:
    catalog: Any = _Words()
    value = {"a": [1, _("x"), ("y", _("z"))], "b": None}
    assert plain(value, "value", catalog) == {"a": [1, "T:x", ("y", "T:z")], "b": None}
    deep: list[Any] = []
    for _level in range(40):
        deep = [deep]
    with pytest.raises(DeveloperError, match="nested too deeply"):
        plain(deep, "value", catalog)


def test_two_addons_cannot_give_a_page_the_same_value() -> None:
    made = Page(None, None, "x", {})  # type: ignore[arg-type]  # neither is used here
    made.take({"cards": [1], "points": 1}, "one")
    made.take({"cards": [2]}, "two")
    assert made.cards == [1, 2]
    with pytest.raises(DeveloperError, match=r"web\.page-value-twice"):
        made.take({"points": 2}, "two")


def test_an_icon_is_drawn_from_listed_elements_only() -> None:
    drawn = icon("house", None, 16)
    assert drawn.startswith('<svg class="icon"')
    assert 'aria-hidden="true"' in drawn
    assert "xmlns" not in drawn
    assert 'role="img"' in icon("house", "Home")
    with pytest.raises(DeveloperError, match="nearest: house"):
        icon("hous")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:x", "data:text/html,x", "vbscript:x", "//evil", "", None]
)
def test_xss5_what_somebody_typed_is_no_link_that_runs(layers: Callable[..., Templates], address: str | None) -> None:
    templates = layers({"x.html": '<a href="{{ v|web_link }}">'})
    assert templates.render("x.html", _rendering(), {"v": address}) == '<a href="#">'
    assert "https://x.example" in templates.render("x.html", _rendering(), {"v": "https://x.example/?a=1"})


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "https://a b", "ftp://x", "https://u:p@x", "https://"]
)
def test_xss5_a_form_takes_addresses_of_websites_only(address: str) -> None:
    class Site(Form):
        website: WebAddress = ""

    with pytest.raises(InputRefused):
        read_pairs(Site, [("website", address)], "en")
    assert read_pairs(Site, [("website", "www.example.com/a?b=1")], "en").website == "https://www.example.com/a?b=1"


def test_every_template_of_the_core_compiles(visitor: Browser, probe: Site) -> None:
    templates = visitor.application.website(probe.name).templates
    names = templates.names()
    assert "layouts/portal.html" in names
    for name in names:
        templates.environment.get_template(name)
