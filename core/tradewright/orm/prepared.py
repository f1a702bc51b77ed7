"""Statements that are put together once: what every request asks costs more to build than to run."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Select

S = TypeVar("S", bound="Select[Any]")

PREPARED = "tw_prepared"
"""The execution option by which the guard knows that a statement comes again and may be remembered."""


def prepared(build: Callable[..., S]) -> Callable[..., S]:
    """Keep the statement that a function builds from composed models; its values are given when it runs.

    The function must depend on nothing but the models: values stand in it as `bindparam("name")` and are passed to
    `env.execute(statement, {"name": value})`. The guard restricts it once for each actor.
    """

    @lru_cache(maxsize=64)
    def kept(*models: Any) -> S:
        return build(*models).execution_options(**{PREPARED: True})

    @wraps(build)
    def statement(*models: Any) -> S:
        return kept(*models)

    return statement
