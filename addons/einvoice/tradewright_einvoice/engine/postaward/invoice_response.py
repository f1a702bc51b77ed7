"""Invoice response (Peppol transaction T111): what the receiver of an invoice does with it."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from ..binding import Group, Row
from ..values import CODE, DATE
from .model import TradeParty
from .parts import group, head, leaf, party, table

SPECIFICATION: Final = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
PROCESS: Final = "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"


class InvoiceStatus(StrEnum):
    """What the receiver says of the invoice (UNCL4343 as Peppol restricts it)."""

    ACKNOWLEDGED = "AB"
    IN_PROCESS = "IP"
    UNDER_QUERY = "UQ"
    CONDITIONALLY_ACCEPTED = "CA"
    REJECTED = "RE"
    ACCEPTED = "AP"
    PAID = "PD"


class Reason(StrEnum):
    """Why an invoice is not accepted as it is (list OPStatusReason)."""

    NO_ISSUE = "NON"
    REFERENCES = "REF"
    LEGAL = "LEG"
    RECEIVER = "REC"
    QUALITY = "QUA"
    DELIVERY = "DEL"
    PRICES = "PRI"
    QUANTITY = "QTY"
    ITEMS = "ITM"
    PAYMENT_TERMS = "PAY"
    NOT_RECOGNIZED = "UNR"
    FINANCE = "FIN"
    PARTIALLY_PAID = "PPD"
    OTHER = "OTH"


class Action(StrEnum):
    """What the receiver asks for (list OPStatusAction)."""

    NONE = "NOA"
    INFORMATION = "PIN"
    NEW_INVOICE = "NIN"
    CREDIT_FULLY = "CNF"
    CREDIT_PARTIALLY = "CNP"
    CREDIT_AMOUNT = "CNA"
    OTHER = "OTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A value of the invoice that a clarification is about."""

    #: Usually a business term of the invoice, such as BT-48.
    attribute: str
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarification:
    """One reason or one requested action: a code (`Reason`, `Action`), a text, or both."""

    code: str | None = None
    text: str | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceResponse:
    """The answer to one invoice. The sender is who received the invoice."""

    specification: str = SPECIFICATION
    process: str = PROCESS
    number: str
    issue_date: date
    issue_time: time | None = None
    #: A text about the response as a whole.
    note: str | None = None
    #: Needs a name and an endpoint; a contact is optional.
    sender: TradeParty
    receiver: TradeParty
    #: `InvoiceStatus`.
    status: str
    #: Since when the status holds.
    effective_date: date | None = None
    #: Needed with the statuses UQ, CA and RE: at least one reason or action with a code.
    reasons: tuple[Clarification, ...] = ()
    actions: tuple[Clarification, ...] = ()
    invoice_number: str
    invoice_date: date | None = None
    #: UNTDID 1001: 380 for an invoice, 381 for a credit note.
    invoice_type: str = "380"
    #: Who issued and who received the invoice, where they are not receiver and sender of this message.
    issuer: TradeParty | None = None
    recipient: TradeParty | None = None


def _clarifications(field: str, path: str, list_name: str) -> Group:
    rows: tuple[Row, ...] = (
        leaf("code", "cbc:StatusReasonCode", CODE, {"listID": f"~{list_name}"}),
        leaf("text", "cbc:StatusReason"),
        group(
            "details",
            "cac:Condition",
            (leaf("attribute", "cbc:AttributeID"), leaf("value", "cbc:Description")),
            Detail,
            many=True,
        ),
    )
    return group(field, path, rows, Clarification, many=True)


_RESPONSE: Final = "cac:DocumentResponse/cac:Response"
_REFERENCE: Final = "cac:DocumentResponse/cac:DocumentReference"
TABLE: Final = table(
    "ApplicationResponse",
    "app",
    (
        *head(),
        leaf("note", "cbc:Note"),
        party("sender", "cac:SenderParty", "endpoint identifiers name contact"),
        party("receiver", "cac:ReceiverParty", "endpoint identifiers name"),
        leaf("status", f"{_RESPONSE}/cbc:ResponseCode", CODE, needed=True),
        leaf("effective_date", f"{_RESPONSE}/cbc:EffectiveDate", DATE),
        _clarifications("reasons", f"{_RESPONSE}/cac:Status", "OPStatusReason"),
        _clarifications("actions", f"{_RESPONSE}/cac:Status[action]", "OPStatusAction"),
        leaf("invoice_number", f"{_REFERENCE}/cbc:ID", needed=True),
        leaf("invoice_date", f"{_REFERENCE}/cbc:IssueDate", DATE),
        leaf("invoice_type", f"{_REFERENCE}/cbc:DocumentTypeCode", CODE),
        party("issuer", "cac:DocumentResponse/cac:IssuerParty", "identifiers trading_name"),
        party("recipient", "cac:DocumentResponse/cac:RecipientParty", "identifiers trading_name"),
    ),
    InvoiceResponse,
)
