"""Answers to hooks as they are called: with a time budget, and blamed on their addon when they fail.

A refusal to the user (`UserError`) and an error of the database are passed on as they are. Any other error aborts the
command with a note that names the addon, or is left out where the hook isolates its answers (`Contract`).
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tradewright.addons.addon_set import Part
from tradewright.addons.watch import WATCH, Overrun, Running
from tradewright.base import DeveloperError, TradewrightError

if TYPE_CHECKING:
    from tradewright.hooks.markers import Contract

LOGGER = logging.getLogger("tradewright.addons")
HOOK_SECONDS = 10.0
_DATABASES = ("sqlalchemy.", "psycopg", "sqlite3")
_NOTED = "_tradewright_answer"
Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong in an answer to a hook: `slow`, `stopped` or `raised`, with where and why."""

    addon: str
    hook: str
    kind: Literal["slow", "stopped", "raised"]
    place: str
    detail: str = ""


def place_of(function: Function) -> str:
    """Return where a function is written, as `module:line`."""
    return f"{function.__module__}:{inspect.unwrap(function).__code__.co_firstlineno}"


def watched(part: Part, hook: str, function: Function, contract: Contract, seconds: float) -> Function:
    """Return the answer of a part to a hook as it is to be called."""
    names = list(inspect.signature(function).parameters)
    env_at = names.index("env") if "env" in names else None
    budget = contract.seconds or seconds
    folder = part.root

    @functools.wraps(function)
    def answer(*arguments: Any) -> Any:
        env = arguments[env_at] if env_at is not None else None
        entry = WATCH.enter(folder, budget)
        try:
            if contract.isolated and env is not None and hasattr(env, "attempt"):
                with env.attempt():
                    return function(*arguments)
            return function(*arguments)
        except Exception as error:
            raised = _judged(error, entry, part, hook, function)
            if raised is not error:
                _tell(env, Trouble(part.addon, hook, "stopped", str(raised.where), str(raised.problem)))
            elif _is_fault(error):
                detail = f"{type(error).__name__}: {error}"
                _tell(env, Trouble(part.addon, hook, "raised", place_of(function), detail), error)
            if contract.isolated and (raised is not error or _is_fault(error, once=False)):
                return None
            if raised is error:
                raise
            raise raised from error
        finally:
            WATCH.leave(entry)
            if entry.slow is not None and not entry.stopped:
                place = entry.slow or place_of(function)
                _tell(env, Trouble(part.addon, hook, "slow", place, f"it took longer than {budget:g} seconds"))

    return answer


def _judged(error: Exception, entry: Running, part: Part, hook: str, function: Function) -> Any:
    """Return the error of an answer that was stopped, else the error itself, with a note whose answer it was."""
    if isinstance(error, Overrun) and entry.stopped:
        stopped = DeveloperError(
            "hooks.stopped",
            f"the answer to the hook {hook} was stopped, as it took much longer than {entry.seconds:g} seconds",
            addon=part.addon,
            where=entry.slow or place_of(function),
            value=hook,
            remedy="put slow work into a job; hook_seconds in the settings is the time that an answer may take",
        )
        setattr(stopped, _NOTED, True)
        return stopped
    if not isinstance(error, TradewrightError) or isinstance(error, DeveloperError):
        error.add_note(f"in the hook {hook}, answered by the addon {part.addon} at {place_of(function)}")
    return error


def _is_fault(error: Exception, *, once: bool = True) -> bool:
    """Tell whether an error is the addon's; `once` only the first time, as nested hooks pass one error on."""
    if isinstance(error, TradewrightError) and not isinstance(error, DeveloperError):
        return False
    if type(error).__module__.startswith(_DATABASES) or (once and hasattr(error, _NOTED)):
        return False
    if once:
        setattr(error, _NOTED, True)
    return True


def _tell(env: Any, trouble: Trouble, error: Exception | None = None) -> None:
    facts = {
        "event": f"hook {trouble.kind}",
        "addon": trouble.addon,
        "hook": trouble.hook,
        "place": trouble.place,
        "detail": trouble.detail,
    }
    LOGGER.warning("%s", json.dumps(facts), exc_info=error)
    kept = getattr(getattr(env, "site", None), "troubles", None)
    if kept is not None:
        kept.append(trouble)
