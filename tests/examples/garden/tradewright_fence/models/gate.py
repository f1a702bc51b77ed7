"""Gates in the fence of a bed."""

from tradewright.i18n import _
from tradewright.orm import Mapped, Model, field, many_to_one
from tradewright_garden.models.bed import Bed


class Gate(Model, label=_("Gate"), plural=_("Gates")):
    """A way through the fence of a bed."""

    bed: Mapped[Bed] = many_to_one(label=_("Bed"))
    bed_id: Mapped[int]
    width: Mapped[int] = field(label=_("Width"), at_least=1, at_most=10)
