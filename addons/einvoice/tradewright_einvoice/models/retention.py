"""How long documents are kept: rules as data, and what may be erased as a list that a manager decides on."""

from datetime import date, datetime

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, choice, field, frozen, text, unique


class RetentionRule(
    Model, label=_("Retention rule"), plural=_("Retention rules"), title="name", order_by="name", audit="all"
):
    """For how many whole calendar years after its own a document is kept by companies of a country."""

    name: Mapped[str] = text(label=_("Name"), max_length=120)
    country: Mapped[str | None] = text(
        label=_("Country"), max_length=2, unique=True, help=_("Its two letters, such as DE; empty for all others.")
    )
    years: Mapped[int] = field(label=_("Years"), default=10, at_least=1, at_most=100)
    source: Mapped[str | None] = text(label=_("Where it says so"), max_length=300)
    active: Mapped[bool] = field(label=_("Active"), default=True)

    _sane = check(lambda cls: cls.years > 0, message=_("Documents are kept for at least one year."))


class ArchiveErasure(
    Model,
    label=_("Erasure"),
    plural=_("Erasures"),
    title="name",
    order_by="-id",
    audit="all",
    company=True,
):
    """Documents of a company whose time is over. Nothing goes before a manager says so; the chain stays whole."""

    company_id: Mapped[int]
    name: Mapped[str] = text(label=_("Name"), max_length=120, readonly=True)
    until: Mapped[date] = field(label=_("Documents up to"), readonly=True)
    years: Mapped[int] = field(label=_("Years"), at_least=1, readonly=True)
    documents: Mapped[int] = field(label=_("Documents"), default=0, at_least=0, readonly=True)
    state: Mapped[str] = choice(
        [("listed", _("Listed")), ("erased", _("Erased"))], label=_("State"), default="listed", readonly=True
    )
    listed_at: Mapped[datetime] = field(label=_("Listed at"), readonly=True)
    erased_at: Mapped[datetime | None] = field(label=_("Erased at"), readonly=True)

    _once = unique("company", "until", message=_("These documents are listed already."))
    _kept = frozen(when={"state": ("erased",)})
