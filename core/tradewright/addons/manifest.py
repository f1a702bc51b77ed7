"""The manifest of an addon: the facts in its `addon.toml`, read strictly.

| code | meaning |
|---|---|
| `addons.manifest.syntax` | the file can't be read as TOML |
| `addons.manifest.missing-key`, `.unknown-key`, `.type`, `.value` | a key that is absent, unknown or wrong |
| `addons.manifest.file` | a data file or a bridge that is named and not there, or there and not named |
| `addons.manifest.reason` | an exemption from a rule of conformance without a reason |
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from tradewright.base import nearest
from tradewright.base.toml import Table, read_toml
from tradewright.i18n import Text

FILE = "addon.toml"
CORE = "core"
_CODE = "addons.manifest"
_NAME = "[a-z][a-z0-9_]{0,29}"
_ROLE = rf"(?:{_NAME}\.)?{_NAME}"
TIERS = ("bronze", "silver", "gold")
"""The tiers of quality that an addon can claim, the lowest first."""
_REASON = 10


@dataclass(frozen=True, slots=True)
class Role:
    """A role that an addon brings: `name` is `addon.role`; who has it has those in `implies` too.

    `admin` marks a role that administrators of the site have without being given it.
    """

    name: str
    label: Text
    implies: tuple[str, ...] = ()
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """What an addon claims of itself: the `tier` that it reaches ("" for none), and the rules it is exempt from.

    `exempt` maps the code of a rule of conformance to the reason why the addon can't keep it.
    """

    tier: str = ""
    exempt: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an addon says of itself.

    `depends` maps the addons it builds on to the versions that will do; `bridges` names the addons for which it has a
    folder below `bridges/`; `data` and `demo` are files below its package, in the order in which they are read;
    `modules` are modules of its package that hold models beside the usual places (the core needs it, addons do not);
    `hosts` are the outside hosts that it calls, as an administrator should know before installing it. An addon with
    `safe_mode` is there in safe mode, too, because administrators can't sign in without it.
    """

    name: str
    version: Version
    summary: Text
    category: Text
    file: Path
    depends: Mapping[str, SpecifierSet]
    bridges: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    demo: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    modules: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    safe_mode: bool = False
    quality: Quality = Quality()


def read_manifest(file: Path) -> Manifest:
    """Read and check one `addon.toml`; a `DeveloperError` names the file, the key and the remedy."""
    table = read_toml(file, _CODE, addon=_folder_name(file))
    name = table.text("name", pattern=_NAME)
    table.addon = name
    manifest = Manifest(
        name=name,
        version=_version(table),
        summary=Text(table.text("summary")),
        category=Text(table.text("category", "")),
        file=file,
        depends=dict(_depends(table, name)),
        bridges=table.texts("bridges"),
        data=table.texts("data"),
        demo=table.texts("demo"),
        roles=tuple(_role(name, role, below) for role, below in table.tables("roles")),
        modules=table.texts("modules"),
        hosts=table.texts("hosts"),
        safe_mode=table.boolean("safe_mode", default=False),
        quality=_quality(table.table("quality")),
    )
    table.close()
    _check_files(table, manifest)
    return manifest


def _folder_name(file: Path) -> str:
    """Guess the name of an addon whose manifest can't be read, so that the error names one."""
    return file.parent.name.removeprefix("tradewright_")


def _version(table: Table) -> Version:
    text = table.text("version")
    try:
        return Version(text)
    except InvalidVersion:
        table.fail("version", "value", "this is not a version", value=text, remedy="write it as 1.2.3 (PEP 440)")


def _depends(table: Table, addon: str) -> Iterator[tuple[str, SpecifierSet]]:
    below = table.table("depends")
    for name in below.names():
        text = below.text(name)
        if name == addon:
            below.fail(name, "value", "an addon can't depend on itself", value=name, remedy="remove the line")
        try:
            yield name, SpecifierSet(text)
        except InvalidSpecifier:
            remedy = "write it as >=1,<2 (PEP 440)"
            below.fail(name, "value", "this is not a range of versions", value=text, remedy=remedy)
    below.close()


def _role(addon: str, name: str, table: Table) -> Role:
    implies = table.texts("implies")
    role = Role(
        name=f"{addon}.{name}",
        label=Text(table.text("label")),
        implies=tuple(each if "." in each else f"{addon}.{each}" for each in implies),
        admin=table.boolean("admin", default=False),
    )
    table.close()
    return role


def _quality(table: Table) -> Quality:
    tier = table.text("tier", "")
    if tier not in ("", *TIERS):
        near = nearest(tier, TIERS) or TIERS
        table.fail("tier", "value", "there is no such tier", value=tier, near=near, remedy=f"write {', '.join(TIERS)}")
    below = table.table("exempt")
    exempt = {code: " ".join(below.text(code).split()) for code in below.names()}
    for code, reason in exempt.items():
        if len(reason) < _REASON:
            problem = f"an exemption needs a reason of at least {_REASON} characters"
            below.fail(code, "reason", problem, value=reason, remedy="say why the addon can't keep the rule")
    table.close()
    return Quality(tier, exempt)


def _check_files(table: Table, manifest: Manifest) -> None:
    folder = manifest.file.parent
    for key, names in (("data", manifest.data), ("demo", manifest.demo)):
        there = [path.relative_to(folder).as_posix() for path in sorted((folder / key).rglob("*.toml"))]
        for name in names:
            if not (folder / name).resolve().is_relative_to(folder.resolve()) or not (folder / name).is_file():
                near = nearest(name, there)
                table.fail(
                    key, "file", "this file is not in the addon", value=name, near=near, remedy="correct its name"
                )
    bridges = sorted(
        path.name for path in (folder / "bridges").glob("*") if any(path.glob("*")) and path.name[0] not in "._"
    )
    for name in manifest.bridges:
        if name not in bridges:
            remedy = f"make the folder bridges/{name} or remove the name"
            near = nearest(name, bridges)
            table.fail("bridges", "file", "there is no such bridge", value=name, near=near, remedy=remedy)
    for name in bridges:
        if name not in manifest.bridges and name != "__init__.py":
            remedy = f'add "{name}" to bridges, or remove the folder'
            table.fail("bridges", "file", f"the folder bridges/{name} is not named", value=name, remedy=remedy)
