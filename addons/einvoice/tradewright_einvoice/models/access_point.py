"""Access points: the provider's gateway through which documents enter and leave a network such as Peppol."""

from datetime import datetime

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, check, field, secret, text


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
