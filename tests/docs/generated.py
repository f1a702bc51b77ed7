"""What the reference pages list out of the code: hooks, error codes, invariants.

`.venv/bin/python -m tests.docs.generated` writes the lists anew, below the mark in each page.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.docs.pages import DOCS, ROOT

MARK = "<!-- listed out of the code by tests/docs/generated.py -->\n"
_CODE = re.compile(r"[a-z]+(?:\.[a-z-]+)+")
_STATUS = {"UserError": 422, "Invalid": 422, "NotFound": 404, "Forbidden": 403, "Conflict": 409, "Unavailable": 503}
_DEVELOPER = {"DeveloperError", "ViewError", "view_error", "_wrong", "_conflict"}
_PLACED = {"Conflict": (0, 2), "Finding": (1, 2), "_both": (1, 2)}
"""Calls whose code and sentence are not the first two arguments: their places."""
_SECTIONS = ("When", "Parameters", "Return", "Order", "Since")


def hooks() -> str:
    """The hooks of the core and of the shipped addons, each with its documentation."""
    modules = [*_modules("core/tradewright/hooks/*.py"), *_modules("addons/*/tradewright_*/hooks.py")]
    parts: list[str] = []
    for path, tree in modules:
        specs = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _decorated(node, "hookspec")]
        if specs:
            parts.append(f"## {_import_name(path)}\n\n{_first_line(tree)}\n")
            parts += [_hook(spec) for spec in specs]
            parts += [_dataclass(node) for node in tree.body if isinstance(node, ast.ClassDef)]
    return "\n".join(parts)


def errors() -> str:
    """The codes that the core raises, with who sees them and the sentence that comes with them."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for path, tree in _modules("core/tradewright/**/*.py"):
        module = _import_name(path)
        for code, kind, problem in (*_raised(tree), *_of_toml(tree), *_of_hooks(tree)):
            known = found.get((code, kind))
            found[code, kind] = known if known is not None and known[0] else (problem, module)
    rows = [
        f"| `{code}` | {kind} | {problem} | {module} |" for (code, kind), (problem, module) in sorted(found.items())
    ]
    return "\n".join(["| code | for | says | raised in |", "|---|---|---|---|", *rows, ""])


def invariants() -> str:
    """The invariants of the core and of the shipped addons."""
    rows: list[str] = []
    for path, tree in [*_modules("core/tradewright/**/*.py"), *_modules("addons/*/tradewright_*/**/*.py")]:
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and (call := _decorated(node, "invariant")) is not None:
                code = ast.literal_eval(call.args[0])
                notice = " (notice)" if any(word.arg == "notice" for word in call.keywords) else ""
                rows.append(f"| `{code}`{notice} | {_first_line(node)} | {_import_name(path)} |")
    return "\n".join(["| code | rule | registered in |", "|---|---|---|", *sorted(rows), ""])


def conformance() -> str:
    """The rules of conformance, with the tier that asks for each."""
    from tradewright.conformance import RULES

    rows = [f"| `{rule.code}` | {rule.tier} | {rule.kind} | {rule.name} | {rule.reason} |" for rule in RULES.values()]
    return "\n".join(["| code | tier | kind | rule | why |", "|---|---|---|---|---|", *rows, ""])


PAGES: dict[str, Callable[[], str]] = {
    "reference/conformance.md": conformance,
    "reference/hooks.md": hooks,
    "reference/error-codes.md": errors,
    "reference/invariants.md": invariants,
}


def write() -> None:
    """Write the lists into their pages."""
    for name, make in PAGES.items():
        page = DOCS / name
        head = page.read_text(encoding="utf-8").partition(MARK)[0]
        page.write_text(f"{head}{MARK}\n{make()}", encoding="utf-8")


def _modules(pattern: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.glob(pattern)):
        yield path, ast.parse(path.read_bytes(), str(path))


def _import_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    names = parts[1:] if parts[0] == "core" else parts[2:]
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def _first_line(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]


