"""PEPPOL-EN16931-CL, -P and -F: narrower code lists, exemption codes and dates."""

from collections.abc import Callable, Iterable
from typing import Final

from ...values import parse_date
from ...xml import Tree
from ..base import Check, Report, checks, plain
from ..ubl_codes import CodeRule, Place, attributes, code_list, elements, grouped_amounts, in_lists, inside
from ..view import View
from .billing import Billing
from .countries import countries

_DATES: Final = (
    "cbc:IssueDate",
    "cbc:DueDate",
    "cbc:TaxPointDate",
    "cbc:StartDate",
    "cbc:EndDate",
    "cbc:ActualDeliveryDate",
)
_DATE_LENGTH: Final = 10
_GERMAN_TYPES: Final = frozenset(("326", "384"))
#: Exemption codes that belong to one VAT category.
_EXEMPTIONS: Final = {
    "VATEX-EU-G": ("PEPPOL-EN16931-P0104", "G"),
    "VATEX-EU-O": ("PEPPOL-EN16931-P0105", "O"),
    "VATEX-EU-IC": ("PEPPOL-EN16931-P0106", "K"),
    "VATEX-EU-AE": ("PEPPOL-EN16931-P0107", "AE"),
    "VATEX-EU-D": ("PEPPOL-EN16931-P0108", "E"),
    "VATEX-EU-F": ("PEPPOL-EN16931-P0109", "E"),
    "VATEX-EU-I": ("PEPPOL-EN16931-P0110", "E"),
    "VATEX-EU-J": ("PEPPOL-EN16931-P0111", "E"),
}


def _reasons(indicator: str) -> Callable[[Tree], Iterable[Place]]:
    return lambda tree: (
        (node, None)
        for owner in tree.named("cac:AllowanceCharge")
        if any(found.text == indicator for found in owner.kids.get("cbc:ChargeIndicator", ()))
        for node in owner.kids.get("cbc:AllowanceChargeReasonCode", ())
    )


_RULE: Final = "PEPPOL-EN16931-CL00"
CODES: Final = (
    CodeRule(
        f"{_RULE}1",
        "BT-125",
        "media type",
        attributes("mimeCode", "cbc:EmbeddedDocumentBinaryObject"),
        code_list("mime"),
        exact=True,
    ),
    CodeRule(f"{_RULE}2", "BT-98", "reason of an allowance", _reasons("false"), code_list("untdid5189", "peppol")),
    CodeRule(f"{_RULE}3", "BT-105", "reason of a charge", _reasons("true"), code_list("untdid7161", "peppol")),
    CodeRule(
        f"{_RULE}6",
        "BT-8",
        "tax point",
        inside("cac:InvoicePeriod", "cbc:DescriptionCode"),
        code_list("untdid2005_2475"),
    ),
    CodeRule(
        f"{_RULE}7",
        "BT-5",
        "currency",
        elements(),
        code_list("iso4217", "peppol"),
        exact=True,
        groups=grouped_amounts,
    ),
    CodeRule(
        f"{_RULE}8",
        "BT-34",
        "scheme of an electronic address",
        attributes("schemeID", "cbc:EndpointID"),
        code_list("eas", "peppol"),
        exact=True,
    ),
)


def type_codes(billing: Billing) -> Check:
    """The check that the type of the document is one of its process."""
    message = "Type {0} is none that {1} allows."

    @checks("PEPPOL-EN16931-P0100", "PEPPOL-EN16931-P0101", *(["PEPPOL-EN16931-P0112"] if billing.german_types else []))
    def check(view: View, report: Report) -> None:
        judged = billing.number(view) in billing.judged
        for node in view.tree.named("cbc:InvoiceTypeCode"):
            code = plain(node)
            if judged and code not in billing.invoice_types():
                report.fatal("PEPPOL-EN16931-P0100", "BT-3", node, message, node, billing.title)
            if billing.german_types and code in _GERMAN_TYPES and not view.once(countries).both_german:
                only = "Type {0} is for invoices between Germans only."
                report.fatal("PEPPOL-EN16931-P0112", "BT-3", node, only, node)
        for node in view.tree.named("cbc:CreditNoteTypeCode"):
            if judged and plain(node) not in billing.credit_note_types():
                report.fatal("PEPPOL-EN16931-P0101", "BT-3", node, message, node, billing.title)

    return check


@checks("PEPPOL-EN16931-F001")
def dates(view: View, report: Report) -> None:
    """Dates are written as YYYY-MM-DD."""
    for node in view.tree.named(*_DATES):
        if len(node.text) != _DATE_LENGTH or parse_date(node.text) is None:
            report.fatal("PEPPOL-EN16931-F001", "BT-2", node, "{0} is no date (YYYY-MM-DD).", node)


@checks(*(rule for rule, _ in _EXEMPTIONS.values()))
def exemptions(view: View, report: Report) -> None:
    """The code of an exemption goes with its VAT category."""
    for node in view.tree.named("cac:TaxCategory"):
        code = node.first("cbc:TaxExemptionReasonCode")
        rule, category = _EXEMPTIONS.get(code.text.upper(), ("", "")) if code is not None else ("", "")
        if rule and plain(node.first("cbc:ID")) != category:
            message = "The exemption {0} belongs to VAT category {1}, not {2}."
            report.fatal(rule, "BT-121", node, message, code, category, node.first("cbc:ID"))


PEPPOL_CODES: Final = (in_lists(CODES, "{0} is no code of a {1} that Peppol allows."), dates, exemptions)
