"""An invoice in another form: other syntax, PDF, Factur-X, HTML, JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .errors import UnknownNameError
from .plain import as_plain
from .profiles import Profile, profile_for, profile_named
from .rendering import Look
from .syntax import Reading, read_all, write

XML_TYPE: Final = "application/xml"
PDF_TYPE: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class Converted:
    """A document in the form that was asked for."""

    content: bytes
    media_type: str
    #: How the name of a file ends: ``.pdf``.
    ending: str
    #: Places (XPath) in the source that the form has no place for.
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Order:
    xml: bytes
    reading: Reading
    profile: str | Profile | None
    look: Look

    def written(self, syntax: str) -> bytes:
        """The invoice in a syntax, by the profile that was asked for, else by its own if the syntax has it."""
        invoice = self.reading.invoice
        own = profile_for(invoice.specification or "")
        return write(invoice, syntax, self.profile or (own if own.writes(syntax) else "en16931"))


def convert(xml: bytes, form: str, *, profile: str | Profile | None = None, look: Look | None = None) -> Converted:
    """The invoice of an XML document in a form out of `FORMS`.

    Raises `UnknownNameError` for a form or profile that does not exist and other `EngineError` where the document can't
    be read or the form can't hold it.
    """
    if form not in FORMS:
        raise UnknownNameError("form", form, list(FORMS))
    if profile is not None:
        profile_named(profile)
    return FORMS[form](_Order(xml, read_all(xml), profile, look or Look()))


def _xml(order: _Order) -> Converted:
    return Converted(order.xml, XML_TYPE, ".xml")


def _ubl(order: _Order) -> Converted:
    return Converted(order.written("ubl"), XML_TYPE, ".xml", order.reading.unbound)


def _cii(order: _Order) -> Converted:
    return Converted(order.written("cii"), XML_TYPE, ".xml", order.reading.unbound)


def _pdf(order: _Order) -> Converted:
    from .pdf import render  # the renderer takes half a second to import

    return Converted(render(order.reading.invoice, order.xml, look=order.look), PDF_TYPE, ".pdf")


def _facturx(order: _Order) -> Converted:
    from .pdf import render

    own = order.reading.syntax == "cii" and order.profile is None
    cii = order.xml if own else order.written("cii")
    pdf = render(order.reading.invoice, cii, look=order.look)
    return Converted(pdf, PDF_TYPE, ".pdf", () if own else order.reading.unbound)


def _html(order: _Order) -> Converted:
    from .pdf import page

    content = page(order.reading.invoice, order.look).encode()
    return Converted(content, "text/html; charset=utf-8", ".html", order.reading.unbound)


def _json(order: _Order) -> Converted:
    text = json.dumps(as_plain(order.reading.invoice), ensure_ascii=False, indent=1)
    return Converted(text.encode() + b"\n", "application/json", ".json", order.reading.unbound)


FORMS: Final[Mapping[str, Callable[[_Order], Converted]]] = MappingProxyType(
    {"ubl": _ubl, "cii": _cii, "factur-x": _facturx, "pdf": _pdf, "html": _html, "json": _json, "xml": _xml}
)
