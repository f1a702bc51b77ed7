"""Profiles: which specification a document follows, and by which rule sets it is judged. A profile is data.

A package may add its own with `register`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from .errors import UnknownNameError, WriteError
from .model import Invoice
from .omission import without

_PEPPOL: Final = "urn:fdc:peppol.eu:2017:poacc"
_EN: Final = "urn:cen.eu:en16931:2017"
_XR: Final = f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
_XR_OLD: Final = f"{_EN}#compliant#urn:xoev-de:kosit:standard:xrechnung_"
_FX: Final = "urn:factur-x.eu:1p0:"
_ZF: Final = "urn:zugferd.de:2p0:"
_CEN_RELEASE: Final = "CEN/TC 434 validation artefacts 1.3.16"
_XR_RULES: Final = MappingProxyType({"ubl": ("en16931-ubl", "xrechnung-ubl"), "cii": ("en16931-cii", "xrechnung-cii")})
_CII_RULES: Final = MappingProxyType({"cii": ("en16931-cii",)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A specification that documents are written for."""

    name: str
    title: str
    specification: Annotated[str, "BT-24"]
    process: Annotated[str | None, "BT-23; None leaves the invoice's own"] = None
    #: Rule sets by syntax, the usual syntax first.
    rule_sets: Mapping[str, tuple[str, ...]]
    #: The release of the specification that the rules follow, and the day (ISO) from which it holds.
    release: str = ""
    since: str = ""
    #: Other specifications (BT-24) that mean this profile: as a whole, or by how they begin where a star ends them.
    aliases: tuple[str, ...] = ()
    #: Rules of the sets that the profile does not ask for: ids, or how they begin where a star ends them.
    without_rules: tuple[str, ...] = ()
    #: Fields of the invoice that the profile has no place for, dotted. Writing leaves them out.
    without_fields: tuple[str, ...] = ()
    #: Whether documents of this profile are written, or read and checked only.
    written: bool = True

    def writes(self, syntax: str) -> bool:
        """Whether documents of this profile are written in a syntax."""
        return self.written and syntax in self.rule_sets

    def asks_for(self, rule: str) -> bool:
        """Whether a rule of its sets holds for the profile."""
        return not _is_among(rule, self.without_rules)

    def fitted(self, invoice: Invoice, syntax: str) -> Invoice:
        """The invoice as it is written for the profile. Raises `WriteError` when the profile can't have it."""
        if not self.writes(syntax):
            how = " or ".join(map(_upper, self.rule_sets)) if self.written else ""
            if how:
                raise WriteError("{0} is written as {1}, not as {2}.", self.title, how, syntax.upper())
            raise WriteError("Documents of {0} are read and checked, but not written.", self.title)
        if not self.without_fields:
            return invoice
        if "totals.rounding" in self.without_fields and invoice.totals.rounding:
            raise WriteError("{0} has no place for the rounding of the amount to pay (BT-114).", self.title)
        return without(invoice, self.without_fields)


def _upper(syntax: str) -> str:
    return syntax.upper()


def _is_among(name: str, known: tuple[str, ...]) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in known)


