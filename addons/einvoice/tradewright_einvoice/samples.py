"""Valid records for the rules of conformance, where a model needs more than its fields tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewright.orm import Env


def inbox(env: Env, number: int) -> dict[str, Any]:  # noqa: ARG001  # the signature of samples
    """A folder below the incoming files."""
    return {"kind": "folder", "folder": f"suppliers/inbox-{number}", "answers": None}


SAMPLES = {"Inbox": inbox}
