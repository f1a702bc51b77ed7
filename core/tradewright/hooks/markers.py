"""The markers by which hooks are declared and answered: pluggy's, with what a hook promises to its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import pluggy

PROJECT = "tradewright"
F = TypeVar("F", bound=Callable[..., Any])
_pluggys = pluggy.HookspecMarker(PROJECT)
CONTRACT = f"{PROJECT}_contract"


@dataclass(frozen=True, slots=True)
class Contract:
    """What the caller of a hook can rely on.

    An answer that raises aborts the command; where `isolated`, it is left out, what it wrote is undone, and the command
    goes on. `seconds` is the time that one answer may take; None is the installation's `hook_seconds`.
    """

    isolated: bool = False
    seconds: float | None = None


@overload
def hookspec(function: F) -> F: ...
@overload
def hookspec(
    *, firstresult: bool = False, isolated: bool = False, seconds: float | None = None
) -> Callable[[F], F]: ...
def hookspec(
    function: F | None = None, *, firstresult: bool = False, isolated: bool = False, seconds: float | None = None
) -> F | Callable[[F], F]:
    """Declare a hook: its name, its arguments and, in the docstring, when it is called and what is made of the answers.

    With `firstresult` the first answer that is not None counts, else all do; for the rest see `Contract`.
    """

    def mark(declared: F) -> F:
        marked: F = _pluggys(declared, firstresult=firstresult)
        setattr(marked, CONTRACT, Contract(isolated, seconds))
        return marked

    return mark if function is None else mark(function)


def contract_of(spec: Callable[..., Any]) -> Contract:
    """Return what a hook promises."""
    found = getattr(spec, CONTRACT, None)
    return found if isinstance(found, Contract) else Contract()


hookimpl = pluggy.HookimplMarker(PROJECT)
