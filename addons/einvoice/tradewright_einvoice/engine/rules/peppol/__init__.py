"""The rules of Peppol BIS Billing 3.0, on top of those of EN 16931."""

from typing import Final

from .codes import PEPPOL_CODES
from .document import DOCUMENT
from .identifiers import IDENTIFIERS
from .lines import LINES
from .national import NATIONAL

PEPPOL: Final = (*DOCUMENT, *LINES, *PEPPOL_CODES, *IDENTIFIERS, *NATIONAL)
