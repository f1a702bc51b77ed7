"""What running jobs needs of a site beyond what a unit of work needs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from tradewright.orm import protocols

if TYPE_CHECKING:
    from tradewright.orm import Actor, Env

T = TypeVar("T")


class Site(protocols.Site, Protocol):
    """A site that gives units of work."""

    def env(
        self,
        actor: Actor = ...,
        /,
        *,
        readonly: bool = ...,
        language: str | None = ...,
        company_id: int | None = ...,
        request_id: str | None = ...,
    ) -> AbstractContextManager[Env]:
        """Give a unit of work that commits at the end of the block."""
        ...

    def run(
        self,
        command: Callable[[Env], T],
        actor: Actor = ...,
        /,
        *,
        language: str | None = ...,
        company_id: int | None = ...,
        request_id: str | None = ...,
    ) -> T:
        """Run a command in a unit of work, again where the database asks for it, and commit it."""
        ...
