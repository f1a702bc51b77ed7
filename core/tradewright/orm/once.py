"""Inserting a row unless another transaction has already: the database decides, and the loser waits to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewright.orm.env import Env
    from tradewright.orm.model import Model


def insert_once(env: Env, model: type[Model], **values: Any) -> int | None:
    """Insert a row and return its id, or None when a unique key of it is taken.

    Two transactions that insert the same key meet here: the second waits until the first is over. It gets None if that
    committed, and the row if it rolled back. All required values have to be given; defaults of fields are not applied.
    """
    composed = env[model]
    # Each dialect takes 30 ms to import: only the one in use is.
    statement: Any
    if env.site.database.sqlite:
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        statement = insert_sqlite(composed)
    else:
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        statement = insert_postgresql(composed)
    statement = statement.values(**values).on_conflict_do_nothing().returning(composed.id)
    found = env.execute(statement).scalar()
    return None if found is None else int(found)
