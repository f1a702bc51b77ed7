"""The language of conditions: what it takes, what it refuses and why, and that SQL and Python read it alike."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.views.shop import Customer, Line, Order
from tests.views.support import shop_models, shop_registry
from tradewright.views import KnownValues, criterion, holds
from tradewright.views.checks import check_condition
from tradewright.views.condition import (
    Both,
    Compare,
    Condition,
    ConditionFault,
    Either,
    FieldPath,
    Holds,
    Known,
    Literal,
    Not,
    OneOf,
    parse_condition,
    paths_of,
)

TODAY = date(2026, 11, 21)
VALUES = KnownValues(TODAY, datetime(2026, 11, 21, 12, tzinfo=UTC), me=1, my_company=None, my_customer=2)


def path(text: str) -> FieldPath:
    return FieldPath(tuple(text.split(".")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state = 'draft'", Compare(path("state"), "=", Literal("draft"))),
        ("name = 'O''Neill'", Compare(path("name"), "=", Literal("O'Neill"))),
        ("due < today - 30", Compare(path("due"), "<", Known("today", -30))),
        ("a.b not in (1, -2.5)", Not(OneOf(path("a.b"), (Literal(Decimal(1)), Literal(Decimal("-2.5")))))),
        ("delivered < quantity", Compare(path("delivered"), "<", path("quantity"))),
        ("a and b or not c", Either((Both((Holds(path("a")), Holds(path("b")))), Not(Holds(path("c")))))),
        ("a and (b or c)", Both((Holds(path("a")), Either((Holds(path("b")), Holds(path("c"))))))),
        ("x = null", Compare(path("x"), "=", Literal(None))),
        ("x != true", Compare(path("x"), "!=", Literal(value=True))),
        (
            "starts < today and starts starts 'a'",
            Both((Compare(path("starts"), "<", Known("today")), Compare(path("starts"), "starts", Literal("a")))),
        ),
        ("name contains 'a'", Compare(path("name"), "contains", Literal("a"))),
    ],
)
def test_a_condition_reads_as_written(text: str, expected: Condition) -> None:
    assert parse_condition(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a field, found the end"),
        ("a ==", "expected a value, found '='"),
        ("(a = null", "expected `)`, found the end"),
        ("a = 'x' b", "expected the end, `and` or `or`, found 'b'"),
        ("a = 'x", 'unexpected "\'x" at character 4'),
        ("__import__('os')", "expected the end, `and` or `or`, found '('"),
        ("a; b", "unexpected '; b' at character 2"),
        ("due < today + 1.5", "today is moved by whole days, at most 36500"),
        ("(" * 30 + "a" + ")" * 30, "nested deeper than 20"),
        ("a = 1 and " * 200 + "b", "a condition has at most 1000 characters"),
    ],
)
def test_what_is_no_condition_is_refused_with_what_stood_there(text: str, message: str) -> None:
    with pytest.raises(ConditionFault) as fault:
        parse_condition(text)
    assert str(fault.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stat = 'draft'", "shop.Order has no field stat; nearest: state"),
        ("state = 'drat'", "state has no choice 'drat'; nearest: draft"),
        ("customer.nam = 'x'", "shop.Customer has no field nam; nearest: name"),
        ("state.name = 'x'", "state is no relation, so .name leads nowhere"),
        ("due < 'soon'", "due is a date; write '2030-12-31', today or today - 7"),
        ("total > 'x'", "total is compared with a number, found 'x'"),
        ("total > 0.00001", "total holds 4 decimals, found 0.00001"),
        ("rank = 1.5", "rank is compared with a number, found Decimal('1.5')"),
        ("urgent = 1", "urgent is compared with true or false, found Decimal('1')"),
        ("number = 5", "number is compared with a text in single quotes, found Decimal('5')"),
        ("number", "number is a text, not a yes or no; compare it with a value"),
        ("total contains '1'", "contains needs a text, total is a money"),
        ("lines = 1", "lines has many records; compare one of their fields, or the whole with null"),
        ("customer.token = 'x'", "customer.token is a secret, which no condition can read"),
        ("due < null", "null is compared with = or != only"),
        ("due < now", "now cannot be compared with due, a date"),
        ("total > rank", "total (money) and rank (integer) cannot be compared"),
        ("customer.name = number", "two fields are compared only within one model, without points"),
    ],
)
def test_a_condition_that_does_not_fit_the_model_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConditionFault) as fault:
        check_condition(shop_models(), "shop.Order", parse_condition(text))
    assert str(fault.value) == message


def test_the_paths_of_a_condition_include_both_sides_and_all_parts() -> None:
    condition = parse_condition("a = b and not (c in (1) or d)")
    assert [str(one) for one in paths_of(condition)] == ["a", "b", "c", "d"]


# --- SQL and Python agree ---------------------------------------------------------------------------------------------

_ATOMS = st.sampled_from(
    [
        "state = 'draft'",
        "state != 'open'",
        "state in ('open', 'done')",
        "due < today",
        "due >= today - 3",
        "due = null",
        "due != '2026-11-20'",
        "seen < now",
        "seen >= today",
        "total > 10",
        "total <= 10.5",
        "total = null",
        "rank = 2",
        "rank in (1, 3)",
        "rank < size",
        "rank = size",
        "rank != size",
        "urgent",
        "urgent = false",
        "customer = null",
        "customer = me",
        "customer = my_customer",
        "customer = my_company",
        "customer != my_company",
        "customer.name contains 'CM'",
        "customer.name starts 'b%'",
        "customer.active",
        "customer.orders.state = 'done'",
        "lines = null",
        "lines != null",
        "lines.product = 'pump'",
        "lines.amount > 2",
        "number contains '_'",
    ]
)
_CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} or {pair[1]})"),
    ),
    max_leaves=5,
)


def _shop() -> sa.Engine:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    registry = shop_registry()
    registry.metadata.create_all(engine)
    customer, order, line = (registry.composed(one) for one in (Customer, Order, Line))
    with Session(engine) as session:
        acme, budget, gone = customer(name="ACME"), customer(name="b%dget"), customer(name="Gone", active=False)
        session.add_all([acme, budget, gone])
        orders: list[Any] = [
            order(
                number=f"S{place}" if place % 5 else f"S_{place}",
                customer=[acme, budget, gone, None][place % 4],
                state=["draft", "open", "done"][place % 3],
                due=None if place % 7 == 0 else TODAY + timedelta(days=place % 6 - 3),
                seen=None if place % 5 == 0 else VALUES.now + timedelta(hours=place - 12),
                total=None if place % 6 == 0 else Decimal(place) + Decimal("0.5"),
                rank=None if place % 4 == 1 else place % 4,
                size=None if place % 3 == 0 else place % 5,
                urgent=bool(place % 3),
                lines=[line(product=["pump", "hose"][n % 2], amount=Decimal(n)) for n in range(place % 5)],
            )
            for place in range(24)
        ]
        session.add_all(orders)
        session.commit()
    return engine


_ENGINE = _shop()


@settings(max_examples=150, deadline=None)
@given(text=_CONDITIONS)
def test_sql_and_python_read_a_condition_alike(text: str) -> None:
    condition = parse_condition(text)
    models = shop_models()
    check_condition(models, "shop.Order", condition)
    order: Any = shop_registry().composed(Order)
    with Session(_ENGINE) as session:
        by_sql = set(session.scalars(sa.select(order.id).where(criterion(models, "shop.Order", condition, VALUES))))
        by_python = {
            one.id for one in session.scalars(sa.select(order)) if holds(models, "shop.Order", condition, one, VALUES)
        }
    assert by_sql == by_python
