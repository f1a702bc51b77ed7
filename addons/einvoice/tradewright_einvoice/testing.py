"""Factories for tests of e-invoicing and of what builds on it: a seller that the law likes, and posted invoices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.orm import select
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_base.testing import PartnerFactory, country
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env
    from tradewright_base.models.company import Company
    from tradewright_base.models.partner import Partner

VAT = {"DE": "DE811569869", "FR": "FR40303265045", "NL": "NL004495445B01", "AT": "ATU13585627"}
Row = tuple[str, str, str, Tax]
"""Quantity, unit price, discount in per cent, tax."""


class EInvoiceFactory:
    """Posted invoices of a complete company to complete customers."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.partners = PartnerFactory(env)

    def seller(self) -> Company:
        """The main company, with all that an invoice states of it."""
        company: Company = self.env.company
        company.legal_name = "Nordlicht Großhandel GmbH"
        company.street, company.zip, company.city = "Kaiserkai 12", "20457", "Hamburg"
        company.country = country(self.env, "DE")
        company.vat, company.registration = "DE342115826", "HRB 000000"
        company.email, company.phone = "info@nordlicht.example", "+49 40 66969 100"
        company.iban, company.bic = "DE89370400440532013000", "COBADEFFXXX"
        self.env.flush()
        return company

    def customer(self, in_country: str = "DE", **values: Any) -> Partner:
        """A business in a country, with a VAT number where one is known."""
        return self.partners.customer(in_country=in_country, **{"vat": VAT.get(in_country), **values})

    def tax(self, category: str, rate: int = 0) -> Tax:
        """A tax of a category and rate; one that the site lacks is made."""
        model = self.env[Tax]
        found = self.env.scalars(select(model).where(model.category == category, model.rate == rate)).first()
        return found or self.env.add(model(name=f"{category} {rate}", category=category, rate=Decimal(rate)))

    def draft(self, customer: Partner, rows: Sequence[Row], **values: Any) -> Invoice:
        """A draft of (quantity, unit price, discount, tax) rows."""
        env, unit = self.env, self.env[UnitOfMeasure]
        piece = env.scalars(select(unit).where(unit.code == "H87")).one()
        lines = [
            env[InvoiceLine](
                description=f"Thing {place}",
                quantity=Decimal(quantity),
                unit_price=Decimal(price),
                discount=Decimal(discount),
                uom=piece,
                tax=tax,
            )
            for place, (quantity, price, discount, tax) in enumerate(rows, start=1)
        ]
        invoice = env.add(env[Invoice](customer=customer, lines=lines, **values))
        env.flush()
        return invoice

    def posted(self, customer: Partner, rows: Sequence[Row], **values: Any) -> Invoice:
        """A posted invoice with its number."""
        invoice = self.draft(customer, rows, **values)
        self.env[Invoice].post(self.env, [invoice])
        self.env.take_numbers()
        return invoice

    def credited(self, invoice: Invoice) -> Invoice:
        """A posted credit note for all of a posted invoice."""
        notes = self.env[Invoice].credit(self.env, [invoice])
        self.env[Invoice].post(self.env, notes)
        self.env.take_numbers()
        return notes[0]
