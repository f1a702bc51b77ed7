"""Changelog fragments say what changes for the user."""

import re
from pathlib import Path

from tests.repo.tree import ROOT, pyproject, report

FRAGMENTS = [path for path in sorted((ROOT / "changelog").iterdir()) if path.name not in {"README.md", ".gitignore"}]
KINDS = [kind["directory"] for kind in pyproject()["tool"]["towncrier"]["type"]]


def test_fragments_are_well_formed() -> None:
    problems = [f"changelog/{path.name}: {problem}" for path in FRAGMENTS for problem in _problems(path)]
    assert not problems, report(problems)


def _problems(path: Path) -> list[str]:
    text = path.read_text().strip()
    name = re.fullmatch(r"\+[a-z0-9-]+\.([a-z]+)\.md", path.name)
    problems: list[str] = []
    if name is None or name[1] not in KINDS:
        problems.append(f"name it +<what-changes>.<kind>.md, the kind being one of {', '.join(KINDS)}")
    if not re.match(r"[A-Z`*].*[.`]$", text, re.DOTALL):
        problems.append("write sentences: a capital first, a full stop last")
    if name is not None and name[1] == "breaking" and not re.search(r"^Migrate: ", text, re.MULTILINE):
        problems.append("a breaking change tells how to move on, in a paragraph that begins with 'Migrate: '")
    return problems
