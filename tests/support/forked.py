"""kill -9 at a chosen statement: work runs in a forked process that ends there without another word."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from tradewright.app import Site

KILLED, DONE, FAILED = 9, 0, 1
SECONDS = 120


def killed_at(open_site: Callable[[], Site], work: Callable[[Site], Any], statement: int) -> bool:
    """Work in a process that is gone before its n-th statement or commit; tell whether it was, or came to its end.

    The site is opened in that process: what is open here must not be shared with it.
    """
    child = os.fork()
    if child == 0:
        os._exit(_doomed(open_site, work, statement))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            code = os.waitstatus_to_exitcode(status)
            assert code in {KILLED, DONE}, code
            return code == KILLED
        time.sleep(0.005)
    os.kill(child, 9)
    os.waitpid(child, 0)
    raise AssertionError(f"the work did not come to its end in {SECONDS} seconds")


def _doomed(open_site: Callable[[], Site], work: Callable[[Site], Any], statement: int) -> int:
    left = statement

    def count(*_arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    try:
        site = open_site()
        event.listen(site.database.engine, "before_cursor_execute", count)
        event.listen(site.database.engine, "commit", count)
        work(site)
    except BaseException:  # noqa: BLE001  the child tells of it and ends
        traceback.print_exc()
        return FAILED
    return DONE
