"""Server, worker and demonstration as processes: they tell when they are ready, and end when asked to."""

import http.client
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

PROGRAM = [sys.executable, "-m", "tradewright.cli"]
PATIENCE = 60.0


@contextmanager
def started(folder: Path, *arguments: str, ready: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Start the program and wait for the line that says it is ready."""
    output = folder / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen([*PROGRAM, *arguments], cwd=folder, stdout=stream, stderr=stream, text=True)
    try:
        end = time.monotonic() + PATIENCE
        while (found := re.search(ready, output.read_text())) is None:
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < end, output.read_text()
            time.sleep(0.1)
        yield process, found[0]
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answer(address: str) -> int:
    with closing(http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)) as connection:
        connection.request("GET", "/login")
        return connection.getresponse().status


def test_the_server_takes_a_free_port_answers_and_ends_on_sigterm(folder: Path) -> None:
    with started(folder, "serve", "--port", "0", ready="http://[0-9.:]+") as (process, address):
        assert answer(address) == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert (folder / "output.txt").read_text() == f"Serving at {address}\n"


def test_several_processes_share_what_was_loaded_before(folder: Path) -> None:
    with started(folder, "serve", "--port", "0", "--workers", "2", ready="http://[0-9.:]+") as (process, address):
        assert [answer(address) for _ in range(4)] == [200] * 4
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_a_server_whose_site_is_broken_tells_why_and_ends_with_3(folder: Path) -> None:
    (folder / "tradewright.toml").write_text('[sites.main]\ndatabase = "nonsense"\n')
    done = subprocess.run(
        [*PROGRAM, "serve", "--port", "0"], cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 3
    assert done.stderr.startswith("[cli.database] the database refuses: ")
    assert "Traceback" not in done.stderr


def test_a_worker_waits_for_jobs_until_it_is_asked_to_end(folder: Path) -> None:
    with started(folder, "worker", ready="Working.") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_a_worker_can_end_when_nothing_is_due(folder: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "worker", "--once"], cwd=folder, capture_output=True, check=False, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_postgresql_site_may_have_its_jobs_run_inside_the_server_or_by_workers(
    empty: Path, fresh_postgres_database: Callable[[str | None], str]
) -> None:
    (empty / "tradewright.toml").write_text(
        f'[sites.main]\ndatabase = "{fresh_postgres_database(None)}"\naddons = ["base"]\n'
    )
    made = subprocess.run([*PROGRAM, "init"], cwd=empty, capture_output=True, check=False, timeout=PATIENCE)
    assert made.returncode == 0, made.stderr
    with started(empty, "serve", "--port", "0", "--with-jobs", ready="http://[0-9.:]+") as (process, address):
        assert answer(address) == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    with started(empty, "worker", ready="Working.") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    once = subprocess.run([*PROGRAM, "worker", "--once"], cwd=empty, check=False, timeout=PATIENCE)
    assert once.returncode == 0


def test_a_running_server_takes_up_an_addon_that_was_installed_meanwhile(folder: Path) -> None:
    (folder / "tradewright.toml").write_text("[sites.main]\n")
    with started(folder, "serve", "--port", "0", ready="http://[0-9.:]+") as (process, address):

        def status(path: str) -> int:
            with closing(http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)) as connection:
                connection.request("GET", path)
                return connection.getresponse().status

        assert status("/portal") == 404
        subprocess.run([*PROGRAM, "addon", "install", "b2b_portal"], cwd=folder, check=True, timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        while status("/portal") == 404:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert process.poll() is None


def test_a_running_worker_starts_anew_with_an_addon_that_was_installed_meanwhile(folder: Path) -> None:
    (folder / "tradewright.toml").write_text("[sites.main]\n")
    output = folder / "output.txt"
    with started(folder, "worker", ready="Working.") as (process, _):
        subprocess.run([*PROGRAM, "addon", "install", "b2b_portal"], cwd=folder, check=True, timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        while output.read_text().count("Working.") < 2:
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < end
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert output.read_text().splitlines() == ["Working.", "The addons were changed: starting anew.", "Working."]


def test_a_site_that_was_never_made_does_not_keep_the_others_from_being_served(folder: Path) -> None:
    settings = folder / "tradewright.toml"
    settings.write_text(f'{settings.read_text()}hosts = ["one.example"]\n[sites.new]\nhosts = ["two.example"]\n')
    with started(folder, "serve", "--port", "0", ready="http://[0-9.:]+") as (_process, address):
        found = {}
        for host in ("one.example", "two.example"):
            with closing(http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)) as connection:
                connection.request("GET", "/login", headers={"Host": host})
                found[host] = connection.getresponse().status
    assert found == {"one.example": 200, "two.example": 421}
    assert "[lifecycle.not-made] the site has no tables yet" in (folder / "output.txt").read_text()
