"""What addons contribute to the back office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.i18n import Text
    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class HomeCard:
    """What waits for somebody, as a list: how many there are, and the first few of them.

    `view` is the id of a list view (`sale.order_list`), `filter` the names of filters of its search (spaces between),
    `label` what the card is called. `total` names a field to sum, `rows` how many records are shown; `tone` is success,
    warning, danger, info or neutral (""). Cards stand in the order of their `sequence`. Whoever may not read the model
    does not see the card.
    """

    view: str
    filter: str
    label: Text
    tone: str = ""
    icon: str = ""
    total: str = ""
    rows: int = 5
    sequence: int = 50


@hookspec(isolated=True)
def office_home_cards(env: Env) -> Sequence[HomeCard]:
    """Say what waits, for the home page of the back office.

    When: each time the page is opened, reading only, with the rights of whoever opens it.
    Parameters: `env`, the unit of work.
    Return: the cards of the addon; each costs two statements. An answer that raises is left out, and the page is shown
        without its cards.
    Order: by the cards' `sequence`, then dependency order.
    Since: 0.1
    """
    raise NotImplementedError
