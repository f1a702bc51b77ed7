"""What the core does by night: it forgets jobs that are long done, and deletes files that no record names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tradewright.jobs.declare import schedule
from tradewright.jobs.rows import JOB, MAIL, execute, table
from tradewright.orm import Env

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE_DAYS = 14
"""How long a job that is done is kept for those who look for it."""
KEYED_DAYS = 90
"""How long one with a key is kept: for so long the key prevents a second one."""


@schedule("17 3 * * *")
def clean_up(env: Env) -> None:
    """Forget jobs that are long done and collect files without a record."""
    jobs = table(env.site, JOB)
    old = sa.or_(
        sa.and_(jobs.c.key.is_(None), jobs.c.finished_at < env.now - timedelta(days=DONE_DAYS)),
        jobs.c.finished_at < env.now - timedelta(days=KEYED_DAYS),
    )
    execute(env, sa.delete(jobs).where(jobs.c.state == "done", old))
    # Outside of the transaction, but harmless to repeat, and the store spares what is young.
    env.site.files.gc({name for _owner, name in named_files(env)})


def named_files(env: Env) -> Iterator[tuple[str, str]]:
    """Give every file that a record names: the record and the file's SHA-256."""
    for info in env.site.registry.models.values():
        if "sha256" in info.fields:
            columns = info.table.c
            for row in execute(env, sa.select(columns.id, columns.sha256).where(columns.sha256.is_not(None))):
                yield f"{info.name} {row.id}", row.sha256
    mails = table(env.site, MAIL)
    for row in execute(env, sa.select(mails.c.id, mails.c.attachments)):
        for part in row.attachments:
            yield f"{MAIL} {row.id}", part["sha256"]
