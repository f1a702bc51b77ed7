"""The VAT categories as parameters of one template: what tells the families of rules apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from .facts import TaxIds


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The parameters of one VAT category."""

    prefix: str
    code: str
    title: str
    #: Rules -02 to -04: who must have a tax number, and how a message says it.
    identified: Callable[[TaxIds], bool]
    who: str
    #: Rules -05 to -07: what the rate of a line, allowance or charge must be.
    rate: Literal["positive", "zero", "any", "none"] = "zero"
    #: Rule -08: whether the taxable amount is compared for each rate, to less than one unit, or for all and exactly.
    by_rate: bool = False
    #: Rule -08: whether a rate must occur at a line, allowance or charge (BR-S), or there must only be lines at all.
    rate_used: bool = False
    #: Rule -10: whether the breakdown must say, or must not say, why no VAT is charged.
    reason: bool = True
    #: Rule -01: whether there may be only one breakdown of the category.
    single: bool = True
    #: Rule -01 and -02 of BR-S count categories of any tax scheme.
    any_scheme: bool = False
    #: Rule -01 of BR-AF looks for a breakdown of any tax scheme.
    parts_of_any_scheme: bool = False
    #: Rules -03 and -04: whether allowances and charges of lines count too.
    with_lines: bool = True

    @property
    def id(self) -> str:
        """What the ids of the rules start with."""
        return f"BR-{self.prefix}-"


def _seller_any(ids: TaxIds) -> bool:
    return ids.seller_any or ids.representative_vat


def _seller_vat(ids: TaxIds) -> bool:
    return ids.seller_vat or ids.representative_vat


_SELLER = "a tax number of the seller or the VAT number of its tax representative"
_SELLER_VAT = "the VAT number of the seller or of its tax representative"
FAMILIES: Final = (
    Family(
        prefix="S",
        code="S",
        title="standard rated",
        identified=_seller_any,
        who=_SELLER,
        rate="positive",
        by_rate=True,
        rate_used=True,
        reason=False,
        single=False,
        any_scheme=True,
    ),
    Family(prefix="Z", code="Z", title="zero rated", identified=_seller_any, who=_SELLER, reason=False),
    Family(prefix="E", code="E", title="exempt", identified=_seller_any, who=_SELLER),
    Family(
        prefix="AE",
        code="AE",
        title="reverse charge",
        identified=lambda ids: _seller_any(ids) and (ids.buyer_vat or ids.buyer_registration),
        who=f"{_SELLER}, and the VAT or registration number of the buyer",
    ),
    Family(
        prefix="IC",
        code="K",
        title="intra-community supply",
        identified=lambda ids: _seller_vat(ids) and ids.buyer_vat,
        who=f"{_SELLER_VAT}, and the VAT number of the buyer",
    ),
    Family(prefix="G", code="G", title="export", identified=_seller_vat, who=_SELLER_VAT),
    Family(
        prefix="O",
        code="O",
        title="not subject to VAT",
        identified=lambda ids: not (ids.seller_vat or ids.representative_vat or ids.buyer_vat),
        who="no VAT number of the seller, its tax representative or the buyer",
        rate="none",
        with_lines=False,
    ),
    *(
        Family(
            prefix=prefix,
            code=code,
            title=title,
            identified=_seller_any,
            who=_SELLER,
            rate="any",
            by_rate=True,
            reason=False,
            single=False,
            parts_of_any_scheme=prefix == "AF",
        )
        for prefix, code, title in (("AF", "L", "Canary Islands tax"), ("AG", "M", "tax of Ceuta and Melilla"))
    ),
)
RATE_TEXT: Final = {
    "positive": "needs a rate above 0",
    "zero": "needs the rate 0",
    "any": "needs a rate of 0 or more",
    "none": "has no rate",
}
