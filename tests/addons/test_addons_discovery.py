"""Addons are found by entry point and by folder; a broken one is set aside and the others start."""

import importlib
from pathlib import Path

from tests.addons.workshop import Workshop
from tradewright.addons import discover


def test_the_core_is_always_found_and_the_installed_addons_with_it() -> None:
    found = discover().found
    assert found["core"].package == "tradewright"
    assert found["base"].package == "tradewright_base"
    assert found["base"].folder == found["core"].folder.parents[1] / "addons/base/tradewright_base"


def test_a_folder_of_the_path_holds_packages_or_projects_with_packages(workshop: Workshop) -> None:
    workshop.addon("flat")
    project = Workshop(workshop.folder / "project", workshop.prefix)
    project.addon("nested")
    found = workshop.discover().found
    assert sorted(found) == ["core", "flat", "nested"]
    for name in ("flat", "nested"):
        assert importlib.import_module(workshop.package(name)).__file__ == str(found[name].folder / "__init__.py")


def test_an_addon_that_is_installed_and_on_the_path_is_one_addon() -> None:
    addons = discover().found["core"].folder.parents[1] / "addons"
    both = discover([addons])
    assert [problem for problem in both.problems if problem.code == "addons.found-twice"] == []
    assert both.found["base"].folder == addons / "base/tradewright_base"


def test_two_addons_of_one_name_are_both_left_out(workshop: Workshop) -> None:
    first = workshop.addon("loyalty").parent
    second = Workshop(workshop.folder, f"{workshop.prefix}_other").addon("loyalty").parent
    workshop.addon("sound")
    discovery = workshop.discover()
    assert sorted(discovery.found) == ["core", "sound"]
    assert [str(problem) for problem in discovery.problems] == [
        (
            "[addons.found-twice] two different addons have this name; neither is used\n"
            "  addon:  loyalty\n"
            f"  where:  {first} and {second}\n"
            "  value:  'loyalty'\n"
            "  remedy: uninstall one of them, or take its folder off the addons path"
        )
    ]


def test_a_broken_manifest_leaves_the_others(workshop: Workshop) -> None:
    workshop.addon("sound")
    workshop.addon("broken", extra="colour = 1")
    discovery = workshop.discover()
    assert sorted(discovery.found) == ["core", "sound"]
    assert [(problem.code, problem.addon) for problem in discovery.problems] == [
        ("addons.manifest.unknown-key", "broken")
    ]
    assert discovery.broken == {"broken"}


def test_a_package_that_would_not_be_imported_from_its_folder_is_told(workshop: Workshop) -> None:
    workshop.addon("sound")
    (workshop.root("sound")).rename(workshop.folder / "json")
    (problem,) = workshop.discover().problems
    assert str(problem) == (
        "[addons.package-name] the package can't be imported under the name of its folder, "
        f"which leads to {Path(importlib.import_module('json').__file__ or '').parent}\n"
        "  addon:  json\n"
        f"  where:  {workshop.folder / 'json'}\n"
        "  value:  'json'\n"
        "  remedy: name the folder tradewright_<addon>, with an __init__.py in it"
    )


def test_a_folder_that_is_no_package_name_is_told(workshop: Workshop) -> None:
    workshop.addon("sound")
    (workshop.root("sound")).rename(workshop.folder / "my-addon")
    (problem,) = workshop.discover().problems
    assert (problem.code, problem.value) == ("addons.package-name", "my-addon")


def test_a_folder_of_the_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = discover([tmp_path / "nowhere"], installed=False).problems
    assert str(problem) == (
        "[addons.path] a folder of the addons path does not exist\n"
        f"  where:  {tmp_path / 'nowhere'}\n"
        "  remedy: create it, or correct addons_path in the settings"
    )


def test_the_name_of_the_core_is_taken(workshop: Workshop) -> None:
    workshop.addon("core")
    discovery = workshop.discover()
    assert [(problem.code, problem.problem) for problem in discovery.problems] == [
        ("addons.name", "the name core is taken")
    ]
    assert discovery.found["core"].package == "tradewright"


def test_an_entry_point_that_leads_nowhere_is_told(workshop: Workshop, tmp_path: Path) -> None:
    for name, package in (("ghost", "made_ghost"), ("wrong", workshop.package("sound")), ("bare", "made_bare")):
        info = tmp_path / "addons" / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[tradewright.addons]\n{name} = {package}\n")
    (tmp_path / "addons/made_bare").mkdir()
    (tmp_path / "addons/made_bare/__init__.py").touch()
    workshop.addon("sound")
    workshop.discover()  # puts the folder on sys.path, as an installation would be
    problems = {problem.addon: problem for problem in discover().problems}
    assert str(problems["ghost"]) == (
        "[addons.entry-point] the package that the entry point names is not there\n"
        "  addon:  ghost\n"
        "  where:  entry point tradewright.addons: ghost = made_ghost\n"
        "  remedy: install the addon again, or correct its entry point; its package needs an addon.toml"
    )
    assert problems["bare"].problem == "the package that the entry point names has no addon.toml"
    assert (problems["sound"].code, problems["sound"].problem) == (
        "addons.name",
        "the manifest says sound, the entry point says wrong",
    )
