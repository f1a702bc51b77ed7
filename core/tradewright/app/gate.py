"""The version gate: code and tables of a site fit together, or it is not served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from tradewright.base import DeveloperError
from tradewright.registry import state

if TYPE_CHECKING:
    from tradewright.app.site import Site


def check(site: Site) -> None:
    """Raise `DeveloperError` where the site was never made, a change was interrupted, or code and tables differ.

    An addon that is set aside is missing from the code, which is told elsewhere and does not stop the others.
    """
    with site.database.read.connect() as connection:
        installed = state.installed_versions(connection)
        digest, phase = state.digest_and_phase(connection)
    if installed is None:
        raise _closed(site, "not-made", "the site has no tables yet", remedy="tradewright init")
    if phase:
        raise _closed(
            site,
            "interrupted",
            "an upgrade of the site was interrupted",
            value=phase,
            remedy="tradewright addon upgrade",
        )
    found = {addon.name: addon.manifest.version for addon in site.composition.addons.enabled}
    for name, version in found.items():
        before = installed.get(name)
        if before is not None and Version(before) > version:
            raise _closed(
                site,
                "code-older",
                f"the site was upgraded to {name} {before}, and the code is {version}",
                addon=name,
                value=str(version),
                remedy=f"install {name} {before} or later, or go back to a backup of the site",
            )
        if before != str(version):
            raise _closed(
                site,
                "code-newer",
                f"the code is {name} {version}, the site has {before or 'none of it'}",
                addon=name,
                value=before,
                remedy="tradewright addon upgrade (with --plan it only shows what it would do)",
            )
    if installed.keys() <= found.keys() and digest != state.digest_of(site.registry):
        raise _closed(
            site,
            "tables-differ",
            "the tables are not those that the addons declare, though the versions are the same",
            remedy="tradewright addon upgrade (with --plan it only shows what it would do)",
        )


def generation_of(site: Site) -> int:
    """Return how often the addons of a site were changed; a process that knows another number is out of date."""
    with site.database.read.connect() as connection:
        return state.generation(connection)


def _closed(
    site: Site, code: str, problem: str, *, addon: str | None = None, value: object = None, remedy: str
) -> DeveloperError:
    return DeveloperError(
        f"lifecycle.{code}", problem, addon=addon, where=f"site {site.name}", value=value, remedy=remedy
    )
