"""How soon tickets are answered."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, choice, field, unique

PRIORITIES = [("low", _("Low")), ("normal", _("Normal")), ("high", _("High")), ("urgent", _("Urgent"))]


class ServiceLevel(Model, label=_("Service level"), plural=_("Service levels"), title="priority", order_by="hours"):
    """The hours within which a ticket of a priority gets its first answer."""

    priority: Mapped[str] = choice(PRIORITIES, label=_("Priority"))
    hours: Mapped[int] = field(label=_("Hours to the first answer"), at_least=1, at_most=10_000)

    _once = unique("priority", message=_("There is a service level for this priority already."))
