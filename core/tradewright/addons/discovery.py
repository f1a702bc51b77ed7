"""Finding addons: installed ones by the entry point group `tradewright.addons`, others in the folders of a path.

A broken addon is set aside with an error that names it; finding never fails as a whole.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tradewright.addons.manifest import CORE, FILE, Manifest, read_manifest
from tradewright.base import DeveloperError

GROUP = "tradewright.addons"


@dataclass(frozen=True, slots=True)
class Addon:
    """An addon that was found: its manifest, its import package and the folder of that package."""

    manifest: Manifest
    package: str
    folder: Path

    @property
    def name(self) -> str:
        """Return its name."""
        return self.manifest.name


@dataclass(frozen=True, slots=True)
class Discovery:
    """All addons that were found and are sound, by name, and the errors about those that are not."""

    found: dict[str, Addon]
    problems: tuple[DeveloperError, ...]

    @property
    def broken(self) -> frozenset[str]:
        """Return the names of the addons that were found and set aside."""
        return frozenset(problem.addon for problem in self.problems if problem.addon)


def discover(paths: Iterable[Path] = (), *, installed: bool = True) -> Discovery:
    """Find the core, the installed addons and those below the folders of an addons path.

    A folder of the path holds addons: as `<folder>/<package>/addon.toml`, or as projects
    `<folder>/<project>/<package>/addon.toml`. Its packages become importable under their own names.
    """
    problems: list[DeveloperError] = []
    candidates: list[tuple[str, Path, str | None]] = [("tradewright", Path(__file__).parents[1], CORE)]
    if installed:
        candidates += _installed(problems)
    for path in paths:
        candidates += _below(path, problems)
    found: dict[str, list[Addon]] = defaultdict(list)
    seen: set[Path] = set()
    for package, folder, expected in candidates:
        if folder.resolve() in seen:
            continue  # the same addon, installed and on the path
        seen.add(folder.resolve())
        try:
            addon = Addon(read_manifest(folder / FILE), package, folder)
            _check_name(addon, expected)
        except DeveloperError as fault:
            problems.append(fault)
        else:
            found[addon.name].append(addon)
    return Discovery(dict(_single(found, problems)), tuple(problems))


def _installed(problems: list[DeveloperError]) -> Iterator[tuple[str, Path, str | None]]:
    points = {(point.name, point.module) for point in metadata.entry_points(group=GROUP)}
    for name, package in sorted(points):
        folder = _folder_of(package)
        if folder is None or not (folder / FILE).is_file():
            what = "is not there" if folder is None else f"has no {FILE}"
            problems.append(
                DeveloperError(
                    "addons.entry-point",
                    f"the package that the entry point names {what}",
                    addon=name,
                    where=f"entry point {GROUP}: {name} = {package}" if folder is None else str(folder / FILE),
                    remedy=f"install the addon again, or correct its entry point; its package needs an {FILE}",
                )
            )
        else:
            yield package, folder, name


def _folder_of(package: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _below(path: Path, problems: list[DeveloperError]) -> Iterator[tuple[str, Path, str | None]]:
    if not path.is_dir():
        problems.append(
            DeveloperError(
                "addons.path",
                "a folder of the addons path does not exist",
                where=str(path),
                remedy="create it, or correct addons_path in the settings",
            )
        )
        return
    for manifest in sorted([*path.glob(f"*/{FILE}"), *path.glob(f"*/*/{FILE}")]):
        folder = manifest.parent
        root = str(folder.parent.resolve())
        if root not in sys.path:
            sys.path.append(root)  # at the end: an addon's folder must not hide an installed package
            importlib.invalidate_caches()
        there = _folder_of(folder.name) if folder.name.isidentifier() else None
        if there is None or there.resolve() != folder.resolve():
            problems.append(
                DeveloperError(
                    "addons.package-name",
                    "the package can't be imported under the name of its folder"
                    + (f", which leads to {there}" if there else ""),
                    addon=folder.name.removeprefix("tradewright_"),
                    where=str(folder),
                    value=folder.name,
                    remedy="name the folder tradewright_<addon>, with an __init__.py in it",
                )
            )
        else:
            yield folder.name, folder, None


def _check_name(addon: Addon, expected: str | None) -> None:
    name = addon.name
    if (expected is not None and name != expected) or (name == CORE and expected != CORE):
        raise DeveloperError(
            "addons.name",
            f"the manifest says {name}, the entry point says {expected}" if expected else f"the name {CORE} is taken",
            addon=name,
            where=str(addon.manifest.file),
            value=name,
            remedy="make both names equal" if expected else "choose another name",
        )


def _single(found: dict[str, list[Addon]], problems: list[DeveloperError]) -> Iterator[tuple[str, Addon]]:
    for name, addons in found.items():
        if len(addons) == 1:
            yield name, addons[0]
            continue
        problems.append(
            DeveloperError(
                "addons.found-twice",
                "two different addons have this name; neither is used",
                addon=name,
                where=" and ".join(str(addon.folder) for addon in addons),
                value=name,
                remedy="uninstall one of them, or take its folder off the addons path",
            )
        )
