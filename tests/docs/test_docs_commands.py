"""Commands and options that the pages name exist, and all commands are described."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from tests.docs.pages import DOCS, ROOT, pages
from tests.repo.tree import report
from tradewright.cli.program import tradewright

_CALL = re.compile(r"(?:^ {4,}|`|[|] *)((?:\S*/)?tradewright(?: +[^`|#\n]+)?)", re.MULTILINE)
_SCRIPT = re.compile(r"(?<!venv/)\bbin/([a-z][a-z-]*)")


def test_commands_and_options_that_pages_name_exist() -> None:
    problems = [f"{page.relative_to(ROOT)}: {fault}" for page in pages() for fault in _faults(page)]
    assert not problems, report(problems)


def test_every_command_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    missing = [name for name in _names(tradewright, "tradewright") if f"`{name}`" not in text]
    assert not missing, report([f"docs/reference/command-line.md does not name {name}" for name in missing])


def test_scripts_that_pages_name_exist() -> None:
    named = {(page, name) for page in pages() for name in _SCRIPT.findall(page.read_text(encoding="utf-8"))}
    missing = [f"{page.relative_to(ROOT)}: there is no bin/{name}" for page, name in named if not _script(name)]
    assert not missing, report(missing)


def _script(name: str) -> bool:
    return (ROOT / "bin" / name).is_file()


def _names(group: click.Command, name: str) -> Iterator[str]:
    if not isinstance(group, click.Group):
        yield name
        return
    context = click.Context(group)
    for below in group.list_commands(context):
        command = group.get_command(context, below)
        if command is not None:
            yield from _names(command, f"{name} {below}")


def _faults(page: Path) -> Iterator[str]:
    for call in _CALL.findall(page.read_text(encoding="utf-8")):
        words = [word for word in call.split()[1:] if not word.startswith("[")]
        command: click.Command = tradewright
        options = set(_options(tradewright))
        while words:
            word = words.pop(0)
            if word.startswith("-"):
                if word.partition("=")[0] not in options:
                    yield f"no option {word} in: {call}"
                if _takes_value(command, word):
                    words[:1] = []
            elif isinstance(command, click.Group) and word.islower():
                below = command.get_command(click.Context(command), word)
                if below is None:
                    yield f"no command {word} in: {call}"
                    break
                command = below
                options |= set(_options(command))
                if command.context_settings.get("ignore_unknown_options"):
                    break  # a command of an addon parses the rest itself


def _options(command: click.Command) -> Iterator[str]:
    yield "--help"
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)


def _takes_value(command: click.Command, word: str) -> bool:
    return any(
        word in option.opts and isinstance(option, click.Option) and not option.is_flag for option in command.params
    )
