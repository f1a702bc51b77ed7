"""Valid records for the rules of conformance, where a model needs more than its fields tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tradewright_base.models.company import Company

if TYPE_CHECKING:
    from tradewright.orm import Env


def inbox(env: Env, number: int) -> dict[str, Any]:  # noqa: ARG001  # the signature of samples
    """A folder below the incoming files."""
    return {"kind": "folder", "folder": f"suppliers/inbox-{number}", "answers": None}


def archive_chain(env: Env, number: int) -> dict[str, Any]:
    """The chain of a company that has none yet."""
    return {"company": env[Company](name=f"Company {number}", currency=env.company.currency)}


def archive_erasure(env: Env, number: int) -> dict[str, Any]:  # noqa: ARG001  # the signature of samples
    """Documents up to a day that no other list has."""
    return {"until": date(1950, 1, 1) + timedelta(days=number)}


SAMPLES = {"Inbox": inbox, "ArchiveChain": archive_chain, "ArchiveErasure": archive_erasure}
