"""An addon of somebody else, in an environment of its own, in both shapes: a folder on the addons path, and a wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.wheel import build_wheel, tradewright_wheel
from tests.thirdparty.outside import (
    EXTENSION,
    NAME,
    TEST,
    Outside,
    install,
    link_dependencies,
    make_environment,
    site_packages,
)


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that has Tradewright's wheel and what it depends on, but not this checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = make_environment(folder / "environment", link_dependencies(folder / "dependencies"))
    install(environment, tradewright_wheel())
    return folder


@pytest.fixture(scope="session")
def project(elsewhere: Path) -> Path:
    """The project of an addon: what `tradewright addon new` writes there, with an extension of a partner."""
    outside = Outside("folder", elsewhere / "environment", elsewhere, elsewhere / NAME)
    done = outside.tradewright("addon", "new", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    package = elsewhere / NAME / f"tradewright_{NAME}"
    (package / "extends").mkdir()
    (package / "extends/__init__.py").write_text('"""What it adds to others."""\n')
    (package / "extends/partner.py").write_text(EXTENSION)
    words = package / "locale/de/LC_MESSAGES/messages.po"
    words.write_text(words.read_text() + '\nmsgid "Perk"\nmsgstr "Vorteil"\n')
    (elsewhere / NAME / f"tests/test_{NAME}_partners.py").write_text(TEST)
    return elsewhere / NAME


@pytest.fixture(scope="session")
def as_folder(elsewhere: Path, project: Path) -> Outside:
    """The addon as a folder on the addons path."""
    here = elsewhere / "by_folder"
    here.mkdir()
    (here / "tradewright.toml").write_text(f'addons_path = ["{project.parent}"]\n[sites.main]\naddons = ["{NAME}"]\n')
    return Outside("folder", elsewhere / "environment", here, project)


@pytest.fixture(scope="session")
def as_wheel(elsewhere: Path, project: Path) -> Outside:
    """The addon as a wheel, installed beside Tradewright's and found by its entry point; its folder is out of sight."""
    below = site_packages(elsewhere / "environment")
    environment = make_environment(elsewhere / "environment_with_wheel", below, elsewhere / "dependencies")
    install(environment, build_wheel(project, elsewhere / "wheels"))
    here = elsewhere / "by_wheel"
    here.mkdir()
    (here / "tradewright.toml").write_text(f'[sites.main]\naddons = ["{NAME}"]\n')
    # Its tests as they are run against a wheel: the project without the package.
    tests = shutil.copytree(project, here / "checked_out", ignore=shutil.ignore_patterns("tradewright_*", "build"))
    return Outside("wheel", environment, here, tests)


@pytest.fixture(params=["folder", "wheel"])
def outside(request: pytest.FixtureRequest) -> Outside:
    """The addon in either shape."""
    found: Outside = request.getfixturevalue(f"as_{request.param}")
    return found
