"""Row rules of the atelier."""

from tradewright.orm import Actor, ColumnElement, rows

from .models.task import Task


@rows(Task)
def open_ones(task: type[Task], actor: Actor) -> ColumnElement[bool]:  # noqa: ARG001  # the signature of row rules
    """Let viewers see what is open."""
    return task.state == "open"