def _decorated(node: ast.FunctionDef, name: str) -> ast.Call | None:
    """The decorator of this name; a bare one counts as a call without arguments."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == name:
            return decorator
        if isinstance(decorator, ast.Name) and decorator.id == name:
            return ast.Call(decorator, [], [])
    return None


def _hook(spec: ast.FunctionDef) -> str:
    call = _decorated(spec, "hookspec")
    said = {word.arg: ast.literal_eval(word.value) for word in call.keywords} if call is not None else {}
    answers = "the first answer counts" if said.get("firstresult") else "all answer"
    answers += ", isolated" if said.get("isolated") else ""
    answers += f", at most {said['seconds']} seconds each" if said.get("seconds") else ""
    returns = ast.unparse(spec.returns) if spec.returns is not None else "None"
    documentation = ast.get_docstring(spec) or ""
    lines = [f"### {spec.name}", "", f"`{spec.name}({ast.unparse(spec.args)}) -> {returns}`, {answers}", ""]
    lines += [documentation.partition("\n\n")[0], ""]
    for section in _SECTIONS:
        found = re.search(rf"^{section}: (.*?)(?=^[A-Z]\w+: |\Z)", documentation, re.MULTILINE | re.DOTALL)
        if found:
            lines.append(f"- **{section}**: {' '.join(found.group(1).split())}")
    return "\n".join([*lines, ""])


def _dataclass(node: ast.ClassDef) -> str:
    names = [one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    return f"`{node.name}({', '.join(names)})`: {' '.join((ast.get_docstring(node) or '').split())}\n"


def _raised(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Code, reader and sentence of each error that a module makes."""
    bases = {
        id(call): _name(owner.bases[0]) if owner.bases else ""
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for call in ast.walk(owner)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__"
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
        if _name(call.func) in _PLACED and len(call.args) > 2:
            at, says = _PLACED[_name(call.func)]
            if at == 0 or _name(call.func) == "_both" or _constant(call.args[0]) in {"error", "warning"}:
                placed = _constant(call.args[at])
                if placed and _CODE.fullmatch(placed):
                    yield placed, "administrators", _sentence(call.args[says])
            continue
        code = _constant(call.args[0])
        kind = _reader(bases.get(id(call), _name(call.func)), call)
        if kind and code and _CODE.fullmatch(code):
            yield code, kind, _sentence(call.args[1]) if len(call.args) > 1 else ""


def _reader(raised: str, call: ast.Call) -> str | None:
    if raised in _DEVELOPER:
        return "developers"
    if raised == "_told":
        return "the command line"
    status = next((_constant_int(word.value) for word in call.keywords if word.arg == "status"), None)
    return f"users, {status or _STATUS[raised]}" if raised in _STATUS else None


def _of_toml(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """The codes of a module that reads TOML: its prefix, with what the reader refuses and what it refuses itself."""
    prefix = next(
        (
            _constant(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and _name(node.targets[0]) == "_CODE"
        ),
        None,
    )
    if prefix:
        reader = ast.parse((ROOT / "core/tradewright/base/toml.py").read_bytes())
        yield f"{prefix}.syntax", "developers", "the file can't be read, or is no TOML"
        for source in (reader, tree):
            for call in (node for node in ast.walk(source) if isinstance(node, ast.Call) and len(node.args) > 2):
                kind = _constant(call.args[1])
                if _name(call.func) == "fail" and kind:
                    yield f"{prefix}.{kind}", "developers", _sentence(call.args[2])


def _of_hooks(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """The codes of the module that checks hooks: its `_fault` puts the prefix in front."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 3):
        code = _constant(call.args[0])
        if _name(call.func) == "_fault" and code and "." not in code:
            yield f"hooks.{code}", "developers", _sentence(call.args[1])


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _constant_int(node: ast.expr) -> int | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def _sentence(node: ast.expr) -> str:
    """The words of a literal; what is put in at run time is an ellipsis, and what is no literal has no words here."""
    if isinstance(node, ast.Call) and node.args:
        return _sentence(node.args[0])
    if isinstance(node, ast.IfExp):
        return _sentence(node.body)
    if isinstance(node, ast.JoinedStr):
        text = "".join(_constant(part) or "…" for part in node.values)
    else:
        text = _constant(node) or ""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    write()
