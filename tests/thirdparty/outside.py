"""Somebody else's machine: a virtual environment with Tradewright's wheel, and an addon that is not in here."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

NAME = "perk"
EXTENSION = '''\
"""A customer has a perk."""

from tradewright.i18n import _
from tradewright.orm import Mapped, text
from tradewright_base.models.partner import Partner


class PerkPartner(Partner, extend=True):
    """A customer who may have one thing that others have not."""

    perk: Mapped[str | None] = text(label=_("Perk"))
'''
TEST = '''\
"""Rules of perks, each a sentence."""

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.testing.client import Browser
from tradewright_base.testing import PartnerFactory, UserFactory
from tradewright_perk.extends.partner import PerkPartner

pytestmark = pytest.mark.addons("perk")


def test_a_customer_has_a_perk(env: Env, partners: PartnerFactory) -> None:
    customer = env.one(PerkPartner, partners.customer().id)
    customer.perk = "Coffee"
    env.flush()
    assert env.all(select(env[PerkPartner].perk).where(env[PerkPartner].perk.is_not(None))) == ["Coffee"]


def test_notes_are_in_the_menu(site: Site, client: Browser) -> None:
    with site.env() as env:
        user = UserFactory(env).staff("base.user")
        env.flush()
        number = user.id
    client.sign_in_as(number)
    client.get("/office/perk.Note")
    assert "Notes" in client.text
'''
CONSUMER = """\
from typing import assert_type

from tradewright.orm import Env, select
from tradewright_perk.extends.partner import PerkPartner


def perks(env: Env) -> list[str | None]:
    partner = env.one(PerkPartner, 1)
    assert_type(partner.perk, str | None)
    assert_type(partner.name, str)
    return env.all(select(env[PerkPartner].perk).where(env[PerkPartner].perk.is_not(None)))
"""
WRONG = """\
from tradewright.orm import Env
from tradewright_base.models.partner import Partner
from tradewright_perk.extends.partner import PerkPartner


def wrong(env: Env) -> tuple[object, object]:
    return env.one(PerkPartner, 1).perks, env.one(Partner, 1).perk
"""


@dataclass(frozen=True)
class Outside:
    """A virtual environment, the folder where its user stands, and the project of the addon."""

    shape: str
    environment: Path
    here: Path
    project: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.environment / "bin" / "python"

    def run(
        self, *command: str, cwd: Path | None = None, timeout: int = 300, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a module of the environment, with nothing of this checkout or run in sight."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return subprocess.run(
            [str(self.python), "-m", *command],
            cwd=cwd or self.here,
            env={**kept, **variables},
            check=False,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def tradewright(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the program."""
        return self.run("tradewright.cli", *arguments)


def site_packages(environment: Path) -> Path:
    """Return where an environment keeps its packages."""
    return next(environment.glob("lib/python*/site-packages"))


def make_environment(folder: Path, *paths: Path) -> Path:
    """Make a virtual environment that also sees the packages below the paths."""
    venv.create(folder, with_pip=False, symlinks=True)
    (site_packages(folder) / "further.pth").write_text("".join(f"{path}\n" for path in paths))
    return folder


def install(environment: Path, wheel: Path) -> None:
    """Install a wheel, and nothing else."""
    options = ("--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "-q")
    command = [sys.executable, "-m", "pip", "--python", str(environment), "install", *options, str(wheel)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def link_dependencies(folder: Path) -> Path:
    """Link what this environment has, but Tradewright: what a wheel depends on comes without a network."""
    folder.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "tradewright" not in path.name and path.suffix != ".pth" and path.name != "__pycache__":
            (folder / path.name).symlink_to(path)
    return folder
