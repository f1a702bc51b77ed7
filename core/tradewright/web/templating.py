"""Jinja for one addon set: templates override each other by path, every value is escaped, nothing undefined is silent.

`{% extends "!portal/home.html" %}` names the template of the same path below the one that says it: dependency order,
the core at the bottom. What a request gives (words, formats, tokens) is reached through globals: macros have it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from tradewright.base import DeveloperError, nearest
from tradewright.i18n import Text
from tradewright.web.compiled import compiled_in
from tradewright.web.icons import icon
from tradewright.web.jinja import CurrentPage, Rendering, TemplateEnvironment, current, shown

if TYPE_CHECKING:
    from jinja2 import Environment

_LEVEL = re.compile(r"!(\d+):(.+)")
_INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|<[a-zA-Z][^<>{}]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE
)
_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


class Templates:
    """The templates of one addon set; compiled at first use and kept, below `cache_folder` also for the next start."""

    def __init__(
        self, folders: Iterable[tuple[str, Path]], *, debug: bool = False, cache_folder: Path | None = None
    ) -> None:
        self._loader = Stack([(addon, folder) for addon, folder in folders if folder.is_dir()])
        self.environment = _Environment(
            loader=self._loader,
            autoescape=lambda name: not (name or "").endswith(".txt"),
            undefined=StrictUndefined,
            auto_reload=debug,
            cache_size=-1,
            bytecode_cache=compiled_in(cache_folder),
            finalize=shown,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.policies["ext.i18n.trimmed"] = True
        self.environment.globals.update(_GLOBALS)
        self.environment.filters["web_link"] = web_link
        self.environment.install_gettext_callables(_gettext, _ngettext, newstyle=False)  # type: ignore[attr-defined]  # of the extension
        self.environment.globals["_"] = _gettext

    def render(self, name: str, rendering: Rendering, values: Mapping[str, Any]) -> str:
        """Render a template with plain values."""
        token = current.set(rendering)
        try:
            return self.environment.get_template(name).render(values)
        except TemplateNotFound as error:
            raise self._loader.missing(str(error.name or name)) from None
        finally:
            current.reset(token)

    def names(self) -> list[str]:
        """Return the paths of all templates."""
        return self._loader.list_templates()


class Stack(BaseLoader):
    """Folders of templates on top of each other; the last one wins, `!` reaches what is below."""

    def __init__(self, folders: list[tuple[str, Path]]) -> None:
        self.folders = folders
        self.tops: dict[str, int] = {}
        self._levels: dict[str, list[int]] = {}
        for level, (_addon, folder) in enumerate(folders):
            for file in sorted(folder.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    self._levels.setdefault(file.relative_to(folder).as_posix(), []).append(level)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return source, file and freshness of a template; raises `TemplateNotFound` (jinja)."""
        del environment
        path, level = self.place(template)
        levels = [one for one in self._levels.get(path, ()) if one < level]
        if not levels:
            raise TemplateNotFound(template)
        file = self.folders[levels[-1]][1] / path
        changed = file.stat().st_mtime
        source = file.read_text(encoding="utf-8")
        _check_source(source, path, file)
        return source, str(file), lambda: file.stat().st_mtime == changed

    def place(self, template: str) -> tuple[str, int]:
        """Return the path, and the level below which it is looked for."""
        match = _LEVEL.fullmatch(template)
        return (match[2], int(match[1])) if match else (template, len(self.folders))

    def below(self, template: str, path: str) -> str:
        """Return the name of the template of `path` below the one that is named `template`."""
        own, level = self.place(template)
        levels = [one for one in self._levels.get(own, ()) if one < level]
        return f"!{levels[-1] if levels else 0}:{path}"

    def list_templates(self) -> list[str]:
        """Return the paths of all templates (jinja)."""
        return sorted(self._levels)

    def missing(self, name: str) -> DeveloperError:
        """Describe a template that is not there."""
        path, level = self.place(name)
        below = level < len(self.folders)
        return DeveloperError(
            "web.no-template",
            "There is no such template below this one." if below else "No enabled addon has this template.",
            addon=self.folders[level][0] if below else None,
            value=f"!{path}" if below else path,
            near=nearest(path, self._levels),
            remedy="'!' needs a template of the same path in an addon that this one depends on."
            if below
            else "Put it below the addon's templates/ folder, or correct the path.",
        )


class _Environment(TemplateEnvironment):
    """Knows `!`."""

    def join_path(self, template: str, parent: str) -> str:
        loader = self.loader
        if template.startswith("!") and not _LEVEL.fullmatch(template) and isinstance(loader, Stack):
            return loader.below(parent, template[1:])
        return template


def _check_source(source: str, path: str, file: Path) -> None:
    """Refuse what the content security policy would block in the browser, where nobody sees it in a test."""
    if not path.endswith(".html") or path.startswith("mail/") or path.endswith("/mail.html"):
        return
    bare = _JINJA_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), source)
    found = _INLINE.search(bare)
    if found:
        raise DeveloperError(
            "web.inline-code",
            "A template has an inline script, style or event handler, which the browser will not run.",
            where=f"{file}:{bare.count(chr(10), 0, found.start()) + 1}",
            value=found[0][:80],
            remedy="Use a class and a file below static/; pass data to scripts in data- attributes.",
        )


def _gettext(message: Any, /, **values: Any) -> str:
    catalog = current.get().catalog
    if isinstance(message, Text):
        return message.translate(catalog)
    if values:
        return Text(str(message), values).translate(catalog)
    return catalog.message(None, str(message))


def _ngettext(singular: str, plural: str, n: int, /, **values: Any) -> str:
    catalog = current.get().catalog
    if values or "{n}" in plural or "{n}" in singular:
        return Text(singular, {"n": n, **values}, plural=plural, n=n).translate(catalog)
    return catalog.plural(None, singular, plural, n)


def _pgettext(context: str, message: str, /, **values: Any) -> str:
    return Text(message, values, context=context).translate(current.get().catalog)


def _icon(name: str, title: Any = None, size: int | None = None, css: str = "") -> Markup:
    return icon(name, str(shown(title)) if title else None, size, css)


def web_link(address: Any) -> str:
    """Return an address that somebody typed if a link may lead there, else `#`: http, https, mailto and tel only."""
    text = str(address or "").strip()
    return text if text.lower().startswith(("http://", "https://", "mailto:", "tel:")) else "#"


def _form_keys(key: bool = True) -> Markup:  # noqa: FBT001, FBT002  templates write form_keys(false)
    now = current.get()
    fields = Markup('<input type="hidden" name="csrf_token" value="{}">').format(now.csrf_token())
    if key:
        fields += Markup('<input type="hidden" name="idempotency_key" value="{}">').format(now.idempotency_key())
    return fields


class _Fmt:
    """The formats of the language that is being rendered: `{{ fmt.money(total, "EUR") }}`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(current.get().format, name)


_GLOBALS: dict[str, Any] = {
    "_n": _ngettext,
    "_p": _pgettext,
    "icon": _icon,
    "url_for": lambda name, /, **values: current.get().url_for(name, **values),
    "static": lambda path: current.get().static(path),
    "csrf_token": lambda: current.get().csrf_token(),
    "idempotency_key": lambda: current.get().idempotency_key(),
    "form_keys": _form_keys,
    "fmt": _Fmt(),
    "page": CurrentPage(),
}
