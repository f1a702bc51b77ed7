"""Opening units of work: where a transaction begins and ends."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError

from tradewright.base import DeveloperError
from tradewright.orm.env import Env
from tradewright.orm.failures import as_user_error
from tradewright.orm.unit import UnitOfWork

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.orm.actor import Actor
    from tradewright.orm.protocols import Site


@contextmanager
def open_env(
    site: Site,
    actor: Actor,
    *,
    now: datetime,
    language: str,
    company_id: int | None,
    request_id: str,
    readonly: bool,
    connection: Connection | None = None,
) -> Generator[Env]:
    """Open one unit of work: commits at the end of the block, rolls back when it raises.

    With a `connection` it becomes part of the transaction that is open there, which somebody else ends.

    Database errors that are a user's business are raised as `UserError`. On SQLite the writers of this process queue.
    """
    database = site.database
    with nullcontext() if readonly or database.write_lock is None else database.write_lock:
        engine = database.read if readonly else database.write
        unit = UnitOfWork(
            site=site,
            actor=actor,
            bind=connection if connection is not None else engine,
            now=now,
            language=language,
            company_id=company_id,
            request_id=request_id,
            readonly=readonly,
        )
        transaction = unit.transaction
        try:
            yield Env(unit)
            if readonly:
                transaction.finish_reading()
            else:
                unit.commit()
        except DBAPIError as error:
            transaction.rollback()
            understood = as_user_error(error, site.registry)
            if understood is not None:
                raise understood from error
            raise
        except StatementError as error:
            transaction.rollback()
            if isinstance(error.orig, DeveloperError):  # a value that its column refuses
                raise error.orig from error
            raise
        except BaseException:
            transaction.rollback()
            raise
        finally:
            transaction.close()


def first_company(site: Site, connection: Connection | None = None) -> int | None:
    """Return the id of the site's first company, once there is one; it is read through a connection of its own."""
    info = site.registry.playing("company")
    if info is None:
        return None
    if connection is None:
        with site.database.read.connect() as own:
            return first_company(site, own)
    found: int | None = connection.scalar(sa.select(sa.func.min(info.table.c.id)))
    return found
