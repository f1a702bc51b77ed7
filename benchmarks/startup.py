"""Start-up: from the command to the first page, with all addons installed on a SQLite site."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.measure import TICKS, resident_mb

ROUNDS, PATIENCE = 3, 60.0


def run(given: str | None) -> dict[str, float]:  # noqa: ARG001  # the site is a SQLite file
    """Return CPU seconds and resident memory (MB) of the server and its worker when the first page was answered."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "tradewright.toml"
        config.write_text(f'[sites.main]\ndatabase = "sqlite:///{folder}/site.sqlite"\nfiles = "{folder}/files"\n')
        command = [sys.executable, "-m", "tradewright.cli", "--config", str(config)]
        subprocess.run([*command, "init"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        measured = sorted(_once(command, folder) for _round in range(ROUNDS))
    cpu, memory = measured[len(measured) // 2]
    return {"cpu_s": round(cpu, 2), "rss_mb": round(memory, 1)}


def _once(command: list[str], folder: str) -> tuple[float, float]:
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
    )
    try:
        address = _address(server)
        with urllib.request.urlopen(f"{address}/login", timeout=PATIENCE) as page:  # noqa: S310  # our own server
            page.read()
        return _cpu(server.pid), resident_mb(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def _address(server: subprocess.Popen[str]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        line = (server.stdout or sys.stdin).readline()
        found = re.search(r"https?://[\w.:\[\]-]+", line)
        if found:
            return found[0].rstrip(".")
    raise TimeoutError("the server did not say where it listens")


def _cpu(pid: int) -> float:
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = text[text.rindex(")") + 2 :].split()
        if int(folder.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS
