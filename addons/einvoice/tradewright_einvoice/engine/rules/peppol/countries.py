"""Which countries the parties belong to, as Peppol's rules see it."""

from dataclasses import dataclass

from ...xml import Node
from ..base import plain
from ..view import View

_SUPPLIER = "cac:AccountingSupplierParty"
_CUSTOMER = "cac:AccountingCustomerParty"
_COUNTRY = ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
_LETTERS = 2
_SEVERAL = "?"


@dataclass(frozen=True, slots=True)
class Countries:
    """Countries by VAT number (with the address as a fallback), and by address alone."""

    supplier: str
    customer: str
    #: The seller's own, without its tax representative.
    own: str
    supplier_address: str
    customer_address: str
    representative_address: str

    @property
    def both_german(self) -> bool:
        """Whether both addresses are German."""
        return self.supplier_address == "DE" and self.customer_address == "DE"

    def both(self, code: str) -> bool:
        """Whether both addresses are in the country."""
        return self.supplier_address == code and self.customer_address == code


def countries(view: View) -> Countries:
    """The countries of a document."""
    root = view.root
    supplier, customer = root.all(_SUPPLIER, "cac:Party"), root.all(_CUSTOMER, "cac:Party")
    representative = root.all("cac:TaxRepresentativeParty")
    by_address = [_address(parties) for parties in (supplier, customer, representative)]
    own = _vat_country(supplier)
    return Countries(
        supplier=own or _vat_country(representative) or by_address[0] or "XX",
        customer=_vat_country(customer) or by_address[1] or "XX",
        own=own or by_address[0] or "XX",
        supplier_address=by_address[0],
        customer_address=by_address[1],
        representative_address=by_address[2],
    )


def vat_numbers(party: Node) -> list[Node]:
    """The VAT numbers of a party, by the exact scheme ``VAT``."""
    return [
        number
        for scheme in party.kids.get("cac:PartyTaxScheme", ())
        if any(name.text == "VAT" for name in scheme.all("cac:TaxScheme", "cbc:ID"))
        for number in scheme.kids.get("cbc:CompanyID", ())
    ]


def _vat_country(parties: list[Node]) -> str:
    return _one([number.text[:_LETTERS].strip().upper() for party in parties for number in vat_numbers(party)])


def _address(parties: list[Node]) -> str:
    return _one([plain(country).upper() for party in parties for country in party.all(*_COUNTRY)])


def _one(found: list[str]) -> str:
    """The country; of several, none counts, since the official rules then match no document."""
    return found[0] if len(found) == 1 else _SEVERAL if found else ""
