"""What findings say in other languages than English."""

import json
import string
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from tradewright_einvoice.engine import Finding, check, messages, write
from tradewright_einvoice.engine.testing import sample_invoice

FILES = sorted(Path(messages.__file__).parent.rglob("*.toml"))
DTD = b"<!DOCTYPE x><x/>"


def test_a_finding_speaks_german_and_falls_back_to_english() -> None:
    finding = check(DTD, "en16931-ubl")[0]
    english = "The file has a document type definition (DTD), which an invoice must not have."
    assert finding.message == finding.text("en") == finding.text("fr") == finding.text("") == english
    assert finding.text("de") == "Die Datei hat eine Dokumenttypdefinition (DTD); eine Rechnung darf keine haben."
    assert finding.text("de-AT") == finding.text("de_CH") == finding.text("de")


def test_values_and_the_words_among_them_are_put_into_the_translation() -> None:
    finding = check(b"<a>", "en16931-ubl")[0]
    assert finding.template == "The file is not well-formed XML: {0}."
    assert finding.text("de") == f"Die Datei ist kein wohlgeformtes XML: {finding.values[0]}."
    empty = Finding("X", "fatal", "", "", 0, "", "The file is not well-formed XML: {0}.", ("it is empty",))
    assert empty.text("de") == "Die Datei ist kein wohlgeformtes XML: sie ist leer."


def test_a_value_with_braces_is_not_a_template() -> None:
    document = write(sample_invoice()).replace(
        b"EUR</cbc:DocumentCurrencyCode>", b"{9}{0.x}</cbc:DocumentCurrencyCode>"
    )
    found = {finding.rule: finding for finding in check(document, "en16931-ubl")}
    assert "{9}{0.x}" in found["BR-CL-04"].message
    assert "{9}{0.x}" in found["BR-CL-04"].text("de")


def test_a_finding_survives_json() -> None:
    document = write(sample_invoice()).replace(b">297.50</cbc:TaxInclusiveAmount>", b">297.51</cbc:TaxInclusiveAmount>")
    for finding in check(document, "en16931-ubl"):
        stored = json.loads(json.dumps(finding.as_dict("de")))
        assert stored["message"] == finding.text("de")
        again = Finding.from_dict(stored)
        assert again == finding
        assert (again.template, again.values) == (finding.template, finding.values)


def test_a_finding_of_an_older_version_is_read() -> None:
    stored = {
        "rule": "BR-02",
        "severity": "fatal",
        "message": "No number.",
        "location": "/x",
        "line": 3,
        "term": "BT-1",
    }
    assert Finding.from_dict(stored) == Finding("BR-02", "fatal", "No number.", "/x", 3, "BT-1")
    assert Finding.from_dict(stored).text("de") == "No number."
    assert Finding.from_dict({}).message == ""


def test_a_damaged_file_of_translations_breaks_nothing(tmp_path: Path) -> None:
    for name, text in (("a", "[messages"), ("b", "messages = 1"), ("c", '[messages]\nx = 1\n"y" = "z"'), ("d", "")):
        (tmp_path / name).write_text(text)
    (tmp_path / "e").write_bytes(b"\xff\xfe")
    assert [messages.read(tmp_path / name) for name in "abcdef"] == [{}, {}, {"y": "z"}, {}, {}, {}]


def test_a_translation_with_wrong_places_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_catalogue", lambda _language: {"{0} is odd.": "{1} ist seltsam."})
    assert Finding("X", "fatal", "7 is odd.", "", 0, "", "{0} is odd.", ("7",)).text("de") == "7 is odd."


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_translation_has_the_places_of_its_template(file: Path) -> None:
    table = tomllib.loads(file.read_text())
    assert set(table) == {"messages"}
    wrong = [key for key, value in table["messages"].items() if _places(key) != _places(value)]
    assert not wrong


def test_the_translations_of_a_language_do_not_contradict_each_other() -> None:
    merged: dict[str, str] = {}
    clashes = []
    for file in FILES:
        for key, value in _read(file).items():
            if merged.setdefault(f"{file.parent.name} {key}", value) != value:
                clashes.append(key)
    assert not clashes


def _read(file: Traversable) -> dict[str, str]:
    return messages.read(file)


def _places(template: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(template) if name is not None})
