"""The errors of Tradewright: one family for developers, one for users.

A developer error says which addon, where, which value was found, what comes near it and what to do. A user
error carries one translatable sentence and an HTTP status; it is never a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


def nearest(value: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return the candidates that come nearest to a mistyped name, best first."""
    return tuple(difflib.get_close_matches(value, sorted(set(candidates)), n=limit, cutoff=0.5))


class TradewrightError(Exception):
    """The root of all errors that Tradewright raises on purpose; `code` is permanent and documented."""

    code: str = "tradewright.error"


class DeveloperError(TradewrightError):
    """A mistake in an addon, a setting or a call, written for the developer who can mend it."""

    def __init__(
        self,
        code: str,
        problem: str,
        *,
        addon: str | None = None,
        where: str | None = None,
        value: object = None,
        near: Iterable[str] = (),
        remedy: str | None = None,
    ) -> None:
        self.code = code
        self.problem = problem
        self.addon = addon
        self.where = where
        self.value = value
        self.near = tuple(near)
        self.remedy = remedy
        super().__init__(self._render())

    def _render(self) -> str:
        lines = [f"[{self.code}] {self.problem}"]
        if self.addon:
            lines.append(f"  addon:  {self.addon}")
        if self.where:
            lines.append(f"  where:  {self.where}")
        if self.value is not None:
            lines.append(f"  value:  {self.value!r}")
        if self.near:
            lines.append(f"  nearest: {', '.join(self.near)}")
        if self.remedy:
            lines.append(f"  remedy: {self.remedy}")
        return "\n".join(lines)


class UserError(TradewrightError):
    """A refusal that a user can understand: one sentence that says what happened and what to do next.

    `text` is a `tradewright.i18n.Text` (or a plain string for what comes translated already), `field` the
    input it is about, `status` the HTTP status of the answer.
    """

    status = 422

    def __init__(self, code: str, text: Any, *, field: str | None = None, status: int | None = None) -> None:
        self.code = code
        self.text = text
        self.field = field
        if status is not None:
            self.status = status
        super().__init__(str(text))


class Invalid(UserError):
    """Input that breaks a rule; `fields` maps the input's name to its sentence."""

    def __init__(self, code: str, text: Any, *, fields: dict[str, Any] | None = None) -> None:
        super().__init__(code, text)
        self.fields = fields or {}


class NotFound(UserError):
    """The record does not exist, or the actor may not know that it does: both answer alike."""

    status = 404


class Forbidden(UserError):
    """The actor may not do this."""

    status = 403


class Conflict(UserError):
    """Somebody else changed the same thing in the meantime."""

    status = 409


class Unavailable(UserError):
    """The service cannot answer now; the same request may go through later."""

    status = 503
