"""The hooks of the framework, and the markers by which addons declare and answer hooks.

A module here imports nothing of the layers above: types are imported under `TYPE_CHECKING` only.
"""

from tradewright.hooks.life import DemoLogin, demo_data, demo_logins, site_installed
from tradewright.hooks.markers import hookimpl, hookspec
from tradewright.hooks.numbers import allocate_numbers
from tradewright.hooks.people import actor_for, authenticate

__all__ = [
    "DemoLogin",
    "actor_for",
    "allocate_numbers",
    "authenticate",
    "demo_data",
    "demo_logins",
    "hookimpl",
    "hookspec",
    "site_installed",
]
