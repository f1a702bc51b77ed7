"""Which rewards a buyer sees."""

from tradewright.orm import Actor, ColumnElement, rows

from ...models.reward import Reward


@rows(Reward)
def own_rewards(reward: type[Reward], actor: Actor) -> ColumnElement[bool]:
    """Those of the own company."""
    return reward.customer_id == actor.customer_id
