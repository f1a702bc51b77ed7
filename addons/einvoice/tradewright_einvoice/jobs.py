"""Issuing posted invoices after their transaction: nothing is open in the database while documents are rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tradewright.jobs import outside_job

from .services.archive import drafts, store
from .services.issue import issue
from .services.send import send
from .services.wants import by_mail

if TYPE_CHECKING:
    from tradewright.jobs import Work
    from tradewright.orm import Env

    from .services.issue import Issue

BATCH = 20


@outside_job(retries=6, system=True)
def build_einvoices(work: Work, invoices: list[int], again: bool = False) -> None:  # noqa: FBT001, FBT002  # a payload
    """Build, check, archive and send the e-invoices of posted invoices, a batch at a time.

    What is archived already is left alone, so a job that was interrupted goes on where it stood. `again` makes a new
    version of what failed.
    """
    for batch in _batches(invoices):
        found = work.run(lambda env, wanted=batch: drafts(env, wanted, again=again))  # type: ignore[misc]
        issues = [issue(one) for one in found]
        if issues:
            work.run(lambda env, made=issues: _keep(env, made))  # type: ignore[misc]


def _batches(invoices: Sequence[int]) -> Iterator[Sequence[int]]:
    return (invoices[start : start + BATCH] for start in range(0, len(invoices), BATCH))


def _keep(env: Env, issues: Sequence[Issue]) -> None:
    """Archive issued documents, and mail those that are sound, in one transaction."""
    send(env, [one for one in store(env, issues) if by_mail(one.invoice.customer)])
