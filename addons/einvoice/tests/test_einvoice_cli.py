"""`tradewright einvoice`: the program as a user runs it, without a site, settings or a database."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tradewright_einvoice.engine import write
from tradewright_einvoice.engine.hybrid import extract
from tradewright_einvoice.engine.pdf import render
from tradewright_einvoice.engine.testing import sample_invoice

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]

GOOD = write(sample_invoice())
BAD = GOOD.replace(b"297.50</cbc:TaxInclusiveAmount>", b"297.51</cbc:TaxInclusiveAmount>")


@dataclass(frozen=True)
class Done:
    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


def run(folder: Path, *arguments: str, given: bytes = b"") -> Done:
    """The real program in an empty folder, with an environment that names no settings."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    program = [sys.executable, "-m", "tradewright.cli", "einvoice", *arguments]
    done = subprocess.run(
        program, cwd=folder, env=environment, input=given, capture_output=True, check=False, timeout=120
    )
    assert b"Traceback" not in done.stderr
    return Done(done.returncode, done.stdout, done.stderr.decode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_bytes(GOOD)
    (tmp_path / "bad.xml").write_bytes(BAD)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "photo.PDF").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "inner" / "notes.txt").write_text("not looked at")
    return tmp_path


def test_a_valid_invoice_is_told_in_a_line(folder: Path) -> None:
    done = run(folder, "check", "good.xml")
    assert (done.code, done.err) == (0, "")
    assert done.text == "good.xml: valid (UBL, RE-2026-00417, Peppol BIS Billing 3.0)\n"
    assert not (folder / "var").exists()


def test_findings_are_told_with_rule_line_term_and_place_in_the_language_asked_for(folder: Path) -> None:
    done = run(folder, "check", "bad.xml")
    assert done.code == 1
    assert done.text.splitlines() == [
        "bad.xml: not valid (UBL, RE-2026-00417, Peppol BIS Billing 3.0, fatal: 2)",
        "  fatal  BR-CO-15  line 105  BT-112",
        "    The total with VAT is 297.51; 250.00 plus VAT 47.50 is another.",
        "    /inv:Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
        "  fatal  BR-CO-16  line 106  BT-115",
        "    The amount to pay is 297.50; the total with VAT 297.51, less 0 paid, plus 0 rounding, gives another.",
        "    /inv:Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",
    ]
    german = run(folder, "check", "bad.xml", "--language", "de")
    assert german.code == 1
    assert german.text.splitlines()[:2] == [
        "bad.xml: ungültig (UBL, RE-2026-00417, Peppol BIS Billing 3.0, Fehler: 2)",
        "  Fehler  BR-CO-15  Zeile 105  BT-112",
    ]


def test_a_folder_stands_for_its_files_and_the_worst_one_gives_the_exit_code(folder: Path) -> None:
    done = run(folder, "check", "--quiet", ".")
    assert done.code == 2
    assert [line for line in done.text.splitlines() if not line.startswith(" ")] == [
        "bad.xml: not valid (UBL, RE-2026-00417, Peppol BIS Billing 3.0, fatal: 2)",
        f"{Path('inner') / 'photo.PDF'}: no e-invoice that can be checked",
    ]
    assert "The PDF is damaged and can't be read." in done.text


def test_json_holds_everything(folder: Path) -> None:
    done = run(folder, "check", "--json", "--language", "de", "bad.xml", "good.xml", "missing.xml", "inner/photo.PDF")
    assert done.code == 2
    bad, good, missing, photo = json.loads(done.out)
    assert (bad["file"], bad["valid"], bad["profile"], bad["syntax"]) == ("bad.xml", False, "peppol", "ubl")
    assert [found["rule"] for found in bad["findings"]] == ["BR-CO-15", "BR-CO-16"]
    assert bad["findings"][0]["values"] == ["297.51", "250.00", "47.50"]
    assert (good["valid"], good["findings"], good["number"]) == (True, [], "RE-2026-00417")
    assert (missing["usable"], missing["error"]) == (False, "No such file or directory")
    assert (photo["usable"], photo["findings"][0]["rule"]) == (False, "TW-PDF-01")


def test_a_profile_or_single_rule_sets_may_be_asked_for(folder: Path) -> None:
    assert run(folder, "check", "good.xml", "--profile", "en16931").code == 0
    assert run(folder, "check", "good.xml", "--rule-set", "en16931-ubl", "--rule-set", "peppol-ubl").code == 0
    wrong = run(folder, "check", "good.xml", "--profile", "pepol")
    assert wrong.code == 2
    assert wrong.err.startswith("There is no profile 'pepol'. Known are: ")
    assert run(folder, "check", "good.xml", "--profile", "peppol", "--rule-set", "peppol-ubl").code == 2


