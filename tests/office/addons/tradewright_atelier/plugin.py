"""What the atelier contributes."""

from collections.abc import Sequence

from tradewright.hooks import HomeCard, hookimpl
from tradewright.i18n import _
from tradewright.orm import Env


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show open and late tasks."""
    return [
        HomeCard("atelier.task_list", "open", _("Open tasks"), tone="info", icon="hammer", total="hours", sequence=1),
        HomeCard("atelier.task_list", "late", _("Late tasks"), tone="danger", sequence=2),
    ]
