"""What an addon adds to a site beside tables, read off its declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tradewright.app.lifecycle.plan import Brings, PlannedData
from tradewright.base.toml import read_toml
from tradewright.jobs.declare import JOBS, current
from tradewright.web.routes import routes_in

if TYPE_CHECKING:
    from tradewright.app.composition import Composition


def brings_of(composition: Composition, names: Iterable[str]) -> tuple[Brings, ...]:
    """Return what each of the named addons brings, its active bridges included."""
    return tuple(_brings(composition, name) for name in names)


def _brings(composition: Composition, name: str) -> Brings:
    manifest = composition.addons[name].manifest
    package = composition.addons[name].package
    active = {unit.package for unit in composition.units}
    routes = [
        f"{'|'.join(sorted(route.methods))} {route.rule}"
        for route in routes_in(package)
        if _bridge_of(route.module, package) in {None, *active}
    ]
    jobs = [
        job.where for job in JOBS.values() if current(job) and f"{job.module}.".startswith(f"{package}.")
        and _bridge_of(job.module, package) in {None, *active}
    ]  # fmt: skip
    return Brings(
        addon=name,
        roles=tuple(role.name for role in manifest.roles),
        models=tuple(info.name for info in composition.registry.models.values() if info.addon == name),
        routes=tuple(sorted(routes)),
        jobs=tuple(sorted(jobs)),
        hosts=manifest.hosts,
    )


def _bridge_of(module: str, package: str) -> str | None:
    """Return the package of the bridge that a module of an addon belongs to."""
    inside = module.removeprefix(f"{package}.").split(".")
    return f"{package}.bridges.{inside[1]}" if inside[0] == "bridges" and len(inside) > 1 else None


def new_records(composition: Composition, known: Iterable[str]) -> Iterator[PlannedData]:
    """Give the data files that will make records: those whose permanent names are not known yet."""
    there = set(known)
    for package in composition.packages:
        for name in package.data:
            part = next(part for part in composition.addons.parts if part.package == package.package)
            values = read_toml(part.folder / name, "data").values
            named = [
                row.get("xid", "")
                for models in values.values()
                for rows in (models.values() if isinstance(models, dict) else ())
                for row in (rows if isinstance(rows, list) else ())
            ]
            fresh = [xid for xid in named if (xid if "." in xid else f"{package.addon}.{xid}") not in there]
            if fresh:
                yield PlannedData(package.addon, f"{package.package}/{name}", len(fresh))