def test_standard_input_is_read(folder: Path) -> None:
    done = run(folder, "check", "-", given=GOOD)
    assert (done.code, done.text.partition(":")[0]) == (0, "standard input")


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"", "TW-FILE-01"), (b"PK\x03\x04", "TW-FILE-01"), (b"\0" * 100, "TW-XML-01"), (b"<a/>", "TW-XML-02")],
)
def test_what_is_no_invoice_ends_with_2(folder: Path, content: bytes, rule: str) -> None:
    done = run(folder, "check", "--json", "-", given=content)
    (found,) = json.loads(done.out)
    assert (done.code, found["usable"], [one["rule"] for one in found["findings"]]) == (2, False, [rule])


def test_messages_around_an_invoice_are_judged_by_their_own_rules(folder: Path) -> None:
    order = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'
    done = run(folder, "check", "-", given=order)
    assert done.code == 1
    assert done.text.startswith("standard input: not valid (Peppol Order (T01), fatal: ")


def test_text_of_a_document_does_not_steer_the_terminal(folder: Path) -> None:
    hostile = GOOD.replace(b"RE-2026-00417</cbc:ID>", "RE\u202e\u0085\u200b</cbc:ID>".encode(), 1)
    done = run(folder, "check", "-", given=hostile)
    assert "(UBL, RE\ufffd\ufffd\ufffd, " in done.text


def test_an_empty_folder_and_a_wrong_call_say_so(tmp_path: Path) -> None:
    done = run(tmp_path, "check", ".")
    assert (done.code, done.err) == (2, "There is no XML or PDF file in these folders.\n")
    assert run(tmp_path, "check").code == 2
    assert run(tmp_path).code == 2
    assert "Exit codes:" in run(tmp_path, "check", "--help").text


def test_a_document_is_converted_there_and_back(folder: Path) -> None:
    there = run(folder, "convert", "good.xml", "--to", "cii", "-o", "good.cii.xml")
    assert (there.code, there.out, there.err) == (0, b"", "")
    back = run(folder, "convert", "good.cii.xml", "--to", "ubl", "--profile", "peppol")
    assert (back.code, back.out) == (0, GOOD)


def test_factur_x_is_made_and_read(folder: Path) -> None:
    assert run(folder, "convert", "good.xml", "--to", "factur-x", "-o", "good.pdf").code == 0
    name, cii = extract((folder / "good.pdf").read_bytes())
    assert name == "factur-x.xml"
    assert run(folder, "convert", "good.pdf", "--to", "xml").out == cii
    shown = json.loads(run(folder, "convert", "good.pdf", "--to", "json").out)
    assert (shown["number"], shown["totals"]["gross"]) == ("RE-2026-00417", "297.50")


def test_html_is_complete_in_itself_and_speaks_the_language(folder: Path) -> None:
    (folder / "own.pdf").write_bytes(render(sample_invoice(), GOOD))
    done = run(folder, "convert", "own.pdf", "--to", "html", "--language", "de")
    assert done.code == 0
    assert "Rechnung RE-2026-00417" in done.text
    assert "297,50 EUR" in done.text


def test_what_the_form_has_no_place_for_is_told(folder: Path) -> None:
    extra = GOOD.replace(
        b"<cbc:DocumentCurrencyCode>", b"<cbc:IssueTime>10:00:00</cbc:IssueTime><cbc:DocumentCurrencyCode>"
    )
    done = run(folder, "convert", "-", "--to", "json", given=extra)
    assert (done.code, done.err) == (0, "not carried over: /inv:Invoice/cbc:IssueTime\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("missing.xml", "--to", "cii"), 2, "missing.xml: No such file or directory"),
        (("good.xml", "--to", "cii", "-o", "nowhere/x.xml"), 2, "nowhere/x.xml: No such file or directory"),
        (("good.xml", "--to", "ubl", "--profile", "nope"), 2, "There is no profile 'nope'."),
        (("inner/photo.PDF", "--to", "ubl"), 1, "inner/photo.PDF: The PDF is damaged and can't be read."),
        (("good.xml", "--to", "fax"), 2, "invalid choice: 'fax'"),
    ],
)
def test_a_conversion_that_fails_says_why(folder: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    done = run(folder, "convert", *arguments)
    assert (done.code, done.out) == (code, b"")
    assert told in done.err
