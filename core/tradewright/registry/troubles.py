"""What went wrong in answers to hooks while a site ran, counted for each addon and hook, so that administrators see it.

It is noted in a unit of work of its own, after the one in which it happened, which may have been rolled back.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

from tradewright.addons.answers import Trouble
from tradewright.i18n import _
from tradewright.orm import Mapped, Model, choice, field, index, select, text

if TYPE_CHECKING:
    from tradewright.orm import Env

LOGGER = logging.getLogger("tradewright.addons")
MOST_WAITING = 50
_LONGEST = 500


class AddonTrouble(
    Model, label=_("Trouble with an addon"), plural=_("Trouble with addons"), order_by="-last_at", audit="none"
):
    """A hook that an addon answered too slowly, or with an error: how often, and what it was the last time."""

    addon: Mapped[str] = text(label=_("Addon"), readonly=True)
    hook: Mapped[str] = text(label=_("Hook"), readonly=True)
    kind: Mapped[str] = choice(
        [("slow", _("Too slow")), ("stopped", _("Stopped")), ("raised", _("Failed"))], label=_("Kind"), readonly=True
    )
    place: Mapped[str] = text(label=_("Place"), max_length=_LONGEST, readonly=True)
    detail: Mapped[str] = text(label=_("What happened"), max_length=_LONGEST, readonly=True)
    times: Mapped[int] = field(label=_("How often"), default=0, readonly=True)
    first_at: Mapped[datetime] = field(label=_("First"), readonly=True)
    last_at: Mapped[datetime] = field(label=_("Last"), readonly=True)

    _of_hook = index("addon", "hook", "kind")


class Troubles:
    """The troubles of a site that are not noted yet; those of a process wait here until its unit of work has ended."""

    def __init__(self) -> None:
        self._waiting: deque[Trouble] = deque(maxlen=MOST_WAITING)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def append(self, trouble: Trouble) -> None:
        """Take one in."""
        self._waiting.append(trouble)

    def note(self, open_env: Callable[[], AbstractContextManager[Env]]) -> None:
        """Write what waits into the site's database. What can't be written was logged already, and is dropped."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        if not taken:
            return
        try:
            with open_env() as env:
                _write(env, taken)
        except Exception as error:  # noqa: BLE001  the request is answered; a note less harms nobody
            LOGGER.warning("trouble with addons could not be noted: %s", error)


def _write(env: Env, troubles: Sequence[Trouble]) -> None:
    model = env[AddonTrouble]
    names = {trouble.addon for trouble in troubles}
    known = {(row.addon, row.hook, row.kind): row for row in env.scalars(select(model).where(model.addon.in_(names)))}
    for trouble in troubles:
        key = (trouble.addon, trouble.hook, trouble.kind)
        row = known.get(key)
        if row is None:
            row = known[key] = env.add(
                model(addon=trouble.addon, hook=trouble.hook, kind=trouble.kind, times=0, first_at=env.now)
            )
        row.times += 1
        row.last_at = env.now
        row.place = trouble.place[-_LONGEST:]
        row.detail = " ".join(trouble.detail.split())[:_LONGEST]
