"""A manifest is read strictly: each mistake is told with its file, key, nearest key and remedy."""

from pathlib import Path

import pytest

from tests.addons.workshop import Workshop
from tradewright.addons import read_manifest
from tradewright.base import DeveloperError


def test_a_manifest_tells_all_facts(workshop: Workshop) -> None:
    file = workshop.addon(
        "loyalty",
        {"sale": ">=1,<2"},
        version="1.2.3",
        bridges=["portal"],
        extra="""
            category = "Sales"
            data = ["data/rewards.toml"]
            demo = ["demo/points.toml"]
            [roles.manager]
            label = "Loyalty manager"
            implies = ["sale.manager", "user"]
            admin = true
            [roles.user]
            label = "Loyalty"
        """,
        files={"data/rewards.toml": "", "demo/points.toml": ""},
    )
    manifest = read_manifest(file)
    assert (manifest.name, str(manifest.version), str(manifest.category)) == ("loyalty", "1.2.3", "Sales")
    assert (manifest.bridges, manifest.data, manifest.demo) == (
        ("portal",),
        ("data/rewards.toml",),
        ("demo/points.toml",),
    )
    assert {name: str(wanted) for name, wanted in manifest.depends.items()} == {"sale": "<2,>=1"}
    manager, user = manifest.roles
    assert (manager.name, str(manager.label), manager.implies, manager.admin) == (
        "loyalty.manager",
        "Loyalty manager",
        ("sale.manager", "loyalty.user"),
        True,
    )
    assert (user.name, user.implies, user.admin) == ("loyalty.user", (), False)


def refused(file: Path, content: str) -> DeveloperError:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DeveloperError) as caught:
        read_manifest(file)
    return caught.value


FACTS = 'name = "loyalty"\nversion = "1.0"\nsummary = "Points"\n'


def test_a_mistyped_key_is_told_with_the_nearest_one(workshop: Workshop) -> None:
    file = workshop.addon("loyalty")
    assert str(refused(file, FACTS + 'sumary = "x"')) == (
        "[addons.manifest.unknown-key] this key is not known here\n"
        "  addon:  loyalty\n"
        f"  where:  {file}, key sumary\n"
        "  value:  'sumary'\n"
        "  nearest: summary\n"
        "  remedy: correct the key or remove it"
    )


def test_a_mistyped_key_of_a_role_is_told_with_its_place(workshop: Workshop) -> None:
    file = workshop.addon("loyalty")
    fault = refused(file, FACTS + '[roles.user]\nlabel = "x"\nimplied = []')
    assert (fault.where, fault.near) == (f"{file}, key roles.user.implied", ("implies",))


def test_a_missing_key_is_told(workshop: Workshop) -> None:
    file = workshop.addon("loyalty")
    assert str(refused(file, 'name = "loyalty"\nversion = "1.0"')) == (
        "[addons.manifest.missing-key] this key is missing\n"
        "  addon:  loyalty\n"
        f"  where:  {file}, key summary\n"
        "  remedy: add summary = a string"
    )


@pytest.mark.parametrize(
    ("line", "code", "key", "problem"),
    [
        ("version = 1.0", "type", "version", "the value must be a string"),
        ('version = "one"', "value", "version", "this is not a version"),
        ('version = "1.0"\n[depends]\nbase = "1 to 2"', "value", "depends.base", "this is not a range of versions"),
        ('version = "1.0"\n[depends]\nloyalty = ">=1"', "value", "depends.loyalty", "an addon can't depend on itself"),
        ('version = "1.0"\ndepends = ["base"]', "type", "depends", "the value must be a table"),
        ('version = "1.0"\ndata = "x.toml"', "type", "data", "the value must be a list of strings"),
        ('version = "1.0"\ndata = [1]', "type", "data", "the list holds something that is no string"),
        ('version = "1.0"\ndata = ["../../etc/passwd"]', "file", "data", "this file is not in the addon"),
        ('version = "1.0"\nbridges = ["sale"]', "file", "bridges", "there is no such bridge"),
        ('version = "1.0"\n[roles]\nuser = "x"', "type", "roles.user", "the value must be a table"),
        (
            'version = "1.0"\n[roles.user]\nlabel = "x"\nadmin = "yes"',
            "type",
            "roles.user.admin",
            "the value must be true or false",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_key(workshop: Workshop, line: str, code: str, key: str, problem: str) -> None:
    file = workshop.addon("loyalty")
    fault = refused(file, f'name = "loyalty"\nsummary = "Points"\n{line}\n')
    assert (fault.code, fault.where, fault.problem) == (f"addons.manifest.{code}", f"{file}, key {key}", problem)
    assert fault.addon == "loyalty"


@pytest.mark.parametrize("name", ["Loyalty", "1st", "loyal-ty", "", "a" * 31])
def test_a_name_is_lower_case_letters_digits_and_underscores(workshop: Workshop, name: str) -> None:
    fault = refused(workshop.addon("loyalty"), f'name = "{name}"\nversion = "1"\nsummary = "x"')
    assert (fault.code, fault.value) == ("addons.manifest.value", name)


def test_a_data_file_that_is_not_there_is_told_with_the_nearest_one(workshop: Workshop) -> None:
    file = workshop.addon("loyalty", files={"data/rewards.toml": ""})
    fault = refused(file, FACTS + 'data = ["data/reward.toml"]')
    assert (fault.problem, fault.near) == ("this file is not in the addon", ("data/rewards.toml",))


def test_a_bridge_that_is_not_named_is_told(workshop: Workshop) -> None:
    file = workshop.addon("loyalty", bridges=["sale"])
    fault = refused(file, FACTS)
    assert (fault.problem, fault.remedy) == (
        "the folder bridges/sale is not named",
        'add "sale" to bridges, or remove the folder',
    )


def test_what_is_no_toml_is_told_with_its_line(workshop: Workshop) -> None:
    file = workshop.addon("loyalty")
    fault = refused(file, 'name = "loyalty\n')
    assert (fault.code, fault.addon, fault.where) == (
        "addons.manifest.syntax",
        workshop.package("loyalty"),
        str(file),
    )
    assert fault.problem == "the file is not valid TOML: Illegal character '\\n' (at line 1, column 16)"


def test_what_is_no_text_is_told(workshop: Workshop) -> None:
    file = workshop.addon("loyalty")
    file.write_bytes(b"name = \xff\xfe")
    with pytest.raises(DeveloperError, match="the file is not UTF-8: invalid start byte"):
        read_manifest(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeveloperError, match="the file can't be read: No such file or directory"):
        read_manifest(tmp_path / "addon.toml")
