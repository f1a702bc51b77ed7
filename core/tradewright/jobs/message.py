"""Making mail: addresses and headers checked, text out of HTML, the message as it goes over the wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from html.parser import HTMLParser

from tradewright.base import Invalid
from tradewright.i18n import _

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
MAX_RECIPIENTS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A file that goes with a mail: its name, its media type and its content."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail before it is put into wire format; addresses are checked already."""

    message_id: str
    sender: str
    recipients: str
    reply_to: str | None
    subject: str
    html: str
    plain: str
    language: str
    moment: datetime
    parts: Sequence[Part] = ()


def check_addresses(text: str) -> str:
    """Return a list of addresses in its plain form ("Name <a@b.example>, c@d.example"); `Invalid` says what is wrong.

    Line breaks and other control characters are refused, because they would start a new header. Names of domains with
    other than ASCII letters are written in their ASCII form.
    """
    if _CONTROL.search(text):
        raise Invalid(
            "mail.address", _("An e-mail address holds no line breaks: correct {address}.", address=repr(text[:80]))
        )
    found = getaddresses([text])
    # Before Python 3.11.10 the parser cannot be told to be strict: what it makes more or fewer of is refused here.
    bare = _QUOTED.sub("", text)
    changed = any(spec not in text for _name, spec in found)
    if changed or len(found) != bare.count(",") + 1 or "(" in bare or ")" in bare or len(found) > MAX_RECIPIENTS:
        raise Invalid(
            "mail.address", _("{address} is no e-mail address: write it as name@example.com.", address=repr(text[:80]))
        )
    return ", ".join(str(_address(name, spec)) for name, spec in found)


def _address(name: str, spec: str) -> Address:
    local, _at, domain = spec.rpartition("@")
    try:
        # Invisible characters would vanish on the way, and the address be another than it seems.
        ascii_domain = domain.encode("idna").decode("ascii") if domain.isprintable() else ""
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if (
        dots
        or not _LOCAL.fullmatch(local)
        or len(ascii_domain) > 253
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        raise Invalid(
            "mail.address", _("{address} is no e-mail address: write it as name@example.com.", address=repr(spec[:80]))
        )
    return Address(display_name=name, username=local, domain=ascii_domain)


def domain_of(address: str) -> str:
    """Return the domain of a checked address."""
    return address.rpartition("@")[2].rstrip("> ")


def check_line(text: str, name: str) -> str:
    """Return a text that is to stand in a header; `Invalid` where it has a line break or another control character."""
    if _CONTROL.search(text):
        raise Invalid("mail.header", _("{name} of an e-mail is one line: remove the line breaks.", name=name))
    return text


def compose(draft: Draft) -> EmailMessage:
    """Return the message: text, HTML beside it, files behind both; with the same Message-ID and date each time."""
    # Seven bits: the content is written so that every server can carry it, whatever it offers.
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Message-ID"] = draft.message_id
    message["Date"] = format_datetime(draft.moment)
    message["From"] = draft.sender
    message["To"] = draft.recipients
    if draft.reply_to:
        message["Reply-To"] = draft.reply_to
    message["Subject"] = draft.subject
    # Keeps holiday notes and other robots from answering.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(draft.plain)
    if draft.html:
        message.add_alternative(draft.html, subtype="html")
    for part in draft.parts:
        main, _slash, sub = part.media_type.partition("/")
        message.add_attachment(part.content, maintype=main, subtype=sub or "octet-stream", filename=part.name)
    # Set last: each change of the content takes the headers away that begin with "Content-".
    message["Content-Language"] = draft.language.replace("_", "-")
    return message


_BLOCKS = frozenset(
    {"p", "div", "tr", "table", "h1", "h2", "h3", "h4", "ul", "ol", "li", "section", "header", "footer", "blockquote"}
)
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
_SILENT = frozenset({"head", "style", "script", "title", "template"})
"""What nobody reads; so is an element of the class `preview`, the line that mail programs show beside the subject."""


class _Plain(HTMLParser):
    """Collects what a reader of the HTML would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = ""
        self._depth = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            self._depth += tag == self._silent
        elif tag in _SILENT or (tag in _BLOCKS and "preview" in (dict(attrs).get("class") or "").split()):
            self._silent, self._depth = tag, 1
        elif tag == "br":
            self.words.append("\n")
        elif tag in _BLOCKS:
            self.words.append("\n\n" if tag in _APART else "\n")
            self.words.append("- " if tag == "li" else "")
        elif tag in {"td", "th"}:
            self.words.append(" ")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.words))
        elif tag == "img":
            self.words.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._depth -= tag == self._silent
            self._silent = self._silent if self._depth else ""
        elif tag in _BLOCKS:
            self.words.append("" if tag in {"li", "tr"} else "\n\n" if tag in _APART else "\n")
        elif tag == "a" and self._link:
            address, start = self._link
            self._link = None
            if address.startswith(("http://", "https://", "mailto:")) and address.removeprefix(
                "mailto:"
            ) not in "".join(self.words[start:]):
                self.words.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(re.sub(r"\s+", " ", data))


def plain_text(html: str) -> str:
    """Return the text of an HTML mail for readers without HTML: paragraphs kept, links behind their words."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    lines = [re.sub(r"[ \u00a0]+", " ", line).strip() for line in "".join(parser.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
