"""Words that only one language has are found wherever an author can put them, and code is no word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.twins import Twin, write
from tradewright.conformance import RULES, find_subject


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (1, '<p>{{ card("Your points") }}</p>'),
        (2, '<img alt="A red house" src="x.png">'),
        (3, '<input placeholder="Search here">'),
        (4, "<p>\n{% if notes %}All of them{% endif %}</p>"),
        (5, '<button aria-label="Close">0</button>'),
    ],
)
def test_bare_words_of_a_template_are_found(tmp_path: Path, number: int, line: str) -> None:
    name = f"wordy{number}"
    package = write(tmp_path, name, Twin(template=("<body>", f"<body>{line}"), found=""))
    found = list(RULES["C302"].check(find_subject(str(package))))
    assert [finding.where for finding in found] == [f"templates/portal/{name}.html:{4 if number == 4 else 3}"]


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (1, "<p>{% trans %}All of them{% endtrans %}</p>"),
        (2, '<code>pip install tradewright</code><span translate="no">AB-100 12</span>'),
        (3, '{# A remark #}<p class="two words" data-kind="first one">· 12 –</p>'),
        (4, '<a href="/portal/notes">{{ _("Notes") }}</a>'),
    ],
)
def test_messages_code_and_remarks_are_no_bare_words(tmp_path: Path, number: int, line: str) -> None:
    package = write(tmp_path, f"silent{number}", Twin(template=("<body>", f"<body>{line}"), found=""))
    assert list(RULES["C302"].check(find_subject(str(package)))) == []


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (1, 'flash(env, request, "It is done.")'),
        (2, 'send_mail(env, to="a@example.com", subject="Your order", key="1")'),
        (3, 'raise UserError("note.gone", "It is gone.")'),
        (4, '_(f"Order {number}")'),
        (5, 'choice([("draft", "Draft")], label=_("State"))'),
    ],
)
def test_bare_words_of_python_are_found(tmp_path: Path, number: int, line: str) -> None:
    code = f'"""What is done."""\n\n\ndef act(env, request, number):\n    {line}\n'
    files = {"services/__init__.py": '"""Services."""\n', "services/doing.py": code}
    package = write(tmp_path, f"plain{number}", Twin(files, found=""))
    found = list(RULES["C301"].check(find_subject(str(package))))
    assert [finding.where for finding in found] == ["services/doing.py:5"]
