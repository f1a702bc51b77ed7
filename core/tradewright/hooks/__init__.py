"""The hooks of the framework, and the markers by which addons declare and answer hooks.

A module here imports nothing of the layers above: types are imported under `TYPE_CHECKING` only.
"""

from tradewright.hooks.life import DemoLogin, demo_data, demo_logins, site_installed
from tradewright.hooks.markers import hookimpl, hookspec
from tradewright.hooks.numbers import allocate_numbers
from tradewright.hooks.passwords import (
    Credential,
    credential_for,
    credential_of,
    language_chosen,
    mail_password_reset,
    store_password,
)
from tradewright.hooks.people import actor_for, authenticate

__all__ = [
    "Credential",
    "DemoLogin",
    "actor_for",
    "allocate_numbers",
    "authenticate",
    "credential_for",
    "credential_of",
    "demo_data",
    "demo_logins",
    "hookimpl",
    "hookspec",
    "language_chosen",
    "mail_password_reset",
    "site_installed",
    "store_password",
]
