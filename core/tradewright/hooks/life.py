"""The life of a site: what addons do when it is made, and what they show in a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody a visitor of the demonstration can be: `who` is one English line, such as `Buyer at Nordlicht GmbH`."""

    login: str
    password: str
    who: str


@hookspec(seconds=600)
def site_installed(env: Env, addons: Sequence[str]) -> None:
    """Write what an addon needs on a site and its data files can't say.

    When: once after addons were installed, in the transaction of the installation, with the system's rights; the
        records of the data files are there already.
    Parameters: `env`, the unit of work; `addons`, the names of the addons that were installed just now. Addons that
        were there before are called too, so that they can look at what came.
    Return: nothing.
    Order: dependency order, so that what lower addons write is there.
    Since: 0.1
    """


@hookspec(seconds=600)
def demo_data(env: Env, today: date) -> None:
    """Write believable records for a demonstration.

    When: once after `site_installed`, when the site is made for a demonstration, with the system's rights. One
        transaction holds the records of all addons.
    Parameters: `env`, the unit of work; `today`, the day that all dates are relative to.
    Return: nothing.
    Order: dependency order, so that the partners are there when the orders are written.
    Since: 0.1
    """


@hookspec
def demo_logins(env: Env) -> Sequence[DemoLogin]:
    """Tell who a visitor of the demonstration can be.

    When: when `tradewright demo` prints what it made, with the system's rights, reading only.
    Parameters: `env`, the unit of work.
    Return: the logins that the addon's `demo_data` made, the most telling first.
    Order: dependency order.
    Since: 0.1
    """
    raise NotImplementedError
