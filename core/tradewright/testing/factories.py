"""The factories that addons offer in their `testing.py`, as fixtures of the projects that build on them."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tradewright.addons import discover

if TYPE_CHECKING:
    from tradewright.addons import Discovery


def offer(plugins: pytest.PytestPluginManager, paths: Sequence[Path], names: Sequence[str] = ()) -> None:
    """Make the factories of the named addons, of those on a path, and of all they depend on, known to pytest."""
    discovery = discover(paths)
    folders = [path.resolve() for path in paths]
    own = [*names, *(name for name, addon in discovery.found.items() if _below(addon.folder.resolve(), folders))]
    packages = [discovery.found[name].package for name in _with_dependencies(own, discovery)]
    modules = [f"{package}.testing" for package in packages if package != "tradewright" and _exists(package)]
    # One addon's factories import those of the addons below, so all are marked before the first one is imported.
    pytest.register_assert_rewrite(*modules)
    for module in modules:
        plugins.import_plugin(module)


def _below(folder: Path, folders: Sequence[Path]) -> bool:
    return any(folder.is_relative_to(one) for one in folders)


def _exists(package: str) -> bool:
    return importlib.util.find_spec(f"{package}.testing") is not None


def _with_dependencies(names: Sequence[str], discovery: Discovery) -> list[str]:
    """Return the addons and all that they and their bridges depend on, as far as they are there; the lowest first."""
    order: dict[str, None] = {}
    on_the_way: set[str] = set()

    def visit(name: str) -> None:
        if name in on_the_way or name not in discovery.found:
            return
        on_the_way.add(name)
        manifest = discovery.found[name].manifest
        for below in (*manifest.depends, *manifest.bridges):
            visit(below)
        order[name] = None

    for name in names:
        visit(name)
    return list(order)
