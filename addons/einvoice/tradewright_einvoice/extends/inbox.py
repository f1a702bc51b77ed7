"""Ways in that can be looked into at once."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, ids, operation

from ..jobs import look_into_inbox
from ..models.inbox import Inbox


class LookedIntoInbox(Inbox, extend=True):
    """A way in that staff may look into without waiting for the clock."""

    @operation(label=_("Look now"), permission="einvoice.user", primary=True)
    @classmethod
    def look(cls, env: Env, inboxes: Sequence[Self]) -> Text:
        """Look for what has arrived, by a job."""
        for number in ids([one for one in inboxes if one.kind != "http"]):
            env.defer(look_into_inbox, inbox=number)
        return _("What has arrived is being fetched.")
