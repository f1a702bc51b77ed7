"""What must be there: BR-01 to BR-65, and the simple BR-CO rules of the same kind, as one table."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..text import SPACE
from ..xml import Node
from .base import Check, Report, checks
from .paths import Finder
from .view import Slots, View


@dataclass(frozen=True, slots=True)
class Need:
    """In every element of the context the slot must be there; with `text` it must also say something."""

    rule: str
    context: str
    slot: str
    term: str
    message: str
    text: bool = False


_WHY = "needs a reason or a reason code."
NEEDS: Final = (
    Need(
        "BR-01", "document", "specification", "BT-24", "The document names no specification that it follows.", text=True
    ),
    Need("BR-02", "document", "number", "BT-1", "The invoice has no number.", text=True),
    Need("BR-03", "document", "issue_date", "BT-2", "The invoice has no issue date.", text=True),
    Need("BR-04", "document", "type_code", "BT-3", "The invoice has no type code.", text=True),
    Need("BR-05", "document", "currency", "BT-5", "The invoice has no currency.", text=True),
    Need("BR-06", "document", "seller_name", "BT-27", "The seller has no name.", text=True),
    Need("BR-07", "document", "buyer_name", "BT-44", "The buyer has no name.", text=True),
    Need("BR-08", "document", "seller_address", "BG-5", "The seller has no postal address."),
    Need("BR-09", "seller_address", "country", "BT-40", "The seller's address has no country.", text=True),
    Need("BR-10", "document", "buyer_address", "BG-8", "The buyer has no postal address."),
    Need("BR-11", "buyer_address", "country", "BT-55", "The buyer's address has no country.", text=True),
    Need("BR-12", "totals", "lines", "BT-106", "The totals lack the sum of the line amounts."),
    Need("BR-13", "totals", "net", "BT-109", "The totals lack the total without VAT."),
    Need("BR-14", "totals", "gross", "BT-112", "The totals lack the total with VAT."),
    Need("BR-15", "totals", "payable", "BT-115", "The totals lack the amount to pay."),
    Need("BR-16", "document", "lines", "BG-25", "The invoice has no line."),
    Need("BR-18", "representative", "name", "BT-62", "The seller's tax representative has no name.", text=True),
    Need("BR-19", "representative", "address", "BG-12", "The seller's tax representative has no postal address."),
    Need(
        "BR-20",
        "representative_address",
        "country",
        "BT-69",
        "The tax representative's address has no country.",
        text=True,
    ),
    Need("BR-21", "line", "id", "BT-126", "The line has no identifier.", text=True),
    Need("BR-22", "line", "quantity", "BT-129", "The line has no quantity."),
    Need("BR-23", "line", "unit", "BT-130", "The quantity of the line has no unit."),
    Need("BR-24", "line", "net", "BT-131", "The line has no net amount."),
    Need("BR-25", "line", "name", "BT-153", "The item of the line has no name.", text=True),
    Need("BR-26", "line", "price", "BT-146", "The line has no net price."),
    Need("BR-31", "allowance", "amount", "BT-92", "The document allowance has no amount."),
    Need("BR-32", "allowance", "category", "BT-95", "The document allowance has no VAT category."),
    Need("BR-33", "allowance", "reason", "BT-97", f"The document allowance {_WHY}"),
    Need("BR-CO-21", "allowance", "reason", "BT-97", f"The document allowance {_WHY}"),
    Need("BR-36", "charge", "amount", "BT-99", "The document charge has no amount."),
    Need("BR-37", "charge", "category", "BT-102", "The document charge has no VAT category."),
    Need("BR-38", "charge", "reason", "BT-104", f"The document charge {_WHY}"),
    Need("BR-CO-22", "charge", "reason", "BT-104", f"The document charge {_WHY}"),
    Need("BR-41", "line_allowance", "amount", "BT-136", "The line allowance has no amount."),
    Need("BR-42", "line_allowance", "reason", "BT-139", f"The line allowance {_WHY}"),
    Need("BR-CO-23", "line_allowance", "reason", "BT-139", f"The line allowance {_WHY}"),
    Need("BR-43", "line_charge", "amount", "BT-141", "The line charge has no amount."),
    Need("BR-44", "line_charge", "reason", "BT-144", f"The line charge {_WHY}"),
    Need("BR-CO-24", "line_charge", "reason", "BT-144", f"The line charge {_WHY}"),
    Need("BR-45", "breakdown", "taxable", "BT-116", "The VAT breakdown lacks its taxable amount."),
    Need("BR-46", "breakdown", "tax", "BT-117", "The VAT breakdown lacks its tax amount."),
    Need("BR-47", "breakdown", "category", "BT-118", "The VAT breakdown lacks its VAT category."),
    Need("BR-49", "payment", "means", "BT-81", "The payment instructions lack the code of the payment means."),
    Need("BR-50", "transfer_account", "id", "BT-84", "The account to transfer to has no number.", text=True),
    Need("BR-52", "supporting", "reference", "BT-122", "The supporting document has no reference.", text=True),
    Need("BR-55", "preceding", "number", "BT-25", "The reference to an earlier invoice has no number."),
    Need("BR-56", "representative", "vat_id", "BT-63", "The seller's tax representative has no VAT number."),
    Need("BR-57", "delivery_address", "country", "BT-80", "The delivery address has no country."),
    Need("BR-62", "seller_endpoint", "scheme", "BT-34", "The seller's electronic address has no scheme."),
    Need("BR-63", "buyer_endpoint", "scheme", "BT-49", "The buyer's electronic address has no scheme."),
    Need("BR-64", "standard_id", "scheme", "BT-157", "The registered item number has no scheme."),
    Need("BR-65", "classification", "scheme", "BT-158", "The item classification has no scheme."),
    Need("BR-CO-04", "line", "category", "BT-151", "The line has no VAT category."),
    Need("BR-CO-18", "document_with_lines", "breakdown", "BG-23", "The invoice has no VAT breakdown."),
    Need("BR-CO-19", "period", "any", "BG-14", "The invoiced period has neither a first nor a last day."),
    Need("BR-CO-20", "line_period", "any", "BG-26", "The period of the line has neither a first nor a last day."),
)


#: A path that is just a child. Most are, and are looked up without more ado.
_CHILD: Final = re.compile(r"[a-z]+:[A-Za-z]+")


def mandatory(slots: Slots) -> Check:
    """The check of the whole table for a syntax."""
    simple: dict[str, list[tuple[Need, str]]] = {}
    others: dict[str, list[tuple[Need, Finder]]] = {}
    for need in NEEDS:
        path = slots.paths[f"{need.context}.{need.slot}"]
        if _CHILD.fullmatch(path):
            simple.setdefault(need.context, []).append((need, path))
        else:
            others.setdefault(need.context, []).append((need, slots.finder(f"{need.context}.{need.slot}")))
    contexts = tuple(dict.fromkeys(need.context for need in NEEDS))
    compiled = tuple((context, simple.get(context, ()), others.get(context, ())) for context in contexts)

    @checks(*(need.rule for need in NEEDS))
    def check(view: View, report: Report) -> None:
        for context, children, paths in compiled:
            for node in view.context(context):
                kids = node.kids
                for need, name in children:
                    child = kids.get(name)
                    if child is None or (need.text and not child[0].text.strip(SPACE)):
                        report.fatal(need.rule, need.term, node, need.message)
                for need, find in paths:
                    found = find(node)
                    if not found or (need.text and not found[0].text.strip(SPACE)):
                        report.fatal(need.rule, need.term, node, need.message)

    return check


@dataclass(frozen=True, slots=True)
class Decimals:
    """An amount that may have two decimals at most. They are counted in the text: ``10.000`` has three."""

    rule: str
    context: str
    slot: str
    term: str


DECIMALS: Final = (
    Decimals("BR-DEC-01", "allowance", "amount", "BT-92"),
    Decimals("BR-DEC-02", "allowance", "base", "BT-93"),
    Decimals("BR-DEC-05", "charge", "amount", "BT-99"),
    Decimals("BR-DEC-06", "charge", "base", "BT-100"),
    Decimals("BR-DEC-09", "totals", "lines", "BT-106"),
    Decimals("BR-DEC-10", "totals", "allowances", "BT-107"),
    Decimals("BR-DEC-11", "totals", "charges", "BT-108"),
    Decimals("BR-DEC-12", "totals", "net", "BT-109"),
    Decimals("BR-DEC-14", "totals", "gross", "BT-112"),
    Decimals("BR-DEC-16", "totals", "prepaid", "BT-113"),
    Decimals("BR-DEC-17", "totals", "rounding", "BT-114"),
    Decimals("BR-DEC-18", "totals", "payable", "BT-115"),
    Decimals("BR-DEC-19", "breakdown", "taxable", "BT-116"),
    Decimals("BR-DEC-20", "breakdown", "tax", "BT-117"),
    Decimals("BR-DEC-23", "line", "net", "BT-131"),
    Decimals("BR-DEC-24", "line_allowance", "amount", "BT-136"),
    Decimals("BR-DEC-25", "line_allowance", "base", "BT-137"),
    Decimals("BR-DEC-27", "line_charge", "amount", "BT-141"),
    Decimals("BR-DEC-28", "line_charge", "base", "BT-142"),
)


def too_precise(node: Node) -> bool:
    """Whether more than two characters follow the decimal point."""
    return len(node.text.partition(".")[2]) > 2


def decimals(slots: Slots) -> Check:
    """The check of the whole table for a syntax."""
    compiled: list[tuple[Decimals, Callable[[Node], list[Node]]]] = [
        (rule, slots.finder(f"{rule.context}.{rule.slot}")) for rule in DECIMALS
    ]

    @checks(*(rule.rule for rule in DECIMALS))
    def check(view: View, report: Report) -> None:
        for rule, find in compiled:
            for node in view.context(rule.context):
                for amount in find(node):
                    if too_precise(amount):
                        report.fatal(rule.rule, rule.term, amount, "{0} has more than two decimals.", amount)

    return check
