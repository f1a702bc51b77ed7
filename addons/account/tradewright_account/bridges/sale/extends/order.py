"""Orders that are invoiced."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, check, fields, one_to_many, operation
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from .... import errors
from ....models.invoice import Invoice
from ..services import credit, invoicing


class InvoicedOrder(Order, extend=True):
    """An order with its invoices."""

    invoices: Mapped[list[Invoice]] = one_to_many(inverse="order", order_by="id", label=_("Invoices"))

    @property
    def invoice_state(self) -> str:
        """`nothing`, `to_invoice` or `invoiced`."""
        lines = [line for line in self.lines if isinstance(line, InvoicedOrderLine)]
        if any(line.to_invoice > 0 for line in lines):
            return "to_invoice"
        return "invoiced" if any(line.invoiced > 0 for line in lines) else "nothing"

    @classmethod
    def cancel(cls, env: Env, orders: Sequence[Self]) -> None:
        """Keep orders that are invoiced, even by a draft."""
        for order in orders:
            if any(line.invoiced for line in order.lines if isinstance(line, InvoicedOrderLine)):
                raise errors.invoiced_already(order.display_name())
        super().cancel(env, orders)

    @classmethod
    def confirm(cls, env: Env, orders: Sequence[Self]) -> None:
        """Queue behind other orders of the same customers, so that their sum stays within the limit."""
        credit.queue(env, orders)
        super().confirm(env, orders)

    @operation(label=_("Invoice"), permission="account.user", states=("confirmed", "done"))
    @classmethod
    def invoice(cls, env: Env, orders: Sequence[Self]) -> list[Invoice]:
        """Draft an invoice for each order: what was delivered (goods) or ordered (services) and not invoiced yet."""
        return invoicing.invoice(env, orders)


class InvoicedOrderLine(OrderLine, extend=True):
    """A line that knows how much of it is invoiced."""

    invoiced: Mapped[Decimal] = fields.quantity(label=_("Invoiced"), unit="uom", default=0, at_least=0, readonly=True)

    _not_less = check(
        lambda line: line.invoiced + line.cancelled <= line.quantity,
        message=_("What is invoiced can't be taken off an order: write a credit note."),
    )

    @property
    def invoiceable(self) -> Decimal:
        """What may be invoiced by now: what is delivered of goods, what is ordered of the rest."""
        return self.delivered if self.requires_delivery() else self.quantity - self.cancelled

    @property
    def to_invoice(self) -> Decimal:
        """What may be invoiced and is not yet."""
        return max(self.invoiceable - self.invoiced, Decimal(0))
