"""What orders and order responses have in common: their lines are told apart by their number."""

from collections import Counter

from ..base import Check, Report, checks
from ..view import View


def unique_lines(rule: str) -> Check:
    """The check that each line has a number that no other has."""

    @checks(rule)
    def check(view: View, report: Report) -> None:
        items = view.tree.by_name.get("cac:LineItem", ())
        uses = Counter(text for node in items for text in {kid.text for kid in node.kids.get("cbc:ID", ())})
        for line in view.tree.named("cac:OrderLine"):
            for node in line.kids.get("cac:LineItem", ()):
                numbers = [kid.text for kid in node.kids.get("cbc:ID", ())]
                if not numbers:
                    report.fatal(rule, "", node, "The line has no number.")
                elif any(uses[number] != 1 for number in numbers):
                    report.fatal(rule, "", node, "The line number {0} is used more than once.", repr(numbers[0]))

    return check
