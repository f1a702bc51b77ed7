"""The skeleton of an addon: a model with its list and form, who may see it, and a test, in under 60 lines."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from tradewright.base import DeveloperError

_NAME = "[a-z][a-z0-9_]{0,29}"

_FILES = {
    "README.md": """\
# $name

Keeps notes. Roles: every member of staff may read and write them.
""",
    "pyproject.toml": """\
[project]
name = "tradewright-$name"
version = "1.0"
dependencies = ["tradewright"]

[project.entry-points."tradewright.addons"]
$name = "tradewright_$name"
""",
    "tradewright_$name/__init__.py": '''\
"""Keeps notes."""
''',
    "tradewright_$name/addon.toml": """\
name = "$name"
version = "1.0"
summary = "Keeps notes"
category = "Tools"
depends = { base = ">=1,<2" }
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
    "tests/test_${name}_notes.py": """\
from pathlib import Path

from tradewright.testing import SiteFactory, Template


def test_a_note_is_kept(tmp_path: Path) -> None:
    site = SiteFactory(tmp_path, tmp_path).make(Template(addons=("$name",), paths=(Path(__file__).parents[1],)))
    from tradewright_$name.models.note import Note

    with site.env() as env:
        note = env.add(env[Note](subject="Call back"))
        env.flush()
        assert note.display_name() == "Call back"
""",
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
