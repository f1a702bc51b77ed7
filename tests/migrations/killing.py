"""kill -9 at a chosen statement: an upgrade runs in a forked process that ends there without another word."""

from __future__ import annotations

import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from tests.migrations.nursery import Nursery, migrations, upgrade
from tradewright.testing import count_statements

KILLED, DONE, FAILED = 9, 0, 1
SECONDS = 60


def by_parts(nursery: Nursery) -> None:
    """Upgrade by the parts of this layer alone."""
    upgrade(nursery.open("new"))


def by_plan(nursery: Nursery) -> None:
    """Upgrade as an administrator does."""
    nursery.upgrade()


def killed_at(nursery: Nursery, statement: int, how: Callable[[Nursery], None]) -> bool:
    """Upgrade in a process that is gone before its n-th statement; tell whether it was, or came to its end before."""
    nursery.close()
    child = os.fork()
    if child == 0:
        os._exit(_doomed(nursery, statement, how))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            code = os.waitstatus_to_exitcode(status)
            assert code in {KILLED, DONE}, code
            return code == KILLED
        time.sleep(0.005)
    os.kill(child, 9)
    os.waitpid(child, 0)
    raise AssertionError(f"the upgrade did not come to its end in {SECONDS} seconds")


def _doomed(nursery: Nursery, statement: int, how: Callable[[Nursery], None]) -> int:
    left = statement

    def count(*_arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    try:
        event.listen(Engine, "before_cursor_execute", count)
        event.listen(Engine, "commit", count)
        how(nursery)
    except BaseException:  # noqa: BLE001  the child tells of it and ends
        traceback.print_exc()
        return FAILED
    return DONE


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
