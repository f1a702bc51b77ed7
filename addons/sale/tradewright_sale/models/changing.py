"""Changing a confirmed order in the back office."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, operation
from tradewright.web import Form, LongText

from .. import errors
from ..services.change import change_lines
from ..services.change_text import read_changes
from .order import Order


class ChangeLines(Form):
    """What shall be ordered instead: an article number and a quantity on each line; 0 cancels what is open."""

    lines: LongText


class ChangeableOrder(Order, extend=True):
    """An order whose lines may be changed after confirmation, each change being a revision."""

    @operation(label=_("Change lines"), permission="sale.user", states=("confirmed",), form=ChangeLines)
    @classmethod
    def change(cls, env: Env, orders: Sequence[Self], form: ChangeLines) -> Text:
        """Set the quantities of products on one order: those named change or are added, the others stay."""
        if len(orders) != 1:
            raise errors.one_at_a_time()
        changes = read_changes(env, orders[0], form.lines)
        change_lines(env, orders[0], changes)
        return _("Revision {revision}: {count} lines changed.", revision=orders[0].revision, count=len(changes))
