"""The rules of an invoice response (T111)."""

from typing import Final

from ...postaward.invoice_response import PROCESS, SPECIFICATION
from ...xml import Node
from ..base import Report, checks, plain
from ..view import View
from .common import starts_with

_CLARIFIED: Final = " CA UQ RE "
_PROCESSES: Final = (PROCESS, "urn:peppol:bis:billing_with_response")
_LISTS: Final = (
    ("OPStatusAction", "PEPPOL-T111-R006", frozenset(["NOA", "PIN", "NIN", "CNF", "CNP", "CNA", "OTH"])),
    (
        "OPStatusReason",
        "PEPPOL-T111-R007",
        frozenset(["NON", "REF", "LEG", "REC", "QUA", "DEL", "PRI", "QTY", "ITM", "PAY", "PPD", "UNR", "FIN", "OTH"]),
    ),
)


@checks("PEPPOL-T111-R001")
def clarified(view: View, report: Report) -> None:
    """A query, a condition or a rejection is explained with a code."""
    for node in view.tree.named("cac:Response"):
        found = node.kids.get("cbc:ResponseCode", [])
        explained = node.all("cac:Status", "cbc:StatusReasonCode")
        if len(found) == 1 and f" {plain(found[0])} " in _CLARIFIED and not explained:
            message = "The status {0} needs a reason or an action with its code."
            report.fatal("PEPPOL-T111-R001", "", node, message, found[0])


#: R005 (PPD only with the status PD) is in the release, but written so that it never fires; so it doesn't here.
@checks("PEPPOL-T111-R002", "PEPPOL-T111-R004", "PEPPOL-T111-R005", "PEPPOL-T111-R006", "PEPPOL-T111-R007")
def reasons(view: View, report: Report) -> None:
    """Codes are of the list that they name; those that say little come with a text."""
    for node in view.tree.named("cac:Status"):
        found = node.kids.get("cbc:StatusReasonCode", [])
        texts = {code.text for code in found}
        if "cbc:StatusReason" not in node.kids:
            if "OTH" in texts:
                report.warning("PEPPOL-T111-R002", "", node, "The code OTH says little without a text.")
            elif "PPD" in texts:
                report.fatal("PEPPOL-T111-R004", "", node, "The code PPD (partially paid) needs a text.")
        _listed(found, report)


def _listed(found: list[Node], report: Report) -> None:
    for name, rule, allowed in _LISTS:
        if any(code.get("listID") == name for code in found):
            if plain(found[0]) not in allowed:
                report.fatal(rule, "", found[0], "{0} is no code of the list {1}.", found[0], name)
            return


@checks("PEPPOL-T111-R008")
def process(view: View, report: Report) -> None:
    """The process is one of invoice responses."""
    for node in view.tree.named("cbc:ProfileID"):
        if plain(node) not in _PROCESSES:
            report.fatal("PEPPOL-T111-R008", "", node, "The process {0} is none of invoice responses.", node)


INVOICE_RESPONSE: Final = (starts_with("PEPPOL-T111-R003", SPECIFICATION), clarified, reasons, process)
