"""What the atelier contributes."""

from collections.abc import Sequence

from tradewright.hooks import Elsewhere, FieldFinding, HomeCard, Verdict, hookimpl
from tradewright.i18n import _
from tradewright.orm import Env, Model, select

from .models.task import Task


@hookimpl
def office_home_cards(env: Env) -> Sequence[HomeCard]:  # noqa: ARG001  # the signature of the hook
    """Show open and late tasks."""
    return [
        HomeCard("atelier.task_list", "open", _("Open tasks"), tone="info", icon="hammer", total="hours", sequence=1),
        HomeCard("atelier.task_list", "late", _("Late tasks"), tone="danger", sequence=2),
    ]


@hookimpl
def record_findings(env: Env, record: Model) -> Verdict | None:
    """Look at tasks whose note says so."""
    if not isinstance(record, Task):
        return None
    with env.elevate("whoever sees the task sees what is amiss with it"):
        note = env.scalar(select(env[Task].note).where(env[Task].id == record.id))
        return _verdict(record, note) if note in {"inspect", "perfect", "nowhere"} else None


def _verdict(record: Task, note: str) -> Verdict:
    if note == "perfect":
        return Verdict(_("Ready for the roof"), "success")
    if note == "nowhere":
        return Verdict(_("Lost"), "danger", (FieldFinding(_("Find it."), field="nmae"),))
    customer, first = record.customer, record.steps[0]
    assert customer is not None
    return Verdict(
        _("Not ready"),
        "danger",
        (
            FieldFinding(_("Say when."), field="due", detail="AT-1"),
            FieldFinding(_("Plane it twice."), field="name", lines="steps", line=first.id, tone="warning"),
            FieldFinding(
                _("Give them a city."),
                field="customer",
                elsewhere=Elsewhere("base.Partner", customer.id, customer.name, "city"),
            ),
            *(FieldFinding(_("Look again."), tone="warning") for _time in range(20)),
        ),
    )
