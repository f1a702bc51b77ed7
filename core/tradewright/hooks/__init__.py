"""The hooks of the framework, and the markers by which addons declare and answer hooks.

A module here imports nothing of the layers above: types are imported under `TYPE_CHECKING` only.
"""

from tradewright.hooks.findings import Elsewhere, FieldFinding, Verdict, record_findings
from tradewright.hooks.life import DemoLogin, demo_data, demo_logins, site_installed
from tradewright.hooks.markers import hookimpl, hookspec
from tradewright.hooks.numbers import allocate_numbers
from tradewright.hooks.office import HomeCard, office_home_cards
from tradewright.hooks.passwords import (
    Credential,
    credential_for,
    credential_of,
    language_chosen,
    mail_password_reset,
    store_password,
)
from tradewright.hooks.people import SessionFacts, actor_for, authenticate, session_facts
from tradewright.hooks.users import (
    SampleUser,
    UserLine,
    create_user,
    list_users,
    sample_user,
    set_active,
    set_password,
)

__all__ = [
    "Credential",
    "DemoLogin",
    "Elsewhere",
    "FieldFinding",
    "HomeCard",
    "SampleUser",
    "SessionFacts",
    "UserLine",
    "Verdict",
    "actor_for",
    "allocate_numbers",
    "authenticate",
    "create_user",
    "credential_for",
    "credential_of",
    "demo_data",
    "demo_logins",
    "hookimpl",
    "hookspec",
    "language_chosen",
    "list_users",
    "mail_password_reset",
    "office_home_cards",
    "record_findings",
    "sample_user",
    "session_facts",
    "set_active",
    "set_password",
    "site_installed",
    "store_password",
]
