"""Which rule tells an error of the framework, so that each is told once, by the rule that explains it."""

from __future__ import annotations

_BY_CODE = {
    "access.operation": "C503",
    "web.unescaped": "C203",
    "web.inline-code": "C403",
    "web.no-template": "C403",
    "web.no-page": "C403",
    "web.page-value-twice": "C403",
    "web.route-without-access": "C502",
    "web.public-without-reason": "C502",
    "web.unknown-role": "C502",
}
_BY_FAMILY = {"access": "C501", "views": "C401", "web": "C402"}


def claimant(code: str) -> str:
    """Return the code of the rule that tells an error."""
    return _BY_CODE.get(code) or _BY_FAMILY.get(code.partition(".")[0], "C102")
