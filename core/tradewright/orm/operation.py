"""Operations: what users do to documents, declared once with permission, states and words.

An operation is a class method over a sequence of records, so that a hundred cost what one does. Extensions override
it with `super()`. The composed class wraps it: the outermost call checks the actor's right, locks the rows, checks
their state and runs the body with the operation's own authority; calls inside an operation are part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F")
MARK = "__tradewright_operation__"


@dataclass(slots=True, frozen=True, kw_only=True)
class OperationInfo:
    """An operation as declared. `form` is the pydantic model of its parameters, `confirm` what is asked before."""

    name: str = ""
    label: Any = None
    permission: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    primary: bool = False
    danger: bool = False
    confirm: Any = None
    form: Any = None
    addon: str = ""


def operation(
    *,
    label: Any,
    permission: str | tuple[str, ...],
    states: tuple[str, ...] = (),
    primary: bool = False,
    danger: bool = False,
    confirm: Any = None,
    form: Any = None,
) -> Callable[[F], F]:
    """Declare an operation; stands above `@classmethod`.

    `permission` names the roles of which one is needed, `states` the values of the field `state` from which it may
    start (empty: any).
    """
    roles = (permission,) if isinstance(permission, str) else tuple(permission)
    info = OperationInfo(
        label=label, permission=roles, states=states, primary=primary, danger=danger, confirm=confirm, form=form
    )

    def mark(function: F) -> F:
        setattr(getattr(function, "__func__", function), MARK, info)
        return function

    return mark
