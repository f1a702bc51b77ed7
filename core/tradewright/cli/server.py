"""Serving: gunicorn's processes and threads around one application, with the jobs of SQLite sites inside.

The first process only looks after the others. It imports nothing of the application (40 MB), unless several processes
are to share what was loaded before they were forked.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it has no types

if TYPE_CHECKING:
    from tradewright.app import Installation, Site
    from tradewright.base.settings import Settings

WATCH_SECONDS = 2.0
BOOT_FAILED = 3
"""The exit code by which gunicorn's worker tells its master not to start another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How to serve: address, processes, threads of each, and whether jobs of PostgreSQL sites run inside, too.

    With `safe` only the core is loaded, and no job runs. `ready` is called once the first process answers, with the
    address; `refuse` tells why none could start, or which addons were set aside.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 8
    all_jobs: bool = False
    safe: bool = False
    ready: Callable[[str], None] = print
    refuse: Callable[[Exception], None] = print


def serve(settings: Settings, serving: Serving) -> None:
    """Serve the sites of the settings until SIGTERM or SIGINT. Port 0 chooses a free one.

    Raises `OSError` where the port can't be had.
    """
    listener = socket.create_server((serving.host, serving.port), backlog=2048)
    port: int = listener.getsockname()[1]
    # The descriptor is gunicorn's from here on: worker processes leave through this frame, too.
    _Server(settings, serving, listener.detach(), f"http://{serving.host}:{port}").run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our application."""

    def __init__(self, settings: Settings, serving: Serving, descriptor: int, address: str) -> None:
        self.settings = settings
        self.serving = serving
        self.descriptor = descriptor
        self.address = address
        self.installation: Installation | None = None
        self.stop_jobs: list[Callable[[], None]] = []
        self.sites: list[Site] = []
        self.generations: dict[str, int] = {}
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up; what a proxy in front says of the visitor is the web layer's business."""
        values: dict[str, Any] = {
            "bind": f"fd://{self.descriptor}",
            "workers": self.serving.workers,
            "threads": self.serving.threads,
            "worker_class": "gthread",
            "preload_app": self.serving.workers > 1,
            "timeout": 120,
            "graceful_timeout": 30,
            "keepalive": 5,
            "loglevel": "warning",
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
            "proc_name": "tradewright",
            "post_worker_init": self.started,
            "worker_exit": self.ended,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Load the sites and make the application; where that fails, tell why and do not try again.

        What is made here lives as long as the process: the cyclic collector need not look at it while it comes into
        being, nor ever after.
        """
        gc.disable()
        from tradewright.app import open_installation
        from tradewright.app.gate import generation_of
        from tradewright.web.application import Application

        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
        try:
            self.installation = open_installation(self.settings, safe=self.serving.safe, serving=True)
            self.sites = self.fitting(self.installation.sites())
            sites: list[Any] = [*self.sites]
            self.generations = {site.name: generation_of(site) for site in self.installation.sites()}
            application = Application(sites, self.settings, base_urls=dict.fromkeys(self.settings.sites, self.address))
            gc.freeze()
        except Exception as error:  # noqa: BLE001  whatever it is, it is told once and ends the start
            self.serving.refuse(error)
            sys.exit(BOOT_FAILED)
        else:
            return application
        finally:
            gc.enable()

    def fitting(self, sites: Sequence[Site]) -> list[Site]:
        """Return the sites whose code and tables fit; the others are told and left out. Raises where none fits."""
        from tradewright.app.gate import check
        from tradewright.base import DeveloperError

        fit: list[Site] = []
        closed: list[DeveloperError] = []
        for site in sites:
            try:
                check(site)
            except DeveloperError as fault:
                closed.append(fault)
            else:
                fit.append(site)
        if closed and not fit:
            raise closed[0]
        for problem in (*closed, *(problem for site in fit for problem in site.composition.addons.problems)):
            self.serving.refuse(problem)
        return fit

    def started(self, worker: Any) -> None:
        """Start the jobs in a process that is ready, and tell the address once."""
        if self.installation is None:
            return
        # In safe mode the jobs of addons that are not there would be taken, and given up.
        sites = [] if self.serving.safe else self.sites
        self.stop_jobs = _start_jobs(
            [site for site in sites if site.database.sqlite],
            [site for site in sites if not site.database.sqlite and self.serving.all_jobs],
        )
        # All processes are started anew, by the first one.
        self.stop_jobs.append(_watch(self.installation, self.generations, lambda: os.kill(os.getppid(), signal.SIGHUP)))
        if worker.age == 1:
            self.serving.ready(self.address)

    def reload(self) -> None:
        """Forget the application that was made, so that the next one has the addons that the sites have now."""
        self.callable = None
        super().reload()

    def ended(self, server: Any, worker: Any) -> None:
        """Let running jobs end, and close the connections."""
        del server, worker
        for stop in self.stop_jobs:
            stop()
        if self.installation is not None:
            self.installation.close()


def _watch(installation: Installation, known: Mapping[str, int], changed: Callable[[], None]) -> Callable[[], None]:
    """Call `changed` once the addons of a site were changed, here or by a command; return what ends the watch."""
    from tradewright.app.gate import generation_of

    stop = threading.Event()

    def look() -> None:
        while not stop.wait(WATCH_SECONDS):
            try:
                found = any(generation_of(site) != known[site.name] for site in installation.sites())
            except Exception as error:  # noqa: BLE001  a database that is away for a moment is no change
                logging.getLogger("tradewright").warning("addons not looked at: %s", error)
                continue
            if found:
                changed()
                return

    threading.Thread(target=look, name="addons", daemon=True).start()
    return stop.set


def _start_jobs(embedded: list[Any], queued: list[Any]) -> list[Callable[[], None]]:
    stops: list[Callable[[], None]] = []
    if embedded:
        from tradewright.jobs.embedded import EmbeddedRunner

        runner = EmbeddedRunner(embedded)
        runner.start()
        stops.append(runner.stop)
    if queued:
        from tradewright.jobs.worker import run_workers

        stop = threading.Event()
        thread = threading.Thread(target=run_workers, args=(queued,), kwargs={"stop": stop}, name="jobs", daemon=True)
        thread.start()
        stops += [stop.set, lambda: thread.join(30)]
    return stops


def run_worker(
    installation: Installation, *, concurrency: int = 2, wait: bool = True, ready: Callable[[], None]
) -> bool:
    """Run the jobs of all sites until SIGTERM or SIGINT asks to end, or with `wait=False` until none is due.

    It ends in the same way when the addons of a site were changed, and then returns True: the program is to be started
    anew, as it runs the jobs of the addons that it has loaded.
    """
    from tradewright.app.gate import generation_of

    sites = installation.sites()
    again = threading.Event()

    def change() -> None:
        again.set()
        os.kill(os.getpid(), signal.SIGTERM)

    embedded = [site for site in sites if site.database.sqlite]
    queued = [site for site in sites if not site.database.sqlite]
    if not wait:
        _drain(embedded)
    stops = _start_jobs(embedded if wait else [], [])
    if wait:
        stops.append(_watch(installation, {site.name: generation_of(site) for site in sites}, change))
    try:
        if queued:
            from tradewright.jobs.worker import Plan, run_workers

            run_workers(queued, Plan(concurrency=concurrency, wait=wait), ready=ready)
        elif wait:
            _until_signalled(ready)
    finally:
        for stop in stops:
            stop()
    return again.is_set()


def _drain(sites: list[Any]) -> None:
    from tradewright.jobs.embedded import run_all

    for site in sites:
        run_all(site)


def _until_signalled(ready: Callable[[], None]) -> None:

    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    ready()
    while not asked.wait(1.0):
        pass