#: The rules that only a document with lines can fulfil.
_LINES: Final = (
    "BR-16",
    "BR-CO-10",
    *(
        f"BR-{family}-{number}"
        for family in ("S", "Z", "E", "AE", "IC", "G", "O", "AF", "AG")
        for number in ("01", "08")
    ),
)
#: What Factur-X BASIC has no place for.
_MORE_THAN_BASIC: Final = (
    *("project", "sales_order", "receipt", "tender", "object_id", "supporting_documents", "totals.rounding"),
    *(f"{party}.{field}" for party in ("seller", "buyer") for field in ("legal_info", "contact")),
    *("payment.means_text", "payment.card", "payment.accounts.name", "payment.accounts.bank"),
    *("lines.object_id", "lines.order_line", "lines.buyer_account"),
    *(f"lines.item.{field}" for field in ("description", "seller_id", "buyer_id", "origin_country")),
    *("lines.item.classifications", "lines.item.properties"),
)
_PROFILES: Final = (
    Profile(
        name="peppol",
        title="Peppol BIS Billing 3.0",
        specification=f"{_EN}#compliant#{_PEPPOL}:billing:3.0",
        process=f"{_PEPPOL}:billing:01:1.0",
        rule_sets={"ubl": ("en16931-ubl", "peppol-ubl")},
        release="3.0.21 (2026-Q2)",
        since="2026-08-24",
    ),
    Profile(
        name="peppol-selfbilling",
        title="Peppol BIS Self-Billing 3.0",
        specification=f"{_EN}#compliant#{_PEPPOL}:selfbilling:3.0",
        process=f"{_PEPPOL}:selfbilling:01:1.0",
        rule_sets={"ubl": ("en16931-ubl", "peppol-selfbilling")},
        release="3.0.2 (2026-Q2)",
        since="2026-08-24",
    ),
    Profile(
        name="en16931",
        title="EN 16931",
        specification=_EN,
        rule_sets={"ubl": ("en16931-ubl",), "cii": ("en16931-cii",)},
        release=_CEN_RELEASE,
        since="2026-04-14",
    ),
    Profile(
        name="xrechnung",
        title="XRechnung 3.0",
        specification=_XR,
        process=f"{_PEPPOL}:billing:01:1.0",
        rule_sets=_XR_RULES,
        release="3.0.2, rules 2.5.0",
        since="2024-02-01",
        aliases=(f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_*",),
    ),
    Profile(
        name="xrechnung-extension",
        title="XRechnung 3.0 Extension",
        specification=f"{_XR}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0",
        rule_sets=_XR_RULES,
        release="3.0.2, rules 2.5.0",
        since="2024-02-01",
        aliases=(f"{_XR}#conformant#*",),
        # The extension has schemes, files and payments of its own, which rules of the same set judge instead.
        without_rules=("BR-CL-10", "BR-CL-11", "BR-CL-21", "BR-CL-24", "BR-CL-25", "BR-CL-26", "BR-CO-16"),
        written=False,
    ),
    Profile(
        name="xrechnung-cvd",
        title="XRechnung 3.0 Clean Vehicles",
        specification=f"{_XR}#compliant#urn:xeinkauf.de:kosit:xrechnung:cvd_0.9",
        process=f"{_PEPPOL}:billing:01:1.0",
        rule_sets=_XR_RULES,
        release="0.9, rules 2.5.0",
        since="2024-02-01",
        without_rules=("BR-CL-13",),  # knows one more classification, which BR-TMP-CVD-01 judges
    ),
    Profile(
        name="xrechnung-2",
        title="XRechnung 1 and 2, which no longer hold",
        specification=f"{_XR_OLD}2.3",
        rule_sets=_XR_RULES,
        release="replaced by 3.0",
        since="2024-02-01",
        aliases=(f"{_XR_OLD}*",),
        written=False,
    ),
    Profile(
        name="factur-x-en16931",
        title="Factur-X / ZUGFeRD EN 16931",
        specification=_EN,
        rule_sets=_CII_RULES,
        release=_CEN_RELEASE,
        since="2026-04-14",
    ),
    Profile(
        name="factur-x-basic",
        title="Factur-X / ZUGFeRD BASIC",
        specification=f"{_EN}#compliant#{_FX}basic",
        rule_sets=_CII_RULES,
        release=_CEN_RELEASE,
        since="2026-04-14",
        aliases=(f"{_EN}#compliant#{_ZF}basic",),
        without_fields=_MORE_THAN_BASIC,
    ),
    Profile(
        name="factur-x-basicwl",
        title="Factur-X / ZUGFeRD BASIC WL",
        specification=f"{_FX}basicwl",
        rule_sets=_CII_RULES,
        release=_CEN_RELEASE,
        since="2026-04-14",
        aliases=(f"{_ZF}basicwl",),
        without_rules=_LINES,
        written=False,
    ),
    Profile(
        name="factur-x-minimum",
        title="Factur-X / ZUGFeRD MINIMUM",
        specification=f"{_FX}minimum",
        rule_sets=_CII_RULES,
        release=_CEN_RELEASE,
        since="2026-04-14",
        aliases=(f"{_ZF}minimum",),
        without_rules=(*_LINES, "BR-10", "BR-11", "BR-12", "BR-CO-13", "BR-CO-14", "BR-CO-18"),
        written=False,
    ),
    Profile(
        name="factur-x-extended",
        title="Factur-X / ZUGFeRD EXTENDED",
        specification=f"{_EN}#conformant#{_FX}extended",
        rule_sets=_CII_RULES,
        release=_CEN_RELEASE,
        since="2026-04-14",
        aliases=(f"{_EN}#conformant#{_ZF}extended", f"{_EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"),
        # It has more elements, lines below lines, and its own tolerances.
        without_rules=(*_LINES, "CII-SR-*", "CII-DT-*", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-15"),
        written=False,
    ),
    Profile(
        name="fr-ctc",
        title="EN 16931 for the French reform",
        specification=_EN,
        rule_sets={"ubl": ("en16931-ubl", "fr-ctc-ubl"), "cii": ("en16931-cii", "fr-ctc-cii")},
        release="a subset of XP Z12-012",
        since="2026-09-01",
    ),
)
_by_name: Final = {profile.name: profile for profile in _PROFILES}
#: By name, also those that were registered.
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(_by_name)


def register(profile: Profile) -> None:
    """Add a profile. Raises ValueError where another one has its name; the same one twice is fine."""
    known = _by_name.setdefault(profile.name, profile)
    if known != profile:
        msg = f"There is already another profile {profile.name!r} ({known.title}); give yours another name."
        raise ValueError(msg)


def profile_named(profile: str | Profile) -> Profile:
    """The profile of a name; a profile is its own."""
    if isinstance(profile, Profile):
        return profile
    try:
        return PROFILES[profile]
    except KeyError:
        raise UnknownNameError("profile", profile, list(PROFILES)) from None


def profile_for(specification: str) -> Profile:
    """The profile whose specification identifier (BT-24) a document names.

    An identifier that goes on after a known one (``#compliant#...``) is of the profile that it begins with, so that a
    national form of Peppol is judged as Peppol. EN 16931 for one that we don't know at all.
    """
    text = specification.strip()
    best, length = PROFILES["en16931"], -1
    for profile in PROFILES.values():
        if text == profile.specification or text in profile.aliases:
            return profile
        for known in (f"{profile.specification}#*", *profile.aliases):
            if _is_among(text, (known,)) and len(known) > length:
                best, length = profile, len(known)
    return best
