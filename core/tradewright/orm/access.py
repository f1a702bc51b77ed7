"""Row rules: functions beside an addon's `access.toml` that say which rows an actor may touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from tradewright.orm.actor import Actor
    from tradewright.orm.model import Model

M = TypeVar("M", bound="Model")


@dataclass(frozen=True, slots=True)
class RowRule:
    """A declared row rule: for which model, under which name, from which module."""

    model: type[Model]
    name: str
    module: str
    build: Callable[[Any, Actor], ColumnElement[bool]]


ROW_RULES: list[RowRule] = []


def rows(
    model: type[M],
) -> Callable[[Callable[[type[M], Actor], ColumnElement[bool]]], Callable[[type[M], Actor], ColumnElement[bool]]]:
    """Declare a row rule of a model; `access.toml` names it by the function's name."""

    def declare(build: Callable[[type[M], Actor], ColumnElement[bool]]) -> Callable[..., ColumnElement[bool]]:
        ROW_RULES.append(RowRule(model, build.__name__, build.__module__, build))
        return build

    return declare
