"""What must always be true of partners, users, numbers and files; `tradewright verify` runs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tradewright.orm import select
from tradewright.registry import invariant

from .models.attachment import Attachment
from .models.partner import Partner
from .models.series import Series
from .models.user import User, UserRole
from .services.roles import staff_roles

if TYPE_CHECKING:
    from tradewright.orm import Env


@invariant("base.staff-or-portal")
def staff_or_portal(env: Env) -> Iterator[str]:
    """A user is staff with staff roles or a portal user with portal roles, never both."""
    user, given = env[User], env[UserRole]
    staff = staff_roles(env)
    for row in env.execute(select(user.login, user.kind, given.role).join(given, given.user_id == user.id)):
        if row.role in env.site.roles and (row.role in staff) != (row.kind == "staff"):
            yield f"{row.login} is {row.kind} and has the role {row.role}"


@invariant("base.secret-is-hash")
def secret_is_hash(env: Env) -> Iterator[str]:
    """A stored password is an argon2 hash."""
    user = env[User]
    hashed = user.password_hash.like("$argon2id$%")
    for login in env.scalars(select(user.login).where(user.password_hash.is_not(None), ~hashed)):
        yield str(login)


@invariant("base.partner-tree")
def partner_tree(env: Env) -> Iterator[str]:
    """Every contact has a company, and no company is part of itself."""
    partner = env[Partner]
    rows = env.execute(select(partner.id, partner.parent_id, partner.kind)).all()
    parents = {row.id: row.parent_id for row in rows}
    for row in rows:
        if row.kind == "contact" and row.parent_id is None:
            yield f"contact {row.id} has no company"
        if row.parent_id is not None and _in_circle(row.id, parents):
            yield f"partner {row.id} is part of itself"


def _in_circle(start: int, parents: dict[int, int | None]) -> bool:
    above, steps = parents[start], 0
    while above is not None and above != start and steps < len(parents):
        above, steps = parents.get(above), steps + 1
    return above == start


@invariant("base.series-pattern")
def series_pattern(env: Env) -> Iterator[str]:
    """Every number series has one pattern, and rows in use belong to a company."""
    series = env[Series]
    rows = env.execute(select(series.code, series.company_id)).all()
    patterns = Counter(row.code for row in rows if row.company_id is None)
    for code in sorted({row.code for row in rows}):
        if patterns[code] != 1:
            yield f"{code} has {patterns[code]} patterns"


@invariant("base.customer-numbers")
def customer_numbers(env: Env) -> Iterator[str]:
    """No customer has a number that its series has not reached yet."""
    series, partner = env[Series], env[Partner]
    rows = env.execute(
        select(series.prefix, series.padding, series.next_number).where(
            series.code == "base.partner", series.company_id.is_not(None)
        )
    )
    ahead = {row.prefix: (row.padding, row.next_number) for row in rows}
    for reference in env.scalars(select(partner.reference).where(partner.reference.is_not(None))):
        for prefix, (padding, following) in ahead.items():
            digits = str(reference).removeprefix(prefix)
            counted = len(digits) == padding and digits.isdecimal() and str(reference) == prefix + digits
            if counted and int(digits) >= following:
                yield f"{reference} is not before {prefix}{following:0{padding}d}"


@invariant("base.files")
def files(env: Env) -> Iterator[str]:
    """Every attachment has its file, of the size it says."""
    attachment = env[Attachment]
    for row in env.execute(select(attachment.id, attachment.sha256, attachment.size)):
        path = env.site.files.path(row.sha256)
        if not path.is_file() or path.stat().st_size != row.size:
            yield f"attachment {row.id}: {row.sha256}"
