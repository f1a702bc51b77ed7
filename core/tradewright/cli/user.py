"""`tradewright user`: who may sign in."""

from __future__ import annotations

import click

from tradewright.cli.context import Context, pass_context, show_table

_PASSWORD = click.password_option(
    help="Asked for when it is not given. A password on the command line is seen by others on this machine.",
    envvar="TRADEWRIGHT_PASSWORD",
    show_envvar=True,
)


@click.group()
def user() -> None:
    """List, make, and stop those who may sign in."""


@user.command("list")
@pass_context
def list_(context: Context) -> None:
    """List all users with their roles."""
    from tradewright.hooks import list_users

    with context.site.env(readonly=True) as env:
        users = env.first(list_users)(env) or ()
    states = {True: "active", False: "disabled"}
    rows = [(each.login, each.name, each.kind, states[each.active], ", ".join(each.roles)) for each in users]
    show_table(("LOGIN", "NAME", "KIND", "STATE", "ROLES"), rows)


@user.command()
@pass_context
def roles(context: Context) -> None:
    """List the roles that the addons of a site bring."""
    rows = [(role.name, str(role.label), ", ".join(role.implies)) for role in context.site.roles.values()]
    show_table(("ROLE", "LABEL", "IMPLIES"), sorted(rows))


@user.command()
@click.argument("login")
@click.option("--name", help="The name of the person; the login when it is not given.")
@click.option("--role", "roles", multiple=True, metavar="ADDON.ROLE", help="A role to give; may be repeated.")
@_PASSWORD
@pass_context
def create(context: Context, login: str, name: str | None, roles: tuple[str, ...], password: str) -> None:
    """Make a member of staff who can sign in.

    Give the first one an administrator's role, to make the others in the back office.
    """
    from tradewright.hooks import create_user

    made = context.site.run(lambda env: env.first(create_user)(env, login, name or login, password, roles))
    if made is None:
        raise click.ClickException("No enabled addon keeps users. Enable the addon base.")
    click.echo(f"{login} can sign in now" + (f", as {', '.join(roles)}." if roles else ", but has no role yet."))


@user.command()
@click.argument("login")
@_PASSWORD
@pass_context
def password(context: Context, login: str, password: str) -> None:
    """Give a user another password, which ends all their sessions."""
    from tradewright.hooks import set_password

    _need(login, done=context.site.run(lambda env: env.first(set_password)(env, login, password)))
    click.echo(f"{login} has a new password.")


@user.command()
@click.argument("login")
@pass_context
def disable(context: Context, login: str) -> None:
    """Keep a user from signing in, and end all their sessions."""
    _set_active(context, login, active=False)
    click.echo(f"{login} can no longer sign in.")


@user.command()
@click.argument("login")
@pass_context
def enable(context: Context, login: str) -> None:
    """Let a user sign in again."""
    _set_active(context, login, active=True)
    click.echo(f"{login} can sign in again.")


def _set_active(context: Context, login: str, *, active: bool) -> None:
    from tradewright.hooks import set_active

    _need(login, done=context.site.run(lambda env: env.first(set_active)(env, login, active)))


def _need(login: str, *, done: bool | None) -> None:
    if not done:
        raise click.ClickException(f"There is no user {login}. `tradewright user list` shows all.")
