"""Runs one PostgreSQL cluster until its owner is gone: the process behind `tradewright.testing.postgres`.

It prints one line of JSON when the cluster accepts connections, or the error. Started with `python -I` by its file, it
imports nothing of Tradewright: one of it lives as long as a test run.
"""

import contextlib
import ctypes
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PORT = 5432  # names the socket file; nothing listens on TCP
PR_SET_PDEATHSIG = 1
SETTINGS = {
    "listen_addresses": "",
    "log_timezone": "UTC",
    "max_connections": "200",
    "max_wal_senders": "0",
    "port": str(PORT),
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "wal_level": "minimal",
}
FAST = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "128MB", "synchronous_commit": "off"}


def main() -> None:
    """Run the programs given as a cluster in the folder given, for the owner given."""
    binaries, folder, owner, mode = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    postgres = None
    try:
        postgres = _start(binaries, folder, SETTINGS | (FAST if mode == "fast" else {}))
        url = f"postgresql+psycopg://postgres@/postgres?host={folder}&port={PORT}"
        print(json.dumps({"url": url, "postmaster": postgres.pid}), flush=True)
        _wait_for(owner, postgres.pid)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(json.dumps({"error": _explain(error, folder)}), flush=True)
    finally:
        if postgres is not None:
            _stop(postgres)
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, folder: Path, settings: dict[str, str]) -> subprocess.Popen[Any]:
    identity = _identity(folder)
    binaries = _reachable(binaries, folder, identity)
    data, log = folder / "data", (folder / "log").open("wb")
    initdb = [str(binaries / "initdb"), f"--pgdata={data}", "--username=postgres", "--auth=trust", "--encoding=UTF8"]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    common: dict[str, Any] = {"env": environment, "cwd": folder, "stdin": subprocess.DEVNULL, "stderr": log, **identity}
    subprocess.run([*initdb, "--no-sync"], stdout=log, check=True, timeout=120, **common)
    options = [f"--{name}={value}" for name, value in {**settings, "unix_socket_directories": str(folder)}.items()]
    postgres = subprocess.Popen(  # the guard has one thread, so that preexec_fn is safe
        [binaries / "postgres", "-D", data, *options],
        stdout=log,
        preexec_fn=_die_with_parent,  # noqa: PLW1509
        **common,
    )
    deadline = time.monotonic() + 60
    while not _accepts(folder / f".s.PGSQL.{PORT}", data / "postmaster.pid"):
        if postgres.poll() is not None or time.monotonic() > deadline:
            _stop(postgres)
            message = "it ended at once" if postgres.returncode else "it is not ready after 60 s"
            raise RuntimeError(message)
        time.sleep(0.02)
    return postgres


def _identity(folder: Path) -> dict[str, Any]:
    """Return the unprivileged user to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    message = "there is neither a user 'postgres' nor 'nobody'."
    raise RuntimeError(message)


def _reachable(binaries: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """Return the programs' folder, copied where the user can't reach it (an environment in /root)."""
    if not identity or subprocess.run(["test", "-x", binaries / "postgres"], check=False, **identity).returncode == 0:
        return binaries
    package = binaries.parents[1]  # the programs look for their libraries beside the package
    for original in (binaries.parent, package.with_name(f"{package.name}.libs")):
        copy = folder / original.relative_to(package.parent)
        shutil.copytree(original, copy)
        shutil.chown(copy, identity["user"], identity["group"])
    return folder / binaries.relative_to(package.parent)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _accepts(path: Path, pid_file: Path) -> bool:
    """Tell whether the cluster is ready: the socket accepts, and the last line of its status file says so."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return pid_file.read_text().rstrip().endswith("ready")


def _wait_for(*processes: int) -> None:
    """Return when one of the processes is gone."""
    handles: list[int] = []
    with contextlib.suppress(ProcessLookupError):
        handles.extend(os.pidfd_open(process) for process in processes)
        select.select(handles, [], [])


def _stop(postgres: subprocess.Popen[Any]) -> None:
    # SIGQUIT is PostgreSQL's immediate shutdown: nothing in there is worth a checkpoint.
    postgres.send_signal(signal.SIGQUIT)
    try:
        postgres.wait(10)
    except subprocess.TimeoutExpired:
        postgres.kill()
        postgres.wait()


def _leave(*_: object) -> None:
    raise SystemExit


def _explain(error: Exception, folder: Path) -> str:
    log = folder / "log"
    tail = log.read_text(errors="replace").strip().splitlines()[-5:] if log.exists() else []
    return " | ".join([str(error), *tail])


if __name__ == "__main__":
    main()
