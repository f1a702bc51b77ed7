"""Going on as somebody else: the one place where a unit of work gets another actor than it began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import DeveloperError

if TYPE_CHECKING:
    from tradewright.orm import Actor, Env


def act_as(env: Env, actor: Actor, language: str) -> None:
    """Let a unit of work that began as the system, to find out who is asking, go on as that actor.

    Nothing that the system has loaded stays reachable: the actor's statements read anew, under the actor's rights.
    """
    unit = env._unit  # noqa: SLF001  the framework's own door; addons have none
    session = unit.transaction.records
    if unit.actor.kind != "system" or unit.authorities or (session is not None and (session.new or session.dirty)):
        raise DeveloperError(
            "security.act-as",
            "A unit of work can take its actor only once, before it has changed anything.",
            value=unit.actor.kind,
            remedy="Open another unit of work for another actor.",
        )
    if session is not None:
        session.expunge_all()
    unit.criteria.clear()
    unit.actor = actor
    unit.language = language
    if actor.company_ids:
        unit.company_id = actor.company_ids[0]
