"""What a check finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["fatal", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place. A fatal finding makes the document invalid."""

    #: The publisher's id (`BR-CO-15`), or one of ours for what no publisher's rule says (`TW-...`).
    rule: str
    severity: Severity
    #: A sentence in plain words, with the values found, in English.
    message: str
    #: The place as an XPath with the usual prefixes; empty when the document can't be parsed.
    location: str
    line: int
    #: The business term or group (`BT-112`), or empty.
    term: str
    #: The sentence before its values are put in, and the values: what another language needs.
    template: str = field(default="", compare=False, repr=False)
    values: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def text(self, language: str) -> str:
        """The message in a language (``de``, ``de-AT``, ``zh_Hans``); English where it is not translated."""
        from .messages import said  # only where findings are shown: a check needs none of it

        return said(language, self.template, self.values) or self.message

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """The finding as plain values for JSON, its message in a language. `from_dict` reads it again."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.text(language),
            "location": self.location,
            "line": self.line,
            "term": self.term,
            "template": self.template,
            "values": list(self.values),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Finding":
        """A finding as `as_dict` wrote it, also by a version that wrote less."""
        from .messages import filled_in

        template, values = str(stored.get("template", "")), tuple(map(str, stored.get("values", ())))
        return cls(
            rule=str(stored.get("rule", "")),
            severity="warning" if stored.get("severity") == "warning" else "fatal",
            message=filled_in(template, values) or str(stored.get("message", "")),
            location=str(stored.get("location", "")),
            line=int(stored.get("line") or 0),
            term=str(stored.get("term", "")),
            template=template,
            values=values,
        )
