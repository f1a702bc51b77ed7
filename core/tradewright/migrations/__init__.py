"""Migrations: what a comparison of tables can't know, written as scripts in an addon's folder `migrations/`.

A script imports everything from here. Alembic is loaded with the first script that runs, not before: a server that
has nothing to migrate starts without it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    and_,
    case,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    table,
    text,
    update,
)

from tradewright.migrations.data import Batch, DataStep, data_migration
from tradewright.migrations.engine import Migrations, Pending
from tradewright.migrations.operations import op
from tradewright.orm.types import ID, JSON, Exact, Moment

__all__ = [
    "ID",
    "JSON",
    "Batch",
    "BigInteger",
    "Boolean",
    "Column",
    "DataStep",
    "Date",
    "Exact",
    "ForeignKeyConstraint",
    "Index",
    "Integer",
    "Migrations",
    "Moment",
    "Pending",
    "PrimaryKeyConstraint",
    "String",
    "Text",
    "UniqueConstraint",
    "and_",
    "case",
    "cast",
    "column",
    "data_migration",
    "delete",
    "exists",
    "func",
    "insert",
    "literal",
    "null",
    "op",
    "or_",
    "select",
    "table",
    "text",
    "update",
]
