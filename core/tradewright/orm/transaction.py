"""The database's side of a unit of work: a connection, and a session above it once records are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from tradewright.orm.unit import UnitOfWork


class GuardedSession(Session):
    """The SQLAlchemy session behind an `Env`; it never leaves the core. Its `info["unit"]` is the unit of work."""


class Transaction:
    """One transaction, begun by what is asked first; nothing is asked of the database by a unit that asks nothing.

    What only reads columns asks the connection and needs no session: many a page is read without one.
    """

    __slots__ = ("_bind", "_connection", "_own", "_session", "_unit")

    def __init__(self, bind: Engine | Connection, unit: UnitOfWork) -> None:
        self._bind = bind
        self._unit = unit
        self._session: GuardedSession | None = None
        self._connection: Connection | None = None
        self._own: Connection | None = None

    @property
    def session(self) -> GuardedSession:
        """The session, made when it is first asked for."""
        if self._session is None:
            self._session = GuardedSession(self._connection or self._bind, expire_on_commit=False)
            self._session.info["unit"] = self._unit
        return self._session

    @property
    def records(self) -> GuardedSession | None:
        """The session, if there was a need of one: without it there are no records, and nothing is pending."""
        return self._session

    @property
    def connection(self) -> Connection:
        """The connection, with its transaction begun; a session that is made later takes part in it."""
        if self._connection is None:
            if self._unit.readonly and self._session is None and isinstance(self._bind, Engine):
                self._own = self._bind.connect()
                self._own.begin()
                self._connection = self._own
            else:
                self._connection = self.session.connection()
        return self._connection

    def flush(self) -> None:
        """Send what is pending to the database."""
        if self._session is not None:
            self._session.flush()

    def finish_reading(self) -> None:
        """End a transaction in which nothing was written.

        A rollback would make psycopg forget the statements it has prepared.
        """
        if self._session is not None:
            self._session.expunge_all()
            self._session.commit()
        if self._own is not None and self._own.in_transaction():
            self._own.commit()

    def rollback(self) -> None:
        """Undo everything."""
        if self._session is not None:
            self._session.rollback()
        if self._own is not None:
            self._own.rollback()

    def close(self) -> None:
        """Give the connection back."""
        if self._session is not None:
            self._session.close()
        if self._own is not None:
            self._own.close()
