"""How Jinja compiles and runs our templates: the same language, with less work for each value and call.

A page writes several hundred values, asks for as many keys of plain dicts and calls a hundred macros. Jinja's own ways
serve any object (records with attributes, callables that take the context); ours look first at what nearly all are.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro, Undefined
from jinja2.utils import missing
from markupsafe import Markup, escape

from tradewright.base import DeveloperError
from tradewright.i18n import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewright.i18n import Catalog, Formatter

_UNSAFE = re.compile("[&<>'\"]").search
_FUNCTIONS = frozenset({FunctionType, BuiltinFunctionType, MethodType})
_METHODS_OF_DICT = frozenset(dir(dict))


@dataclass(slots=True)
class Rendering:
    """What the globals of a template read while it is rendered; `page` is what the frame around it shows."""

    catalog: Catalog
    format: Formatter
    url_for: Callable[..., str]
    static: Callable[[str], str]
    csrf_token: Callable[[], str]
    idempotency_key: Callable[[], str]
    page: Mapping[str, Any] = field(default_factory=dict)


current: ContextVar[Rendering] = ContextVar("tradewright_rendering")


class CurrentPage:
    """The page that is being rendered, for macros; what it lacks is undefined."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        found = current.get().page.get(name, missing)
        if found is missing:
            raise AttributeError(name)
        return found


def shown(value: Any) -> Any:
    """Return a text in the reader's language, and any other value as it is."""
    return value.translate(current.get().catalog) if isinstance(value, Text) else value


class TemplateContext(Context):
    """Calls macros and plain functions without asking what they want to be given."""

    def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls (jinja)."""
        kind = type(function)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _FUNCTIONS or hasattr(function, "jinja_pass_arg"):
            return super().call(function, *args, **kwargs)
        # Jinja adds these for functions that take the context.
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return function(*args, **kwargs)


class TemplateCode(CodeGenerator):
    """Writes each value by one call, `environment.written(value)`, where Jinja makes two and an object."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame):
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame):
            self.write(")")
        else:
            super()._output_child_post(node, frame, finalize)


def _escapes(frame: Frame) -> bool:
    return bool(frame.eval_ctx.autoescape) and not frame.eval_ctx.volatile


class TemplateEnvironment(Environment):
    """Escapes every value and refuses what would switch that off."""

    code_generator_class = TemplateCode
    context_class = TemplateContext

    def written(self, value: Any) -> str:
        """Return a value as it stands in the page: a text translated, everything escaped but markup."""
        if type(value) is Text:
            value = value.translate(current.get().catalog)
        if type(value) is str:
            return escape(value) if _UNSAFE(value) else value
        if type(value) is Markup:
            return value
        return "" if type(value) is Undefined else escape(shown(value))  # `x if y` has no value otherwise

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute or a key (jinja); dicts are asked for the key without a failed look for the attribute."""
        kind = type(obj)
        if kind is CurrentPage:
            obj = current.get().page
        elif kind is not dict or attribute in _METHODS_OF_DICT:
            return super().getattr(obj, attribute)
        found = obj.get(attribute, missing)
        return self.undefined(obj=obj, name=attribute) if found is missing else found

    def make_globals(self, d: Any) -> Any:
        """Return the globals of a template (jinja), as one dict: each import in each page goes over their names."""
        return {**self.globals, **(d or {})}

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002  jinja's signature
    ) -> str:
        for node in source.find_all((nodes.Filter, nodes.EvalContextModifier)):
            if isinstance(node, nodes.EvalContextModifier) or (isinstance(node, nodes.Filter) and node.name == "safe"):
                raise DeveloperError(
                    "web.unescaped",
                    "A template switches escaping off.",
                    where=f"{filename}:{node.lineno}",
                    value="|safe" if isinstance(node, nodes.Filter) else "autoescape",
                    remedy="Pass plain values and write the markup in the template, or in a macro.",
                )
        return super()._generate(source, name, filename, defer_init)
