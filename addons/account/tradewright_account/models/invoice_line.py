"""The lines of an invoice."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, check, field, fields, frozen, many_to_one, money, percent, price, text
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure

from .. import errors
from ..services import totals

if TYPE_CHECKING:
    from .invoice import Invoice

COPIED = ("position", "product", "description", "quantity", "uom", "list_price", "unit_price", "discount", "tax")


class InvoiceLine(Model, label=_("Invoice line"), plural=_("Invoice lines"), title="description", order_by="position"):
    """One position of an invoice."""

    invoice: Mapped["Invoice"] = many_to_one(label=_("Invoice"), on_delete="cascade")
    invoice_id: Mapped[int]
    position: Mapped[int] = field(label=_("Position"), default=0)
    product: Mapped[Product | None] = many_to_one(label=_("Product"))
    product_id: Mapped[int | None]
    description: Mapped[str] = text(label=_("Description"), max_length=500)
    quantity: Mapped[Decimal] = fields.quantity(label=_("Quantity"), unit="uom", default=1)
    uom: Mapped[UnitOfMeasure] = many_to_one(label=_("Unit"), index=False)
    uom_id: Mapped[int]
    list_price: Mapped[Decimal | None] = price(label=_("List price"), currency="invoice.currency")
    unit_price: Mapped[Decimal] = price(label=_("Unit price"), currency="invoice.currency")
    discount: Mapped[Decimal] = percent(label=_("Discount"), default=0, at_least=0, at_most=100)
    tax: Mapped[Tax] = many_to_one(label=_("Tax"), index=False)
    tax_id: Mapped[int]
    subtotal: Mapped[Decimal] = money(label=_("Net amount"), currency="invoice.currency", default=0, readonly=True)

    _positive = check(lambda line: line.quantity > 0, message=_("A quantity is greater than 0."))
    _kept = frozen(parent="invoice")

    def copied(self, env: Env) -> Self:
        """Return a new line like this one, for another document; addons carry over what they know of it."""
        return env[type(self)](**{name: getattr(self, name) for name in COPIED})

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Keep the totals of drafts in step with their lines."""
        super().before_save(env, records)
        owned: list[tuple[Self, Invoice | None]] = [(line, line.invoice) for line in records]
        changed = []
        for line, invoice in owned:
            if invoice is None:
                continue  # taken off its draft, it is deleted in the same flush
            if invoice.state == "posted" and env.changed(line) and not env.changed(invoice, "state"):
                raise errors.kept(invoice.display_name())
            if env.changed(line, *totals.DECISIVE):
                changed.append(invoice)
        drafts = {id(one): one for one in changed if one.state == "draft"}
        totals.complete(env, list(drafts.values()))

    @classmethod
    def before_delete(cls, env: Env, records: Sequence[Self]) -> None:
        """Take deleted lines off their drafts, which then complete themselves."""
        super().before_delete(env, records)
        for line in records:
            invoice: Any = line.invoice  # none, where it was taken off its invoice
            if invoice is not None and invoice.state == "draft" and line in invoice.lines:
                invoice.lines.remove(line)
