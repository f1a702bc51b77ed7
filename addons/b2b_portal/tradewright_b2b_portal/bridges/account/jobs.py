"""What buyers are told about invoices and their limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tradewright.i18n import _
from tradewright.jobs import job
from tradewright.orm import select
from tradewright_account.models.invoice import Invoice
from tradewright_base.models.currency import Currency
from tradewright_base.models.partner import Partner

from ...services.notices import Fact, Notice, tell

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_account.extends.partner import DebtorPartner


@job()
def tell_invoiced(env: Env, invoice_ids: list[int]) -> None:
    """Tell buyers that invoices and credit notes are there."""
    with env.elevate("tell buyers about their invoices"):
        invoice, currency = env[Invoice], env[Currency]
        rows = env.execute(
            select(
                invoice.id,
                invoice.uid,
                invoice.kind,
                invoice.number,
                invoice.customer_id,
                invoice.due_date,
                invoice.total,
                invoice.reference,
                currency.code,
            )
            .join(currency, currency.id == invoice.currency_id)
            .where(invoice.id.in_(invoice_ids), invoice.state == "posted")
            .order_by(invoice.id)
        ).all()
        notices = []
        for row in rows:
            billed = row.kind == "invoice"
            facts = [Fact(_("Total"), row.total, "money", row.code)]
            if row.reference:
                facts.insert(0, Fact(_("Your reference"), row.reference))
            if billed and row.due_date:
                facts.append(Fact(_("Due"), row.due_date, "date"))
            notices.append(
                Notice(
                    customer_id=row.customer_id,
                    kind="invoice_posted",
                    key=str(row.id),
                    title=_("Invoice {number}", number=row.number)
                    if billed
                    else _("Credit note {number}", number=row.number),
                    body=_("It is ready for you to look at and download."),
                    endpoint="b2b_portal.show_invoice",
                    values={"uid": row.uid},
                    action=_("Look at the invoice") if billed else _("Look at the credit note"),
                    facts=facts,
                )
            )
        tell(env, notices)


@job()
def tell_over_limit(env: Env, customer_ids: list[int], event: str) -> None:
    """Tell buyers that their company has reached its limit; `event` names the transaction that showed it."""
    with env.elevate("tell buyers about their limit"):
        partner = cast("type[DebtorPartner]", env[Partner])
        rows = env.execute(
            select(partner.id, partner.credit_limit).where(partner.id.in_(customer_ids)).order_by(partner.id)
        ).all()
        tell(
            env,
            [
                Notice(
                    customer_id=row.id,
                    kind="balance_over_limit",
                    key=f"{row.id}:{event}",
                    title=_("Your account is over its limit"),
                    body=_("New orders wait until open invoices are paid, or our accounting releases them."),
                    endpoint="b2b_portal.account",
                    action=_("Look at the account"),
                    facts=[Fact(_("Limit"), row.credit_limit, "money", env.company.currency.code)],
                )
                for row in rows
            ],
        )
