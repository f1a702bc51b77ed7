"""What is listed by hand is true to the tree, and the wheel carries everything."""

import re
import tomllib
import zipfile
from collections import Counter

import pytest

from tests.repo.tree import ROOT, addons, pyproject, python_files, report, setup_cfg, source_roots
from tests.support.wheel import packaged_files, tradewright_wheel


def test_every_source_root_is_named_to_every_tool() -> None:
    roots = {str(root) for root in source_roots().values()}
    tools = pyproject()["tool"]
    mypy = {path.removeprefix("$MYPY_CONFIG_FILE_DIR").lstrip("/") for path in tools["mypy"]["mypy_path"]} - {""}
    examples = {str(package.parent.relative_to(ROOT)) for package in ROOT.glob("tests/examples/*/tradewright_*")}
    assert mypy == roots | examples
    assert set(tools["pyright"]["extraPaths"]) - {"."} == roots | examples
    assert set(tools["importlinter"]["root_packages"]) == set(source_roots())
    forbidden = next(contract for contract in tools["importlinter"]["contracts"] if contract["type"] == "forbidden")
    assert set(forbidden["forbidden_modules"]) == set(addons())


def test_every_addon_is_an_entry_point() -> None:
    lines = setup_cfg()["options.entry_points"]["tradewright.addons"].split("\n")
    listed = dict(line.split(" = ") for line in lines if line)
    assert listed == {package.removeprefix("tradewright_"): package for package in addons()}


@pytest.mark.parametrize("package", sorted(addons()))
def test_an_addon_folder_has_one_name(package: str) -> None:
    root = addons()[package]
    assert package == f"tradewright_{root.name}"
    manifest = tomllib.loads((ROOT / root / package / "addon.toml").read_text())
    assert manifest["name"] == root.name


def test_every_source_root_has_a_readme_and_is_typed() -> None:
    for package, root in source_roots().items():
        assert (ROOT / root / "README.md").read_text().startswith("# "), f"{root}/README.md has no heading"
        assert (ROOT / root / package / "py.typed").exists(), f"{root}/{package}/py.typed is missing"


def test_every_folder_of_code_is_a_package() -> None:
    folders = {
        path.parent for path in python_files("core", "addons") if path.parent.name not in {"migrations", "tests"}
    }
    missing = [
        f"{folder}/__init__.py is missing: without it the wheel lacks the folder"
        for folder in sorted(folders)
        if "tests" not in folder.parts and not (ROOT / folder / "__init__.py").exists()
    ]
    assert not missing, report(missing)


def test_names_of_test_files_are_unique() -> None:
    names = Counter(path.name for path in python_files("tests", "addons") if path.name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []


def test_tests_are_no_packages() -> None:
    # Tests are imported by path; mypy would see one package `tests`, and two modules `tests.conftest`, in nine places.
    # A sample addon that tests install is a package like any other.
    wrong = [
        f"{path}: put shared fixtures into the addon's testing.py, and leave __init__.py out"
        for path in python_files("tests", "addons")
        if (path.name == "conftest.py" and path.parts[0] == "addons")
        or (path.name == "__init__.py" and not any(part.startswith("tradewright_") for part in path.parts))
    ]
    assert not wrong, report(wrong)


def test_the_wheel_carries_every_file_of_every_package() -> None:
    wanted = {str(path.relative_to(root)) for root, path in packaged_files()}
    with zipfile.ZipFile(tradewright_wheel()) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert sorted(wanted - carried) == []
    assert sorted(carried - wanted) == []


def test_every_dependency_is_locked_with_its_hash() -> None:
    for source in (ROOT / "requirements").glob("*.in"):
        wanted = {
            re.split(r"[\[<>=~;]", line)[0].strip().lower()
            for line in source.read_text().splitlines()
            if line[:1].isalpha()
        }
        locked = source.with_suffix(".txt").read_text()
        pins = re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==\S+(?: ; [^\\]*)? *(\\\n +--hash=)?", locked, re.MULTILINE)
        assert [name for name, hashed in pins if not hashed] == []
        assert wanted <= {name for name, _ in pins}, f"{source.name}: run bin/lock"
        assert "://" not in locked, f"{source.name}: a lock file names no place to download from"
