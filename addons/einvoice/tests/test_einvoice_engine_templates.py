"""Every message is translated. They are collected from the source and, where a table makes them, at run time."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import pytest

from tradewright_einvoice import engine
from tradewright_einvoice.engine.formats import FORMATS, ROOTS, UBL
from tradewright_einvoice.engine.messages import LANGUAGES, messages

HOME = Path(engine.__file__).parent
#: Where messages are written. A sentence there is a message: it starts with a capital or a value and ends with a stop.
PLACES = ("rules", "postaward", "check.py", "xml.py", "encodings.py", "hybrid.py")
#: Fields of tables whose words end up inside of messages.
WORDS = ("what", "who", "title")


#: Areas that are translated altogether.
COMPLETE = (
    *("check.py", "xml.py", "hybrid.py", "encodings.py"),
    *("rules/ubl_", "rules.ubl_", "rules/peppol", "rules.peppol"),
    *("rules/xrechnung", "rules.xrechnung", "rules/france", "rules.france"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    known = messages(language)
    missing = [
        f"{place}: {text}" for text, place in templates().items() if text not in known and place.startswith(COMPLETE)
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_format_has_a_name(language: str) -> None:
    known = messages(language)
    assert not {*FORMATS.values(), *ROOTS.values(), *UBL.values()} - set(known)


def templates() -> dict[str, str]:
    """Each template and word, with the file it was found in."""
    found: dict[str, str] = {}
    for path in _sources():
        for text in _sentences(ast.parse(path.read_text())):
            found.setdefault(text, str(path.relative_to(HOME)))
    for module in _modules():
        for text in _table_texts(module):
            found.setdefault(text, module.__name__.removeprefix(engine.__name__ + "."))
    return found


def is_sentence(text: str) -> bool:
    return " " in text and text.endswith(".") and (text[0].isupper() or text[0] == "{") and "\n" not in text


def _sources() -> list[Path]:
    places = [HOME / place for place in PLACES]
    return sorted(
        file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place] * place.exists())
    )


def _sentences(tree: ast.Module) -> Iterator[str]:
    silent = {id(part) for node in ast.walk(tree) for part in _no_messages(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in silent:
            continue
        if isinstance(node.value, str) and is_sentence(node.value):
            yield node.value


def _no_messages(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and pieces of f-strings."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from node.values


def _modules() -> Iterator[ModuleType]:
    for name in ("rules", "postaward"):
        if (HOME / name).is_dir():
            package = importlib.import_module(f"{engine.__name__}.{name}")
            yield package
            for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
                yield importlib.import_module(found.name)


def _table_texts(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        if not name.startswith("__"):
            yield from _texts(value, depth=4)


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if is_sentence(value):
            yield value
    elif depth and isinstance(value, (tuple, list, frozenset, set)):
        for part in value:
            yield from _texts(part, depth - 1)
    elif depth and isinstance(value, dict):
        for part in value.values():
            yield from _texts(part, depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            part = getattr(value, item.name, None)
            if item.name in WORDS and isinstance(part, str) and part:
                yield part
            else:
                yield from _texts(part, depth - 1)
