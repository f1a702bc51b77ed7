"""Words and figures in the reader's language: marking, catalogs, formats, negotiation.

Babel is imported by the first figure or date that is formatted, not by this package: a page of words alone does not
pay for it.
"""

from tradewright.i18n.catalog import Catalog, Catalogs
from tradewright.i18n.formats import Formatter, parse_number
from tradewright.i18n.languages import SOURCE_LANGUAGE, fallbacks, negotiate, normalise
from tradewright.i18n.text import Text, _, _n, _p

__all__ = [
    "SOURCE_LANGUAGE",
    "Catalog",
    "Catalogs",
    "Formatter",
    "Text",
    "_",
    "_n",
    "_p",
    "fallbacks",
    "negotiate",
    "normalise",
    "parse_number",
]
