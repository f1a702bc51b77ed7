"""A small addon that keeps every rule, and for each rule a twin of it that breaks it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

HEALTHY = {
    "__init__.py": '"""Notes about customers."""\n',
    "addon.toml": """
        name = "NAME"
        version = "1.0"
        summary = "Notes about customers"
        category = "Tools"
        depends = { base = ">=1,<2" }

        [roles.guest]
        label = "Notes in the portal"
        """,
    "access.toml": """
        [Note]
        "base.user" = "create read update delete"

        [Note.guest]
        may = "read"
        rows = "own_notes"
        """,
    "access.py": '''
        """Whose notes are whose."""

        from tradewright.orm import Actor, ColumnElement, rows

        from .models.note import Note


        @rows(Note)
        def own_notes(note: type[Note], actor: Actor) -> ColumnElement[bool]:
            """Those about the customer."""
            return note.customer_id == actor.customer_id
        ''',
    "models/__init__.py": '"""Models."""\n',
    "models/note.py": '''
        """What is worth remembering."""

        from typing import Self

        from tradewright.i18n import _
        from tradewright.orm import Env, Mapped, Model, many_to_one, one_to_many, operation, text
        from tradewright_base.models.partner import Partner


        class Note(Model, label=_("Note"), plural=_("Notes"), title="subject", public=True):
            """Something worth remembering."""

            subject: Mapped[str] = text(label=_("Subject"))
            body: Mapped[str | None] = text(label=_("Text"), multiline=True)
            customer: Mapped[Partner] = many_to_one(label=_("Customer"))
            customer_id: Mapped[int]

            @operation(label=_("Clear"), permission="base.user")
            @classmethod
            def clear(cls, env: Env, notes: list[Self]) -> None:
                """Take the text away."""
                for note in notes:
                    note.body = None
        ''',
    "views/note.xml": """
        <views>
          <list id="note_list" model="Note" form="note_form"><field name="subject"/><field name="customer"/></list>
          <form id="note_form" model="Note">
            <header><button operation="clear"/></header>
            <group id="main" slot="main"><field name="subject"/><field name="body"/></group>
          </form>
          <menu id="notes" label="Notes" list="note_list"/>
        </views>
        """,
    "templates/portal/NAME.html": """
        <!doctype html>
        <html><head><title>{{ _("Notes") }}</title></head>
        <body>{% for note in notes %}<p title="{{ note.subject }}">{{ note.subject }}</p>{% endfor %}</body></html>
        """,
    "web/__init__.py": '"""Pages."""\n',
    "web/notes.py": '''
        """The notes that a customer may read."""

        from tradewright.orm import Env, select
        from tradewright.web import Request, Response, page, route

        from ..models.note import Note


        @route("/portal/NAME", access=("NAME.guest",))
        def notes(env: Env, request: Request) -> Response:
            """Show all notes of the customer."""
            found = env.scalars(select(env[Note]).order_by(env[Note].id))
            return page(env, request, "portal/NAME.html", notes=[{"subject": note.subject} for note in found])


        @route("/portal/NAME/<uid>", access=("NAME.guest",))
        def note(env: Env, request: Request, uid: str) -> Response:
            """Show one note."""
            return page(env, request, "portal/NAME.html", notes=[{"subject": env.by_uid(Note, uid).subject}])
        ''',
}
"""The files of the addon's package; NAME stands for the addon's name."""


class Twin:
    """What a twin changes: files of its own, and replacements in those of the healthy one."""

    def __init__(self, files: dict[str, str] | None = None, *, found: str, **replacements: tuple[str, str]) -> None:
        self.files = files or {}
        self.found = found
        self.replacements = {_FILES[key]: pair for key, pair in replacements.items()}


_FILES = {
    "manifest": "addon.toml",
    "access": "access.toml",
    "model": "models/note.py",
    "view": "views/note.xml",
    "template": "templates/portal/NAME.html",
    "web": "web/notes.py",
}


def _module(text: str, name: str = "services/doing.py") -> dict[str, str]:
    return {"services/__init__.py": '"""Services."""\n', name: f'"""What is done."""\n{dedent(text)}'}


_PO = """
    msgid ""
    msgstr ""
    "Content-Type: text/plain; charset=utf-8\\n"

    msgid "Note"
    msgstr ""
    """

_CARELESS = """\
    with env.elevate("whoever knows the number"):
        subject = env.by_uid(Note, uid).subject
    return page(env, request, "portal/NAME.html", notes=[{"subject": subject}])"""
_WRITING = """\
    with env.elevate("who was here"):
        env.add(env[Note](subject="seen", customer_id=env.actor.customer_id))
        env.flush()
    found = env.scalars("""

TWINS: dict[str, Twin] = {
    "C101": Twin({"data/notes.toml": ""}, found="data/notes.toml"),
    "C102": Twin(_module("import nowhere_to_be_found", "invariants.py"), found="nowhere_to_be_found"),
    "C103": Twin(
        _module("from tradewright_sale.models.order import Order"), found="tradewright_sale.models.order.Order"
    ),
    "C104": Twin(_module("import sqlalchemy"), found="sqlalchemy"),
    "C105": Twin(
        _module("from tradewright.jobs import job\n\n@job()\ndef remind(env: object) -> None: ..."), found="remind"
    ),
    "C201": Twin(_module("def done(env):\n    env.commit()"), found="env.commit"),
    "C202": Twin(_module("def price(formula):\n    return eval(formula)"), found="eval"),
    "C203": Twin(template=("{{ note.subject }}</p>", "{{ note.subject|safe }}</p>"), found="|safe"),
    "C204": Twin(
        _module("from lxml import etree\n\ndef read(data):\n    return etree.fromstring(data)"),
        found="etree.fromstring",
    ),
    "C205": Twin(_module("from datetime import date\n\ndef due():\n    return date.today()"), found="date.today"),
    "C206": Twin(_module("def half(amount):\n    return float(amount) / 2"), found="float"),
    "C207": Twin(
        _module("def tried(act):\n    try:\n        act()\n    except Exception:\n        pass"), found="except"
    ),
    "C208": Twin(_module("def told(amount):\n    print(amount)"), found="print"),
    "C301": Twin(model=('label=_("Subject")', 'label="Subject"'), found="Subject"),
    "C302": Twin(template=("<body>", "<body><h1>All the notes</h1>"), found="All the notes"),
    "C303": Twin({"locale/de/LC_MESSAGES/messages.po": dedent(_PO)}, found="Note"),
    "C401": Twin(view=('name="body"', 'name="bodi"'), found="bodi"),
    "C402": Twin(view=('list="note_list"', 'endpoint="NAME.nowhere"'), found="NAME.nowhere"),
    "C403": Twin(template=("<body>", '<body><a href="{{ url_for("NAME.gone") }}">0</a>'), found="NAME.gone"),
    "C501": Twin({"access.toml": "", "access.py": '"""Nobody."""\n'}, found="NAME.Note"),
    "C502": Twin(web=('@route("/portal/NAME", access=("NAME.guest",))', '@route("/portal/NAME")'), found="notes"),
    "C503": Twin(model=('permission="base.user"', 'permission="base.usr"'), found="base.usr"),
    "C504": Twin(_module('def told(env):\n    with env.elevate("x"):\n        pass'), found="env.elevate('x')"),
    "C601": Twin(
        {"data/notes.toml": '[[NAME.Note]]\nxid = "first"\nsubjekt = "Hello"\n'},
        manifest=('category = "Tools"', 'category = "Tools"\ndata = ["data/notes.toml"]'),
        found="subjekt",
    ),
    "C602": Twin(
        _module(
            """
            from tradewright.hooks import hookimpl

            from .models.note import Note

            @hookimpl
            def site_installed(env, addons):
                env.delete_where(Note, env[Note].id > 0)
            """,
            "plugin.py",
        ),
        found="NAME.Note: 1 rows before, 0 after",
    ),
    "C603": Twin(
        model=("    @operation", "    def display_name(self) -> str:\n        return self.nowhere\n\n    @operation"),
        found="/office/NAME.Note",
    ),
    "C701": Twin(
        model=(
            "    @operation",
            "    @classmethod\n    def before_save(cls, env, records):\n        env.one(Note, 9999)\n\n    @operation",
        ),
        found="NAME.Note",
    ),
    "C703": Twin(
        web=(
            "notes=[{",
            "notes=[{'id': env.all(select(env[Note].id).where(env[Note].id == note.id)), ",
        ),
        found="/portal/NAME",
    ),
    "C704": Twin(
        model=("note.body = None", "note.body = None\n            env.flush()"),
        found="NAME.Note.clear",
    ),
    "C801": Twin(access=('rows = "own_notes"', ""), found="NAME.Note"),
    "C802": Twin(
        web=(
            '    return page(env, request, "portal/NAME.html", notes=[{"subject": env.by_uid(Note, uid).subject}])',
            _CARELESS,
        ),
        found="/portal/NAME/",
    ),
    "C803": Twin(
        web=(
            'return page(env, request, "portal/NAME.html", notes=[{"subject": note.subject} for note in found])',
            'return Response("".join(one.subject for one in found), content_type="text/html; charset=utf-8")',
        ),
        found="<tw-canary",
    ),
    "C804": Twin(
        web=(
            "    found = env.scalars(",
            _WRITING,
        ),
        found="/portal/NAME",
    ),
}
"""For each rule an addon that breaks it, and what the finding names."""


def write(folder: Path, name: str, twin: Twin | None = None) -> Path:
    """Write an addon into a folder of the addons path and return its package."""
    package = folder / f"tradewright_{name}"
    files = {path: dedent(text).lstrip() for path, text in HEALTHY.items()}
    for path, (old, new) in (twin.replacements if twin else {}).items():
        text = files[path]
        assert old in text, f"{path} has no {old!r}"
        files[path] = text.replace(old, new)
    files |= twin.files if twin else {}
    for path, text in files.items():
        file = package / path.replace("NAME", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip().replace("NAME", name), encoding="utf-8")
    return package


__all__ = ["HEALTHY", "TWINS", "Twin", "write"]
