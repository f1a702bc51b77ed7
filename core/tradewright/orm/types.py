"""Column types: exact numbers, moments in UTC, JSON. The same values come back from SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from tradewright.base import DeveloperError

_NUMERIC = 1700
"""The object id of the type in PostgreSQL, `numeric` in its table pg_type."""
_INEXACT = (operators.mul, operators.truediv, operators.floordiv, operators.mod)


class Exact(TypeDecorator[Decimal]):
    """A Decimal of 18 digits with a fixed number of decimals.

    PostgreSQL stores NUMERIC, SQLite the integer of the smallest units (SQLite has no exact decimal type). SQL
    may add, compare and sum such columns of equal scale; a product would have another scale and is refused.
    """

    impl = sa.Numeric
    cache_ok = True
    precision = 18

    class Comparator(TypeDecorator.Comparator[Decimal]):
        """Refuses the operators whose result would be wrong on scaled integers."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            """Apply an operator in SQL, or refuse the ones that change the scale."""
            if op in _INEXACT:
                raise DeveloperError(
                    "orm.inexact-sql",
                    "multiplication and division of exact columns in SQL lose their scale",
                    value=str(self.expr),
                    remedy="multiply in Python with Decimal and store the rounded amount",
                )
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator  # pyright: ignore[reportAssignmentType]  # the way that SQLAlchemy documents

    def __init__(self, scale: int) -> None:
        super().__init__(self.precision, scale)
        self.scale = scale

    @property
    def largest(self) -> Decimal:
        """The largest number that fits."""
        return Decimal(10**self.precision - 1).scaleb(-self.scale)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Store NUMERIC where it is exact, scaled integers on SQLite."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.Numeric(self.precision, self.scale))

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what makes Decimals; None for a NUMERIC of PostgreSQL, which its driver reads as one."""
        exact = dialect.name == "postgresql" and coltype == _NUMERIC
        return None if exact else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Check that the value is exact and fits, then scale it for SQLite."""
        if value is None:
            return None
        number = self._checked(value)
        return int(number.scaleb(self.scale)) if dialect.name == "sqlite" else number

    def _checked(self, value: Any) -> Decimal:
        if isinstance(value, bool | float) or not isinstance(value, int | Decimal):
            raise DeveloperError(
                "orm.not-exact", "an exact column takes Decimal or int", value=value, remedy="convert it with Decimal"
            )
        number = Decimal(value)
        if not number.is_finite() or abs(number) > self.largest:
            raise DeveloperError(
                "orm.out-of-range",
                f"the column holds finite numbers up to {self.largest}",
                value=value,
                remedy="read what somebody typed by parse_decimal, and bound it by the business rule",
            )
        rounded = number.quantize(Decimal(1).scaleb(-self.scale))
        if rounded != number:
            raise DeveloperError(
                "orm.too-precise",
                f"the column holds {self.scale} decimals",
                value=value,
                remedy="round it by the business rule before storing it",
            )
        return rounded

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give back a Decimal with the column's number of decimals."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(value).scaleb(-self.scale)
        return value if isinstance(value, Decimal) else Decimal(value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored and returned in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite keeps the UTC moment without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise DeveloperError("orm.naive-moment", "a moment needs a time zone", value=value, remedy="use env.now")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Give back an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value: JSONB on PostgreSQL, text on SQLite. The dialect is imported only where it is used."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database."""
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB

            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.JSON(none_as_null=True))


JSON = Json()
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
