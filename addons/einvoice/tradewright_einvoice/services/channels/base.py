"""What a channel is: inside (written with the transaction) or outside (a call with nothing open in the database)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewright.base import UserError
    from tradewright.orm import Env

    from ...models.einvoice import EInvoice
    from ...models.sending import EInvoiceSending


class Refused(Exception):
    """The other side will never take this document as it is; the words are its own, or say what is wrong."""


class TryLater(Exception):
    """It could not be delivered now. It may have arrived: the next attempt asks first."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a document."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A document on its way, complete in itself: no database is open while it travels.

    `key` is the same for each attempt. `again` says that an earlier attempt may have delivered it. `settings` are the
    plain values that the channel asked for. The first of `files` is the document that counts.
    """

    key: str
    number: str
    edition: int
    ordinal: int
    kind: str
    profile: str
    recipient: str
    files: Sequence[File]
    again: bool
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the other side answered: its reference, how far the document is (`sent`, `delivered`), and its words."""

    reference: str = ""
    state: str = "sent"
    content: bytes = b""
    media_type: str = "application/json"


class Channel(Protocol):
    """A way out. `once` says that a document which went out never goes out again by it."""

    code: str
    once: bool

    def refusals(self, env: Env, einvoices: Sequence[EInvoice]) -> Mapping[int, UserError]:
        """Return, by their ids, why documents can't go out this way as things are; nothing for those that can."""
        ...

    def address(self, env: Env, einvoice: EInvoice) -> str:
        """Return where it goes, for people to read."""
        ...


@runtime_checkable
class InsideChannel(Channel, Protocol):
    """A way that is part of the transaction: what it writes is there if and only if the transaction is."""

    def hand_over(self, env: Env, sendings: Sequence[EInvoiceSending]) -> None:
        """Take documents over for good."""
        ...


@runtime_checkable
class OutsideChannel(Channel, Protocol):
    """A way to somebody else's machine."""

    def settings(self, env: Env, einvoice: EInvoice) -> Mapping[str, Any]:
        """Return the plain values that `stage` and `deliver` need; read with the rights of the system."""
        ...

    def stage(self, parcel: Parcel) -> None:
        """Prepare without any effect that the other side can see; may happen any number of times."""
        ...

    def deliver(self, parcel: Parcel) -> Receipt:
        """Hand the document over once, whatever happened before. Raises `Refused` or `TryLater`."""
        ...
