"""Issuing posted invoices after their transaction: nothing is open in the database while documents are rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tradewright.jobs import outside_job

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
    # The engine is imported with the first document, not with the program.
    from .services.archive import drafts
    from .services.issue import issue

    failure: Exception | None = None
    for batch in _batches(invoices):
        issues: list[Issue] = []
        for one in work.run(partial(drafts, invoice_ids=batch, again=again)):
            try:
                issues.append(issue(one))
            except Exception as error:  # noqa: BLE001  # one document must not keep the others from their customers
                failure = error
        if issues:
            work.run(partial(_keep, issues=issues))
    if failure is not None:
        raise failure


def _batches(invoices: Sequence[int]) -> Iterator[Sequence[int]]:
    return (invoices[start : start + BATCH] for start in range(0, len(invoices), BATCH))


def _keep(env: Env, issues: Sequence[Issue]) -> None:
    """Archive issued documents, and mail those that are sound, in one transaction."""
    from .services.archive import store
    from .services.send import send

    send(env, [one for one in store(env, issues) if by_mail(one.invoice.customer)])
