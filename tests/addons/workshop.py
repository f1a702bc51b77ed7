"""Makes addons in a folder for the tests of finding, ordering and loading."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tradewright.addons import AddonSet, Discovery, discover, load, resolve


@dataclass(frozen=True)
class Workshop:
    """A folder of an addons path. Packages get a prefix of their own, because Python remembers what it imported."""

    folder: Path
    prefix: str

    def package(self, name: str) -> str:
        return f"{self.prefix}_{name}"

    def root(self, name: str) -> Path:
        return self.folder / self.package(name)

    def addon(
        self,
        name: str,
        depends: Sequence[str] | Mapping[str, str] = (),
        *,
        version: str = "1.0",
        bridges: Sequence[str] = (),
        extra: str = "",
        files: Mapping[str, str] | None = None,
    ) -> Path:
        """Write an addon and return the path of its manifest."""
        versions = depends if isinstance(depends, Mapping) else dict.fromkeys(depends, ">=1,<2")
        lines = [
            f'name = "{name}"',
            f'version = "{version}"',
            f'summary = "{name} for tests"',
            f"bridges = {json.dumps(list(bridges))}",
            dedent(extra),
            "[depends]",
            *(f'{other} = "{wanted}"' for other, wanted in versions.items()),
        ]
        contents = {"__init__.py": "", "addon.toml": "\n".join(lines), **(files or {})}
        for bridge in bridges:
            contents.setdefault(f"bridges/{bridge}/__init__.py", "")
        for path, text in contents.items():
            file = self.root(name) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text).replace("PACKAGE", self.prefix), encoding="utf-8")
        return self.root(name) / "addon.toml"

    def discover(self) -> Discovery:
        return discover([self.folder], installed=False)

    def resolve(self, *wanted: str) -> AddonSet:
        return resolve(self.discover(), wanted or None)

    def load(self, *wanted: str) -> AddonSet:
        return load(self.resolve(*wanted))
