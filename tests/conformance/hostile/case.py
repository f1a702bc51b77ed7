"""A hostile addon: the sound one with one thing forgotten or broken, and where that has to be caught."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.conformance.hostile.sound import SOUND, Files, write

Stage = Literal["install", "run", "check"]
"""Where it is caught: before a site has it, contained while the site runs, or by the rules of conformance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """An addon that does one thing wrong.

    `files` are added to the sound addon, or stand in the place of its own; `changes` replace a text in one of its
    files. `promises` are the numbers of what the framework promises (`promises.py`). `says` are texts that the message
    holds: `NAME` stands for the addon's name. `beside` are addons that have to be on the site, too.
    """

    name: str
    wrong: str
    promises: tuple[int, ...]
    caught: Stage
    code: str
    says: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    who: Literal["customer", "staff", "system"] = "customer"
    visit: str = ""
    living: bool = False
    gap: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """The texts of the message."""
        return tuple(text.replace("NAME", self.name) for text in self.says)

    def contents(self) -> Files:
        """Return all its files."""
        files = dict(SOUND)
        for path, (old, new) in self.changes.items():
            assert old in files[path], f"{path} of the sound addon has no {old!r}"
            files[path] = files[path].replace(old, new)
        return {**files, **self.files}

    def write(self, folder: Path) -> Path:
        """Write it into a folder of the addons path and return its package."""
        return write(folder, self.name, self.contents())


def acting(text: str) -> dict[str, str]:
    """Return the module whose `act(env)` is run, or which stands in the way of the rules."""
    return {"services/acting.py": text}


def find(cases: Iterable[Hostile], stage: Stage, *, living: bool = False) -> list[Hostile]:
    """Return the cases that are caught at a stage."""
    return [case for case in cases if (case.caught, case.living) == (stage, living)]
