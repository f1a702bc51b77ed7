"""Factories for tests of account and of everything above it: invoices, credit notes, payments."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import pytest

from tradewright_base.testing import PartnerFactory
from tradewright_product.testing import tax, unit

from .models.bill import Bill
from .models.bill_line import BillLine
from .models.invoice import Invoice
from .models.invoice_line import InvoiceLine
from .models.payment import Payment

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_base.models.partner import Partner

    from .extends.partner import DebtorPartner


class InvoiceFactory:
    """Invoices and credit notes; amounts as text, to be exact."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.partners = PartnerFactory(env)

    def debtor(self, limit: str | None = None, **values: Any) -> DebtorPartner:
        """A customer, with a credit limit where one is given."""
        if limit is not None:
            values["credit_limit"] = Decimal(limit)
        return cast("DebtorPartner", self.partners.customer(**values))

    def draft(self, *prices: str, customer: Partner | None = None, **values: Any) -> Invoice:
        """A draft with one piece at each net price (100.00 without any), at 19 % VAT."""
        lines = [self.line(price) for price in prices or ("100.00",)]
        return self.of_lines(lines, customer=customer, **values)

    def of_lines(self, lines: Iterable[InvoiceLine], customer: Partner | None = None, **values: Any) -> Invoice:
        """A draft with lines made by `line`."""
        whose = customer or self.debtor()
        invoice = self.env.add(self.env[Invoice](customer=whose, lines=list(lines), **values))
        self.env.flush()
        return invoice

    def line(
        self, price: str, quantity: str = "1", *, rate: str = "19", category: str = "S", discount: str = "0"
    ) -> InvoiceLine:
        """A line of a draft."""
        return self.env[InvoiceLine](
            description=f"Work at {price}",
            quantity=Decimal(quantity),
            uom=unit(self.env),
            unit_price=Decimal(price),
            discount=Decimal(discount),
            tax=tax(self.env, rate, category),
        )

    def posted(self, *prices: str, customer: Partner | None = None, **values: Any) -> Invoice:
        """A posted invoice; its number comes at commit."""
        invoice = self.draft(*prices, customer=customer, **values)
        self.env[Invoice].post(self.env, [invoice])
        return invoice

    def credit_note(self, invoice: Invoice) -> Invoice:
        """A posted credit note over the whole of a posted invoice."""
        (note,) = self.env[Invoice].credit(self.env, [invoice])
        self.env[Invoice].post(self.env, [note])
        return note


class BillFactory:
    """Bills of suppliers; amounts as text, to be exact."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self._numbers = count(1)

    def supplier(self, **values: Any) -> DebtorPartner:
        """A company that we buy from."""
        partner = PartnerFactory(self.env).customer(is_customer=False, is_supplier=True, **values)
        return cast("DebtorPartner", partner)

    def line(
        self,
        price: str,
        quantity: str = "1",
        *,
        rate: str = "19",
        category: str = "S",
        discount: str = "0",
        **values: Any,
    ) -> BillLine:
        """A line of a draft."""
        return self.env[BillLine](
            description=f"Work at {price}",
            quantity=Decimal(quantity),
            uom=unit(self.env),
            unit_price=Decimal(price),
            discount=Decimal(discount),
            tax=tax(self.env, rate, category),
            **values,
        )

    def of_lines(self, lines: Iterable[BillLine], supplier: Partner | None = None, **values: Any) -> Bill:
        """A draft of today with lines made by `line`."""
        values = {"supplier_number": f"S-{next(self._numbers)}", "bill_date": self.env.today, **values}
        bill = self.env.add(self.env[Bill](supplier=supplier or self.supplier(), lines=list(lines), **values))
        self.env.flush()
        return bill

    def draft(self, *prices: str, supplier: Partner | None = None, **values: Any) -> Bill:
        """A draft with one piece at each net price, at 19 % VAT."""
        return self.of_lines([self.line(price) for price in prices], supplier=supplier, **values)

    def posted(self, *prices: str, supplier: Partner | None = None, **values: Any) -> Bill:
        """A posted bill; its number comes at commit."""
        bill = self.draft(*prices, supplier=supplier, **values)
        self.env[Bill].post(self.env, [bill])
        return bill


class PaymentFactory:
    """Payments of customers."""

    def __init__(self, env: Env) -> None:
        self.env = env

    def draft(self, partner: Partner, amount: str, **values: Any) -> Payment:
        """A payment that is not booked yet."""
        payment = self.env.add(self.env[Payment](partner=partner, amount=Decimal(amount), **values))
        self.env.flush()
        return payment

    def posted(self, partner: Partner, amount: str, **values: Any) -> Payment:
        """A booked payment; it has paid the oldest open invoices."""
        payment = self.draft(partner, amount, **values)
        self.env[Payment].post(self.env, [payment])
        return payment


@pytest.fixture
def invoices(env: Env) -> InvoiceFactory:
    """Invoices of the test's site."""
    return InvoiceFactory(env)


@pytest.fixture
def payments(env: Env) -> PaymentFactory:
    """Payments of the test's site."""
    return PaymentFactory(env)


@pytest.fixture
def bills(env: Env) -> BillFactory:
    """Supplier bills of the test's site."""
    return BillFactory(env)
