"""Message catalogs: what the enabled addons translate, merged per language and read when first needed."""

from __future__ import annotations

import gettext
import io
import struct
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock

from tradewright.base import DeveloperError
from tradewright.i18n.formats import Formatter
from tradewright.i18n.languages import fallbacks
from tradewright.i18n.text import Text

FILE = "LC_MESSAGES/messages.mo"


class Catalog:
    """All messages of one language for one set of addons; safe to share between threads.

    Jinja's i18n extension takes the methods `gettext`, `ngettext`, `pgettext` and `npgettext`.
    """

    def __init__(self, language: str, translations: gettext.NullTranslations | None = None) -> None:
        self.language = language
        self.format = Formatter(language, translator=self)
        self._translations = translations or gettext.NullTranslations()
        self._memo: dict[tuple[str | None, str], str] = {}

    def __repr__(self) -> str:
        return f"<Catalog {self.language}>"

    def message(self, context: str | None, msgid: str) -> str:
        """Return the translation of a message, or its source where there is none."""
        key = (context, msgid)
        found = self._memo.get(key)
        if found is None:
            if not msgid:
                return ""  # gettext would answer the catalog's header
            lookup = self._translations
            found = lookup.gettext(msgid) if context is None else lookup.pgettext(context, msgid)
            if found is not msgid:
                # What has no translation may be anybody's words: to remember those would grow without end.
                self._memo[key] = found
        return found

    def plural(self, context: str | None, singular: str, plural: str, n: int) -> str:
        """Return the form that the language uses for `n` things."""
        lookup = self._translations
        if context is None:
            return lookup.ngettext(singular, plural, n)
        return lookup.npgettext(context, singular, plural, n)

    def value(self, value: object) -> str:
        """Write a value inside a sentence: texts are translated, decimals and dates written as the language does."""
        match value:
            case Text():
                return value.translate(self)
            case Decimal():
                return self.format.number(value)
            case datetime():
                return self.format.datetime(value)
            case date():
                return self.format.date(value)
            case _:
                return str(value)

    def translate(self, text: Text | str) -> str:
        """Return a text in this language; a plain string is looked up as a message."""
        return text.translate(self) if isinstance(text, Text) else self.message(None, text)

    def gettext(self, message: str) -> str:
        """Translate a message."""
        return self.message(None, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate a message that depends on a count."""
        return self.plural(None, singular, plural, n)

    def pgettext(self, context: str, message: str) -> str:
        """Translate a message of a context."""
        return self.message(context, message)

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """Translate a message of a context that depends on a count."""
        return self.plural(context, singular, plural, n)


class Catalogs:
    """The catalogs of one set of addons, one for each language, read at first use.

    `folders` are the `locale` folders of the addons in dependency order, with `<language>/LC_MESSAGES/messages.mo`, or
    the `messages.po` that it is made from, which takes longer to read.
    Where two of them translate the same message, the later addon wins: so it can rename what a lower one says.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._found: dict[str, Catalog] = {}
        self._lock = Lock()

    def __getitem__(self, language: str) -> Catalog:
        found = self._found.get(language)
        if found is None:
            with self._lock:
                found = self._found.get(language) or Catalog(language, self._load(language))
                self._found[language] = found
        return found

    def _load(self, language: str) -> gettext.NullTranslations | None:
        first: gettext.NullTranslations | None = None
        for tag in fallbacks(language):
            for folder in reversed(self._folders):
                first = _chained(first, _read(folder / tag / FILE))
        return first


def _chained(
    first: gettext.NullTranslations | None, further: gettext.NullTranslations | None
) -> gettext.NullTranslations | None:
    if first is not None and further is not None:
        first.add_fallback(further)
    return first or further


def _read(file: Path) -> gettext.NullTranslations | None:
    try:
        with file.open("rb") as stream:
            return gettext.GNUTranslations(stream)
    except FileNotFoundError:
        return _read_source(file.with_suffix(".po"))
    except (OSError, ValueError, struct.error) as fault:
        raise DeveloperError(
            "i18n.broken-catalog",
            f"the message catalog can't be read: {fault}",
            where=str(file),
            remedy="compile it again from the .po file beside it",
        ) from fault


def _read_source(file: Path) -> gettext.NullTranslations | None:
    """Read a catalog that nobody compiled: of an addon in the making, or of one whose author leaves that to us."""
    if not file.is_file():
        return None
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    compiled = io.BytesIO()
    try:
        with file.open("rb") as stream:
            write_mo(compiled, read_po(stream, abort_invalid=True))
    except (OSError, ValueError, PoFileError) as fault:
        raise DeveloperError(
            "i18n.broken-catalog",
            f"the message catalog can't be read: {fault}",
            where=str(file),
            remedy="correct it; `msgfmt --check` or Babel name the line",
        ) from fault
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
