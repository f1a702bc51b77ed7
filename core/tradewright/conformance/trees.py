"""Reading Python as trees: names, imports, keyword arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.conformance.subject import Source


def dotted(node: ast.AST) -> str:
    """Return a name with its points (`datetime.now`); empty for anything else, with `?` for what stands before."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value) or '?'}.{node.attr}"
    return ""


def imports(source: Source, package: str) -> Iterator[tuple[ast.stmt, str]]:
    """Give the imported modules of a file; `from a import b` gives `a.b`, relative ones in full."""
    here = [package, *source.name.removesuffix(".py").split("/")]
    inside = here[:-1]
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*inside[: len(inside) - node.level + 1], *filter(None, [node.module])])
            base = base if node.level else node.module or ""
            for alias in node.names:
                yield node, f"{base}.{alias.name}"


def imported_names(source: Source, package: str) -> dict[str, str]:
    """Return what the names that a file imports stand for: `{"dt": "datetime.datetime"}`."""
    found: dict[str, str] = {}
    for node in source.nodes:
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = f"{package}.{node.module or ''}" if node.level else node.module or ""
            found |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
    return found


def meant(name: str, names: dict[str, str]) -> str:
    """Return a dotted name with its first part replaced by what was imported under it."""
    first, point, rest = name.partition(".")
    return f"{names.get(first, first)}{point}{rest}"


def words(node: ast.AST) -> str | None:
    """Return the text of a literal, f-strings included; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return None
