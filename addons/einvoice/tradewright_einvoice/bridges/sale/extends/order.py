"""Orders that arrived as an electronic document."""

from tradewright.i18n import _
from tradewright.orm import Mapped, attachment, text
from tradewright_base.models.attachment import Attachment
from tradewright_sale.models.order import Order
from tradewright_sale.models.order_line import OrderLine


class ReceivedOrder(Order, extend=True):
    """An order with the document that it was read from, and what of it we do not do as the customer wrote."""

    buyer_document: Mapped[Attachment | None] = attachment(label=_("Customer's order"))
    differences: Mapped[str | None] = text(
        label=_("Differences"),
        multiline=True,
        max_length=8_000,
        readonly=True,
        copy=False,
        help=_("Where this order is not what the customer's document says."),
    )


class ReceivedOrderLine(OrderLine, extend=True):
    """A line that answers a line of the customer's document."""

    buyer_line: Mapped[str | None] = text(label=_("Customer's line"), max_length=80, readonly=True, copy=False)
