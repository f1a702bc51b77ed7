"""What tells Peppol's billing from its self-billing, where the buyer writes the invoice: one set of rules for both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ...codelists import codes
from ..base import plain
from ..view import View

UNKNOWN: Final = "Unknown"
_PREFIX: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:"
_OTHER_PROCESSES: Final = {
    "urn:peppol:france:billing:regulated": "01",
    "urn:peppol:france:billing:non-regulated": "01",
    "urn:peppol:bis:billing_with_response": "02",
}


@dataclass(frozen=True, slots=True)
class Billing:
    """The parameters of one of the two."""

    title: str
    #: What a specification (BT-24) starts with, and how the usual process (BT-23) is named.
    specification: str
    process: str
    #: Process identifiers and their numbers; other ones are not allowed.
    processes: Mapping[str, str]
    #: The numbers of processes whose documents are of these types only.
    judged: frozenset[str]
    invoice_types: Callable[[], frozenset[str]]
    credit_note_types: Callable[[], frozenset[str]]
    #: Whether invoices of some types are for Germans only (P0112).
    german_types: bool
    #: Whether the tax amounts of the VAT breakdown must be in the invoice currency (R051).
    subtotal_currency: bool

    def number(self, view: View) -> str:
        """The number of the process that a document names (``01``), or ``Unknown``."""
        return self.processes.get(plain(view.root.first("cbc:ProfileID")), UNKNOWN)


_PROCESS: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_SELF_PROCESS: Final = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"
BILLING: Final = Billing(
    title="Peppol BIS Billing 3.0",
    specification=f"{_PREFIX}billing:3.0",
    process=_PROCESS,
    processes={_PROCESS: "01", **_OTHER_PROCESSES},
    judged=frozenset(("01", "02")),
    invoice_types=lambda: codes("untdid1001", "peppol_invoice"),
    credit_note_types=lambda: codes("untdid1001", "peppol_credit_note"),
    german_types=True,
    subtotal_currency=True,
)
SELF_BILLING: Final = Billing(
    title="Peppol BIS Self-Billing 3.0",
    specification=f"{_PREFIX}selfbilling:3.0",
    process=_SELF_PROCESS,
    processes={_SELF_PROCESS: "01", **_OTHER_PROCESSES},
    judged=frozenset(("01",)),
    invoice_types=lambda: frozenset(("389", "527")),
    credit_note_types=lambda: frozenset(("261",)),
    german_types=False,
    subtotal_currency=False,
)
