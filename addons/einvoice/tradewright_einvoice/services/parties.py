"""Postal addresses as EN 16931 has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..engine import Address

if TYPE_CHECKING:
    from tradewright_base.models import address as places
    from tradewright_base.models.partner import Partner
    from tradewright_base.models.postal import Postal


def address_of(postal: Postal, third: str | None = None) -> Address:
    """The address of a record that has one. Without a country it is incomplete, as the check will say."""
    return Address(
        line_1=postal.street,
        line_2=postal.street2,
        line_3=third,
        city=postal.city,
        post_code=postal.zip,
        region=postal.region,
        country=postal.country.code if postal.country else "",
    )


def partner_address(account: Partner, place: places.Address | None, *, named: bool = True) -> Address:
    """A further address of a partner, else its own; the country is the partner's where the address has none."""
    if place is None:
        return address_of(account)
    third = place.name if named and place.name != account.name else None
    found = address_of(place, third)
    return found if found.country or account.country is None else replace(found, country=account.country.code)
