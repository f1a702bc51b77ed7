"""Peppol's national rules, one module for each country. Each is silent about documents of other countries."""

from typing import Final

from .de import GERMANY
from .dk import DENMARK
from .gr import GREECE
from .iceland import ICELAND
from .it import ITALY
from .nl import NETHERLANDS
from .norway import NORWAY
from .se import SWEDEN

NATIONAL: Final = (*NORWAY, *DENMARK, *ITALY, *SWEDEN, *GREECE, *ICELAND, *NETHERLANDS, *GERMANY)
