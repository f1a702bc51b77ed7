"""Catalogs of several addons are merged per language and fall back to the English source."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from babel.messages import Catalog as Messages
from babel.messages.mofile import write_mo

from tradewright.base import DeveloperError
from tradewright.i18n import Catalogs, _, _n, _p

Words = dict[str | tuple[str, str], str | tuple[str, ...]]


def write(root: Path, language: str, words: Words, context: str | None = None) -> Path:
    messages = Messages(locale=language)
    for source, translation in words.items():
        messages.add(source, translation, context=context)
    file = root / language / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_mo(stream, messages)
    return root


def test_a_text_is_translated_with_its_values(tmp_path: Path) -> None:
    catalogs = Catalogs([write(tmp_path, "de", {"Order {number} is on hold.": "Auftrag {number} ist gesperrt."})])
    assert _("Order {number} is on hold.", number="S-7").translate(catalogs["de"]) == "Auftrag S-7 ist gesperrt."


def test_a_text_inside_a_text_is_translated_too(tmp_path: Path) -> None:
    catalogs = Catalogs([write(tmp_path, "de", {"{state} since Monday": "{state} seit Montag", "On hold": "Gesperrt"})])
    assert _("{state} since Monday", state=_("On hold")).translate(catalogs["de"]) == "Gesperrt seit Montag"


def test_the_count_chooses_among_the_forms_of_the_language(tmp_path: Path) -> None:
    forms: Words = {("{n} line", "{n} lines"): ("{n} Zeile", "{n} Zeilen")}
    chinese: Words = {("{n} line", "{n} lines"): ("{n}行",)}
    catalogs = Catalogs([write(write(tmp_path, "de", forms), "zh_Hans", chinese)])
    texts = [_n("{n} line", "{n} lines", n) for n in (1, 2)]
    assert [text.translate(catalogs["de"]) for text in texts] == ["1 Zeile", "2 Zeilen"]
    assert [text.translate(catalogs["zh_Hans"]) for text in texts] == ["1行", "2行"]
    assert [text.translate(catalogs["en"]) for text in texts] == ["1 line", "2 lines"]


def test_the_same_word_can_mean_different_things_in_different_contexts(tmp_path: Path) -> None:
    write(tmp_path / "a", "de", {"Open": "Öffnen"})
    write(tmp_path / "b", "de", {"Open": "Offen"}, context="ticket")
    catalog = Catalogs([tmp_path / "a", tmp_path / "b"])["de"]
    assert (catalog.translate(_("Open")), catalog.translate(_p("ticket", "Open"))) == ("Öffnen", "Offen")
    assert catalog.pgettext("ticket", "Open") == "Offen"
    assert catalog.npgettext("ticket", "{n} thing", "{n} things", 2) == "{n} things"


def test_a_later_addon_renames_what_a_lower_one_says(tmp_path: Path) -> None:
    lower = write(tmp_path / "base", "de", {"Customer": "Kunde", "Order": "Auftrag"})
    later = write(tmp_path / "clinic", "de", {"Customer": "Patient"})
    catalog = Catalogs([lower, later])["de"]
    assert (catalog.gettext("Customer"), catalog.gettext("Order")) == ("Patient", "Auftrag")


def test_a_missing_translation_falls_back_to_the_wider_language_and_then_to_the_source(tmp_path: Path) -> None:
    write(tmp_path, "de", {"January": "Januar", "Order": "Auftrag"})
    write(tmp_path, "de_AT", {"January": "Jänner"})
    catalog = Catalogs([tmp_path])["de_AT"]
    assert [catalog.gettext(word) for word in ("January", "Order", "Stock")] == ["Jänner", "Auftrag", "Stock"]


def test_an_english_catalog_corrects_the_source_for_all(tmp_path: Path) -> None:
    catalogs = Catalogs([write(tmp_path, "en", {"Adress": "Address"})])
    assert (catalogs["en"].gettext("Adress"), catalogs["de"].gettext("Adress")) == ("Address", "Address")


def test_an_empty_text_does_not_show_the_header_of_the_catalog(tmp_path: Path) -> None:
    assert not Catalogs([write(tmp_path, "de", {"Order": "Auftrag"})])["de"].gettext("")


def test_a_translation_with_a_wrong_place_is_shown_and_breaks_nothing(tmp_path: Path) -> None:
    catalogs = Catalogs([write(tmp_path, "de", {"Order {number}": "Auftrag {nummer}"})])
    assert _("Order {number}", number=7).translate(catalogs["de"]) == "Auftrag {nummer}"


def test_a_language_nobody_translates_is_the_source() -> None:
    assert Catalogs([])["tlh"].gettext("Order") == "Order"


def test_words_without_a_translation_are_not_remembered(tmp_path: Path) -> None:
    catalog = Catalogs([write(tmp_path, "de", {"Order": "Auftrag"})])["de"]
    for number in range(100):
        catalog.gettext(f"somebody's words {number}")
    catalog.gettext("Order")
    assert vars(catalog)["_memo"] == {(None, "Order"): "Auftrag"}


def test_threads_share_one_catalog(tmp_path: Path) -> None:
    catalogs = Catalogs([write(tmp_path, "de", {"Order": "Auftrag"})])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: catalogs["de"], range(64)))
    assert len(set(map(id, found))) == 1
    assert repr(found[0]) == "<Catalog de>"


@pytest.mark.parametrize("content", [b"", b"no catalog at all", b"\xde\x12\x04\x95\x00\x00"])
def test_a_broken_catalog_names_its_file_and_the_remedy(tmp_path: Path, content: bytes) -> None:
    file = write(tmp_path, "de", {}) / "de/LC_MESSAGES/messages.mo"
    file.write_bytes(content)
    with pytest.raises(DeveloperError) as caught:
        Catalogs([tmp_path])["de"]
    assert caught.value.code == "i18n.broken-catalog"
    assert caught.value.where == str(file)
    assert caught.value.remedy == "compile it again from the .po file beside it"


def test_a_catalog_that_nobody_compiled_is_read_from_its_source(tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "Order"\nmsgstr "Auftrag"\n')
    assert Catalogs([tmp_path])["de"].gettext("Order") == "Auftrag"
    write(tmp_path, "de", {"Order": "Bestellung"})
    assert Catalogs([tmp_path])["de"].gettext("Order") == "Bestellung"


def test_a_source_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Order"\nAuftrag\n')
    with pytest.raises(DeveloperError) as told:
        Catalogs([tmp_path])["de"].gettext("Order")
    assert (told.value.code, told.value.where) == ("i18n.broken-catalog", str(folder / "messages.po"))
