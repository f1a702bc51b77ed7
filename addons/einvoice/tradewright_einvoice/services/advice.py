"""What to do about a finding in somebody's document, by the family of its rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tradewright.i18n import _

if TYPE_CHECKING:
    from tradewright.i18n import Text

    from ..engine import Finding

_IGNORE = _("Nothing has to be done; receivers may leave this out.")
_FAMILIES: Final[tuple[tuple[re.Pattern[str], Text], ...]] = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        (
            r"TW-PDF-0[123]|TW-FILE|TW-XML",
            _("Ask the sender for the electronic invoice as XML, or as a PDF that holds it."),
        ),
        (r"TW-PDF-04", _("Ask the sender which of these invoices counts, and for a file with that one alone.")),
        (r"TW-PDF-05", _("Don't open the file. Ask the sender whether it really comes from there.")),
        (r"TW-PDF-0[678]", _("The invoice can be used. Tell the sender if it comes again.")),
        (
            r"TW-DT",
            _("The value must be written as the format demands: dates YYYY-MM-DD, figures with a decimal point."),
        ),
        (r"BR-CL|.*-CL\d", _("Take a code from the list that the standard names.")),
        (r"BR-DEC", _("Round the amount to two decimals.")),
        (
            r"BR-CO-1[0-7]|BR-[A-Z]{1,2}-0[89]|BR-CO-2[56]|PEPPOL-EN16931-R12",
            _("Compare the amounts: one of them was computed wrongly."),
        ),
        (r"BR-[A-Z]{1,2}-\d", _("Check the VAT category, its rate and the tax numbers that it needs.")),
        (r"BR-\d", _("Add what is missing.")),
        (r"BR-DE|BR-TMP|DE-R", _("German public buyers demand this: add or correct it.")),
        (r"PEPPOL|[A-Z]{2}-R", _("The Peppol network or the country's law demands this: add or correct it.")),
    )
)


def advice_on(finding: Finding) -> Text:
    """A sentence on what to do. A warning of the syntax asks for nothing."""
    if finding.severity == "warning" and re.match(r"(UBL|CII)-", finding.rule):
        return _IGNORE
    for pattern, advice in _FAMILIES:
        if pattern.match(finding.rule):
            return advice
    return _("Correct the document at the place that is named.")
