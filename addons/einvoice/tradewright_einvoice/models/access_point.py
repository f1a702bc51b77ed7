"""Access points: the provider's gateway through which documents enter and leave a network such as Peppol."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, Mapped, Model, check, field, ids, operation, secret, text


class AccessPoint(
    Model,
    label=_("Access point"),
    plural=_("Access points"),
    title="name",
    order_by="id",
    public=True,
    audit="all",
    company=True,
):
    """A gateway that speaks the contract of `docs/reference/access-point.md`. A company's first active one sends."""

    company_id: Mapped[int]
    name: Mapped[str] = text(label=_("Name"), max_length=80)
    url: Mapped[str] = text(
        label=_("Address"),
        max_length=300,
        help=_("It starts with https, and the settings name its host among outgoing_hosts."),
    )
    token: Mapped[str | None] = secret(label=_("Key that we show to it"))
    hook_secret: Mapped[str | None] = secret(label=_("Key that it signs with"))
    active: Mapped[bool] = field(label=_("Active"), default=True)
    polled: Mapped[bool] = field(
        label=_("Ask for messages"), default=True, help=_("Every quarter of an hour; off where it calls us instead.")
    )
    cursor: Mapped[str | None] = text(label=_("Last message"), max_length=200, readonly=True)
    asked_at: Mapped[datetime | None] = field(label=_("Last asked"), readonly=True)
    problem: Mapped[str | None] = text(label=_("Last problem"), multiline=True, max_length=1_000, readonly=True)

    _address = check(lambda cls: cls.url.like("http%"), message=_("An address starts with https://."))

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse addresses that must not be called."""
        super().before_save(env, records)
        from ..services.channels.client import check_url

        for one in records:
            if env.changed(one, "url"):
                one.url = check_url(one.url)

    @operation(label=_("Ask for messages now"), permission="einvoice.user")
    @classmethod
    def ask(cls, env: Env, points: Sequence[Self]) -> Text:
        """Fetch receipts and responses now, by a job."""
        from ..jobs import ask_access_point

        for point in ids(points):
            env.defer(ask_access_point, point=point)
        return _("Messages are being fetched.")
