"""XRechnung 3.0.2 (rules 2.5.0 of KoSIT), for UBL and CII. Most rules are written once, over `places`."""

from typing import Final

from ..base import Check
from .document import DOCUMENT
from .extension import CII_EXTENSIONS, EXTENSIONS, UBL_EXTENSIONS
from .lines import CII_LINES, LINES
from .parties import PARTIES
from .payment import PAYMENT
from .taken_over import CII_TAKEN_OVER, TAKEN_OVER, UBL_TAKEN_OVER
from .vehicles import CLEAN_VEHICLES

_BOTH: Final = (*TAKEN_OVER, *LINES, *DOCUMENT, *PARTIES, *PAYMENT, *EXTENSIONS, *CLEAN_VEHICLES)
XRECHNUNG_UBL: Final[tuple[Check, ...]] = (*_BOTH, *UBL_TAKEN_OVER, *UBL_EXTENSIONS)
XRECHNUNG_CII: Final[tuple[Check, ...]] = (*_BOTH, *CII_TAKEN_OVER, *CII_LINES, *CII_EXTENSIONS)
