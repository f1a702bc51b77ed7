"""Every language is complete."""

import subprocess

from tests.repo.tree import ROOT


def test_every_message_is_in_every_catalogue_and_translated() -> None:
    checked = subprocess.run([ROOT / "bin" / "messages", "check"], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
