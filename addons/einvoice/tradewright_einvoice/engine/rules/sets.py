"""The rule sets by name."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from .base import RuleSet
from .cii_codes import CII_CODES
from .cii_conditions import CII_CONDITIONS
from .cii_slots import CII
from .cii_syntax import CII_SYNTAX
from .cii_types import CII_TYPES
from .cii_vat import CII_VAT
from .conditions import CONDITIONS
from .mandatory import decimals, mandatory
from .peppol import PEPPOL, PEPPOL_SELF_BILLING
from .plain_slots import PLAIN
from .sums import SUMS
from .ubl_codes import UBL_CODES
from .ubl_slots import UBL
from .ubl_syntax import UBL_SYNTAX
from .ubl_types import UBL_TYPES
from .ubl_unused import unused
from .vat import VAT
from .view import Slots

_UBL_ROOTS: Final = ("inv:Invoice", "cn:CreditNote")


def _en16931_ubl() -> RuleSet:
    return RuleSet.of(
        "en16931-ubl",
        "CEN/TC 434 validation artefacts 1.3.16",
        "2026-04-14",
        _UBL_ROOTS,
        (*UBL_TYPES, mandatory(UBL), decimals(UBL), *CONDITIONS, *SUMS, *VAT, *UBL_CODES, *UBL_SYNTAX, unused()),
    )


def _en16931_cii() -> RuleSet:
    return RuleSet.of(
        "en16931-cii",
        "CEN/TC 434 validation artefacts 1.3.16",
        "2026-04-14",
        ("rsm:CrossIndustryInvoice",),
        (*CII_TYPES, mandatory(CII), decimals(CII), *CII_CONDITIONS, *CII_VAT, *CII_CODES, *CII_SYNTAX),
    )


def _peppol_ubl() -> RuleSet:
    return RuleSet.of("peppol-ubl", "OpenPeppol BIS Billing 3.0.21 (2026-Q2)", "2026-08-24", _UBL_ROOTS, PEPPOL)


def _peppol_selfbilling() -> RuleSet:
    release = "OpenPeppol BIS Self-Billing 3.0.2 (2026-Q2)"
    return RuleSet.of("peppol-selfbilling", release, "2026-08-24", _UBL_ROOTS, PEPPOL_SELF_BILLING)


def _xrechnung(syntax: str) -> RuleSet:
    from .xrechnung import XRECHNUNG_CII, XRECHNUNG_UBL  # only German invoices need them

    roots, rules = (_UBL_ROOTS, XRECHNUNG_UBL) if syntax == "ubl" else (("rsm:CrossIndustryInvoice",), XRECHNUNG_CII)
    return RuleSet.of(f"xrechnung-{syntax}", "XRechnung 3.0.2, rules 2.5.0 (KoSIT)", "2024-02-01", roots, rules)


def _fr_ctc(syntax: str) -> RuleSet:
    from .france import FRANCE  # only French invoices need them

    roots = _UBL_ROOTS if syntax == "ubl" else ("rsm:CrossIndustryInvoice",)
    return RuleSet.of(f"fr-ctc-{syntax}", "our own, after XP Z12-012", "2026-09-01", roots, FRANCE)


def _postaward(transaction: str) -> RuleSet:
    from .postaward import postaward  # most programs check invoices only

    return postaward(transaction)


_POSTAWARD: Final = ("t01", "t16", "t76", "t111")
RULE_SETS: Final[Mapping[str, Callable[[], RuleSet]]] = MappingProxyType(
    {
        "en16931-ubl": _en16931_ubl,
        "en16931-cii": _en16931_cii,
        "peppol-ubl": _peppol_ubl,
        "peppol-selfbilling": _peppol_selfbilling,
        "xrechnung-ubl": partial(_xrechnung, "ubl"),
        "xrechnung-cii": partial(_xrechnung, "cii"),
        "fr-ctc-ubl": partial(_fr_ctc, "ubl"),
        "fr-ctc-cii": partial(_fr_ctc, "cii"),
        **{f"peppol-{name}": partial(_postaward, name) for name in _POSTAWARD},
    }
)
SLOTS: Final[Mapping[str, Slots]] = MappingProxyType(
    {
        "en16931-ubl": UBL,
        "en16931-cii": CII,
        "peppol-ubl": UBL,
        "peppol-selfbilling": UBL,
        "xrechnung-ubl": UBL,
        "xrechnung-cii": CII,
        "fr-ctc-ubl": UBL,
        "fr-ctc-cii": CII,
        **{f"peppol-{name}": PLAIN for name in _POSTAWARD},
    }
)


@cache
def rule_set(name: str) -> RuleSet:
    """A rule set, put together at its first use. Raises KeyError for an unknown name."""
    return RULE_SETS[name]()
