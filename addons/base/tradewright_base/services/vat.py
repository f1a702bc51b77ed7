"""VAT numbers: their shape and check digits by country, as the tax authorities publish them.

A number that passes may still not exist; one that fails is mistyped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Rule = Callable[[str], bool]


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _mod_11_10(digits: str) -> bool:
    """ISO 7064, MOD 11,10: Germany and Croatia."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


def _austria(number: str) -> bool:
    total = 4 + sum(
        int(digit) if place % 2 == 0 else int(digit) // 5 + int(digit) * 2 % 10
        for place, digit in enumerate(number[1:8])
    )
    return -total % 10 == int(number[8])


def _belgium(number: str) -> bool:
    return 97 - int(number[:8]) % 97 == int(number[8:])


def _denmark(number: str) -> bool:
    return _weighted(number, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _estonia(number: str) -> bool:
    return _weighted(number, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0


def _finland(number: str) -> bool:
    return _weighted(number, (7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0


def _france(number: str) -> bool:
    key, siren = number[:2], number[2:]
    if not key.isdigit():
        return True  # new style keys have no published rule
    return int(key) == (12 + 3 * (int(siren) % 97)) % 97


def _great_britain(number: str) -> bool:
    total = _weighted(number[:7], (8, 7, 6, 5, 4, 3, 2)) + int(number[7:9])
    return total % 97 in {0, 42}


def _greece(number: str) -> bool:
    return sum(int(digit) << (8 - place) for place, digit in enumerate(number[:8])) % 11 % 10 == int(number[8])


def _hungary(number: str) -> bool:
    return _weighted(number, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0


def _luxembourg(number: str) -> bool:
    return int(number[:6]) % 89 == int(number[6:])


def _netherlands(number: str) -> bool:
    """Mod 11 over the first nine digits, or since 2020 mod 97 over all with letters as numbers."""
    if _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(number[8]):
        return True
    return int("".join(str(int(sign, 36)) for sign in f"NL{number}")) % 97 == 1


def _norway(number: str) -> bool:
    return _weighted(number, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _poland(number: str) -> bool:
    return _weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(number[9])


def _portugal(number: str) -> bool:
    check = 11 - _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if check > 9 else check) == int(number[8])


def _slovakia(number: str) -> bool:
    return int(number) % 11 == 0


def _slovenia(number: str) -> bool:
    check = 11 - _weighted(number, (8, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if check == 10 else check) == int(number[7])


def _sweden(number: str) -> bool:
    return _luhn(number[:10])


def _switzerland(number: str) -> bool:
    check = 11 - _weighted(number, (5, 4, 3, 2, 7, 6, 5, 4)) % 11
    return (0 if check == 11 else check) == int(number[8])


_ANY: Rule = bool
_RULES: dict[str, tuple[str, Rule]] = {
    "AT": (r"U\d{8}", _austria),
    "BE": (r"[01]\d{9}", _belgium),
    "BG": (r"\d{9,10}", _ANY),
    "CHE": (r"\d{9}(?:MWST|TVA|IVA)?", _switzerland),
    "CY": (r"\d{8}[A-Z]", _ANY),
    "CZ": (r"\d{8,10}", _ANY),
    "DE": (r"[1-9]\d{8}", _mod_11_10),
    "DK": (r"[1-9]\d{7}", _denmark),
    "EE": (r"10\d{7}", _estonia),
    "EL": (r"\d{9}", _greece),
    "ES": (r"[A-Z0-9]\d{7}[A-Z0-9]", _ANY),
    "FI": (r"\d{8}", _finland),
    "FR": (r"[0-9A-HJ-NP-Z]{2}\d{9}", _france),
    "GB": (r"\d{9}(?:\d{3})?", _great_britain),
    "HR": (r"\d{11}", _mod_11_10),
    "HU": (r"\d{8}", _hungary),
    "IE": (r"\d[0-9A-Z+*]\d{5}[A-W][A-I]?", _ANY),
    "IT": (r"\d{11}", _luhn),
    "LT": (r"\d{9}(?:\d{3})?", _ANY),
    "LU": (r"\d{8}", _luxembourg),
    "LV": (r"\d{11}", _ANY),
    "MT": (r"\d{8}", _ANY),
    "NL": (r"\d{9}B\d{2}", _netherlands),
    "NO": (r"\d{9}(?:MVA)?", _norway),
    "PL": (r"\d{10}", _poland),
    "PT": (r"[1-9]\d{8}", _portugal),
    "RO": (r"[1-9]\d{1,9}", _ANY),
    "SE": (r"\d{10}01", _sweden),
    "SI": (r"[1-9]\d{7}", _slovenia),
    "SK": (r"[1-9]\d{9}", _slovakia),
    "XI": (r"\d{9}(?:\d{3})?", _great_britain),
}
_ELSEWHERE = re.compile(r"[A-Z0-9][A-Z0-9+*/-]{3,19}", re.ASCII)


def normalise_vat(number: str) -> str:
    """The number in capitals without blanks, points and hyphens: `de 136.695.976` gives `DE136695976`."""
    return re.sub(r"[\s.\-]", "", number).upper()


def is_valid_vat(number: str) -> bool:
    """Tell whether a normalised VAT number has the shape and check digit of the country in front of it.

    Numbers of countries without a rule here only need a plausible shape.
    """
    prefix = next((prefix for prefix in (number[:3], number[:2]) if prefix in _RULES), None)
    if prefix is None:
        return _ELSEWHERE.fullmatch(number) is not None
    shape, rule = _RULES[prefix]
    rest = number[len(prefix) :]
    return re.fullmatch(shape, rest, re.ASCII) is not None and rule(rest)
