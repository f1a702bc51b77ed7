"""Electronic addresses: the given one, else what the VAT number of a country means in Peppol, else the mailbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from .wants import mailbox_of, recipient_of

if TYPE_CHECKING:
    from tradewright_base.models.company import Company
    from tradewright_base.models.partner import Partner

    from ..engine import Identifier
    from ..extends.company import SenderCompany

MAIL: Final = "EM"

# Electronic Address Scheme (EAS) codes whose identifiers are VAT numbers with their country's letters.
BY_VAT: Final = {
    "AD": "9922",
    "AL": "9923",
    "AT": "9914",
    "BA": "9924",
    "BG": "9926",
    "CH": "9927",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "ES": "9920",
    "FR": "9957",
    "GB": "9932",
    "GR": "9933",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "IT": "0211",
    "LI": "9936",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MC": "9940",
    "ME": "9941",
    "MK": "9942",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "RS": "9948",
    "SI": "9949",
    "SK": "9950",
    "SM": "9951",
    "TR": "9952",
    "VA": "9953",
}


def by_vat(country: str, vat: str | None) -> Identifier | None:
    """The address that a VAT number of a country is in Peppol; None where it is none."""
    number = re.sub(r"[^0-9A-Z]", "", (vat or "").upper())
    if not number:
        return None
    digits = re.sub(r"[^0-9]", "", number)
    match country:
        case "BE":  # the enterprise number, which is the VAT number without its letters
            return _address(digits, "0208")
        case "DK":  # the CVR number, with the letters
            return _address(f"DK{digits}", "0184")
        case "FI":  # the OVT number: the business identity code behind 0037
            return _address(f"0037{digits}", "0216")
        case "NO":  # the organisation number
            return _address(digits[:9], "0192")
        case "SE":  # the organisation number, before the last two digits of the VAT number
            return _address(digits[:10], "0007")
    scheme = BY_VAT.get(country)
    return _address(number, scheme) if scheme else None


def of_company(company: Company) -> Identifier | None:
    """The address of the seller."""
    sender = cast("SenderCompany", company)
    given = _given(sender.endpoint_scheme, sender.endpoint_id)
    country = company.country.code if company.country else ""
    return given or by_vat(country, company.vat) or _mailbox(company.email)


def of_partner(partner: Partner) -> Identifier | None:
    """The address of a buyer."""
    recipient, account = recipient_of(partner), partner.account
    given = _given(recipient.endpoint_scheme, recipient.endpoint_id)
    country = account.country.code if account.country else ""
    return given or by_vat(country, account.vat) or _mailbox(mailbox_of(partner))


def _given(scheme: str | None, identifier: str | None) -> Identifier | None:
    return _address(identifier.strip(), scheme.strip()) if scheme and identifier else None


def _mailbox(address: str | None) -> Identifier | None:
    return _address(address, MAIL) if address else None


def _address(value: str, scheme: str) -> Identifier:
    from ..engine import Identifier  # with the first address, not when a site starts

    return Identifier(value, scheme)
