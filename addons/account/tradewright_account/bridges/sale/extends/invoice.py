"""Invoices that come from orders."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, many_to_one
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine

from .... import errors
from ....models.invoice import Invoice
from ....models.invoice_line import InvoiceLine
from ..services import invoicing


class OrderInvoice(Invoice, extend=True):
    """An invoice of an order."""

    order: Mapped[Order | None] = many_to_one(label=_("Order"), readonly=True)
    order_id: Mapped[int | None]

    @classmethod
    def cancel(cls, env: Env, invoices: Sequence[Self]) -> None:
        """What a cancelled draft would have invoiced can be invoiced again."""
        super().cancel(env, invoices)
        invoicing.give_back(env, [one for one in invoices if one.kind == "invoice"])


class OrderInvoiceLine(InvoiceLine, extend=True):
    """A position that invoices a line of an order."""

    order_line: Mapped[OrderLine | None] = many_to_one(label=_("Order line"), readonly=True)
    order_line_id: Mapped[int | None]

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse drafts that would invoice another quantity than their order's lines note."""
        super().before_save(env, records)
        for line in records:
            moved = not env.changed(line) and env.changed(line, "quantity", "order_line")
            if moved and line.order_line_id is not None and line.invoice.kind == "invoice":
                raise errors.from_order(line.invoice.order_number or "")

    @classmethod
    def before_delete(cls, env: Env, records: Sequence[Self]) -> None:
        """What a deleted position would have invoiced can be invoiced again."""
        super().before_delete(env, records)
        invoicing.drop(env, [line for line in records if line.order_line_id is not None])

    def copied(self, env: Env) -> Self:
        """A position of a credit note refers to the same order line."""
        copy = super().copied(env)
        copy.order_line_id = self.order_line_id
        return copy
