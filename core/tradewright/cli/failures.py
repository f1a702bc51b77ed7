"""Errors as the command line tells them: code, what happened, what to do; and the exit code that goes with them."""

from __future__ import annotations

from tradewright.base import DeveloperError, UserError

FOUND, USAGE, SURROUNDINGS = 1, 2, 3
_LIBRARIES_OF_DATABASES = ("sqlalchemy.", "psycopg", "sqlite3", "procrastinate")


def explain(error: Exception) -> tuple[str, int]:
    """Return what to print for an error, and the exit code."""
    if isinstance(error, DeveloperError):
        return str(error), SURROUNDINGS if error.code.startswith(("settings.", "cli.")) else FOUND
    if isinstance(error, UserError):
        fields = getattr(error, "fields", {})
        lines = [
            f"[{error.code}] {error.text}",
            *(f"  {name}: {text}" for name, text in fields.items() if text != error.text),
        ]
        return "\n".join(lines), FOUND
    if is_database_error(error):
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()
        return _told(
            "cli.database", f"the database refuses: {cause[0] if cause else type(error).__name__}"
        ), SURROUNDINGS
    if isinstance(error, OSError):
        return _told("cli.system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")), SURROUNDINGS
    return _told("cli.unexpected", f"{type(error).__name__}: {error}"), FOUND


def is_database_error(error: Exception) -> bool:
    """Tell whether the error comes from the database or its driver."""
    return type(error).__module__.startswith(_LIBRARIES_OF_DATABASES)


_REMEDIES = {
    "cli.database": "run `tradewright init` if the site is new; else check its address in the settings and its server",
    "cli.system": "check the path, its permissions, and what else uses it",
    "cli.unexpected": "run it again with --debug before the command to see where, and report it",
}


def _told(code: str, problem: str) -> str:
    return f"[{code}] {problem}\n  remedy: {_REMEDIES[code]}"
