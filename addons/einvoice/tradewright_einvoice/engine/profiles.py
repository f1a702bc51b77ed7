"""Profiles: which specification a document follows, and by which rule sets it is judged. A profile is data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from .errors import UnknownNameError

_PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_EN = "urn:cen.eu:en16931:2017"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A specification that documents are written for."""

    name: str
    title: str
    specification: Annotated[str, "BT-24"]
    process: Annotated[str | None, "BT-23; None leaves the invoice's own"] = None
    #: Rule sets by syntax.
    rule_sets: Mapping[str, tuple[str, ...]]


_PROFILES = (
    Profile(
        name="peppol",
        title="Peppol BIS Billing 3.0",
        specification=f"{_EN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        process=_PEPPOL_PROCESS,
        rule_sets={"ubl": ("en16931-ubl", "peppol-ubl")},
    ),
    Profile(name="en16931", title="EN 16931", specification=_EN, rule_sets={"ubl": ("en16931-ubl",)}),
    Profile(
        name="xrechnung",
        title="XRechnung 3.0",
        specification=f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
        process=_PEPPOL_PROCESS,
        rule_sets={"ubl": ("en16931-ubl",)},
    ),
)
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({profile.name: profile for profile in _PROFILES})


def profile_named(profile: str | Profile) -> Profile:
    """The profile of a name; a profile is its own."""
    if isinstance(profile, Profile):
        return profile
    try:
        return PROFILES[profile]
    except KeyError:
        raise UnknownNameError("profile", profile, list(PROFILES)) from None


def profile_for(specification: str) -> Profile:
    """The profile whose specification identifier (BT-24) a document names; EN 16931 for one that we don't know."""
    text = specification.strip()
    for profile in PROFILES.values():
        if text == profile.specification:
            return profile
    return PROFILES["en16931"]
