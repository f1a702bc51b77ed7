"""What helpdesk answers the framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradewright.hooks import HomeCard, hookimpl
from tradewright.i18n import _

if TYPE_CHECKING:
    from tradewright.orm import Env


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show what waits for an answer."""
    return [HomeCard("helpdesk.ticket_list", "open", _("Open tickets"), "info", "life-buoy", sequence=60)]
