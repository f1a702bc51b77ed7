"""Why a planned change must not be applied: others depend on it, documents are posted, values are in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from tradewright.app.lifecycle.plan import AddonChange, Obstacle
from tradewright.registry.holdings import guarded_tables, posted_records, unknown_values

if TYPE_CHECKING:
    from tradewright.app.composition import Composition
    from tradewright.orm.database import Connection
    from tradewright.registry.compose import Registry


def dependants(before: Composition, leaving: Collection[str]) -> Iterator[Obstacle]:
    """Give the addons that stay and depend on one that is to leave."""
    for addon in before.addons.enabled:
        below = sorted(set(addon.manifest.depends) & set(leaving))
        if addon.name not in leaving and below:
            yield Obstacle(
                "lifecycle.needed",
                f"{addon.name} depends on {', '.join(below)}",
                addon=addon.name,
                where=f"{addon.manifest.file}, key depends",
                value=", ".join(below),
                remedy=f"uninstall it, too: tradewright addon uninstall {' '.join(sorted({*leaving, addon.name}))}",
            )


def unnamed(changes: Collection[AddonChange], names: Collection[str]) -> Iterator[Obstacle]:
    """Give the addons that an upgrade would change without having been named: a site is upgraded as a whole."""
    others = [one for one in changes if one.what != "stay" and one.name not in names]
    for one in others:
        yield Obstacle(
            "lifecycle.not-named",
            f"{one.name} would be upgraded, too, from {one.before} to {one.after}",
            addon=one.name,
            value=one.name,
            remedy="name it as well, or leave all names out: tradewright addon upgrade "
            + " ".join(sorted({*names, *(other.name for other in others)})),
        )


def posted(connection: Connection, before: Composition, leaving: Collection[str]) -> Iterator[Obstacle]:
    """Give the models of leaving addons with records that have to be kept.

    Of an addon whose code can't be loaded nobody knows which records those are: all in guarded tables count.
    """
    for info, count in posted_records(connection, before.registry, leaving):
        yield Obstacle(
            "lifecycle.posted",
            f"{count} {info.plural} are posted and have to be kept",
            addon=info.addon,
            value=info.name,
            remedy="keep the addon; take its roles away from its users if nobody is to work with it any more",
        )
    for name in guarded_tables(connection, [addon for addon in leaving if addon not in before.addons]):
        yield Obstacle(
            "lifecycle.posted",
            f"{name} may hold posted records, and the addon that knows could not be loaded",
            addon=next(addon for addon in leaving if name.startswith(f"{addon}_")),
            value=name,
            remedy="mend the addon first; `tradewright doctor` says what is wrong with it",
        )


def out_of_range(connection: Connection, registry: Registry, tables: Iterable[str]) -> Iterator[Obstacle]:
    """Give the choices that records hold and that no addon will know any more."""
    for field, where, value, count in unknown_values(connection, registry, tables):
        yield Obstacle(
            "lifecycle.value-in-use",
            f"{count} records have a value in {where} that no addon would know any more",
            addon=field.addon,
            where=where,
            value=value,
            remedy="give these records another value first",
        )
