"""Erasing what has been kept for long enough."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import Text, _
from tradewright.orm import Env, operation

from ..models.retention import ArchiveErasure
from ..services.retention import erase


class DecidedErasure(ArchiveErasure, extend=True):
    """A list of documents on which a manager decides."""

    @operation(
        label=_("Erase the documents"),
        permission="einvoice.manager",
        states=("listed",),
        danger=True,
        confirm=_("The files of these documents are gone for good. That they were there stays in the archive."),
    )
    @classmethod
    def erase(cls, env: Env, erasures: Sequence[Self]) -> Text:
        """Erase the files of documents whose time is over by the rule of this moment."""
        return _("Erased documents: {n}.", n=erase(env, erasures))
