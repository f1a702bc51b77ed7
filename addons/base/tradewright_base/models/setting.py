"""Settings of the site that addons read by key."""

from typing import Any

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, json, text


class Setting(
    Model, label=_("Setting"), plural=_("Settings"), title="key", order_by="key", audit="all", plays="setting"
):
    """A value of any JSON type under a key like `base.demo`; `env.config` reads it."""

    key: Mapped[str] = text(label=_("Key"), max_length=100, unique=True)
    value: Mapped[Any] = json(label=_("Value"))
