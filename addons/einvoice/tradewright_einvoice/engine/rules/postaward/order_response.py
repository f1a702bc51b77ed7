"""The rules of an order response (T76)."""

from typing import Final

from ...postaward.order_response import SPECIFICATION
from ..base import Check, Report, checks, plain
from ..view import View
from .common import starts_with
from .lines import unique_lines

_WITHOUT_LINES: Final = {"AP": "PEPPOL-T76-R008", "RE": "PEPPOL-T76-R009", "AB": "PEPPOL-T76-R010"}


def _named(rule: str, owner: str, what: str) -> Check:
    """The check that each ``cac:Party`` of an owner has its registered name or an identifier."""

    @checks(rule)
    def check(view: View, report: Report) -> None:
        for holder in view.tree.named(owner):
            for node in holder.kids.get("cac:Party", ()):
                name = node.all("cac:PartyLegalEntity", "cbc:RegistrationName")
                if not name and not node.all("cac:PartyIdentification", "cbc:ID"):
                    report.fatal(rule, "", node, "The {0} has neither a name nor an identifier.", what)

    return check


@checks("PEPPOL-T76-R004")
def periods(view: View, report: Report) -> None:
    """A period does not end before it starts."""
    for node in view.tree.named("cac:PromisedDeliveryPeriod"):
        starts, ends = node.kids.get("cbc:StartDate"), node.kids.get("cbc:EndDate")
        if starts and ends and not any(end.text >= start.text for end in ends for start in starts):
            report.fatal(
                "PEPPOL-T76-R004", "", node, "The delivery ends on {0}, before it starts on {1}.", ends[0], starts[0]
            )


@checks("PEPPOL-T76-R005")
def currency(view: View, report: Report) -> None:
    """All prices are in the currency of the document."""
    allowed = {node.text for node in view.root.kids.get("cbc:DocumentCurrencyCode", ())}
    for node in view.tree.named("cbc:PriceAmount"):
        if node.get("currencyID") not in allowed:
            message = "The currency of the price is {0}, not that of the document."
            report.fatal("PEPPOL-T76-R005", "", node, message, node.get("currencyID"))


@checks("PEPPOL-T76-R007", *_WITHOUT_LINES.values())
def answers(view: View, report: Report) -> None:
    """Lines go with a conditional acceptance, and with no other answer."""
    own = view.root.kids.get("cbc:OrderResponseCode", [])
    lines = len(view.root.kids.get("cac:OrderLine", ()))
    for node in view.tree.named("cbc:OrderResponseCode"):
        code, count = plain(node), lines if node in own else 0
        if code == "CA" and not count:
            report.fatal("PEPPOL-T76-R007", "", node, "An order accepted with changes needs the lines answered.")
        rule = _WITHOUT_LINES.get(code)
        if rule is not None and count:
            report.fatal(rule, "", node, "The answer {0} is for the whole order: there must be no lines.", code)


ORDER_RESPONSE: Final = (
    starts_with("PEPPOL-T76-R006", SPECIFICATION),
    _named("PEPPOL-T76-R001", "cac:BuyerCustomerParty", "buyer"),
    _named("PEPPOL-T76-R002", "cac:SellerSupplierParty", "seller"),
    unique_lines("PEPPOL-T76-R003"),
    periods,
    currency,
    answers,
)
