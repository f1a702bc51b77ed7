"""What is done with access points: their addresses are looked at, and they are asked for messages."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, ids, operation

from ..jobs import ask_access_point
from ..models.access_point import AccessPoint
from ..services.channels.client import check_url


class AskedAccessPoint(AccessPoint, extend=True):
    """An access point that can be asked."""

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse addresses that are never called."""
        super().before_save(env, records)
        for one in records:
            if env.changed(one, "url"):
                one.url = check_url(one.url)

    @operation(label=_("Ask for messages now"), permission="einvoice.user")
    @classmethod
    def ask(cls, env: Env, points: Sequence[Self]) -> Text:
        """Fetch receipts and responses now, by a job."""
        for point in ids(points):
            env.defer(ask_access_point, point=point)
        return _("Messages are being fetched.")
