"""Looking whether the archive is what it was: every hash, every place, every file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base.files import FileMissing
from tradewright.orm import select
from tradewright_base.models.attachment import Attachment

from ..models.archive import NO_HASH, ArchiveChain, ArchiveEntry
from .chain import COVERED, digest
from .erasures import erased_positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tradewright.orm import Env

STEP = 1_000


def broken(env: Env, company_id: int | None = None) -> Iterator[str]:
    """Tell what of the chains is not as it was when it was archived, one sentence for each; reads every file."""
    chains = select(env[ArchiveChain]).order_by(env[ArchiveChain].company_id)
    if company_id is not None:
        chains = chains.where(env[ArchiveChain].company_id == company_id)
    for chain in env.all(chains):
        yield from _broken_chain(env, chain)
    lost = select(env[ArchiveEntry].name).where(
        env[ArchiveEntry].company_id.not_in(select(env[ArchiveChain].company_id))
    )
    for name in env.scalars(lost):
        yield f"{name}: its chain has no end"


def _broken_chain(env: Env, chain: ArchiveChain) -> Iterator[str]:
    erased = erased_positions(env, chain.company_id)
    before, expected = NO_HASH, 0
    for row in _rows(env, chain.company_id):
        expected += 1
        told = f"archive of company {chain.company_id}, place {row.position} ({row.name})"
        if row.position != expected:
            yield f"{told}: place {expected} is missing"
            expected = row.position
        if row.prev_hash != before:
            yield f"{told}: it does not follow the entry before it"
        if digest({name: getattr(row, name) for name in COVERED}) != row.hash:
            yield f"{told}: what it says was changed"
        before = row.hash
        yield from (f"{told}: {fault}" for fault in _file_fault(env, row, erased=row.position in erased))
    if (chain.length, chain.head) != (expected, before):
        yield f"archive of company {chain.company_id}: its last entries are missing"


def _rows(env: Env, company_id: int) -> Iterator[Any]:
    entry, file = env[ArchiveEntry], env[Attachment]
    columns = [getattr(entry, name) for name in COVERED]
    wanted = (
        select(*columns, entry.hash, file.sha256.label("stored"))
        .join(file, file.id == entry.file_id, isouter=True)
        .where(entry.company_id == company_id)
        .order_by(entry.position)
        .limit(STEP)
    )
    last = 0
    while found := env.execute(wanted.where(entry.position > last)).all():
        yield from found
        last = found[-1].position


def _file_fault(env: Env, row: Any, *, erased: bool) -> Iterator[str]:
    if row.stored is None:
        if not erased:
            yield "its file was taken away, and no erasure says so"
        return
    if row.stored != row.sha256:
        yield "its file is another one"
        return
    try:
        if list(env.site.files.damaged([row.sha256])):
            yield "its file was changed or is missing"
    except (FileMissing, OSError) as error:
        yield f"its file can't be read: {error}"
