"""What the repository holds, as the tests of the repository see it."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked_files() -> list[Path]:
    """The files that are, or are about to be, in the repository, relative to its root."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def source_roots() -> dict[str, Path]:
    """The package of each source root, and the root: `{"tradewright_sale": Path("addons/sale"), ...}`."""
    found = {package.name: package.parent.relative_to(ROOT) for package in ROOT.glob("addons/*/tradewright_*")}
    return {"tradewright": Path("core")} | dict(sorted(found.items()))


def addons() -> dict[str, Path]:
    """The source roots without the core."""
    return {package: root for package, root in source_roots().items() if package != "tradewright"}


def python_files(*folders: str) -> list[Path]:
    """The tracked Python files below the folders."""
    return [path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in folders]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a tracked file."""
    return ast.parse((ROOT / path).read_bytes(), str(path))


def module_name(path: Path) -> str | None:
    """The import name of a file in a source root, or None."""
    for root in source_roots().values():
        if path.is_relative_to(root):
            parts = path.relative_to(root).with_suffix("").parts
            if parts[0].startswith("tradewright"):
                return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return None


def imported_modules(path: Path, *, type_checking: bool = True) -> Iterator[tuple[int, str]]:
    """The modules that a file imports, each with its line; `from a import b` gives `a.b`.

    Without `type_checking`, imports below `if TYPE_CHECKING:` are left out.
    """
    package = (module_name(path) or "").split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in _statements(parsed(path), type_checking=type_checking):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            base = base if node.level else node.module or ""
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _statements(node: ast.AST, *, type_checking: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and not type_checking and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _statements(child, type_checking=type_checking)


@cache
def pyproject() -> dict[str, Any]:
    """The tools' configuration."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def setup_cfg() -> ConfigParser:
    """The packaging's configuration."""
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def report(problems: list[str]) -> str:
    """Problems as the message of a failed assertion: one a line."""
    return "\n" + "\n".join(problems)
