"""How UBL says how to pay: it repeats the payment means for each account, the model has one group of accounts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from .binding import Const, Group, Leaf, Row
from .model import Account, Card, DirectDebit, Invoice, PaymentInstructions
from .values import CODE, DATE

_NOT_DEFINED = "1"  # UNTDID 4461: a credit note can state its due date only inside a payment means


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """One ``cac:PaymentMeans``."""

    means: str
    means_text: str | None = None
    reference: str | None = None
    due_date: date | None = None
    account: Account | None = None
    card: Card | None = None
    debit: DirectDebit | None = None


def split_payment(invoice: Invoice) -> Iterable[Means]:
    """BG-16 as UBL repeats it, with BT-9 of a credit note."""
    due = invoice.due_date if invoice.is_credit_note else None
    payment = invoice.payment
    if payment is None:
        return [Means(means=_NOT_DEFINED, due_date=due)] if due else []
    first = Means(
        means=payment.means,
        means_text=payment.means_text,
        reference=payment.reference,
        due_date=due,
        account=payment.accounts[0] if payment.accounts else None,
        card=payment.card,
        debit=payment.debit,
    )
    again = replace(first, means_text=None, due_date=None, card=None, debit=None)
    return [first, *(replace(again, account=account) for account in payment.accounts[1:])]


def join_payment(means: list[Means]) -> dict[str, object]:
    """The fields of the invoice that the payment means hold."""

    def first(name: str) -> object:
        return next((value for part in means if (value := getattr(part, name)) is not None), None)

    found: dict[str, object] = {}
    due = first("due_date")
    if due is not None:
        found["due_date"] = due
    only = means[0]
    if due is not None and only == Means(means=_NOT_DEFINED, due_date=only.due_date) and len(means) == 1:
        return found
    found["payment"] = PaymentInstructions(
        means=only.means,
        means_text=only.means_text or first("means_text"),  # type: ignore[arg-type]
        reference=first("reference"),  # type: ignore[arg-type]
        accounts=tuple(part.account for part in means if part.account is not None),
        card=first("card"),  # type: ignore[arg-type]
        debit=first("debit"),  # type: ignore[arg-type]
    )
    return found


PAYMENT_MEANS: Final[tuple[Row, ...]] = (
    Leaf("BT-81", "means", "cbc:PaymentMeansCode", CODE, {"name": "means_text"}),
    Leaf("BT-9", "due_date", "cbc:PaymentDueDate", DATE),
    Leaf("BT-83", "reference", "cbc:PaymentID"),
    Group(
        "BG-18",
        "card",
        "cac:CardAccount",
        (
            Leaf("BT-87", "number", "cbc:PrimaryAccountNumberID"),
            Const("cbc:NetworkID", "NA"),
            Leaf("BT-88", "holder", "cbc:HolderName"),
        ),
        Card,
    ),
    Group(
        "BG-17",
        "account",
        "cac:PayeeFinancialAccount",
        (
            Leaf("BT-84", "id", "cbc:ID", CODE),
            Leaf("BT-85", "name", "cbc:Name"),
            Leaf("BT-86", "bank", "cac:FinancialInstitutionBranch/cbc:ID", CODE),
        ),
        Account,
    ),
    Group(
        "BG-19",
        "debit",
        "cac:PaymentMandate",
        (
            Leaf("BT-89", "mandate", "cbc:ID", CODE),
            Leaf("BT-91", "account", "cac:PayerFinancialAccount/cbc:ID", CODE),
        ),
        DirectDebit,
    ),
)
