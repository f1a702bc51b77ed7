"""The rules, a module for each family: C1 shape, C2 code, C3 words, C4 views, C5 access; C6 to C8 live on sites."""

import importlib
import pkgutil

from tradewright.conformance.finding import RULES


def load_rules() -> None:
    """Import all rules and put them in the order of their codes."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    ordered = sorted(RULES.items())
    RULES.clear()
    RULES.update(ordered)
