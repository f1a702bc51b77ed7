"""Reading `Mapped[...]` annotations: which kind of value, optional or not, one or many."""

from __future__ import annotations

import ast
import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tradewright.base import DeveloperError

_KINDS: dict[Any, str] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    Decimal: "decimal",
    date: "date",
    datetime: "datetime",
    dict: "json",
}
_BY_NAME = {kind.__name__: kind for kind in _KINDS}


@dataclass(frozen=True, slots=True)
class Annotated:
    """What an annotation says: `target` is a class name, `plain` the kind of a plain value."""

    target: str | None
    plain: str | None
    optional: bool
    many: bool


def read(annotation: Any, where: str) -> Annotated:
    """Read an annotation, given as text (postponed evaluation) or as an object."""
    source = annotation if isinstance(annotation, str) else _render(annotation)
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise DeveloperError("orm.annotation", "the annotation cannot be read", where=where, value=source) from error
    if not isinstance(tree, ast.Subscript) or _name(tree.value) != "Mapped":
        raise DeveloperError("orm.annotation", "a field is annotated as Mapped[...]", where=where, value=source)
    return _inner(tree.slice, where, source)


def _inner(node: ast.expr, where: str, source: str, *, optional: bool = False) -> Annotated:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _inner(ast.parse(node.value, mode="eval").body, where, source, optional=optional)
    if isinstance(node, ast.BinOp):
        sides = [
            side for side in (node.left, node.right) if not (isinstance(side, ast.Constant) and side.value is None)
        ]
        if len(sides) == 1:
            return _inner(sides[0], where, source, optional=True)
    if isinstance(node, ast.Subscript) and _name(node.value) == "list":
        inner = _inner(node.slice, where, source)
        if inner.target and not inner.optional:
            return Annotated(inner.target, None, optional=False, many=True)
        return Annotated(None, "json", optional=optional, many=False)
    if isinstance(node, ast.Subscript) and _name(node.value) == "dict":
        return Annotated(None, "json", optional=optional, many=False)
    name = _name(node)
    if name == "Any":
        return Annotated(None, "json", optional=True, many=False)
    if name in _BY_NAME:
        return Annotated(None, _KINDS[_BY_NAME[name]], optional=optional, many=False)
    if name:
        return Annotated(name, None, optional=optional, many=False)
    raise DeveloperError(
        "orm.annotation",
        "the annotation is neither a plain type nor a model",
        where=where,
        value=source,
        remedy="use Mapped[str], Mapped[Decimal | None], Mapped[Model], Mapped[list[Model]]",
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _render(annotation: Any) -> str:
    """Write an annotation object as text, so that both forms are read by the same rules."""
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, typing.ForwardRef):
        return annotation.__forward_arg__
    if annotation is type(None):
        return "None"
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        return " | ".join(_render(argument) for argument in arguments)
    if origin is not None:
        return f"{origin.__name__}[{', '.join(_render(argument) for argument in arguments)}]"
    return str(getattr(annotation, "__name__", annotation))
