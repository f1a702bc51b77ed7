"""The chart of accounts, the journals, and when invoices are due."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, choice, field, text, translated


class Account(
    Model, label=_("Account"), plural=_("Chart of accounts"), title="code", order_by="code", search=("code", "name")
):
    """An account of the general ledger. `purpose` names the one that documents are booked to by default."""

    code: Mapped[str] = text(label=_("Number"), max_length=20, unique=True)
    name: Mapped[str] = translated(label=_("Name"))
    kind: Mapped[str] = choice(
        [
            ("asset", _("Assets")),
            ("liability", _("Liabilities")),
            ("equity", _("Equity")),
            ("income", _("Income")),
            ("expense", _("Expenses")),
        ],
        label=_("Kind"),
        default="asset",
    )
    purpose: Mapped[str | None] = choice(
        [
            ("receivable", _("Receivables from customers")),
            ("bank", _("Bank")),
            ("revenue", _("Revenue without an account of its own")),
            ("output_tax", _("Output tax without an account of its own")),
            ("payable", _("Payables to suppliers")),
            ("expense", _("Expenses without an account of their own")),
            ("input_tax", _("Input tax without an account of its own")),
        ],
        label=_("Purpose"),
        index=True,
    )
    active: Mapped[bool] = field(label=_("Active"), default=True)

    def display_name(self) -> str:
        """Number and name."""
        return f"{self.code} {self.name}"


class Journal(Model, label=_("Journal"), plural=_("Journals"), title="name", order_by="code"):
    """A book of original entry."""

    code: Mapped[str] = text(label=_("Code"), max_length=10, unique=True)
    name: Mapped[str] = translated(label=_("Name"))
    kind: Mapped[str] = choice(
        [("sale", _("Sales")), ("purchase", _("Purchases")), ("bank", _("Bank")), ("general", _("General"))],
        label=_("Kind"),
        default="general",
    )


class PaymentTerm(Model, label=_("Payment term"), plural=_("Payment terms"), title="name", order_by="days"):
    """When an invoice is due."""

    name: Mapped[str] = translated(label=_("Name"))
    days: Mapped[int] = field(label=_("Days after the invoice date"), default=0, at_least=0, at_most=3650)
