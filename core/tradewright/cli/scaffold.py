"""The skeleton of an addon, a distribution of its own: a model with its list and form, who may see it, and a test.

What its author reads (code, manifest, access, views, tests) stays under 60 lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from tradewright.base import DeveloperError

_NAME = "[a-z][a-z0-9_]{0,29}"


def _catalogue(language: str, words: Mapping[str, str]) -> str:
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return head + "".join(f'\nmsgid "{source}"\nmsgstr "{there}"\n' for source, there in words.items())


_FILES = {
    "README.md": """\
# $name

Keeps notes: a list and a form in the back office. Every member of staff may read and write them.

    pip install --editable '.[test]'    # beside Tradewright
    pytest                              # on SQLite, and on PostgreSQL where this machine has one
    tradewright addon check $name       # what is missing, rule by rule
    tradewright addon install $name     # onto a site
""",
    "pyproject.toml": """\
[build-system]
requires = ["setuptools>=80"]
build-backend = "setuptools.build_meta"

[project]
name = "tradewright-$name"
version = "1.0.0"
description = "Keeps notes"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["tradewright"]

[project.optional-dependencies]
test = ["tradewright[testing]"]

[project.entry-points."tradewright.addons"]
$name = "tradewright_$name"

[tool.setuptools]
packages.find.include = ["tradewright_$name*"]
package-data."*" = ["py.typed", "**/*.html", "**/*.po", "**/*.toml", "**/*.xml", "static/**/*"]

[tool.mypy]
strict = true
exclude = ["^build/"] # what setuptools leaves there

[tool.pyright]
reportIncompatibleMethodOverride = false # mypy holds overrides: pyright refuses Sequence[Self], what operations take
exclude = ["build"]
""",
    "tradewright_$name/__init__.py": '''\
"""Keeps notes."""
''',
    "tradewright_$name/py.typed": "",
    "tradewright_$name/addon.toml": """\
name = "$name"
version = "1.0.0"
summary = "Keeps notes"
category = "Tools"
depends = { base = ">=1,<2" }

[quality]
tier = "gold"
""",
    "tradewright_$name/access.toml": """\
[Note]
"base.user" = "create read update delete"
""",
    "tradewright_$name/models/__init__.py": '''\
"""The models of $name."""
''',
    "tradewright_$name/models/note.py": '''\
"""What is worth remembering."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, text


class Note(Model, label=_("Note"), plural=_("Notes"), title="subject", search=("subject",)):
    """Something worth remembering."""

    subject: Mapped[str] = text(label=_("Subject"))
    body: Mapped[str | None] = text(label=_("Text"), multiline=True)
''',
    "tradewright_$name/views/note.xml": """\
<views>
  <list id="note_list" model="Note" form="note_form"><field name="subject"/></list>
  <form id="note_form" model="Note">
    <group id="main" slot="main"><field name="subject"/><field name="body"/></group>
  </form>
  <menu id="notes" label="Notes" list="note_list"/>
</views>
""",
    "tradewright_$name/locale/de/LC_MESSAGES/messages.po": _catalogue(
        "de",
        {
            "Keeps notes": "Bewahrt Notizen auf",
            "Note": "Notiz",
            "Notes": "Notizen",
            "Subject": "Betreff",
            "Text": "Text",
            "Tools": "Werkzeuge",
        },
    ),
    "tests/test_${name}_notes.py": '''\
"""Rules of $name, each a sentence."""

import pytest

from tradewright.orm import Env
from tradewright_$name.models.note import Note

pytestmark = pytest.mark.addons("$name")


def test_a_note_is_kept(env: Env) -> None:
    note = env.add(env[Note](subject="Call back"))
    env.flush()
    assert env.one(Note, note.id).display_name() == "Call back"
''',
}


def write_addon(name: str, folder: Path) -> Path:
    """Write the skeleton into a new folder of the addon's name and return that; nothing there is overwritten."""
    if not re.fullmatch(_NAME, name):
        raise DeveloperError(
            "cli.addon-name",
            "an addon's name is lower case letters, digits and underscores, beginning with a letter",
            value=name,
            remedy="choose a name such as loyalty",
        )
    root = (folder / name).absolute()
    if root.exists() and any(root.iterdir()):
        raise DeveloperError(
            "cli.addon-exists", "there is something already", where=str(root), remedy="choose another name or --folder"
        )
    for path, text in _FILES.items():
        file = root / Template(path).substitute(name=name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(text).substitute(name=name), encoding="utf-8")
    return root
