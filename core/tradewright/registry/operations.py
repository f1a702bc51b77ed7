"""Operations on the composed class: the outermost call is checked, locked and given its authority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tradewright.base import Conflict, Forbidden
from tradewright.i18n import _
from tradewright.orm.env import Env
from tradewright.orm.info import ModelInfo
from tradewright.orm.model import Model
from tradewright.orm.operation import OperationInfo


def wrap(info: ModelInfo) -> None:
    """Put the checked form of every operation onto the composed class."""
    for operation in info.operations.values():
        setattr(info.cls, operation.name, _wrapped(info, operation))


def _wrapped(info: ModelInfo, operation: OperationInfo) -> Any:
    composed = info.cls

    def run(cls: type[Model], env: Env, records: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        body = getattr(super(composed, cls), operation.name)
        unit = env._unit  # noqa: SLF001  # the registry is the framework's own hand
        if any(authority.operation for authority in unit.authorities):
            return body(env, records, *args, **kwargs)
        _permit(info, operation, env)
        wanted = [record.id for record in records]
        elevated = unit.elevated
        with env._authority(f"{info.name}.{operation.name}", f"{info.name}.{operation.name}"):  # noqa: SLF001
            locked = {record.id: record for record in env.lock(composed, wanted)}
            current = [locked[record_id] for record_id in wanted if record_id in locked]
            if not elevated:
                unit.site.guard.operation(unit, info, current)
            _in_state(info, operation, current, len(wanted))
            return body(env, current, *args, **kwargs)

    run.__name__ = operation.name
    run.__doc__ = getattr(composed, operation.name).__doc__
    return classmethod(run)


def _permit(info: ModelInfo, operation: OperationInfo, env: Env) -> None:
    if not env.actor.has(*operation.permission):
        raise Forbidden(
            "operation.forbidden",
            _("Your role does not allow this: {operation} ({model}).", operation=operation.label, model=info.label),
        )


def _in_state(info: ModelInfo, operation: OperationInfo, records: list[Any], wanted: int) -> None:
    if len(records) < wanted:
        raise Conflict("operation.gone", _("A record has been deleted in the meantime. Reload the page."))
    if not operation.states:
        return
    labels = dict(info.fields["state"].choices)
    for record in records:
        if record.state not in operation.states:
            raise Conflict(
                "operation.state",
                _(
                    "{record} is “{state}”, so this is no longer possible: {operation}.",
                    record=record.display_name(),
                    state=labels.get(record.state, record.state),
                    operation=operation.label,
                ),
            )
