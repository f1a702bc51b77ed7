"""The rules of a despatch advice (T16)."""

from typing import Final

from ...postaward.despatch import SPECIFICATION
from ..base import Report, checks
from ..view import View
from .common import identified, not_negative, starts_with

_NAME: Final = "cac:PartyName/cbc:Name"
_IDENTIFIERS: Final = ("cac:StandardItemIdentification", "cac:SellersItemIdentification")


@checks("PEPPOL-T16-R003", "PEPPOL-T16-R004", "PEPPOL-T16-R005", "PEPPOL-T16-R006", "PEPPOL-T16-R007")
def lines(view: View, report: Report) -> None:
    """What each line needs."""
    for node in view.tree.named("cac:DespatchLine"):
        if not any(node.all("cac:Item", name, "cbc:ID") for name in _IDENTIFIERS):
            report.fatal("PEPPOL-T16-R003", "", node, "The item has neither the seller's nor a standard identifier.")
        if not node.all("cac:Item", "cbc:Name"):
            report.fatal("PEPPOL-T16-R004", "", node, "The item has no name.")
        quantity = node.first("cbc:DeliveredQuantity")
        if quantity is None:
            report.warning("PEPPOL-T16-R005", "", node, "The line does not say how much is delivered.")
        if not not_negative(quantity):
            report.fatal(
                "PEPPOL-T16-R006", "", node, "The delivered quantity is {0}; it must be zero or more.", quantity
            )
        if "cbc:OutstandingQuantity" in node.kids and "cbc:OutstandingReason" not in node.kids:
            report.warning("PEPPOL-T16-R007", "", node, "The line does not say why something is outstanding.")


DESPATCH: Final = (
    starts_with("PEPPOL-T16-R011", SPECIFICATION),
    identified("PEPPOL-T16-R008", "cac:BuyerCustomerParty", _NAME, "buyer"),
    identified("PEPPOL-T16-R009", "cac:SellerSupplierParty", _NAME, "seller"),
    identified("PEPPOL-T16-R010", "cac:OriginatorCustomerParty", _NAME, "originator"),
    lines,
)
