"""Users seen from the command line: the core lists, makes and stops them, an addon keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user in a listing; `roles` are those that were given, without the implied ones."""

    user_id: int
    login: str
    name: str
    kind: str
    active: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleUser:
    """A user made for a check; `records` are the records that stand for the customer (model, id), the account first."""

    user_id: int
    records: tuple[tuple[str, int], ...] = ()


@hookspec(firstresult=True)
def list_users(env: Env) -> Sequence[UserLine] | None:
    """List all users of the site.

    When: `tradewright user list`, with the system's rights, reading only.
    Parameters: `env`, the unit of work.
    Return: all users by login, those that are not active too.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def create_user(env: Env, login: str, name: str, password: str, roles: Sequence[str]) -> int | None:
    """Make a member of staff who can sign in.

    When: `tradewright user create`, with the system's rights.
    Parameters: `env`, the unit of work; `login`, as typed; `name`; `password`, in plain text, never to be kept or
        logged; `roles`, full names.
    Return: the id of the new user. A login that is taken, a weak password or an unknown role is a `UserError`.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def set_password(env: Env, login: str, password: str) -> bool | None:
    """Give a user another password, which ends all their sessions.

    When: `tradewright user password`, with the system's rights.
    Parameters: `env`, the unit of work; `login`, as typed; `password`, in plain text, never to be kept or logged.
    Return: True when it was kept, None where the login is unknown. A weak password is a `UserError`.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def set_active(env: Env, login: str, active: bool) -> bool | None:  # noqa: FBT001  hooks are called by keyword
    """Let a user sign in again, or no longer, which ends all their sessions.

    When: `tradewright user disable` and `tradewright user enable`, with the system's rights.
    Parameters: `env`, the unit of work; `login`, as typed; `active`, whether they may sign in from now on.
    Return: True when it was done, None where the login is unknown.
    Order: the first answer counts.
    Since: 0.1
    """


@hookspec(firstresult=True)
def sample_user(env: Env, kind: str, name: str) -> SampleUser | None:
    """Make a user with all roles that users of a kind can have, on a site that exists for a check only.

    When: when the rules of conformance look at a site as somebody, with the system's rights.
    Parameters: `env`, the unit of work; `kind`, `staff` or `portal`; `name`, one short word in lower case that no other
        sample has.
    Return: the user; a portal user is the only one of a customer of its own.
    Order: dependency order; the first answer counts.
    Since: 0.2
    """
