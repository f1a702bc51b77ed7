"""The life cycle of a site's addons: a plan is made and shown, then exactly that plan is applied."""

from tradewright.app.lifecycle.apply import LifeCycle
from tradewright.app.lifecycle.plan import LifePlan

__all__ = ["LifeCycle", "LifePlan"]
