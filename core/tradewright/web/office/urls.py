"""The addresses of the generic pages. Written out, because a list has a hundred links of one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

HOME = "/office"
SEARCH = "/office/search"

Value = str | int | None


def records(model: str, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address of a model's list, with what is searched, filtered and sorted by."""
    return _with(f"/office/{quote(model)}", query)


def export(model: str, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address of the table of a list."""
    return _with(f"/office/{quote(model)}/export", query)


def record(model: str, record_id: int, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address of a record."""
    return _with(f"/office/{quote(model)}/{record_id}", query)


def edit(model: str, record_id: int, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address at which a record is edited."""
    return _with(f"/office/{quote(model)}/{record_id}/edit", query)


def delete(model: str, record_id: int) -> str:
    """Return the address that deletes a record."""
    return f"/office/{quote(model)}/{record_id}/delete"


def new(model: str, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address at which a record is created."""
    return _with(f"/office/{quote(model)}/new", query)


def run(model: str, operation: str, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address of an operation."""
    return _with(f"/office/{quote(model)}/run/{quote(operation)}", query)


def suggest(model: str, query: Mapping[str, Value | Iterable[str]] | None = None) -> str:
    """Return the address that suggests records of a model."""
    return _with(f"/office/suggest/{quote(model)}", query)


def file(attachment_id: int) -> str:
    """Return the address of a stored file."""
    return f"/office/files/{attachment_id}"


def attach(model: str, record_id: int) -> str:
    """Return the address to which files of a record are sent."""
    return f"/office/{quote(model)}/{record_id}/files"


def _with(path: str, query: Mapping[str, Value | Iterable[str]] | None) -> str:
    given = {name: value for name, value in (query or {}).items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
