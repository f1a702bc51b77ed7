"""What staff do with received documents: draft, accept, reject."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from tradewright.i18n import Text, _
from tradewright.orm import Env, operation

from ..models.received import ReceivedDocument
from ..services.inbound import deciding, drafting


class Refusal(BaseModel):
    """Why a document is rejected; the supplier is told."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(title=str(_("Reason")), min_length=3, max_length=1_000)
    code: Literal["REF", "LEG", "REC", "QUA", "DEL", "PRI", "QTY", "ITM", "PAY", "UNR", "FIN", "OTH"] = Field(
        default="OTH", title=str(_("Code"))
    )


class DecidedDocument(ReceivedDocument, extend=True):
    """A received document that somebody decides on."""

    @operation(label=_("Draft bill"), permission="account.user", states=("pending",), primary=True)
    @classmethod
    def draft_bill(cls, env: Env, records: Sequence[Self]) -> None:
        """Draft the bills of documents whose supplier was chosen."""
        drafting.draft_again(env, records)

    @operation(label=_("Create supplier"), permission="account.user", states=("pending",))
    @classmethod
    def create_supplier(cls, env: Env, records: Sequence[Self]) -> None:
        """Create the suppliers as the documents name them, and draft the bills."""
        drafting.create_suppliers(env, records)

    @operation(
        label=_("Accept"),
        permission="account.user",
        states=("ready",),
        primary=True,
        confirm=_("The bill is posted, and the supplier is told that it is accepted."),
    )
    @classmethod
    def accept(cls, env: Env, records: Sequence[Self]) -> None:
        """Post the bills; the suppliers are told."""
        deciding.accept(env, records)

    @operation(
        label=_("Reject"),
        permission="account.user",
        states=("pending", "ready", "unreadable"),
        danger=True,
        form=Refusal,
    )
    @classmethod
    def reject(cls, env: Env, records: Sequence[Self], form: Refusal) -> None:
        """Refuse documents with a reason that the suppliers are told."""
        deciding.reject(env, records, form.code, form.reason)

    @operation(label=_("Examine again"), permission="account.user", states=("pending", "unreadable"))
    @classmethod
    def examine_again(cls, env: Env, records: Sequence[Self]) -> Text:
        """Read and check documents anew, by a job."""
        drafting.queue_again(env, records)
        return _("The document is being examined again.")
