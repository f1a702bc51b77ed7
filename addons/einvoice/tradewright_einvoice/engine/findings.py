"""What a check finds."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place. A fatal finding makes the document invalid."""

    #: The publisher's id (`BR-CO-15`), or one of ours for what no publisher's rule says (`TW-...`).
    rule: str
    severity: Severity
    #: A sentence in plain words, with the values found.
    message: str
    #: The place as an XPath with the usual prefixes; empty when the document can't be parsed.
    location: str
    line: int
    #: The business term or group (`BT-112`), or empty.
    term: str
