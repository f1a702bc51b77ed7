"""When documents may go: rules as data, a list each month, an erasure that only a manager starts."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from tradewright.i18n import _
from tradewright.orm import and_, false, func, ids, or_, select
from tradewright_base.models.attachment import Attachment
from tradewright_base.models.company import Company

from .. import errors
from ..hooks import archive_erasing
from ..models.archive import ArchiveEntry
from ..models.einvoice import EInvoice
from ..models.retention import ArchiveErasure, RetentionRule
from .chain import Paper, archive_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewright.orm import ColumnElement, Env

OWN = ("einvoice.ArchiveEntry", "einvoice.EInvoice")
"""Owners of files that nothing else refers to."""


def years_kept(env: Env) -> Mapping[int, int]:
    """Return for how many years each company keeps its documents; a company without a rule keeps them for good."""
    rule, company = env[RetentionRule], env[Company]
    rules = {
        (row[0] or "").upper(): row[1]
        for row in env.execute(select(rule.country, rule.years).where(rule.active.is_(True)))
    }
    found = {
        one.id: rules.get(one.country.code if one.country else "", rules.get("")) for one in env.all(select(company))
    }
    return {number: years for number, years in found.items() if years is not None}


def last_erasable(today: date, years: int) -> date:
    """Return the last day whose documents may go: the years run from the end of the document's own."""
    return date(today.year - years - 1, 12, 31)


def list_due(env: Env) -> list[ArchiveErasure]:
    """List what may be erased, a row for each company; what is listed already is counted again."""
    erasure = env[ArchiveErasure]
    made: list[ArchiveErasure] = []
    listed = {(one.company_id, one.until): one for one in env.all(select(erasure))}
    for company, years in sorted(years_kept(env).items()):
        until = last_erasable(env.today, years)
        count = env.scalar(select(func.count(env[ArchiveEntry].id)).where(*_due(env, company, until))) or 0
        known = listed.get((company, until))
        if known is not None and known.state == "listed":
            known.documents = count
        elif known is None and count:
            name = env.t(_("Documents up to {day}", day=until))
            values = {"company_id": company, "until": until, "years": years, "documents": count}
            made.append(env.add(erasure(name=name, listed_at=env.now, **values)))
    env.flush()
    return made


def erase(env: Env, erasures: Sequence[ArchiveErasure]) -> int:
    """Erase the files of listed documents; return how many. A rule that asks for longer by now refuses it.

    The entries stay. One more entry of the chain says which files went, so that a missing one is never unexplained.
    """
    years = years_kept(env)
    locked = env.lock(ArchiveErasure, ids(erasures))
    for one in locked:
        needed = years.get(one.company_id)
        if needed is None or one.until > last_erasable(env.today, needed):
            raise errors.kept_longer(one.name)
    going = _going(env, locked)
    for one in locked:
        due = going.get(one.id, [])
        if due:
            _erase_one(env, one, due)
            one.documents = len(due)
        one.state, one.erased_at = "erased", env.now
    return sum(map(len, going.values()))


def _going(env: Env, erasures: Sequence[ArchiveErasure]) -> Mapping[int, list[ArchiveEntry]]:
    """Return what each list erases, by its id; a document on several lists goes with the first of them."""
    entry = env[ArchiveEntry]
    due = or_(false(), *(and_(*_due(env, one.company_id, one.until)) for one in erasures))
    going: dict[int, list[ArchiveEntry]] = {}
    for paper in env.scalars(select(entry).where(due).order_by(entry.position)):
        first = next(one for one in erasures if one.company_id == paper.company_id and paper.document_date <= one.until)
        going.setdefault(first.id, []).append(paper)
    return going


def _due(env: Env, company_id: int, until: date) -> tuple[ColumnElement[bool], ...]:
    entry = env[ArchiveEntry]
    return (
        entry.company_id == company_id,
        entry.document_date <= until,
        entry.file_id.is_not(None),
        entry.kind != "erasure",
    )


def _erase_one(env: Env, erasure: ArchiveErasure, due: Sequence[ArchiveEntry]) -> None:
    entry, einvoice, file = env[ArchiveEntry], env[EInvoice], env[Attachment]
    env.hook(archive_erasing)(env, due)
    files = [one.file_id for one in due]
    documents = [one.einvoice_id for one in due if one.kind == "issued" and one.einvoice_id is not None]
    said = {"until": erasure.until.isoformat(), "years": erasure.years, "by": env.actor.name}
    note = json.dumps({**said, "positions": [one.position for one in due]}).encode()
    paper = Paper(
        kind="erasure",
        content=note,
        name=f"erasure-{erasure.until.isoformat()}.json",
        media_type="application/json",
        day=env.today,
    )
    archive_all(env, [paper], company_id=erasure.company_id)
    env.update_where(EInvoice, einvoice.id.in_(documents), values={"erased": True})
    env.update_where(EInvoice, einvoice.id.in_(documents), values={"xml_id": None, "pdf_id": None})
    env.update_where(ArchiveEntry, entry.id.in_(ids(due)), values={"file_id": None})
    env.delete_where(Attachment, file.id.in_(files), file.owner_model.in_(OWN))
