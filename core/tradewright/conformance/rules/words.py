"""C3: everything that a user reads can be read in another language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from tradewright.conformance.finding import Finding, rule
from tradewright.conformance.subject import Source, Subject
from tradewright.conformance.trees import dotted, words
from tradewright.i18n import Text
from tradewright.i18n.messages import read_catalogue, wanted_messages

_KEYWORDS = frozenset({"label", "plural", "help", "confirm", "message", "placeholder", "title"})
_ERRORS = frozenset({"UserError", "Invalid", "NotFound", "Forbidden", "Conflict", "Unavailable"})
_DECLARING = frozenset(
    [
        "text",
        "field",
        "money",
        "price",
        "quantity",
        "percent",
        "choice",
        "translated",
        "secret",
        "attachment",
        "json",
        "many_to_one",
        "one_to_many",
        "many_to_many",
        "total",
        "expression",
        "operation",
        "check",
        "unique",
        "HomeCard",
        "page",
    ]
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_REMEDY = '_("...") around it makes it a message'


@rule("C301", tier="gold")
def words_in_python_are_messages(subject: Subject) -> Iterator[Finding]:
    """A label that is a plain string stays English for everybody."""
    for source in subject.sources:
        if source.home in {"testing", "demo", "cli"}:
            continue
        for node in source.nodes:
            if isinstance(node, ast.Call):
                yield from _in_call(source, node)
            elif isinstance(node, ast.ClassDef):
                for word in node.keywords:
                    if word.arg in {"label", "plural"} and words(word.value):
                        yield _plain(source, word.value)
    yield from _unlabelled(subject)


def _unlabelled(subject: Subject) -> Iterator[Finding]:
    made = subject.composed(subject.richest)[0]
    for info in made.registry.models.values() if made else ():
        for one in info.fields.values():
            unnamed = one.addon == subject.name and not isinstance(one.label, Text) and one.kind != "id"
            if unnamed and one.where and not one.name.endswith("_id"):
                remedy = f'give it label=_("{one.label}")'
                yield Finding("a field has no label that can be translated", one.where, remedy, one.name)


def _in_call(source: Source, node: ast.Call) -> Iterator[Finding]:
    name = dotted(node.func).rpartition(".")[2]
    if name in _DECLARING:
        for word in node.keywords:
            if word.arg in _KEYWORDS and words(word.value) and not (name != "page" and word.arg == "title"):
                yield _plain(source, word.value)
    if name in {"choice", "more_choices"}:
        for pair in ast.walk(node):
            if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and words(pair.elts[1]):
                yield _plain(source, pair.elts[1])
    if name in _ERRORS and len(node.args) > 1 and words(node.args[1]):
        yield _plain(source, node.args[1])
    yield from _told(source, node, name)
    if name in {"_", "_n", "_p"} and any(isinstance(each, ast.JoinedStr) for each in node.args):
        remedy = '_("Order {number}", number=number): no catalogue knows words that are put together before'
        yield Finding("words are put into a message before it is translated", source.at(node), remedy)


def _told(source: Source, node: ast.Call, name: str) -> Iterator[Finding]:
    """Give the plain words that somebody is told by a mail, or on the next page."""
    told = node.args[2:3] if name == "flash" else []
    told += [word.value for word in node.keywords if (name, word.arg) in {("flash", "title"), ("send_mail", "subject")}]
    for said in told:
        if _WORD.search(words(said) or ""):
            yield _plain(source, said)


def _plain(source: Source, node: ast.AST) -> Finding:
    return Finding("words that can't be translated", source.at(node), _REMEDY, words(node) or "")


@rule("C302", tier="gold")
def words_in_templates_are_messages(subject: Subject) -> Iterator[Finding]:
    """Words between two tags stay English for everybody."""
    for path in subject.files("*.html"):
        if "templates" in path.relative_to(subject.folder).parts:
            yield from _bare_words(subject, path)


_JINJA = re.compile(r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_READ = frozenset({"title", "alt", "placeholder", "aria-label", "aria-description", "label"})


_NO_WORDS = frozenset({"script", "style", "code", "kbd", "samp", "svg"})
_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col"})


class _Words(HTMLParser):
    """Collects words that are no message, with their lines; code and what says translate="no" has none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        starts = tag in _NO_WORDS or given.get("translate") == "no"
        if tag not in _EMPTY and (self._silent or starts):
            self._silent.append(tag)
        for name in _READ & given.keys():
            value = given[name]
            if not self._silent and value and _WORD.search(value):
                self.found.append((self.getpos()[0], value.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:  # an element that nobody closed
                continue

    def handle_data(self, data: str) -> None:
        if not self._silent and _WORD.search(data):
            line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
            self.found.append((line, " ".join(data.split())))


def _bare_words(subject: Subject, path: Path) -> Iterator[Finding]:
    text = path.read_text(encoding="utf-8", errors="replace")
    parser = _Words()
    # Lines stay where they are; what Jinja puts in is no word of the template.
    parser.feed(_JINJA.sub(lambda match: "\n" * match[0].count("\n") or "0", text))
    parser.close()
    parser.found += _given_words(text)
    for line, found in parser.found:
        remedy = 'write {{ _("...") }}, or {% trans %}...{% endtrans %}'
        yield Finding("words that can't be translated", f"{subject.named(path)}:{line}", remedy, found[:80])


_SENTENCE = re.compile(r"[A-Z][a-z]+(?: [a-z]+)+[.?!]?")
_TRANSLATING = frozenset({"_", "_n", "_p", "gettext", "ngettext", "pgettext"})


def _given_words(text: str) -> Iterator[tuple[int, str]]:
    """Give the words that a template hands to a macro or a function as they are: `{{ card("Your points") }}`."""
    try:
        tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(text)
    except TemplateSyntaxError:
        return  # told by C403
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _TRANSLATING:
            continue
        for given in (*call.args, *(word.value for word in call.kwargs)):
            if isinstance(given, nodes.Const) and isinstance(given.value, str) and _SENTENCE.fullmatch(given.value):
                yield call.lineno, given.value


@rule("C303", tier="gold")
def catalogues_are_complete(subject: Subject) -> Iterator[Finding]:
    """A page in two languages at once is worse than one in the wrong language."""
    catalogues = sorted((subject.folder / "locale").glob("*/LC_MESSAGES/messages.po"))
    if not catalogues:
        return
    wanted = wanted_messages(subject.folder)
    for path in catalogues:
        name = subject.named(path)
        found, broken = read_catalogue(path)
        for line, problem, value in broken:
            yield Finding(problem, f"{name}:{line}", "translate it, keep its {places}, remove the mark fuzzy", value)
        for key, where in wanted.items():
            if key not in found:
                remedy = "take the words of the code into the catalogue and translate them"
                yield Finding("a message is missing in the catalogue", where, f"{remedy}: {name}", str(key[1]))
