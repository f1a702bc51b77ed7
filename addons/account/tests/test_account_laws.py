"""Laws of posting that hold for any invoice: balanced, exact, and equal to what was computed."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradewright.app import Site
from tradewright.registry import verify
from tradewright.testing import SiteFactory, Template
from tradewright_account.models.invoice import Invoice
from tradewright_account.testing import InvoiceFactory, PaymentFactory

RATES = [("19", "S"), ("7", "S"), ("0", "Z"), ("0", "G")]
amounts = st.decimals("0", "9999.999999", places=6)
lines = st.tuples(
    amounts, st.decimals("0.000001", "999", places=6), st.decimals("0", "100", places=2), st.sampled_from(RATES)
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder: Path = tmp_path_factory.mktemp("laws")
    return SiteFactory(folder, folder).make(Template(addons=("account",)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(lines, min_size=1, max_size=8),
    paid=st.decimals("0.01", "100000", places=2),
    credited=st.booleans(),
)
def test_any_invoice_is_balanced_exact_and_settled_by_what_was_paid(
    books: Site, drawn: list[tuple[Decimal, Decimal, Decimal, tuple[str, str]]], paid: Decimal, *, credited: bool
) -> None:
    with books.env() as env:
        factory = InvoiceFactory(env)
        made = [
            factory.line(str(price), str(quantity), discount=str(discount), rate=rate, category=category)
            for price, quantity, discount, (rate, category) in drawn
        ]
        invoice = factory.of_lines(made)
        env[Invoice].post(env, [invoice])
        payment = PaymentFactory(env).posted(invoice.customer, str(paid))
        assert payment.amount - payment.unallocated == invoice.total - invoice.residual == min(paid, invoice.total)
        assert invoice.total == round(invoice.total, 2) == sum((line.subtotal for line in made), invoice.tax_total)
        if credited:
            factory.credit_note(invoice)
            assert invoice.payment_state == "paid"
    with books.env() as env:
        assert list(verify(env, books.composition.units)) == []
