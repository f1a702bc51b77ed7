"""Whatever the ERP can post is sound by the rules of its profile and says what the ledger's entries say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradewright.orm import Env, select
from tradewright_account.models.invoice import Invoice
from tradewright_account.models.invoice_line import InvoiceLine
from tradewright_base.testing import currency
from tradewright_einvoice.engine import check, read, write
from tradewright_einvoice.services import drafts
from tradewright_einvoice.services.build import document
from tradewright_einvoice.services.issue import judge
from tradewright_einvoice.testing import EInvoiceFactory
from tradewright_product.models.uom import UnitOfMeasure

if TYPE_CHECKING:
    from tradewright_account.extends.tax import BookedTax
    from tradewright_einvoice.engine import Finding

pytestmark = pytest.mark.addons("einvoice")

TAXES = {"S": (19, 7, 5), "Z": (0,), "E": (0,), "AE": (0,), "K": (0,), "G": (0,), "O": (0,)}
COUNTRIES = ("DE", "FR", "NL", "AT", "US")
GLN = {"endpoint_scheme": "0088", "endpoint_id": "4035811991021"}
PROFILES = ("peppol", "en16931", "xrechnung", "factur-x-en16931")
CURRENCIES = ("EUR", "EUR", "USD", "JPY", "HUF", "KWD")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


def numbers(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals as somebody types them: often of few digits."""
    return st.integers(0, places).flatmap(
        lambda digits: st.decimals(Decimal(least), Decimal(most), places=digits, allow_nan=False)
    )


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A line: mostly ordinary, at times with a discount, a fraction of a unit, or a price that is given back."""
    category = draw(st.sampled_from(["S", "S", "S", "Z", "E", "AE", "K", "G"]))
    return {
        "description": draw(WORDS) + draw(st.sampled_from(["", "\nmore of it", "\n  \n"])),
        "quantity": draw(numbers("0.001", "9999", 6).filter(lambda value: value > 0)),
        "unit_price": draw(st.one_of(numbers("0", "9999", 6), numbers("0", "9999", 2), numbers("-50", "0", 2))),
        "discount": draw(st.sampled_from([Decimal(one) for one in ("0", "0", "0", "3", "12.5", "33.3333", "100")])),
        "tax": (category, draw(st.sampled_from(TAXES[category]))),
        "uom": draw(st.integers(0, 40)),
    }


@st.composite
def invoices(draw: st.DrawFn) -> dict[str, Any]:
    """What somebody may post: lines with their taxes, a currency, a customer somewhere, perhaps credited afterwards."""
    lines = draw(st.lists(rows(), min_size=1, max_size=9))
    if sum(gross(line) for line in lines) < 1:  # the sum of an invoice is not negative
        lines = [{**line, "unit_price": abs(line["unit_price"])} for line in lines]
    if draw(st.integers(0, 7)) == 0:
        lines = [{**line, "tax": ("O", 0)} for line in lines]
    country = draw(st.sampled_from(COUNTRIES))
    if country == "US":  # no business of the Union
        lines = [{**line, "tax": ("G", 0)} if line["tax"][0] in {"AE", "K"} else line for line in lines]
    return {
        "lines": lines,
        "country": country,
        "currency": draw(st.sampled_from(CURRENCIES)),
        "rate": draw(numbers("0.001", "200", 6).filter(lambda value: value not in {0, 1})),
        "credit": draw(st.booleans()),
        "profile": draw(st.sampled_from(PROFILES)),
        "note": draw(st.one_of(st.none(), WORDS)),
        "reference": draw(st.one_of(st.none(), WORDS)),
    }


def gross(line: dict[str, Any]) -> Decimal:
    """What a line comes to with its tax, not rounded."""
    net: Decimal = line["quantity"] * line["unit_price"] * (100 - line["discount"]) / 100
    rate: int = line["tax"][1]
    return net * (100 + rate) / 100


class Poster:
    """Writes what was drawn, posts it and holds it against the rules and the books."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.made = EInvoiceFactory(env)
        self.made.seller()
        self.units = env.all(select(env[UnitOfMeasure]).order_by(env[UnitOfMeasure].id))
        self.taxes = {(code, rate): self.made.tax(code, rate) for code, rates in TAXES.items() for rate in rates}
        self.customers = {
            (country, profile): self.made.customer(
                country,
                einvoice_profile=profile,
                buyer_reference="04011000-12345-67",
                **(GLN if country == "US" else {}),
            )
            for country in COUNTRIES
            for profile in PROFILES
        }
        env.flush()

    def draft(self, drawn: dict[str, Any]) -> Invoice:
        """The draft."""
        env = self.env
        lines = [
            env[InvoiceLine](**{**row, "uom": self.units[row["uom"] % len(self.units)], "tax": self.taxes[row["tax"]]})
            for row in drawn["lines"]
        ]
        invoice = env[Invoice](
            customer=self.customers[drawn["country"], drawn["profile"]],
            lines=lines,
            note=drawn["note"],
            reference=drawn["reference"],
            currency=currency(env, drawn["currency"]),
            currency_rate=drawn["rate"] if drawn["currency"] != "EUR" else 1,
        )
        env.add(invoice)
        env.flush()
        return invoice

    def hold(self, drawn: dict[str, Any]) -> None:
        """Post what was drawn; whatever can be posted has to be sound and true."""
        env = self.env
        invoice = self.draft(drawn)
        (checked,) = drafts.check(env, [invoice])
        if checked.faults:
            # More than two decimals is all that EN 16931 can't say of an invoice that the books can hold.
            assert invoice.currency.digits > 2, checked.faults
            assert {one.field for one in checked.faults} == {"currency"}
            env.delete(invoice)
            env.flush()
            return
        env[Invoice].post(env, [invoice])
        env.take_numbers()
        shown = self.made.credited(invoice) if drawn["credit"] and invoice.total else invoice
        self.sound(shown, drawn["profile"])
        self.true(shown)

    def sound(self, invoice: Invoice, profile: str) -> None:
        """No rule of the profile, nor of EN 16931 in the other syntax, is broken."""
        written = document(self.env, invoice)
        xml, findings = judge(written, profile)
        assert fatal(findings) == []
        assert fatal(check(write(written, "cii", "en16931"), "en16931-cii")) == []
        assert read(xml).totals == written.totals

    def true(self, invoice: Invoice) -> None:
        """The document says the amounts of the ledger's entry, in the invoice's currency and in that of the books."""
        said = document(self.env, invoice)
        entry = invoice.entry
        assert entry is not None
        sign = -1 if invoice.kind == "credit_note" else 1
        booked = {"owed": Decimal(0), "tax": Decimal(0), "revenue": Decimal(0)}
        for line in entry.lines:
            tax = cast("BookedTax | None", line.tax)
            if tax is None:
                side = "owed"
            elif line.account_id == tax.tax_account_id or line.account.purpose == "output_tax":
                side = "tax"
            else:
                side = "revenue"
            booked[side] += (line.debit - line.credit) * sign
        assert -booked["tax"] == (said.totals.vat if said.vat_currency is None else said.totals.vat_accounting)
        if said.vat_currency is None:
            assert booked["owed"] == said.totals.gross == said.totals.payable
            assert -booked["revenue"] == said.totals.net
        assert sum(line.net for line in said.lines) == said.totals.lines == invoice.untaxed
        assert sum(row.tax for row in said.vat_breakdown) == said.totals.vat == invoice.tax_total


def fatal(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """The faults, as a failed test should show them."""
    return [(one.rule, one.message, one.location) for one in findings if one.severity == "fatal"]


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(drawn=invoices())
def test_any_invoice_that_can_be_posted_is_sound(env: Env, drawn: dict[str, Any]) -> None:
    poster(env).hold(drawn)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=SLOW)
@given(drawn=invoices())
def test_any_of_many_invoices_is_sound(env: Env, drawn: dict[str, Any]) -> None:
    poster(env).hold(drawn)


def poster(env: Env) -> Poster:
    """The poster of a unit of work; all examples of a test share it."""
    found = _posters.get(id(env))
    if found is None or found.env is not env:
        found = _posters[id(env)] = Poster(env)
    return found


_posters: dict[int, Poster] = {}
