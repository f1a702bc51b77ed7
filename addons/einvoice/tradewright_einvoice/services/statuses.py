"""What codes of other sides mean: read from `statuses.toml` beside this module, when the first one comes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Status:
    """A status as somebody else says it: what it means, and the state that it leads to, if any."""

    meaning: str
    state: str | None


@cache
def statuses() -> Mapping[str, Status]:
    """Return all statuses by `list:code`, such as `t111:RE` and `fr:210`."""
    read = tomllib.loads(files(__package__ or "").joinpath("statuses.toml").read_text("utf-8"))
    return {
        f"{family}:{code}": Status(row["meaning"], row.get("state"))
        for family, rows in read.items()
        for code, row in rows.items()
    }
