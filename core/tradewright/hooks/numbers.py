"""Numbers of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from tradewright.orm import Env


@hookspec(firstresult=True)
def allocate_numbers(env: Env, series: str, count: int) -> list[str] | None:
    """Give the next numbers of a series, without a gap.

    When: as the last statements before commit, once for each series in use, with the system's rights.
    Parameters: `env`, the unit of work; `series`, the code of the series; `count`, how many are needed.
    Return: exactly `count` numbers in ascending order, or None to leave it to the next addon.
    Order: the first answer counts.
    Since: 0.1
    """
