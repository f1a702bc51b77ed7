"""What tests build on, ours and those of addons elsewhere: sites, factories, a client, statement counts.

pytest imports `tradewright.testing.plugin` in every project of the environment: what needs the whole framework is
imported when it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewright.testing.sites import SiteFactory, Template
    from tradewright.testing.statements import Statements, count_statements

__all__ = ["SiteFactory", "Statements", "Template", "count_statements"]

_HOMES = {"SiteFactory": "sites", "Template": "sites", "Statements": "statements", "count_statements": "statements"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
