"""Electronic invoices after EN 16931, as UBL, CII and PDF, in both directions.

The engine is usable alone, without a site and without a database:

    from tradewright_einvoice import check, read, write

    for finding in check(document, "en16931-ubl"):
        print(finding.severity, finding.rule, finding.line, finding.message)

It is imported with the first of these names, not with the addon: a site that starts needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import Finding, Invoice, Profile, Reading, check, check_profile, read, read_all, write

__all__ = ["Finding", "Invoice", "Profile", "Reading", "check", "check_profile", "read", "read_all", "write"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".engine", __name__), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
