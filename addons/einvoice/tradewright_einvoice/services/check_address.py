"""What must hold of electronic addresses before they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Invalid
from tradewright.i18n import Text, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..extends.company import SenderCompany
    from ..extends.partner import RecipientPartner


def check_address(records: Iterable[SenderCompany | RecipientPartner]) -> None:
    """Write schemes and identifiers without spaces around them; refuse halves and unknown schemes with `Invalid`."""
    for record in records:
        scheme, identifier = _clean(record.endpoint_scheme), _clean(record.endpoint_id)
        if (scheme, identifier) != (record.endpoint_scheme, record.endpoint_id):
            record.endpoint_scheme, record.endpoint_id = scheme, identifier
        if (scheme is None) != (identifier is None):
            missing = "endpoint_scheme" if scheme is None else "endpoint_id"
            raise _invalid(missing, _("An electronic address needs both its scheme and its number."))
        if scheme is not None and scheme not in _schemes():
            raise _invalid("endpoint_scheme", _("{scheme} is not in the EAS list: 9930 is one.", scheme=scheme))


def _schemes() -> frozenset[str]:
    """The electronic address schemes; the engine that lists them is imported with the first address."""
    from ..engine.codelists import codes

    return frozenset(codes("eas"))


def _clean(value: str | None) -> str | None:
    return (value or "").strip() or None


def _invalid(field: str, text: Text) -> Invalid:
    return Invalid("einvoice.address", text, fields={field: text})
