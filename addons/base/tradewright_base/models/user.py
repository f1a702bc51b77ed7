"""Who may log in, and as what."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import (
    Env,
    Mapped,
    Model,
    check,
    choice,
    field,
    many_to_many,
    many_to_one,
    one_to_many,
    operation,
    secret,
    text,
    unique,
)

from ..services.roles import check_role
from ..services.tidy import tidy
from .company import Company
from .partner import Partner


class User(
    Model, label=_("User"), plural=_("Users"), title="name", order_by="login", search=("login", "name"), audit="all"
):
    """A login: a member of staff, or a contact of a customer in the portal, never both."""

    login: Mapped[str] = text(label=_("Login"), unique=True, help=_("The e-mail address to log in with."))
    name: Mapped[str] = text(label=_("Name"))
    password_hash: Mapped[str | None] = secret(label=_("Password"))
    kind: Mapped[str] = choice([("staff", _("Staff")), ("portal", _("Portal"))], label=_("Kind"), default="staff")
    active: Mapped[bool] = field(label=_("Active"), default=True)
    language: Mapped[str | None] = text(label=_("Language"), max_length=16)
    partner: Mapped[Partner | None] = many_to_one(
        label=_("Contact"), help=_("The person behind the login; a portal user sees the documents of its company.")
    )
    partner_id: Mapped[int | None]
    company: Mapped[Company] = many_to_one(
        label=_("Company"), help=_("The company that the user works for or buys from.")
    )
    company_id: Mapped[int]
    companies: Mapped[list[Company]] = many_to_many(
        label=_("Further companies"), help=_("Companies whose records this user may see besides the own.")
    )
    roles: Mapped[list["UserRole"]] = one_to_many(inverse="user", owned=True, order_by="role", label=_("Roles"))
    session_epoch: Mapped[int] = field(
        label=_("Session epoch"), default=0, readonly=True, help=_("Raising it ends every session of the user.")
    )

    _portal_contact = check(
        lambda cls: (cls.kind != "portal") | cls.partner_id.is_not(None),
        message=_("A portal user needs a contact: choose the person and its company."),
    )

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Write the login in one form; refuse roles that don't go with the kind of user."""
        super().before_save(env, records)
        for user in records:
            tidy(user, "login", "language")
            for given in user.roles:
                check_role(env, given.role, user.kind, user.login)

    @operation(
        label=_("End all sessions"),
        permission="base.admin",
        confirm=_("Whoever is signed in with this login has to sign in again."),
    )
    @classmethod
    def end_sessions(cls, env: Env, users: Sequence[Self]) -> None:  # noqa: ARG003  # an operation's signature
        """Sign the users out everywhere: a session of an older epoch is over."""
        for user in users:
            user.session_epoch = (user.session_epoch or 0) + 1


class UserRole(
    Model, label=_("Role of a user"), plural=_("Roles of users"), title="role", order_by="role", audit="all"
):
    """One role given to one user."""

    user: Mapped[User] = many_to_one(label=_("User"), on_delete="cascade")
    user_id: Mapped[int]
    role: Mapped[str] = text(label=_("Role"), max_length=100, help=_("As declared by an addon, like base.user."))

    _once = unique("user", "role", message=_("The user has this role already."))

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse unknown roles, staff roles for portal users, and portal roles for staff."""
        super().before_save(env, records)
        for given in records:
            user = given.user if given.__dict__.get("user") else env.one(User, given.user_id)
            check_role(env, given.role, user.kind, user.login)
