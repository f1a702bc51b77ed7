"""PEPPOL-COMMON-R040 to R057: identifiers of known schemes have the right form and check digit."""

import re
from collections.abc import Callable
from typing import Final

from ...xml import Node
from ..base import Report, checks, plain
from ..view import View

_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)


def _form(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def is_gln(text: str) -> bool:
    """A GLN: its last digit is a modulo 10 check digit with weights 3 and 1."""
    if _DIGITS.fullmatch(text) is None:
        return False
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(text[:-1])))
    return (10 - weighted % 10) % 10 == int(text[-1])


def is_mod11(text: str) -> bool:
    """A Norwegian organisation number: weights 2 to 7 from the right, modulo 11."""
    if _DIGITS.fullmatch(text) is None or int(text) == 0:
        return False
    weighted = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(text[:-1])))
    return (11 - weighted % 11) % 11 == int(text[-1])


def is_belgian(text: str) -> bool:
    """A Belgian enterprise number: its last two digits are 97 less the rest modulo 97."""
    return bool(_form(r"[0-9]{10}")(text)) and int(text[8:]) == 97 - int(text[:8]) % 97


def is_luhn(text: str) -> bool:
    """A Swedish organisation number: the tenth digit checks the nine before by Luhn's method."""
    if _DIGITS.fullmatch(text) is None or len(text) < 10:
        return False
    weighted = 0
    for place, digit in enumerate(reversed(text[:9])):
        doubled = int(digit) * (1 if place % 2 else 2)
        weighted += doubled // 10 + doubled % 10
    return (10 - weighted % 10) % 10 == int(text[9])


def is_abn(text: str) -> bool:
    """An Australian business number: weights 10, 1, 3 ... 19, the first digit less one, modulo 89."""
    if not _form(r"[0-9]{11}")(text):
        return False
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    return (sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) - 10) % 89 == 0


_PERSON: Final = _form(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}.{3}[0-9][A-Za-z]")


def is_codice_fiscale(text: str) -> bool:
    """An Italian tax code: 16 characters of a person or 11 digits of a company."""
    return _PERSON(text) or _form(r"[0-9]{11}")(text)


def is_partita_iva(text: str) -> bool:
    """An Italian VAT number with its check digit; other countries' numbers pass."""
    if text[:2].upper() != "IT":
        return True
    number = text[2:]
    if not _form(r"[0-9]{11}")(number):
        return False
    return (
        sum(int("0246813579"[int(digit)]) if place % 2 else int(digit) for place, digit in enumerate(number)) % 10 == 0
    )


def _is_swedish(text: str) -> bool:
    return bool(_form(r"[0-9]{10}")(text)) and is_luhn(text)


_DANISH: Final = _form(r"DK[0-9]{8}|[0-9]{8}")
_NL_VAT: Final = _form(r"NL[0-9]{9}B[0-9]{2}")
#: By scheme: rule, whether it is fatal, what the number is, its test, whether white space around it is allowed.
_SCHEMES: Final[dict[str, tuple[str, bool, str, Callable[[str], bool], bool]]] = {
    "0088": ("PEPPOL-COMMON-R040", True, "GLN", is_gln, True),
    "0192": (
        "PEPPOL-COMMON-R041",
        True,
        "Norwegian organisation number",
        lambda text: len(text) == 9 and is_mod11(text),
        True,
    ),
    "0184": ("PEPPOL-COMMON-R042", True, "Danish CVR number", _DANISH, False),
    "0208": ("PEPPOL-COMMON-R043", True, "Belgian enterprise number", is_belgian, True),
    "0201": ("PEPPOL-COMMON-R044", False, "Italian IPA code", _form(r"[A-Za-z0-9]{6}"), True),
    "0210": ("PEPPOL-COMMON-R045", False, "Italian tax code", is_codice_fiscale, True),
    "0211": ("PEPPOL-COMMON-R047", False, "Italian VAT number", is_partita_iva, True),
    "0007": ("PEPPOL-COMMON-R049", True, "Swedish organisation number", _is_swedish, True),
    "0151": ("PEPPOL-COMMON-R050", True, "Australian business number", is_abn, True),
    "0096": ("PEPPOL-COMMON-R052", True, "Danish P number", _form(r"[0-9]{10}"), False),
    "0198": ("PEPPOL-COMMON-R053", True, "Danish SE number", _form(r"DK[0-9]{8}"), False),
    "0106": ("PEPPOL-COMMON-R054", False, "Dutch KVK number", _form(r"[0-9]{8}"), True),
    "0190": ("PEPPOL-COMMON-R055", False, "Dutch OIN", _form(r"[0-9]{20}"), True),
    "9944": ("PEPPOL-COMMON-R056-1", False, "Dutch VAT number", _NL_VAT, True),
    "0217": ("PEPPOL-COMMON-R057", False, "Dutch establishment number", _form(r"[0-9]{12}"), True),
}
_ENDPOINT_ONLY: Final = ("PEPPOL-COMMON-R046", False, "Italian tax code", is_codice_fiscale, True)


@checks(*(entry[0] for entry in _SCHEMES.values()), "PEPPOL-COMMON-R046", "PEPPOL-COMMON-R056-2")
def identifiers(view: View, report: Report) -> None:
    """The form of identifiers with a scheme, and of Dutch VAT numbers."""
    named = view.tree.named
    for node in named("cbc:EndpointID"):
        _identifier(node, report, endpoint=True)
    for owner in named("cac:PartyIdentification"):
        for node in owner.kids.get("cbc:ID", ()):
            _identifier(node, report)
    for node in named("cbc:CompanyID"):
        _identifier(node, report)
    for owner in named("cac:PartyTaxScheme"):
        if any(plain(name) == "VAT" for name in owner.all("cac:TaxScheme", "cbc:ID")):
            for node in owner.kids.get("cbc:CompanyID", ()):
                if plain(node).startswith("NL") and node.get("schemeID") not in _SCHEMES and not _NL_VAT(plain(node)):
                    message = "{0} has not the form of a Dutch VAT number."
                    report.warning("PEPPOL-COMMON-R056-2", "BT-31", node, message, node)


def _identifier(node: Node, report: Report, *, endpoint: bool = False) -> None:
    scheme = node.get("schemeID")
    if scheme is None:
        return
    entry = _ENDPOINT_ONLY if endpoint and scheme == "9907" else _SCHEMES.get(scheme)
    if entry is None:
        return
    rule, fatal, what, test, trimmed = entry
    if not test(plain(node) if trimmed else node.text):
        add = report.fatal if fatal else report.warning
        add(rule, "", node, "{0} is no valid {1} (scheme {2}).", node, what, scheme)


IDENTIFIERS: Final = (identifiers,)
