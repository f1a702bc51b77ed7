"""Putting an addon set together although some of its addons are broken: they are set aside, the others stand.

Loading sets aside what can't be imported (`tradewright.addons.load`). What fails later (a declaration that does not
fit, access to a model that is not there, a route that is taken) shows only when the whole is put together. Then one
addon is blamed, set aside with its dependants, and the rest is put together again.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tradewright.addons import AddonSet
from tradewright.addons.blame import named_in, start_fault
from tradewright.addons.watch import run_within

if TYPE_CHECKING:
    from tradewright.addons import Part

T = TypeVar("T")


def put_together(addons: AddonSet, make: Callable[[AddonSet], T], *, seconds: float) -> T:
    """Make something of an addon set, without the addons with which it can't be made.

    `make` is called with ever smaller sets, each time for at most `seconds`; the last set tells why in `problems`. An
    error that no addon is to blame for is raised.
    """
    collecting = gc.isenabled()
    while True:
        try:
            return run_within(seconds, lambda chosen=addons: make(chosen))  # type: ignore[misc]  # bound at once
        except (Exception, SystemExit) as error:
            part = _to_blame(error, addons, make, seconds)
            if part is None:
                raise
            addons = addons.without({part.addon: start_fault(part, error)})
        finally:
            if collecting and not gc.isenabled():
                gc.enable()  # what was left behind had switched it off for a moment


def _to_blame(
    error: BaseException, addons: AddonSet, make: Callable[[AddonSet], object], seconds: float
) -> Part | None:
    """Return the part to set aside.

    An error may name the addon whose model it is about, although another one extends it wrongly. So where others would
    fall with the named one, it is tried out with which addon the trouble begins, and the least is set aside.
    """
    named = named_in(error, addons.parts)
    if named is not None and _falls(addons, named.addon) == 1:
        return named
    begins = _where_it_begins(addons, make, seconds)
    if begins is None or named is None:
        return named or begins
    return min(named, begins, key=lambda part: _falls(addons, part.addon))


def _falls(addons: AddonSet, name: str) -> int:
    """Count the addons that are set aside when one is."""
    return sum(name in addons.uses(each) for each in addons.names)


def _where_it_begins(addons: AddonSet, make: Callable[[AddonSet], object], seconds: float) -> Part | None:
    """Return the first addon in dependency order that fails with those before it; None where the core alone fails."""
    low, high = 0, len(addons.enabled) - 1
    while low < high:
        middle = (low + high) // 2
        try:
            run_within(seconds, lambda end=middle: make(AddonSet(addons.enabled[: end + 1])))  # type: ignore[misc]
        except (Exception, SystemExit):  # noqa: BLE001  it only counts whether it fails
            high = middle
        else:
            low = middle + 1
    found = addons.enabled[low].name
    return next((part for part in addons.parts if part.addon == found and low > 0), None)
