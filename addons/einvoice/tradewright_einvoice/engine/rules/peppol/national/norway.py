"""NO-R: Norwegian suppliers."""

import re
from typing import Final

from ...base import Report, checks, plain
from ...view import View
from ..countries import countries
from ..identifiers import is_mod11
from .common import SUPPLIER, schemes_named

_VAT: Final = re.compile(r"[0-9]{9}MVA", re.ASCII)


@checks("NO-R-001", "NO-R-002")
def norway(view: View, report: Report) -> None:
    """The VAT number is NO, nine digits and MVA; the register of business enterprises is named."""
    if view.once(countries).supplier != "NO":
        return
    for owner in view.tree.named(SUPPLIER):
        for party in owner.kids.get("cac:Party", ()):
            registers = [
                number for scheme in schemes_named(party, "TAX") for number in scheme.kids.get("cbc:CompanyID", ())
            ]
            if not any(plain(number) == "Foretaksregisteret" for number in registers):
                message = "A Norwegian supplier usually has to state 'Foretaksregisteret' as its tax registration."
                report.warning("NO-R-002", "BT-32", party, message)
            for scheme in schemes_named(party, "VAT"):
                for number in scheme.kids.get("cbc:CompanyID", ()):
                    text = number.text
                    if text[:2] == "NO" and not (_VAT.fullmatch(text[2:]) and is_mod11(text[2:11])):
                        message = "The VAT number {0} is not NO, a valid organisation number and MVA."
                        report.fatal("NO-R-001", "BT-31", number, message, number)


NORWAY: Final = (norway,)
