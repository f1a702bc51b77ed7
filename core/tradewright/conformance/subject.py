"""The addon that is held to the rules: its files, parsed, and what it becomes when it is composed with others."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tradewright.addons import Addon, Discovery, Manifest
from tradewright.base import DeveloperError, nearest
from tradewright.conformance.trees import dotted
from tradewright.testing.sites import compositions

if TYPE_CHECKING:
    from tradewright.app import Composition
    from tradewright.conformance.bench import Bench

_NOT_RUN = frozenset({"tests", "__pycache__", "node_modules"})


@dataclass(frozen=True)
class Source:
    """A Python file of an addon: `name` is its path below the package, `bridge` the addon it is a bridge to."""

    name: str
    path: Path
    text: str
    tree: ast.Module
    bridge: str

    @property
    def home(self) -> str:
        """Return the place in the anatomy of an addon: `models`, `web`, `plugin`."""
        parts = Path(self.name).parts
        inner = parts[2:] if self.bridge else parts
        return Path(inner[0]).stem if inner else ""

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, which most rules look through."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def calls(self) -> tuple[tuple[ast.Call, str], ...]:
        """All calls, with the name of what is called."""
        return tuple((node, dotted(node.func)) for node in self.nodes if isinstance(node, ast.Call))

    def at(self, node: ast.AST) -> str:
        """Return the place of a node."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


class Subject:
    """One addon under examination. `paths` are the folders of the addons path, `bench` makes sites for living rules."""

    def __init__(
        self, name: str, folder: Path, package: str, *, paths: Sequence[Path] = (), bench: Bench | None = None
    ) -> None:
        self.name = name
        self.folder = folder
        self.package = package
        self.paths = tuple(paths)
        self._bench = bench
        self._composed: dict[tuple[str, ...], tuple[Composition | None, tuple[DeveloperError, ...]]] = {}

    @property
    def bench(self) -> Bench:
        """The maker of sites; a mistake of ours where a living rule runs without one."""
        if self._bench is None:
            raise DeveloperError("conformance.bench", "a living rule needs a bench that makes sites", addon=self.name)
        return self._bench

    @cached_property
    def discovery(self) -> Discovery:
        """All addons that are found beside this one."""
        return compositions(self.paths).discovery

    @property
    def addon(self) -> Addon | None:
        """The addon as it was found; None where it is not sound."""
        return self.discovery.found.get(self.name)

    @property
    def manifest(self) -> Manifest | None:
        """Its manifest; None where that can't be read."""
        return self.addon.manifest if self.addon else None

    @cached_property
    def problems(self) -> tuple[DeveloperError, ...]:
        """What discovery says of this addon."""
        return tuple(one for one in self.discovery.problems if one.addon == self.name)

    # Files -----------------------------------------------------------------------------------------------------

    def files(self, pattern: str) -> Iterator[Path]:
        """Give the files of the package that fit a pattern, without its tests."""
        for path in sorted(self.folder.rglob(pattern)):
            if path.is_file() and not _NOT_RUN & set(path.relative_to(self.folder).parts):
                yield path

    def named(self, path: Path) -> str:
        """Return a file's path as findings tell it, below the package."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else str(path)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """All Python files that can be parsed; migrations are scripts of Alembic and have rules of their own."""
        found: list[Source] = []
        for path in self.files("*.py"):
            name = self.named(path)
            parts = Path(name).parts
            if "migrations" in parts:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            try:
                tree = ast.parse(text, str(path))
            except (SyntaxError, ValueError):
                continue  # that it can't be imported is told by C102
            bridge = parts[1] if parts[0] == "bridges" and len(parts) > 2 else ""
            found.append(Source(name, path, text, tree, bridge))
        return tuple(found)

    # Composed --------------------------------------------------------------------------------------------------

    def needs(self, name: str) -> frozenset[str]:
        """Return an addon and all that it depends on, as far as it is found; the core is not named."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in self.discovery.found and one not in found:
                found.add(one)
                waiting += self.discovery.found[one].manifest.depends
        return frozenset(found - {"core"})

    @cached_property
    def alone(self) -> tuple[str, ...]:
        """The smallest set of addons that holds this one."""
        return tuple(sorted(self.needs(self.name)))

    @cached_property
    def richest(self) -> tuple[str, ...]:
        """The set that turns all its bridges on; all addons that are found where the bench is shared by many."""
        if self._bench is not None and self._bench.together:
            return tuple(sorted(name for name in self.discovery.found if name != "core"))
        bridges = self.manifest.bridges if self.manifest else ()
        return tuple(sorted(self.needs(self.name).union(*(self.needs(other) for other in bridges))))

    @cached_property
    def subsets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of addons that differ for this one: alone, with each of its bridges, with all of them.

        Where the bench is shared by many addons, only the first and the last.
        """
        if self._bench is not None and self._bench.together:
            return tuple(dict.fromkeys([self.alone, self.richest]))
        bridges = self.manifest.bridges if self.manifest else ()
        found = [set(self.alone), *(set(self.alone) | self.needs(other) for other in bridges), set(self.richest)]
        return tuple(dict.fromkeys(tuple(sorted(one)) for one in found))

    def composed(self, names: tuple[str, ...]) -> tuple[Composition | None, tuple[DeveloperError, ...]]:
        """Compose a set of addons; return it, or None with what stands against it as far as it is of this addon."""
        if names not in self._composed:
            self._composed[names] = self._compose(names)
        return self._composed[names]

    def _compose(self, names: tuple[str, ...]) -> tuple[Composition | None, tuple[DeveloperError, ...]]:
        if self.name not in self.discovery.found:
            return None, ()
        try:
            made = compositions(self.paths).get(names)
        except DeveloperError as fault:
            return None, (fault,)
        faults = [one for one in made.addons.problems if one.addon == self.name]
        return (None if faults else made), tuple(faults)

    @property
    def composition(self) -> Composition | None:
        """The richest composition, or the one alone where another addon stands against that; None where neither can."""
        return self.composed(self.richest)[0] or self.composed(self.alone)[0]


def find_subject(name: str, *, paths: Sequence[Path] = (), bench: Bench | None = None) -> Subject:
    """Return the addon of a name, or in a folder (of its package, or of the project around that)."""
    there = Path(name)
    folders = [there, *sorted(there.glob("tradewright_*"))] if there.is_dir() else []
    folder = next((one.resolve() for one in folders if (one / "addon.toml").is_file()), None)
    if folder is not None and name not in compositions(paths).discovery.found:
        more = tuple(dict.fromkeys([*paths, folder.parent]))
        short = folder.name.removeprefix("tradewright_")
        known = [one for one in compositions(more).discovery.found.values() if one.folder.resolve() == folder]
        # Where the manifest tells another name than the folder, the manifest's is the addon's.
        return Subject(known[0].name if known else short, folder, folder.name, paths=more, bench=bench)
    discovery = compositions(paths).discovery
    if name in discovery.found:
        addon = discovery.found[name]
        return Subject(name, addon.folder, addon.package, paths=paths, bench=bench)
    for path in paths:
        for manifest in [*path.glob(f"tradewright_{name}/addon.toml"), *path.glob(f"*/tradewright_{name}/addon.toml")]:
            return Subject(name, manifest.parent, manifest.parent.name, paths=paths, bench=bench)
    broken = next((one for one in discovery.problems if one.addon == name), None)
    if broken is not None:
        raise broken
    raise DeveloperError(
        "conformance.unknown-addon",
        "there is no addon of this name, and no folder with an addon.toml",
        value=name,
        near=nearest(name, discovery.found),
        remedy="give the name of an addon that is found, or the folder of its package",
    )
