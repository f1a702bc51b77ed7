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
from tradewright.testing import run
from tradewright.testing.postgres import locked


@pytest.fixture(scope="session")
def elsewhere() -> Path:
    """A folder with environments that have Tradewright's wheel, and the addon in both shapes; one for all workers."""
    folder = run.folder() / "elsewhere"
    with locked(run.folder() / "elsewhere.lock"):
        if not (folder / "ready").exists():
            folder.mkdir()
            environment = make_environment(folder / "environment", link_dependencies(folder / "dependencies"))
            install(environment, tradewright_wheel())
            _as_folder(folder, _project(folder))
            _as_wheel(folder)
            (folder / "ready").touch()
    return folder


def _project(folder: Path) -> Path:
    """Let `tradewright addon new` write the addon, and extend a partner by it."""
    project = folder / NAME
    done = Outside("folder", folder / "environment", folder, project).tradewright("addon", "new", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    package = project / f"tradewright_{NAME}"
    (package / "extends").mkdir()
    (package / "extends/__init__.py").write_text('"""What it adds to others."""\n')
    (package / "extends/partner.py").write_text(EXTENSION)
    words = package / "locale/de/LC_MESSAGES/messages.po"
    words.write_text(words.read_text() + '\nmsgid "Perk"\nmsgstr "Vorteil"\n')
    (project / f"tests/test_{NAME}_partners.py").write_text(TEST)
    return project


def _as_folder(folder: Path, project: Path) -> None:
    """Name the folder that holds the project to a site."""
    here = folder / "by_folder"
    here.mkdir()
    (here / "tradewright.toml").write_text(f'addons_path = ["{project.parent}"]\n[sites.main]\naddons = ["{NAME}"]\n')


def _as_wheel(folder: Path) -> None:
    """Install the addon's wheel beside Tradewright's; its folder is out of sight."""
    below = site_packages(folder / "environment")
    environment = make_environment(folder / "environment_with_wheel", below, folder / "dependencies")
    install(environment, build_wheel(folder / NAME, folder / "wheels"))
    here = folder / "by_wheel"
    here.mkdir()
    (here / "tradewright.toml").write_text(f'[sites.main]\naddons = ["{NAME}"]\n')
    # Its tests as they are run against a wheel: the project without the package.
    shutil.copytree(folder / NAME, here / NAME, ignore=shutil.ignore_patterns("tradewright_*", "build", "*.egg-info"))


@pytest.fixture
def as_wheel(elsewhere: Path) -> Outside:
    """The addon as a wheel."""
    here = elsewhere / "by_wheel"
    return Outside("wheel", elsewhere / "environment_with_wheel", here, here / NAME)


@pytest.fixture(params=["folder", "wheel"])
def outside(request: pytest.FixtureRequest, elsewhere: Path, as_wheel: Outside) -> Outside:
    """The addon in either shape."""
    if request.param == "wheel":
        return as_wheel
    return Outside("folder", elsewhere / "environment", elsewhere / "by_folder", elsewhere / NAME)
