"""Copies of a nursery's database, to kill an upgrade at another statement on each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy.engine import make_url

from tests.migrations.nursery import Nursery, migrations
from tradewright.testing import count_statements


def copies(nursery: Nursery, fresh: Callable[[str | None], str], numbers: Iterable[int]) -> Iterator[int]:
    """Give the numbers, each time with the nursery on a new copy of its database, until the caller has enough."""
    nursery.close()
    original = nursery.settings.database
    for number in numbers:
        url = make_url(original)
        if url.get_backend_name() == "sqlite":
            copy = f"{url.database}.{number}"
            shutil.copyfile(str(url.database), copy)
            nursery.move(f"sqlite:///{copy}")
        else:
            nursery.move(fresh(url.database))
        yield number
        nursery.close()
        nursery.move(original)


def statements_of_expand(nursery: Nursery) -> int:
    """Return after how many statements the tables of the new version are there; nothing is kept of them."""
    site = nursery.open("new")
    with (
        count_statements(site) as found,
        site.database.write.connect() as connection,
        connection.begin() as transaction,
    ):
        migrations(site).expand(connection)
        transaction.rollback()
    return len(found)
