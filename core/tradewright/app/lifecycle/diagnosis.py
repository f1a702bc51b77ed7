"""What is wrong with a site, and what to do about it: for `tradewright doctor`."""

from __future__ import annotations

import dataclasses
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tradewright.addons.states import AddonState, addon_states
from tradewright.app import gate
from tradewright.app.lifecycle.conflicts import COLLISIONS, find_conflicts
from tradewright.base import DeveloperError
from tradewright.orm import func, select
from tradewright.registry import state
from tradewright.registry.troubles import AddonTrouble
from tradewright.registry.verify import LIMIT, invariants_of

if TYPE_CHECKING:
    from tradewright.app.factory import Installation
    from tradewright.app.site import Site
    from tradewright.base.settings import Settings

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong (`error`), or that somebody should know of (`warning`)."""

    level: Level
    code: str
    says: str
    addons: tuple[str, ...] = ()
    where: str = ""
    value: str = ""
    near: tuple[str, ...] = ()
    remedy: str = ""

    @classmethod
    def of(cls, fault: DeveloperError, level: Level = "error") -> Finding:
        """Return the finding that an error is."""
        value = "" if fault.value is None else str(fault.value)
        addons = (fault.addon,) if fault.addon else ()
        return cls(level, fault.code, fault.problem, addons, fault.where or "", value, fault.near, fault.remedy or "")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How a site is: its addons, and what was found."""

    site: str
    safe_mode: bool
    addons: tuple[AddonState, ...]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong; warnings do not count."""
        return not any(one.level == "error" for one in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "site": self.site,
            "safe_mode": self.safe_mode,
            "sound": self.sound,
            "addons": [
                {
                    "name": one.name,
                    "state": one.state,
                    "found": one.found,
                    "installed": one.installed,
                    "fault": one.fault.code if one.fault else None,
                }
                for one in self.addons
            ],
            "findings": [dataclasses.asdict(one) for one in self.findings],
        }


def diagnose(installation: Installation, name: str | None = None) -> Diagnosis:
    """Look at one site. An error of its database is raised."""
    site = installation.site(name)
    composition = site.composition
    with site.database.read.connect() as connection:
        installed = state.installed_versions(connection)
    states = addon_states(composition.addons, composition.discovery, installed or {})
    findings = [
        *_of_settings(installation.settings),
        *_of_addons(site, states),
        *_of_versions(site, states, made=installed is not None, safe=installation.safe),
        *_of_conflicts(site),
    ]
    if installed is not None:
        findings += _of_data(site)
    ordered = tuple(sorted(dict.fromkeys(findings), key=lambda one: one.level != "error"))
    return Diagnosis(site.name, installation.safe, states, ordered)


def _of_files(settings: Settings) -> Iterator[Finding]:
    """What the program keeps for itself, and others on the machine get at."""
    key = settings.secret_key_file
    if key.is_file():
        try:
            settings.secret_key()
        except DeveloperError as fault:
            yield Finding.of(fault)
        if key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding(
                "error",
                "settings.open-key",
                "others on this machine can read the key that signs links and forms",
                where=str(key),
                remedy="make it readable for its owner only (mode 600); remove it if somebody may have read it",
            )
    kept = settings.cache_folder / "templates" if settings.cache_folder is not None else None
    if kept is not None and kept.is_dir() and kept.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding(
            "warning",
            "settings.open-cache",
            "others on this machine can write to the compiled templates, so they are not used",
            where=str(kept),
            remedy="remove the folder; it is made anew for its owner only (mode 700)",
        )


def _of_settings(settings: Settings) -> Iterator[Finding]:
    where = str(settings.file or "the settings")
    yield from _of_files(settings)
    if settings.debug:
        yield Finding(
            "warning",
            "settings.debug",
            "details for developers are switched on",
            where=f"{where}, key debug",
            remedy="take the key away where others than developers use the site",
        )
    if len(settings.sites) > 1:
        for name, own in settings.sites.items():
            if not own.hosts:
                yield Finding(
                    "warning",
                    "settings.no-host",
                    f"no host name leads to the site, but for {name}.localhost",
                    where=f"{where}, key sites.{name}.hosts",
                    remedy="name its hosts there",
                )


def _of_addons(site: Site, states: tuple[AddonState, ...]) -> Iterator[Finding]:
    composition = site.composition
    fatal = {one.name for one in states if one.state == "aside"}
    missing = {one.name for one in states if one.state == "missing"}
    for problem in (*composition.addons.problems, *composition.discovery.problems):
        if problem.addon in missing:
            continue  # told below, by what the site has
        # What is not installed here keeps nobody from working.
        yield Finding.of(problem, "error" if problem.addon is None or problem.addon in fatal else "warning")
    for fault in composition.view_faults:
        yield Finding.of(fault)
    for one in states:
        if one.state == "missing":
            yield Finding(
                "error",
                "addons.missing",
                "the site has it installed, and it was not found",
                (one.name,),
                where=f"site {site.name}",
                value=f"{one.installed}",
                remedy=f"install its code again, or park what it keeps: tradewright addon uninstall {one.name}",
            )


def _of_versions(site: Site, states: tuple[AddonState, ...], *, made: bool, safe: bool) -> Iterator[Finding]:
    try:
        gate.check(site)
    except DeveloperError as fault:
        yield Finding.of(fault)
    for one in states if made else ():
        if one.state == "to install":
            yield Finding(
                "error",
                "addons.to-install",
                "it is enabled, and the site's tables lack what it needs",
                (one.name,),
                where=f"site {site.name}",
                remedy=f"tradewright addon install {one.name}",
            )
        elif one.state in {"to upgrade", "too old"}:
            yield Finding(
                "error",
                "addons.version-differs",
                f"its code is {one.found}, what the site has of it is {one.installed}",
                (one.name,),
                where=f"site {site.name}",
                remedy="tradewright addon upgrade"
                if one.state == "to upgrade"
                else f"install {one.name} {one.installed} or later, or go back to a backup of the site",
            )
        elif one.state == "off" and not safe:
            yield Finding(
                "warning",
                "addons.off",
                "the site has it installed, and its settings leave it out",
                (one.name,),
                where=f"site {site.name}",
                remedy=f"enable it again, or park what it keeps: tradewright addon uninstall {one.name}",
            )


def _of_conflicts(site: Site) -> Iterator[Finding]:
    for one in find_conflicts(site.composition):
        if one.code not in COLLISIONS:  # those were told as faults
            level: Level = "error" if one.blocking else "warning"
            yield Finding(level, one.code, one.what, one.addons, one.where, one.value, one.near, one.remedy)


def _of_data(site: Site) -> Iterator[Finding]:
    with site.env(readonly=True) as env:
        model = env[AddonTrouble]
        for row in env.scalars(select(model).order_by(model.last_at.desc()).limit(LIMIT)):
            yield Finding(
                "warning",
                f"hooks.{row.kind}",
                f"{row.times} times an answer to the hook {row.hook} was too slow or failed, last at "
                f"{row.last_at:%Y-%m-%d %H:%M} UTC: {row.detail}",
                (row.addon,),
                where=row.place,
                value=row.hook,
                remedy=f"tell who maintains {row.addon}; delete the note in the office when it is mended",
            )
        for rule in [one for one in invariants_of(site.composition.units) if one.notice]:
            for count, detail in enumerate(rule.check(env)):
                if count == LIMIT:
                    break
                yield Finding("warning", rule.code, detail, remedy=rule.says)
        jobs: Any = env.site.registry.model("core.Job").cls
        names = env.all(select(jobs.name).where(jobs.state == "queued", jobs.last_error.is_not(None)).distinct())
        waiting = {name.partition(".")[0] for name in names} - {unit.addon for unit in site.composition.units}
        for addon in sorted(waiting):
            number = env.scalar(
                select(func.count(jobs.id)).where(jobs.state == "queued", jobs.name.startswith(f"{addon}."))
            )
            yield Finding(
                "warning",
                "jobs.waiting",
                f"{number} jobs wait until their addon is loaded again",
                (addon,),
                remedy="mend the addon, or uninstall it",
            )
