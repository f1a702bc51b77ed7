"""Time budgets for the code of addons: what is run while a site starts, and each answer to a hook.

Python can't end a thread. What runs too long gets an exception between two of its instructions, which ends loops; what
sleeps or waits for something outside can only be named and left behind.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
GRACE = 1.0
"""Seconds that stopped code gets to end before it is left behind."""
TICK = 0.5
"""Seconds between two looks at the hooks that run."""
STOP_AFTER = 6
"""A hook is stopped after this many times its budget."""
_IDLE_TICKS = 60


class Overrun(Exception):  # raised in code that knows nothing of it
    """Code of an addon took longer than it may; `stack` is where it was."""

    def __init__(self, seconds: float = 0.0, stack: traceback.StackSummary | None = None) -> None:
        super().__init__(f"not done after {seconds:g} seconds")
        self.seconds = seconds
        self.stack = stack


def run_within(seconds: float, action: Callable[[], T]) -> T:
    """Run an action in a thread of its own and return what it returns, or raise what it raises.

    Raises:
        Overrun: it was not done in time. It was asked to stop, and is left behind if it did not.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(action())
        except BaseException as error:  # noqa: BLE001  it is raised again in the thread that waits
            failure.append(error)

    thread = threading.Thread(target=work, name="addon", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        stack = stack_of(thread.ident or 0)
        interrupt(thread.ident or 0, Overrun)
        thread.join(GRACE)
        raise Overrun(seconds, stack)
    if failure:
        raise failure[0]
    return outcome[0]


def stack_of(thread: int) -> traceback.StackSummary:
    """Return where a thread is, outermost call first; empty when it has ended."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001  its only name
    return traceback.extract_stack(frame) if frame is not None else traceback.StackSummary()


def interrupt(thread: int, error: type[BaseException] | None) -> None:
    """Raise an exception in a thread as soon as it runs Python; None takes back one that was not raised yet."""
    told = ctypes.py_object(error) if error is not None else ctypes.c_void_p(None)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), told)


def place_in(stack: traceback.StackSummary, folder: Path) -> str | None:
    """Return the innermost `file:line` of a stack that lies in a folder."""
    inside = [frame for frame in stack if frame.filename.startswith(f"{folder}{os.sep}")]
    return f"{inside[-1].filename}:{inside[-1].lineno}" if inside else None


@dataclass(slots=True, eq=False)
class Running:
    """An answer to a hook that is being given: whose, since when, and how long it may take.

    `slow` is where it was when its budget was over; `stopped` tells that it was interrupted.
    """

    folder: Path
    seconds: float
    thread: int = field(default_factory=threading.get_ident)
    since: float = field(default_factory=time.monotonic)
    slow: str | None = None
    stopped: bool = False


class Watch:
    """Looks at the hooks that run in this process, from a thread that exists only while hooks are called."""

    def __init__(self) -> None:
        self._start_over()
        os.register_at_fork(after_in_child=self._start_over)

    def _start_over(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, list[Running]] = {}
        self._watching = False

    def enter(self, folder: Path, seconds: float) -> Running:
        """Note that an answer begins."""
        entry = Running(folder, seconds)
        self._running.setdefault(entry.thread, []).append(entry)
        if not self._watching:
            self._begin()
        return entry

    def leave(self, entry: Running) -> None:
        """Note that it has ended, in whatever way; nothing interrupts its thread for it after that."""
        with self._lock:
            stack = self._running.get(entry.thread, [])
            if entry in stack:
                stack.remove(entry)
            if entry.slow is not None and stack:
                stack[-1].since += time.monotonic() - entry.since  # the one around it did nothing but wait
            if not stack:
                self._running.pop(entry.thread, None)
            if entry.stopped:
                interrupt(entry.thread, None)

    def _begin(self) -> None:
        with self._lock:
            if self._watching:
                return
            self._watching = True
            threading.Thread(target=self._look, name="hook-watch", daemon=True).start()

    def _look(self) -> None:
        idle = 0
        while idle < _IDLE_TICKS:
            time.sleep(TICK)
            idle = 0 if self._running else idle + 1
            for stack in list(self._running.values()):
                if stack:
                    self._judge(stack[-1])  # the innermost: those around it wait for it
        with self._lock:
            self._watching = False

    def _judge(self, entry: Running) -> None:
        took = time.monotonic() - entry.since
        if took > entry.seconds and entry.slow is None:
            entry.slow = place_in(stack_of(entry.thread), entry.folder) or ""
        if took > entry.seconds * STOP_AFTER and not entry.stopped:
            with self._lock:
                stack = self._running.get(entry.thread, [])
                if entry in stack:
                    stack.remove(entry)
                    entry.stopped = True
                    interrupt(entry.thread, Overrun)


WATCH = Watch()
