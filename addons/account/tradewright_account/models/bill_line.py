"""The lines of a supplier bill."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, check, field, fields, frozen, many_to_one, money, percent, price, text
from tradewright_product.models.product import Product
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure

from .. import errors
from ..services import bills
from .bill_tax import BillTax
from .chart import Account

if TYPE_CHECKING:
    from .bill import Bill

COPIED = (
    "position",
    "product",
    "description",
    "supplier_code",
    "quantity",
    "uom",
    "unit_price",
    "price_quantity",
    "discount",
    "adjustment",
    "tax",
    "account",
)


class BillLine(Model, label=_("Bill line"), plural=_("Bill lines"), title="description", order_by="position"):
    """One position of a supplier bill; quantity or price is negative where the supplier takes something back."""

    bill: Mapped["Bill"] = many_to_one(label=_("Bill"), on_delete="cascade")
    bill_id: Mapped[int]
    position: Mapped[int] = field(label=_("Position"), default=0)
    product: Mapped[Product | None] = many_to_one(label=_("Product"))
    product_id: Mapped[int | None]
    description: Mapped[str] = text(label=_("Description"), max_length=500)
    supplier_code: Mapped[str | None] = text(label=_("Supplier's article number"), max_length=100)
    quantity: Mapped[Decimal] = fields.quantity(label=_("Quantity"), unit="uom", default=1)
    uom: Mapped[UnitOfMeasure | None] = many_to_one(label=_("Unit"), index=False)
    uom_id: Mapped[int | None]
    unit_price: Mapped[Decimal] = price(label=_("Unit price"), currency="bill.currency")
    price_quantity: Mapped[Decimal] = fields.quantity(
        label=_("Price for"), default=1, help=_("The quantity that the price is for, such as 100.")
    )
    discount: Mapped[Decimal] = percent(label=_("Discount"), default=0, at_least=0, at_most=100)
    adjustment: Mapped[Decimal] = money(
        label=_("Adjustment"),
        currency="bill.currency",
        default=0,
        help=_("Added to the line; negative for a deduction."),
    )
    tax: Mapped[Tax] = many_to_one(label=_("Tax"), index=False)
    tax_id: Mapped[int]
    account: Mapped[Account | None] = many_to_one(
        label=_("Account"), index=False, help=_("Empty: the account of the tax.")
    )
    account_id: Mapped[int | None]
    subtotal: Mapped[Decimal] = money(label=_("Net amount"), currency="bill.currency", default=0, readonly=True)

    _per = check(lambda line: line.price_quantity > 0, message=_("A price is for a quantity greater than 0."))
    _kept = frozen(parent="bill")

    def copied(self, env: Env) -> Self:
        """Return a new line like this one, for another document; addons carry over what they know of it."""
        return env[type(self)](**{name: getattr(self, name) for name in COPIED})

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Keep the totals of drafts in step with their lines."""
        super().before_save(env, records)
        owned: list[tuple[Self, Bill | None]] = [(line, line.bill) for line in records]
        changed: list[Bill] = []
        for line, bill in owned:
            if bill is None:
                continue  # taken off its draft, it is deleted in the same flush
            if bill.state == "posted" and env.changed(line) and not env.changed(bill, "state"):
                raise errors.kept(bill.display_name())
            if env.changed(line, *bills.DECISIVE):
                changed.append(bill)
        drafts = {id(one): one for one in changed if one.state == "draft"}
        bills.complete(env, list(drafts.values()), BillTax)

    @classmethod
    def before_delete(cls, env: Env, records: Sequence[Self]) -> None:
        """Take deleted lines off their drafts, which then complete themselves."""
        super().before_delete(env, records)
        for line in records:
            bill: Any = line.bill  # none, where it was taken off its bill
            if bill is not None and bill.state == "draft" and line in bill.lines:
                bill.lines.remove(line)
