"""What of a received document is not as it should be: kept as a code with values, said in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tradewright.i18n import Text, _

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Final[Mapping[str, Text]] = {
    "poison": _("Reading this document ended the program again and again. It was set aside."),
    "too-many-lines": _("The document has {0} lines; a bill is drafted of at most {1}."),
    "too-large": _("An amount, a price or a quantity is too large to be kept."),
    "unknown-supplier": _("No partner is this sender: choose the supplier, or create it from the document."),
    "several-suppliers": _("Several partners may be this sender ({0}): choose the supplier."),
    "by-name": _("The supplier was found by its name alone: check that it is the sender."),
    "not-a-supplier": _("{0} was no supplier yet and is one now."),
    "vat": _("The document names the VAT number {0}, the supplier has {1} here. Ask the supplier before you pay."),
    "vat-unknown": _("The document names the VAT number {0}; none is known of the supplier here."),
    "bank": _("The document wants the money on {0}, the supplier has {1} here. Ask the supplier before you pay."),
    "bank-unknown": _("The document wants the money on {0}; no bank account is known of the supplier here."),
    "payee": _("The money shall go to somebody else: {0}."),
    "not-for-us": _("The document is made out to {0}, not to us."),
    "line-net": _("Line {0} states {1}; quantity and price make {2}."),
    "net": _("The document states a net total of {0}; its lines make {1}."),
    "tax": _("The document states a tax of {0}; it should be {1}."),
    "tax-rounded": _("The supplier rounds the tax to {0}, we to {1}: the bill says what the supplier says."),
    "total": _("The document states a total of {0}; its lines and taxes make {1}."),
    "prepaid": _("{0} are said to be paid already."),
    "rounding": _("The amount due is rounded by {0}, which the bill leaves out."),
    "new-tax": _("The tax “{0}” was not known and was added: check its accounts."),
    "no-currency": _("The currency {0} is not known here: add it, then examine the document again."),
    "no-rate": _("The bill is in {0}: enter its exchange rate."),
    "price": _("Line {0}: the price is {1}, the article costs {2} here."),
    "no-unit": _("Line {0}: the unit {1} is not known here."),
    "no-lines": _("The document lists no lines: the bill has one for each tax."),
    "faults": _("The document breaks rules of its profile."),
}
"""What can differ; {0} and so on are the values found."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to look at: its code in `WORDS`, its tone (danger, warning, info), the values."""

    code: str
    tone: str = "warning"
    values: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {"code": self.code, "tone": self.tone, "values": list(self.values)}


def said(stored: Mapping[str, Any]) -> tuple[Text | str, str]:
    """Return the sentence and the tone of a stored difference; of a hook's own code the words it brought."""
    values = [str(one) for one in stored.get("values", ())]
    words = WORDS.get(str(stored.get("code")))
    tone = str(stored.get("tone", "warning"))
    if words is None:
        return " ".join(values) or str(stored.get("code")), tone
    return Text(words.msgid, {str(place): value for place, value in enumerate(values)}), tone
