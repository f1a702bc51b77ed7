"""IT-R: Italian suppliers."""

import re
from typing import Final

from ...base import Report, checks, plain
from ...view import View
from ..countries import countries
from .common import SUPPLIER

_TAX_NUMBER: Final = re.compile(r"[A-Z0-9]{11,16}", re.ASCII)


@checks("IT-R-001", "IT-R-002", "IT-R-003", "IT-R-004")
def italy(view: View, report: Report) -> None:
    """The tax number has 11 to 16 characters; the address is complete."""
    if view.once(countries).supplier != "IT":
        return
    for owner in view.tree.named(SUPPLIER):
        for party in owner.kids.get("cac:Party", ()):
            for scheme in party.kids.get("cac:PartyTaxScheme", ()):
                if any(plain(name) != "VAT" for name in scheme.all("cac:TaxScheme", "cbc:ID")):
                    number = scheme.first("cbc:CompanyID")
                    if _TAX_NUMBER.fullmatch(plain(number)) is None:
                        message = "The tax number {0} must have 11 to 16 letters and digits."
                        report.fatal("IT-R-001", "BT-32", scheme, message, number)
            for rule, term, name, what in (
                ("IT-R-002", "BT-35", "cbc:StreetName", "street"),
                ("IT-R-003", "BT-37", "cbc:CityName", "city"),
                ("IT-R-004", "BT-38", "cbc:PostalZone", "post code"),
            ):
                if not party.all("cac:PostalAddress", name):
                    report.fatal(rule, term, party, "An Italian supplier's address needs the {0}.", what)


ITALY: Final = (italy,)
