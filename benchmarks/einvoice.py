"""E-invoices: the complete Peppol check (EN 16931 and Peppol) on 2 and on 1,000 lines, writing, and a first check."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from tradewright_einvoice import check, write
from tradewright_einvoice.engine import AllowanceCharge, Delivery, Invoice, Note, Period, complete
from tradewright_einvoice.engine.testing import sample_buyer, sample_invoice, sample_line, sample_seller

RULE_SETS = ("en16931-ubl", "peppol-ubl")
ROUNDS, SMALL, LARGE, WRITTEN = 5, 200, 5, 300
FIRST = """
import sys, time
document = sys.stdin.buffer.read()
before = time.process_time()
from tradewright_einvoice import check
findings = [one for name in {sets!r} for one in check(document, name)]
assert not findings, findings
print(time.process_time() - before)
"""


def run(given: str | None) -> dict[str, float]:  # noqa: ARG001  # no database is needed
    """Return documents a CPU second, and CPU milliseconds of a long invoice and of the first check of a process."""
    invoice = _invoice(2)
    small, large = write(invoice, "ubl", "peppol"), write(_invoice(1_000), "ubl", "peppol")
    _sound(small)
    _sound(large)
    gc.collect()
    gc.freeze()
    return {
        "peppol_2_lines_per_cpu_s": round(1 / _seconds(lambda: _sound(small), SMALL)),
        "peppol_1000_lines_cpu_ms": round(_seconds(lambda: _sound(large), LARGE) * 1000, 1),
        "write_per_cpu_s": round(1 / _seconds(lambda: write(invoice, "ubl", "peppol"), WRITTEN)),
        "write_cii_per_cpu_s": round(1 / _seconds(lambda: write(invoice, "cii", "en16931"), WRITTEN)),
        "first_check_cpu_ms": round(_first(small) * 1000, 1),
    }


def _invoice(lines: int) -> Invoice:
    """An invoice with what most of them have: notes, delivery, contacts, an allowance and a charge, two rates."""
    day = sample_invoice().issue_date
    buyer = sample_buyer()
    half = lines // 2
    freight = AllowanceCharge(
        amount=Decimal("25.00"), reason="Freight", reason_code="FC", vat_category="S", vat_rate=Decimal(19)
    )
    bonus = AllowanceCharge(
        amount=Decimal("12.50"), reason="Bonus", reason_code="95", vat_category="S", vat_rate=Decimal(19)
    )
    every = tuple(
        sample_line(number, vat_rate=Decimal(19 if number > half else 7), order_line=str(number))
        for number in range(1, lines + 1)
    )
    made = replace(
        sample_invoice(seller=sample_seller(), buyer=buyer),
        lines=every,
        notes=(Note("Thank you for your order."),),
        order_reference="PO-4711",
        period=Period(start=day, end=day),
        delivery=Delivery(actual_date=day, address=buyer.address),
        charges=(freight,),
        allowances=(bonus,),
        vat_breakdown=(),
    )
    return complete(made)


def _sound(document: bytes) -> None:
    for name in RULE_SETS:
        findings = check(document, name)
        if findings:
            raise RuntimeError(f"{name}: {findings[0]}")


def _seconds(work: Callable[[], object], times: int) -> float:
    """CPU seconds of one run; the median of some rounds, after a warm-up."""
    work()
    rounds = []
    for _round in range(ROUNDS):
        before = time.process_time()
        for _time in range(times):
            work()
        rounds.append((time.process_time() - before) / times)
    return statistics.median(rounds)


def _first(document: bytes) -> float:
    """CPU seconds from importing the engine to the first verdict, in a process of its own."""
    code = FIRST.format(sets=RULE_SETS)
    rounds = [
        float(subprocess.run([sys.executable, "-c", code], input=document, capture_output=True, check=True).stdout)
        for _round in range(ROUNDS)
    ]
    return statistics.median(rounds)
