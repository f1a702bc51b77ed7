"""The rules of Peppol BIS Billing 3.0 and of its self-billing, on top of those of EN 16931."""

from typing import Final

from ..base import Check
from .billing import BILLING, SELF_BILLING, Billing
from .codes import PEPPOL_CODES, type_codes
from .document import DOCUMENT, header
from .identifiers import IDENTIFIERS
from .lines import LINES, currencies
from .national import NATIONAL


def _rules(billing: Billing) -> tuple[Check, ...]:
    return (header(billing), *DOCUMENT, currencies(billing), *LINES, *PEPPOL_CODES, type_codes(billing), *IDENTIFIERS)


PEPPOL: Final = (*_rules(BILLING), *NATIONAL)
#: Self-billing has no national rules.
PEPPOL_SELF_BILLING: Final = _rules(SELF_BILLING)
