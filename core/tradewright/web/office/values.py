"""Values as pages show them: each kind of field in the reader's language, with its link, tone or unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.views.kinds import TO_MANY, TO_ONE
from tradewright.web.office import urls
from tradewright.web.office.context import Office, readable
from tradewright.web.tones import tone_of

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo, ModelInfo
    from tradewright.views import FieldNode

NUMERIC = frozenset({"integer", "decimal", "money", "quantity", "price", "percent", "id"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready for a template.

    `kind` chooses the markup: text, long, code, number, badge, link, check, tags, email, phone, url, image. `title` is
    the tooltip (the whole date behind a relative one), `share` the length of a bar in percent.
    """

    text: str = ""
    kind: str = "text"
    tone: str = ""
    href: str = ""
    title: str = ""
    share: int = 0
    items: tuple[Shown, ...] = ()

    @property
    def numeric(self) -> bool:
        """Tell whether it stands at the right of its column."""
        return self.kind == "number"


EMPTY = Shown()


def show(office: Office, node: FieldNode, record: Any) -> Shown:
    """Return the value of a view's field for a record; empty where a relation on the way leads nowhere."""
    owner = record
    for step in node.steps[:-1]:
        owner = readable(lambda owner=owner, step=step: getattr(owner, step.name))  # type: ignore[misc]
        if owner is None:
            return EMPTY
    return show_field(office, node.info, owner, node.widget)


def show_field(office: Office, info: FieldInfo, owner: Any, widget: str = "") -> Shown:
    """Return the value of one field of a record."""
    if info.kind == "secret":
        return Shown("•••")
    value = readable(lambda: getattr(owner, info.name))
    if value is None or value == "":
        return Shown(kind="number") if info.kind in NUMERIC else EMPTY
    if info.kind in TO_MANY:
        return Shown(kind="tags", items=tuple(show_record(office, one, str(info.target)) for one in value))
    if info.kind in TO_ONE:
        return _attachment(value) if info.kind == "attachment" else show_record(office, value, str(info.target))
    return show_value(office, info, value, owner, widget)


def show_value(office: Office, info: FieldInfo, value: Any, owner: Any, widget: str = "") -> Shown:
    """Return a plain value in the form of its kind."""
    words = office.env.format
    if info.kind == "choice":
        return show_choice(office, info, str(value), widget)
    if info.kind == "boolean" or isinstance(value, bool):
        return Shown(office.env.t(_("Yes")), "check") if value else Shown("", "check", title=office.env.t(_("No")))
    if info.kind == "integer" and widget == "":
        return Shown(words.number(value), "number")
    if isinstance(value, Decimal | int):
        return Shown(_number(office, info, Decimal(value), owner, widget), "number", share=_share(value))
    if isinstance(value, datetime):
        return Shown(words.datetime(value), title=words.datetime(value, "long"))
    if isinstance(value, date):
        if widget == "relative":
            return Shown(words.relative(value, office.env.today), title=words.date(value, "long"))
        return Shown(words.date(value), title=words.relative(value, office.env.today))
    if info.kind == "json":
        return Shown(_json(value), "long")
    if widget == "language":
        return Shown(words.language_name(str(value)))
    return _text(str(value), info, widget)


def show_choice(office: Office, info: FieldInfo, value: str, widget: str = "") -> Shown:
    """Return a choice; a state is a badge whose tone follows from what the value's name means anywhere."""
    label = office.env.t(dict(info.choices).get(value, value))
    state = info.name.endswith("state")
    if not state and widget not in {"badge", "statusbar"}:
        return Shown(label)
    return Shown(label, "badge", tone_of(value) if state else "")


def show_record(office: Office, record: Any, model: str) -> Shown:
    """Return a record by its name, linked where the actor may read its model."""
    href = urls.record(model, record.id) if office.may("read", model) else ""
    return Shown(name_of(office, record), "link", href=href)


def name_of(office: Office, record: Any) -> str:
    """Return what a record is called; a name that the actor may not read is a dash."""
    return readable(lambda: office.env.t(record.display_name())) or "–"


def currency_code(office: Office, info: FieldInfo, owner: Any) -> str:
    """Return the ISO code of an amount's currency: of its record, else of the company; "" where neither is known."""
    for source, path in ((owner, info.currency), (office.env.company, "currency")):
        current = source
        for name in (path or "").split("."):
            current = readable(lambda current=current, name=name: getattr(current, name, None))  # type: ignore[misc]
        code = readable(lambda current=current: getattr(current, "code", None))  # type: ignore[misc]
        if code:
            return str(code)
    return ""


def unit_name(office: Office, info: FieldInfo, owner: Any, quantity: Decimal = Decimal(2)) -> str:
    """Return the unit of a quantity: of its record, or a fixed one.

    A unit with a method `counted(quantity)` says by which word it stands beside that quantity ("pcs"); without one, or
    where it knows none, it stands there by its name.
    """
    if not info.unit:
        return ""
    first, *rest = info.unit.split(".")
    model = getattr(owner, "__info__", None)
    if model is None or first not in model.fields:
        return "" if model is None else info.unit
    unit: Any = owner
    for name in (first, *rest):
        unit = readable(lambda unit=unit, name=name: getattr(unit, name, None))  # type: ignore[misc]
    if unit is None:
        return ""
    counted = getattr(unit, "counted", None)
    word = readable(lambda: counted(quantity)) if counted is not None else None
    return name_of(office, unit) if word is None else office.env.t(word)


def _number(office: Office, info: FieldInfo, value: Decimal, owner: Any, widget: str) -> str:
    words = office.env.format
    if info.kind == "percent":
        return words.percent(value)
    if info.kind == "quantity" or widget == "quantity":
        return words.quantity(value.normalize(), unit_name(office, info, owner, value))
    if info.kind in {"money", "price"} or widget == "money":
        code = currency_code(office, info, owner)
        if not code:
            return words.number(value, 2)
        return words.price(value, code) if info.kind == "price" else words.money(value, code)
    return words.number(value)


def _share(value: Decimal | int) -> int:
    return max(0, min(100, int(value)))


def _text(value: str, info: FieldInfo, widget: str) -> Shown:
    links = {"email": f"mailto:{value}", "phone": f"tel:{value.replace(' ', '')}"}
    if widget in links:
        return Shown(value, widget, href=links[widget])
    if widget == "url":
        # Only an address that a browser fetches; `javascript:` typed into a field stays a text.
        return Shown(value, "url", href=value) if value.startswith(("https://", "http://")) else Shown(value)
    return Shown(value, "long" if info.multiline else "code" if widget == "code" else "text")


def _attachment(record: Any) -> Shown:
    image = str(readable(lambda: record.media_type) or "").startswith("image/")
    return Shown(str(readable(lambda: record.name) or ""), "image" if image else "file", href=urls.file(record.id))


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def new_words(office: Office, info: ModelInfo) -> str:
    """Return what a new record of a model is called: English writes the noun small, German and Chinese as it is."""
    word = office.env.t(info.label)
    small = office.env.language.startswith("en") and word[1:2].islower()
    return office.env.t(_("New {what}", what=word[:1].lower() + word[1:] if small else word))
