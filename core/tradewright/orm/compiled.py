"""What was compiled for one engine serves all of its kind: a further site, or a test, compiles nothing anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

MOST_STATEMENTS = 1_000
"""Sites with other addons have other statements."""
COMPILED: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)


class Alike(DefaultDialect):
    """Dialects that write the same SQL are equal, so that one finds what another has compiled.

    The class says which driver it is; what it learnt of its server when it first connected is in `_learnt`.
    """

    def _learnt(self) -> object:
        return self.server_version_info

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and type(self) is type(other) and self._learnt() == other._learnt()

    def __hash__(self) -> int:
        return hash(type(self))
