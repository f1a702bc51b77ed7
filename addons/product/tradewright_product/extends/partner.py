"""What pricing and tax need to know about a customer."""

from tradewright.i18n import _
from tradewright.orm import Mapped, many_to_one
from tradewright_base.models.partner import Partner

from ..models.pricing import PriceList
from ..models.tax import TaxPosition


class PricedPartner(Partner, extend=True):
    """A customer with its price list and tax position; contacts have those of their account."""

    price_list: Mapped[PriceList | None] = many_to_one(label=_("Price list"))
    price_list_id: Mapped[int | None]
    tax_position: Mapped[TaxPosition | None] = many_to_one(
        label=_("Tax position"), help=_("Empty: by the customer's country and VAT number.")
    )
    tax_position_id: Mapped[int | None]
