"""The buyer's points on the first page of the portal."""

from tradewright.orm import Env, func, select
from tradewright.web import Page, extends_page

from ....models.reward import Reward


@extends_page("b2b_portal.home")
def points(env: Env, page: Page) -> dict[str, int]:  # noqa: ARG001  # the signature of page extensions
    """Count what the buyer may see: the points of the own company."""
    return {"points": env.scalar(select(func.sum(env[Reward].points))) or 0}
