"""`tradewright doctor` names what is wrong with its remedy; `--safe-mode` works where an addon ends the program."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addons.conftest import workshop
from tests.addons.workshop import Workshop
from tests.cli.conftest import Run

__all__ = ["workshop"]

KILLS = "import os\nos._exit(7)\n"


@pytest.fixture
def shop(empty: Path, workshop: Workshop, run: Run) -> Iterator[Workshop]:
    """A site with two addons from the addons path, installed; `insured` builds on `warranty`."""
    (empty / "tradewright.toml").write_text(f'addons_path = ["{workshop.folder}"]\n[sites.main]\n')
    workshop.addon("warranty", ["base"])
    workshop.addon("insured", ["warranty"])
    assert run("init", "--addon", "insured").code == 0
    yield workshop
    forget(workshop)


def forget(shop: Workshop) -> None:
    """Let the next command find the addons on disk as a new process does."""
    for name in [name for name in sys.modules if name.startswith(f"{shop.prefix}_")]:
        del sys.modules[name]


def break_with(shop: Workshop, source: str) -> None:
    (shop.root("warranty") / "plugin.py").write_text(source)
    forget(shop)


def test_a_sound_site_is_told_as_sound(run: Run, shop: Workshop) -> None:
    done = run("doctor")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"insured +1\.0 +1\.0 +running\n", done.out)
    assert done.out.endswith("\nSite main: errors 0, warnings 0.\n")
    assert shop.folder.is_dir()


def test_addons_that_are_set_aside_are_named_with_reason_and_remedy(run: Run, shop: Workshop) -> None:
    break_with(shop, "1 / 0\n")
    done = run("doctor")
    module = f"{shop.package('warranty')}.plugin"
    assert done.code == 1
    assert re.search(r"warranty +1\.0 +1\.0 +set aside\n", done.out)
    assert (
        f"error: [addons.import] {module} can't be imported: ZeroDivisionError: division by zero\n"
        "  addon:  warranty\n"
        f"  where:  {shop.root('warranty')}/plugin.py:1\n"
        f"  remedy: correct the module; python -c 'import {module}' shows the whole traceback\n"
        "\n"
        "error: [addons.set-aside] it is set aside because warranty is, which it depends on\n"
        "  addon:  insured\n"
        f"  where:  {shop.root('insured')}/addon.toml, key depends.warranty\n"
        "  remedy: mend warranty first; its own error stands beside this one\n"
    ) in done.out
    assert done.out.endswith("Site main: errors 2, warnings 0.\n")


def test_versions_that_differ_conflicts_and_settings_are_told(run: Run, shop: Workshop, empty: Path) -> None:
    shop.addon("warranty", ["base"], version="1.1")
    menu = '<menu id="more" parent="core.operation" label="More" endpoint="office.mailbox"/>'
    shop.addon("left", ["base"], files={"views/left.xml": menu})
    shop.addon("right", ["base"], files={"views/right.xml": menu})
    forget(shop)
    settings = empty / "tradewright.toml"
    settings.write_text(f"debug = true\n{settings.read_text()}")
    assert run("addon", "install", "left", "right").code == 0
    shop.addon("warranty", ["base"], version="1.2")
    forget(shop)
    done = run("doctor", "--json")
    told = json.loads(done.out)
    assert (done.code, told["sound"], told["site"], told["safe_mode"]) == (1, False, "main", False)
    codes = {one["code"]: one for one in told["findings"]}
    assert codes["addons.version-differs"]["says"] == "its code is 1.2, what the site has of it is 1.1"
    assert codes["conflicts.menu"]["addons"] == ["left", "right"]
    assert codes["conflicts.menu"]["level"] == "warning"
    assert codes["settings.debug"]["where"] == f"{settings}, key debug"
    states = {one["name"]: one["state"] for one in told["addons"]}
    assert (states["warranty"], states["left"]) == ("to upgrade", "running")


def test_an_addon_whose_code_is_gone_is_told(run: Run, shop: Workshop) -> None:
    (shop.root("insured") / "addon.toml").unlink()
    forget(shop)
    done = run("doctor")
    assert done.code == 1
    assert "error: [addons.missing] the site has it installed, and it was not found\n  addon:  insured\n" in done.out


def test_a_key_that_others_can_read_is_told(run: Run, shop: Workshop, empty: Path) -> None:
    key = empty / "var/secret.key"
    key.write_text("x" * 64)
    key.chmod(0o644)
    done = run("doctor")
    assert done.code == 1
    assert "error: [settings.open-key] others on this machine can read the key" in done.out
    assert shop.folder.is_dir()


def test_compiled_templates_that_others_can_write_are_told(run: Run, shop: Workshop, empty: Path) -> None:
    kept = empty / "var/cache/templates"
    kept.mkdir(parents=True)
    kept.chmod(0o700)
    assert "settings.open-cache" not in run("doctor").out
    kept.chmod(0o777)
    done = run("doctor")
    assert "warning: [settings.open-cache] others on this machine can write to the compiled templates" in done.out
    assert str(kept) in done.out
    assert shop.folder.is_dir()


def program(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tradewright.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_safe_mode_gets_rid_of_an_addon_that_ends_the_program(shop: Workshop) -> None:
    break_with(shop, KILLS)
    assert program("addon", "list").returncode == 7  # the twin: without safe mode nothing can be done
    told = program("--safe-mode", "doctor")
    assert (told.returncode, told.stderr) == (0, "")
    assert re.search(r"warranty +1\.0 +1\.0 +not loaded\n", told.stdout)
    gone = program("--safe-mode", "addon", "uninstall", "warranty", "insured", "--yes")
    assert (gone.returncode, gone.stderr) == (0, "")
    assert gone.stdout.endswith("Uninstalled: insured, warranty.\n")
    after = program("doctor")
    assert after.returncode == 0
    assert re.search(r"warranty +1\.0 +- +not installed\n", after.stdout)


def test_the_shell_opens_in_safe_mode(shop: Workshop) -> None:
    break_with(shop, KILLS)
    done = program(
        "--safe-mode", "shell", "-c", "print(sorted({info.addon for info in site.registry.models.values()}))"
    )
    assert (done.returncode, done.stdout) == (0, "['base', 'core']\n")


@pytest.mark.parametrize(
    ("source", "safe"), [("1 / 0\n", False), ("import time\ntime.sleep(1e9)\n", False), (KILLS, True)]
)
def test_the_server_starts_without_a_broken_addon(shop: Workshop, empty: Path, source: str, *, safe: bool) -> None:
    break_with(shop, source)
    settings = empty / "tradewright.toml"
    settings.write_text(f"addon_start_seconds = 5\n{settings.read_text()}")
    log = empty / "serve.log"
    command = [sys.executable, "-m", "tradewright.cli", *(["--safe-mode"] if safe else []), "serve", "--port", "0"]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as server:
        try:
            until = time.monotonic() + 120
            while (found := re.search(r"Serving at (\S+)", log.read_text())) is None:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            for path, said in (("/health/live", "ok"), ("/health/ready", "ok"), ("/login", "<html")):
                with urllib.request.urlopen(f"{found[1]}{path}", timeout=10) as answer:  # noqa: S310  our own server
                    assert (answer.status, said in answer.read().decode()) == (200, True)
        finally:
            os.kill(server.pid, signal.SIGTERM)
            server.wait(40)
    said = log.read_text()
    if safe:
        assert said.startswith("Safe mode: only the core is loaded")
        return
    assert re.search(r"\[addons\.(import|hangs)\] .*\n  addon:  warranty\n", said)
    assert "[addons.set-aside] it is set aside because warranty is" in said


def test_a_worker_does_not_run_in_safe_mode(run: Run, shop: Workshop) -> None:
    done = run("--safe-mode", "worker", "--once")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("[cli.safe-mode] jobs do not run in safe mode")
    assert shop.folder.is_dir()
