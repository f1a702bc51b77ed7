"""The scripts of the enabled addons as files: found, numbered and checked without running any of them.

An addon has one branch of scripts, a bridge one of its own (`account.sale` for what account does where sale is), since
it starts to count only where both addons are. The number in a file's name is the order: `0002_sizes.py` of the addon
garden is the revision `garden_0002`, follows `garden_0001`, and the first one carries the label `m_garden`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewright.addons import AddonSet, Part
from tradewright.addons.manifest import CORE
from tradewright.base import DeveloperError

FOLDER = "migrations"
_NAME = re.compile(r"([0-9]{4})_[a-z0-9_]+\.py")
_HEAD = ("revision", "down_revision", "branch_labels", "depends_on")


@dataclass(frozen=True, slots=True)
class Script:
    """A script: its revision, the number in it, its file and the addon whose it is."""

    revision: str
    number: int
    file: Path
    addon: str


@dataclass(frozen=True, slots=True)
class Branch:
    """The scripts of an addon, or of a bridge, in order. `addons` are those that must be installed for it to count."""

    name: str
    addon: str
    addons: frozenset[str]
    folder: Path
    scripts: tuple[Script, ...]

    @property
    def label(self) -> str:
        """Return the label that its first script carries."""
        return f"m_{self.name}"

    @property
    def base(self) -> str:
        """Return what stands for the revision before its first script."""
        return f"{self.name}_{0:04}"

    @property
    def head(self) -> str | None:
        """Return its last revision."""
        return self.scripts[-1].revision if self.scripts else None

    def after(self, revision: str | None) -> tuple[Script, ...]:
        """Return the scripts that follow a revision; all of them where there is none."""
        done = number_of(revision) if revision is not None else 0
        return tuple(script for script in self.scripts if script.number > done)


def branches(addons: AddonSet) -> tuple[Branch, ...]:
    """Return the branches of an addon set in dependency order, those without scripts included."""
    return tuple(_branch(part) for part in addons.parts)


def branch_of(revision: str) -> str:
    """Return the branch that a revision belongs to: `garden` for `garden_0002`."""
    return revision.rpartition("_")[0]


def addons_of(branch: str) -> frozenset[str]:
    """Return the addons that a branch needs by its name: one, or both of a bridge."""
    return frozenset(branch.split("."))


def number_of(revision: str) -> int:
    """Return the number in a revision; 0 where it has none."""
    number = revision.rpartition("_")[2]
    return int(number) if number.isdigit() else 0


def folder_of(part: Part) -> Path:
    """Return where the scripts of a part lie; the core's own lie in the registry, as this layer has their name."""
    return part.folder / "registry" / FOLDER if part.addon == CORE else part.folder / FOLDER


def name_of(part: Part) -> str:
    """Return the name of the branch of a part: `account`, or `account.sale` for the bridge of account with sale."""
    return f"{part.addon}.{part.bridge}" if part.bridge else part.addon


def _branch(part: Part) -> Branch:
    name = name_of(part)
    folder = folder_of(part)
    found: dict[int, Script] = {}
    for file in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        if file.name == "__init__.py":
            continue
        match = _NAME.fullmatch(file.name)
        script = Script(f"{name}_{match[1]}" if match else name, int(match[1]) if match else 0, file, part.addon)
        if match is None:
            raise _wrong(
                "migrations.file-name",
                "the name of a migration script is a number and a word",
                script,
                file.name,
                "name it like 0001_sizes.py: four digits, then small letters, digits and underscores",
            )
        if script.number in found:
            raise _wrong(
                "migrations.duplicate",
                f"two scripts have one number, and so one revision; the other is {found[script.number].file.name}",
                script,
                script.revision,
                "give the one that is not released yet the next number, in its name, revision and down_revision",
            )
        found[script.number] = script
    addons = frozenset({part.addon, part.bridge} - {None})
    return Branch(name, part.addon, addons, folder, tuple(found[number] for number in sorted(found)))  # type: ignore[arg-type]  # no None is left


def check(found: tuple[Branch, ...]) -> None:
    """Check the heads of all scripts against their names and each other, before Alembic loads them."""
    known = {script.revision for branch in found for script in branch.scripts}
    for branch in found:
        previous: str | None = None
        for script in branch.scripts:
            head = _read_head(script)
            _check_revision(script, head)
            _check_order(branch, script, head, previous)
            _check_label(branch, script, head, first=previous is None)
            _check_needs(script, head, known)
            previous = script.revision


def _check_revision(script: Script, head: dict[str, Any]) -> None:
    if head.get("revision") != script.revision:
        raise _wrong(
            "migrations.revision",
            "the revision of a script is that of its file's name",
            script,
            head.get("revision"),
            f'write revision = "{script.revision}", or rename the file',
        )


def _check_order(branch: Branch, script: Script, head: dict[str, Any], previous: str | None) -> None:
    down = head.get("down_revision")
    if down == previous:
        return
    remedy = f"write down_revision = {_quoted(previous)}"
    revisions = [each.revision for each in branch.scripts]
    if down is None:
        problem = "a script that is not the first of its addon misses its down_revision"
        raise _wrong("migrations.no-down-revision", problem, script, None, remedy)
    if down in revisions and revisions.index(down) < revisions.index(script.revision):
        problem = f"two scripts follow {down}, so that the addon would have two heads"
        raise _wrong("migrations.two-heads", problem, script, down, remedy)
    problem = "the down_revision is not the script before this one"
    raise _wrong("migrations.down-revision", problem, script, down, remedy)


def _check_label(branch: Branch, script: Script, head: dict[str, Any], *, first: bool) -> None:
    labels = head.get("branch_labels")
    said = {labels} if isinstance(labels, str) else set(labels or ())
    wanted = {branch.label} if first else set()
    if said != wanted:
        raise _wrong(
            "migrations.label",
            f"the first script of {branch.name} carries its label" if first else "only the first script has a label",
            script,
            labels,
            f'write branch_labels = ("{branch.label}",)' if first else "remove branch_labels",
        )


def _check_needs(script: Script, head: dict[str, Any], known: set[str]) -> None:
    for needed in needs(head):
        if needed not in known:
            from tradewright.base import nearest

            raise DeveloperError(
                "migrations.depends-on",
                "no enabled addon has the revision that the script depends on",
                addon=script.addon,
                where=str(script.file),
                value=needed,
                near=nearest(needed, known),
                remedy="correct it, or name the other addon under depends in addon.toml",
            )


def needs(head: dict[str, Any]) -> tuple[str, ...]:
    """Return the revisions of other branches that a script with this head depends on."""
    said = head.get("depends_on")
    return (said,) if isinstance(said, str) else tuple(said or ())


def _read_head(script: Script) -> dict[str, Any]:
    """Read the names at the top of a script, which are literals, without running it."""
    try:
        tree = ast.parse(script.file.read_bytes(), str(script.file))
        return dict(_literals(tree))
    except (SyntaxError, ValueError) as fault:
        raise _wrong(
            "migrations.syntax",
            f"the script can't be read: {fault}",
            script,
            None,
            "correct it; revision, down_revision, branch_labels and depends_on are plain values",
        ) from fault


def _literals(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id in _HEAD and isinstance(node, ast.Assign | ast.AnnAssign):
                yield target.id, ast.literal_eval(node.value) if node.value is not None else None


def _quoted(revision: str | None) -> str:
    return f'"{revision}"' if revision is not None else "None"


def _wrong(code: str, problem: str, script: Script, value: object, remedy: str) -> DeveloperError:
    return DeveloperError(code, problem, addon=script.addon, where=str(script.file), value=value, remedy=remedy)
