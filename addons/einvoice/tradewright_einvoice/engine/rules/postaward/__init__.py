"""The rules of the messages around an invoice: Peppol order, order response, despatch advice, invoice response."""

from typing import Final

from ..base import Check, RuleSet
from ..peppol.identifiers import IDENTIFIERS
from .common import COMMON
from .despatch import DESPATCH
from .invoice_response import INVOICE_RESPONSE
from .order import ORDER
from .order_response import ORDER_RESPONSE
from .structure import structure

_RULES: Final[dict[str, tuple[str, tuple[Check, ...]]]] = {
    "t01": ("ord:Order", ORDER),
    "t16": ("dsp:DespatchAdvice", DESPATCH),
    "t76": ("rsp:OrderResponse", ORDER_RESPONSE),
    "t111": ("app:ApplicationResponse", INVOICE_RESPONSE),
}


def postaward(transaction: str) -> RuleSet:
    """The rules of a transaction (`t01`)."""
    root, rules = _RULES[transaction]
    return RuleSet.of(
        f"peppol-{transaction}",
        "OpenPeppol post-award 3 (2026-Q2)",
        "2026-08-24",
        (root,),
        (*COMMON, *IDENTIFIERS, structure(transaction), *rules),
    )
