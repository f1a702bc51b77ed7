"""The ways by which e-invoices leave. An addon adds one by the hook `einvoice_channels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...hooks import einvoice_channels
from .access_point import AccessPointChannel
from .base import Channel, InsideChannel, OutsideChannel, Parcel, Receipt, Refused, TryLater
from .email import MailChannel
from .folder import FolderChannel
from .portal import PortalChannel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewright.orm import Env

__all__ = [
    "Channel",
    "InsideChannel",
    "OutsideChannel",
    "Parcel",
    "Receipt",
    "Refused",
    "TryLater",
    "channels",
]

_OWN: tuple[Channel, ...] = (MailChannel(), PortalChannel(), FolderChannel(), AccessPointChannel())


def channels(env: Env) -> Mapping[str, Channel]:
    """Return all ways out by their code, those of other addons too; an addon's wins over ours of the same code."""
    added: list[Channel] = env.hook(einvoice_channels)(env)
    return {one.code: one for one in (*_OWN, *added)}
