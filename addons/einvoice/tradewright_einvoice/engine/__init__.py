"""Electronic invoices after EN 16931, usable alone: a semantic model, UBL in both directions, a checker, a PDF.

    invoice = complete(Invoice(...))                     # line amounts, VAT breakdown, totals
    document = write(invoice, profile="peppol")          # UBL 2.1
    findings = check_profile(document)                   # every rule set of the profile that the document names
    assert read(document).totals == invoice.totals

The package imports nothing of the ERP. Rendering (`engine.pdf`) is imported only where it is used, because it is heavy.
"""

from .check import check, check_profile
from .errors import EngineError, NotAnInvoiceError, UnknownNameError, UnreadableError, WriteError, XmlError
from .findings import Finding, Severity
from .model import (
    Account,
    Address,
    AllowanceCharge,
    Attachment,
    Card,
    Contact,
    Delivery,
    DirectDebit,
    Identifier,
    Invoice,
    Item,
    ItemProperty,
    Line,
    Note,
    Party,
    Payee,
    PaymentInstructions,
    Period,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    TaxRepresentative,
    Totals,
    VatBreakdown,
)
from .profiles import PROFILES, Profile, profile_for, profile_named, register
from .syntax import Reading, read, read_all, write
from .totals import EXEMPTIONS, Exemption, complete, line_net

__all__ = [
    "EXEMPTIONS",
    "PROFILES",
    "Account",
    "Address",
    "AllowanceCharge",
    "Attachment",
    "Card",
    "Contact",
    "Delivery",
    "DirectDebit",
    "EngineError",
    "Exemption",
    "Finding",
    "Identifier",
    "Invoice",
    "Item",
    "ItemProperty",
    "Line",
    "NotAnInvoiceError",
    "Note",
    "Party",
    "Payee",
    "PaymentInstructions",
    "Period",
    "PrecedingInvoice",
    "Price",
    "Profile",
    "Reading",
    "Severity",
    "SupportingDocument",
    "TaxRepresentative",
    "Totals",
    "UnknownNameError",
    "UnreadableError",
    "VatBreakdown",
    "WriteError",
    "XmlError",
    "check",
    "check_profile",
    "complete",
    "line_net",
    "profile_for",
    "profile_named",
    "read",
    "read_all",
    "register",
    "write",
]
