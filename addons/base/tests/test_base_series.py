"""Numbers of documents: no gap, no duplicate, whatever happens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tradewright.app import Site
from tradewright.base import DeveloperError, UserError
from tradewright.base.clock import FixedClock
from tradewright.hooks import allocate_numbers
from tradewright.orm import Env, select
from tradewright.testing import Template, count_statements
from tradewright_base.models.partner import Partner
from tradewright_base.models.series import Series
from tradewright_base.testing import CompanyFactory, PartnerFactory

pytestmark = pytest.mark.addons("base")


def pattern(env: Env, code: str = "test", **values: object) -> Series:
    series = env.add(env[Series](**{"code": code, "name": "Test", "prefix": "T", "padding": 4, **values}))
    env.flush()
    return series


def take(env: Env, count: int = 1, code: str = "test") -> list[str]:
    return env.first(allocate_numbers)(env, code, count) or []


def test_numbers_follow_each_other(env: Env) -> None:
    pattern(env)
    assert [take(env, 3), take(env), take(env, 2)] == [["T0001", "T0002", "T0003"], ["T0004"], ["T0005", "T0006"]]


def test_a_number_costs_one_statement(env: Env) -> None:
    pattern(env)
    take(env)
    with count_statements(env) as statements:
        assert len(take(env, 500)) == 500
    assert len(statements) == 1


def test_each_company_counts_for_itself(site: Site) -> None:
    with site.env() as env:
        pattern(env)
        second = CompanyFactory(env).other().id
    with site.env() as env:
        assert take(env, 2) == ["T0001", "T0002"]
    with site.env(company_id=second) as env:
        assert take(env) == ["T0001"]


def test_a_yearly_series_starts_anew_each_year(make_site: Callable[..., Site]) -> None:
    clock = FixedClock(datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    site = make_site(Template(addons=("base",)), clock=clock)
    with site.env() as env:
        pattern(env, prefix="INV-{year}-", yearly=True)
        assert take(env, 2) == ["INV-2026-0001", "INV-2026-0002"]
    clock.moment = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
    with site.env() as env:
        assert take(env) == ["INV-2027-0001"]


def test_a_rolled_back_transaction_gives_its_numbers_back(site: Site) -> None:
    with site.env() as env:
        pattern(env)
        take(env)

    def fail(env: Env) -> None:
        assert take(env) == ["T0002"]
        raise UserError("test.fail", "no")

    with pytest.raises(UserError):
        site.run(fail)
    with site.env() as env:
        assert take(env) == ["T0002"]


def test_numbers_that_outgrow_their_digits_are_refused(site: Site) -> None:
    with site.env() as env:
        pattern(env, padding=2, next_number=99)
    with site.env() as env:
        assert take(env) == ["T99"]
    with pytest.raises(UserError) as refused, site.env() as env:
        take(env)
    assert str(refused.value.text) == (
        "The number series test has used up its 2 digits: give it more digits or a new prefix."
    )
    with site.env(readonly=True) as env:
        assert max(env.scalars(select(env[Series].next_number).where(env[Series].code == "test"))) == 100


def test_an_unknown_series_names_its_neighbours(env: Env) -> None:
    with pytest.raises(DeveloperError) as error:
        take(env, code="base.partnr")
    assert error.value.code == "base.no-series"
    assert error.value.near == ("base.partner",)


def test_customers_saved_at_the_same_time_leave_no_gap(site: Site) -> None:
    def save(number: int) -> None:
        site.run(lambda env: PartnerFactory(env).customer(name=f"Customer {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(24)))
    with site.env(readonly=True) as env:
        references = sorted(str(one) for one in env.scalars(select(env[Partner].reference)))
    assert references == [f"C{10001 + number}" for number in range(24)]
