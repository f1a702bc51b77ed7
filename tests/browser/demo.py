"""The demonstration as its users see it: started as they start it, walked through in a browser."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "demo"
STARTED_WITHIN = 120.0
_ADDRESS = re.compile(r"runs at (http://[0-9.:]+)")


@contextmanager
def running(folder: Path) -> Generator[str]:
    """Make a demonstration in a folder, serve it, and give its address; the server is killed at the end."""
    log = folder.with_name(f"{folder.name}.log")
    command = [sys.executable, "-m", "tradewright.cli", "demo", "--folder", str(folder), "--port", "0"]
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield _address(server, log)
        finally:
            server.kill()
            server.wait(10)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        said = log.read_text(encoding="utf-8")
        if found := _ADDRESS.search(said):
            return found[1]
        assert server.poll() is None, f"the demonstration ended: {said[-2000:]}"
        time.sleep(0.1)
    raise AssertionError(f"the demonstration did not start within {STARTED_WITHIN:.0f} s")


class Visitor:
    """One person with a browser of their own. `faults` collects what the browser complained about."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options}
        self.context: BrowserContext = browser.new_context(base_url=address, **settings)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.faults: list[str] = []
        self.page.on("console", lambda said: self._heard(said.type, f"{said.text} {said.location['url']}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        # Questions before what cannot be undone are answered with yes.
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error":
            self.faults.append(f"{self.page.url}: {text}")

    def go(self, path: str) -> Page:
        """Open a page; it has to be there."""
        answer = self.page.goto(path)
        assert answer is not None, f"{path} gave no answer"
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.page

    def sign_in(self, login: str, password: str = PASSWORD) -> Page:
        """Sign in as somebody of the demonstration and arrive where that leads."""
        page = self.go("/login")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(password)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(re.compile("/(office|portal)$"))
        return page

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()
