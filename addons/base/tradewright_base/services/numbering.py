"""Numbers without gap or duplicate, one row of `Series` for each series, company and year.

Called as the last statement before commit: the UPDATE locks the row until the transaction ends, so the next command
waits that short time, and a rolled back transaction gives its numbers back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError, nearest
from tradewright.orm import and_, or_, select, update

from .. import errors
from ..models.series import Series

if TYPE_CHECKING:
    from tradewright.orm import Env


def allocate(env: Env, code: str, count: int) -> list[str]:
    """The next `count` numbers of a series for the company and year of the unit of work; one UPDATE ... RETURNING.

    The first number of a company or year takes three statements more: its row is made from the pattern of the series.
    Raises DeveloperError for an unknown series, UserError where the numbers outgrow their digits.
    """
    row = _advance(env, code, count)
    if row is None:
        _open(env, code)
        row = _advance(env, code, count)
    if row is None:
        raise _missing(env, code)
    after, prefix, padding, year = row
    if after - 1 >= 10**padding:
        raise errors.number_overflow(code, padding)
    head = prefix.replace("{year}", str(year or env.today.year))
    return [f"{head}{number:0{padding}d}" for number in range(after - count, after)]


def _advance(env: Env, code: str, count: int) -> Any:
    series = env[Series]
    statement = (
        update(series)
        .where(
            series.code == code,
            series.company_id == env.company_id,
            or_(
                and_(series.yearly.is_(False), series.year == 0),
                and_(series.yearly.is_(True), series.year == env.today.year),
            ),
        )
        .values(next_number=series.next_number + count)
        .returning(series.next_number, series.prefix, series.padding, series.year)
        .execution_options(synchronize_session=False)
    )
    return env.execute(statement).first()


def _open(env: Env, code: str) -> None:
    """Make the row of this company (and year). Two at once: the pattern's lock lets the second see the first's row."""
    series = env[Series]
    pattern_id = env.scalar(select(series.id).where(series.code == code, series.company_id.is_(None)))
    if pattern_id is None:
        raise _missing(env, code)
    (pattern,) = env.lock(Series, [pattern_id])
    year = env.today.year if pattern.yearly else 0
    there = select(series.id).where(series.code == code, series.company_id == env.company_id, series.year == year)
    if env.scalar(there) is None:
        env.add(
            series(
                code=code,
                name=pattern.name,
                company_id=env.company_id,
                year=year,
                prefix=pattern.prefix,
                padding=pattern.padding,
                yearly=pattern.yearly,
                next_number=pattern.next_number,
            )
        )
        env.flush()


def _missing(env: Env, code: str) -> DeveloperError:
    if env.company_id is None:
        return DeveloperError(
            "base.no-company",
            "a number is taken for a company, but the unit of work has none",
            value=code,
            remedy="run it as an actor with a company",
        )
    known = env.all(select(env[Series].code).distinct())
    return DeveloperError(
        "base.no-series",
        "there is no number series of this code",
        value=code,
        near=nearest(code, known),
        remedy="declare it in a data file: [[base.Series]] code=... name=... prefix=... padding=...",
    )
