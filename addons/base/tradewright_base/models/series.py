"""Number series: numbers of documents without gap or duplicate."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, many_to_one, text, unique

from .company import Company


class Series(
    Model,
    label=_("Number series"),
    plural=_("Number series"),
    title="name",
    order_by="code",
    search=("code", "name"),
    audit="all",
):
    """The next number of one kind of document, of one company, and of one year where it starts anew each year.

    A row without company is the pattern from which the row of a company (and year) is made at its first number.
    """

    code: Mapped[str] = text(label=_("Code"), max_length=60, readonly=True)
    name: Mapped[str] = text(label=_("Name"))
    company: Mapped[Company | None] = many_to_one(label=_("Company"))
    company_id: Mapped[int | None]
    year: Mapped[int] = field(label=_("Year"), default=0, at_least=0, at_most=9999, readonly=True)
    prefix: Mapped[str] = text(
        label=_("Prefix"), max_length=20, default="", help=_("In front of the number; {year} stands for the year.")
    )
    padding: Mapped[int] = field(
        label=_("Digits"), default=5, at_least=1, at_most=12, help=_("Numbers are filled up with zeros to this length.")
    )
    next_number: Mapped[int] = field(label=_("Next number"), default=1, at_least=1)
    yearly: Mapped[bool] = field(label=_("Starts anew each year"), default=False)

    _one = unique("code", "company", "year", message=_("The company has this series already."))
