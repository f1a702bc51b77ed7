"""How an invoice is completed: rounding, VAT breakdown, exemptions."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tradewright_einvoice.engine import Address, AllowanceCharge, Exemption, Price, Totals, complete, line_net
from tradewright_einvoice.engine.amounts import parse_decimal, round_amount, round_official, write_amount, write_number
from tradewright_einvoice.engine.testing import sample_buyer, sample_invoice, sample_line


@pytest.mark.parametrize(
    ("value", "merchant", "official"),
    [("2.345", "2.35", "2.35"), ("-2.345", "-2.35", "-2.34"), ("0.005", "0.01", "0.01"), ("-0.005", "-0.01", "0.00")],
)
def test_halves_are_rounded_away_from_zero_by_us_and_upwards_by_the_rules(
    value: str, merchant: str, official: str
) -> None:
    assert round_amount(Decimal(value)) == Decimal(merchant)
    assert round_official(Decimal(value)) == Decimal(official)


@pytest.mark.parametrize(
    ("text", "number"),
    [(" 1.50\n", "1.50"), ("+.5", "0.5"), ("-0", "0"), ("1.", "1"), ("007", "7"), ("1" * 30, "1" * 30)],
)
def test_a_decimal_is_read_as_xml_writes_it(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", " ", "1e3", "NaN", "Infinity", "1 000", "1,0", "١", "1_0", "0x1", "1" * 33])
def test_what_is_no_decimal_is_none(text: str) -> None:
    assert parse_decimal(text) is None


@pytest.mark.parametrize(
    ("value", "amount", "number"),
    [("100", "100.00", "100"), ("1E+2", "100.00", "100"), ("-0.00", "0.00", "0"), ("1.230", "1.23", "1.23")],
)
def test_a_number_is_written_without_exponent_or_needless_zeros(value: str, amount: str, number: str) -> None:
    assert write_amount(Decimal(value)) == amount
    assert write_number(Decimal(value)) == number


def test_a_line_is_rounded_once() -> None:
    line = sample_line(
        quantity=Decimal(3),
        price=Price(net=Decimal("9.999"), base_quantity=Decimal(10)),
        allowances=(AllowanceCharge(amount=Decimal("0.50"), reason="Discount"),),
        charges=(AllowanceCharge(amount=Decimal("1.00"), reason="Packing"),),
    )
    assert line_net(line) == Decimal("3.50")  # 2.9997 - 0.50 + 1.00


def test_vat_is_computed_for_each_rate_of_the_sum() -> None:
    lines = tuple(sample_line(number, quantity=Decimal(1), price=Price(net=Decimal("0.03"))) for number in range(1, 4))
    reduced = sample_line(4, vat_rate=Decimal(7))
    invoice = sample_invoice(lines=(*lines, reduced))
    assert [(part.rate, part.taxable, part.tax) for part in invoice.vat_breakdown] == [
        (Decimal(19), Decimal("0.09"), Decimal("0.02")),
        (Decimal(7), Decimal("125.00"), Decimal("8.75")),
    ]


def test_allowances_and_charges_of_the_document_change_the_taxable_amount() -> None:
    bonus = AllowanceCharge(amount=Decimal(50), vat_category="S", vat_rate=Decimal(19), reason="Bonus")
    invoice = sample_invoice(allowances=(bonus,), charges=(replace(bonus, amount=Decimal(10)),))
    totals = invoice.totals
    assert [totals.lines, totals.allowances, totals.charges, totals.net] == [
        Decimal(found) for found in (250, 50, 10, 210)
    ]
    assert (totals.vat, totals.gross, totals.payable) == (Decimal("39.90"), Decimal("249.90"), Decimal("249.90"))


def test_what_was_paid_and_rounded_is_kept() -> None:
    totals = sample_invoice(totals=Totals(prepaid=Decimal(100), rounding=Decimal("-0.50"))).totals
    assert (totals.gross, totals.payable) == (Decimal("297.50"), Decimal("197.00"))


def test_an_exemption_of_the_caller_goes_before_ours() -> None:
    line = sample_line(vat_category="E", vat_rate=Decimal(0))
    ours = sample_invoice(lines=(line,)).vat_breakdown[0]
    assert (ours.reason, ours.reason_code) == ("Exempt from VAT", None)
    own = complete(sample_invoice(lines=(line,)), exemptions={"E": Exemption("Medical aid", "VATEX-EU-132")})
    assert (own.vat_breakdown[0].reason, own.vat_breakdown[0].reason_code) == ("Medical aid", "VATEX-EU-132")


def test_what_is_not_subject_to_vat_has_no_rate() -> None:
    part = sample_invoice(lines=(sample_line(vat_category="O", vat_rate=None),)).vat_breakdown[0]
    assert (part.rate, part.tax, part.reason_code) == (None, Decimal(0), "VATEX-EU-O")


def test_between_germans_even_what_is_not_subject_to_vat_has_a_rate() -> None:
    line = sample_line(vat_category="O", vat_rate=None)
    buyer = sample_buyer(address=Address(city="Berlin", post_code="10115", country="DE"))
    assert sample_invoice(buyer=buyer, lines=(line,)).vat_breakdown[0].rate == Decimal(0)


def test_completing_twice_changes_nothing() -> None:
    invoice = sample_invoice()
    assert complete(invoice) == invoice
    assert complete(replace(invoice, vat_breakdown=(), totals=Totals())) == invoice
