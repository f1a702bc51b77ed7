"""A worker as a process of its own, to be killed: `python worker_process.py URL FILES SILENT`. Prints `ready`."""

import signal
import sys
import threading
from pathlib import Path

from tradewright.addons import discover
from tradewright.app import Compositions, open_site
from tradewright.base.settings import SiteSettings
from tradewright.jobs.embedded import EmbeddedRunner

ADDONS = Path(__file__).with_name("addons")


def main(url: str, files: str, silent: str) -> None:
    """Work until SIGTERM."""
    composition = Compositions(discover([ADDONS])).get(("jobtest",))
    site = open_site(SiteSettings(name="test", database=url, files=Path(files)), composition)
    if site.database.sqlite:
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_signal: ended.set())
        runner = EmbeddedRunner([site], poll=0.05)
        runner.start()
        _ready()
        ended.wait()
        runner.stop()
    else:
        from tradewright.jobs.worker import Plan, run_workers

        run_workers([site], Plan(silent=float(silent)), ready=_ready)
    site.close()


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
