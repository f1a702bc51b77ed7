"""Whatever is invoiced: the totals follow from the lines, the document passes its profile and reads back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradewright_einvoice.engine import (
    Account,
    Address,
    AllowanceCharge,
    Attachment,
    Card,
    Delivery,
    DirectDebit,
    Identifier,
    Invoice,
    Item,
    ItemProperty,
    Line,
    Note,
    Party,
    Payee,
    PaymentInstructions,
    Period,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    Totals,
    check_profile,
    complete,
    profile_named,
    read_all,
    write,
)
from tradewright_einvoice.engine.testing import IBAN, sample_buyer, sample_seller

ZERO = Decimal(0)
# What XML can carry; '#' starts a subject code in a note and a cash discount in German payment terms.
_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="#\ufffe\uffff")
TEXTS = st.text(_CHARACTERS | st.sampled_from(" \t\n\r&<>\"']"), min_size=1, max_size=30).filter(
    lambda text: text.strip(" \t\r\n")
)
WORDS = st.text(st.sampled_from("ABCdef0123456789-/äß发&<"), min_size=1, max_size=20)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
RATES = {"S": st.sampled_from([Decimal(19), Decimal(7), Decimal("5.5"), Decimal(20)]), "O": st.none()}
COUNTRIES = [("DE", "FR"), ("DE", "DE"), ("FR", "BE"), ("AT", "PL")]


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=places, allow_nan=False, allow_infinity=False)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def adjustments(draw: st.DrawFn, categories: list[str] | None = None, *, charge: bool = False) -> AllowanceCharge:
    fields: dict[str, Any] = {"reason": draw(TEXTS), "reason_code": "FC" if charge else "95"}
    if categories is not None:
        fields["vat_category"] = draw(st.sampled_from(categories))
        fields["vat_rate"] = draw(RATES.get(fields["vat_category"], st.just(ZERO)))
    if draw(st.booleans()):
        base, percent = draw(decimals("0", "10000", 2)), draw(decimals("0", "100", 2))
        return AllowanceCharge(
            amount=(base * percent / 100).quantize(Decimal("0.01")), base=base, percent=percent, **fields
        )
    return AllowanceCharge(amount=draw(decimals("0", "10000", 2)), **fields)


@st.composite
def lines(draw: st.DrawFn, number: int, categories: list[str]) -> Line:
    category = draw(st.sampled_from(categories))
    price = draw(decimals("0", "100000", 4))
    discount = draw(optional(decimals("0", "100", 4)))
    base = draw(st.sampled_from([None, Decimal(1), Decimal(100)]))
    start = draw(optional(DAYS))
    return Line(
        id=str(number),
        note=draw(optional(TEXTS)),
        quantity=draw(decimals("0.001", "100000", 3)),
        unit=draw(st.sampled_from(["H87", "KGM", "HUR", "XBX"])),
        order_line=draw(optional(WORDS)),
        buyer_account=draw(optional(WORDS)),
        object_id=draw(optional(st.builds(Identifier, WORDS, st.sampled_from([None, "AAA"])))),
        period=Period(start=start, end=start + timedelta(days=3)) if start else None,
        allowances=tuple(draw(st.lists(adjustments(), max_size=2))),
        charges=tuple(draw(st.lists(adjustments(charge=True), max_size=2))),
        price=Price(
            net=price, discount=discount, gross=None if discount is None else price + discount, base_quantity=base
        ),
        vat_category=category,
        vat_rate=draw(RATES.get(category, st.just(ZERO))),
        item=Item(
            name=draw(TEXTS),
            description=draw(optional(TEXTS)),
            seller_id=draw(optional(WORDS)),
            buyer_id=draw(optional(WORDS)),
            standard_id=draw(optional(st.just(Identifier("4012345678901", "0160")))),
            classifications=tuple(draw(st.lists(st.just(Identifier("65434568", "STI", "1")), max_size=2))),
            origin_country=draw(st.sampled_from([None, "DE", "CN"])),
            properties=tuple(draw(st.lists(st.builds(ItemProperty, name=TEXTS, value=TEXTS), max_size=2))),
        ),
    )


@st.composite
def payments(draw: st.DrawFn) -> PaymentInstructions | None:
    reference = draw(optional(WORDS))
    match draw(st.sampled_from(["none", "transfer", "debit", "card", "cash"])):
        case "transfer":
            accounts = st.builds(
                Account, id=st.just(IBAN), name=optional(TEXTS), bank=st.sampled_from([None, "BYLADEM1001"])
            )
            means = draw(st.sampled_from(["30", "58"]))
            found = tuple(draw(st.lists(accounts, min_size=1, max_size=3)))
            return PaymentInstructions(
                means=means, means_text=draw(optional(WORDS)), reference=reference, accounts=found
            )
        case "debit":
            return PaymentInstructions(
                means="59", reference=reference, debit=DirectDebit(mandate=draw(WORDS), account=IBAN)
            )
        case "card":
            return PaymentInstructions(means="48", card=Card(number="1234", holder=draw(optional(TEXTS))))
        case "cash":
            return PaymentInstructions(means="10", reference=reference)
        case _:
            return None


@st.composite
def parties(draw: st.DrawFn, sample: Party, country: str, *, taxed: bool) -> Party:
    address = Address(
        line_1=draw(TEXTS), line_2=draw(optional(TEXTS)), city=draw(TEXTS), post_code=draw(WORDS), country=country
    )
    return replace(
        sample,
        name=draw(TEXTS),
        trading_name=draw(optional(TEXTS)),
        address=address,
        vat_id=f"{country}123456789" if taxed else None,
        registration=Identifier(draw(WORDS)),
    )


@st.composite
def headers(draw: st.DrawFn) -> dict[str, Any]:
    """Numbers, dates and references."""
    issued = draw(DAYS)
    names = ("sales_order", "contract", "project", "tender", "receipt", "despatch", "buyer_account")
    return {
        **{name: draw(optional(WORDS)) for name in names},
        "number": draw(WORDS),
        "issue_date": issued,
        "due_date": draw(optional(st.just(issued + timedelta(days=30)))),
        "type_code": draw(st.sampled_from(["380", "381"])),
        "currency": draw(st.sampled_from(["EUR", "USD", "JPY"])),
        "vat_currency": draw(st.sampled_from([None, "SEK"])),
        "buyer_reference": draw(WORDS),
        "order_reference": draw(optional(WORDS)),
        "object_id": draw(optional(st.builds(Identifier, WORDS, st.sampled_from([None, "AAA"])))),
        "payment_terms": draw(optional(TEXTS)),
        "preceding": tuple(
            draw(st.lists(st.builds(PrecedingInvoice, number=WORDS, issue_date=optional(DAYS)), max_size=2))
        ),
        "payee": draw(optional(st.just(Payee(name="Factoring GmbH", identifier=Identifier("F-1"))))),
        **draw(st.sampled_from([{}, {"tax_point_date": issued}, {"tax_point_code": "35"}])),
        "period": draw(optional(st.just(Period(start=date(2019, 1, 1), end=date(2041, 12, 31))))),
    }


@st.composite
def documents(draw: st.DrawFn) -> tuple[SupportingDocument, ...]:
    """Supporting documents, linked and embedded."""
    linked = st.builds(
        SupportingDocument,
        reference=WORDS,
        description=optional(TEXTS),
        uri=st.sampled_from([None, "https://nordlicht.example/a.pdf"]),
    )
    files = draw(st.dictionaries(WORDS, st.binary(min_size=1, max_size=40), max_size=2))
    embedded = [
        SupportingDocument(
            reference=name, attachment=Attachment(content=content, mime_type="text/csv", filename=f"{name}.csv")
        )
        for name, content in files.items()
    ]
    return (*draw(st.lists(linked, max_size=1)), *embedded)


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    taxed = st.lists(st.sampled_from(["S", "Z", "E", "AE", "K", "G"]), min_size=1, max_size=4, unique=True)
    categories = draw(st.just(["O"]) | taxed)
    ours, theirs = draw(st.sampled_from(COUNTRIES))
    german = ours == theirs == "DE"
    payment = draw(payments().filter(lambda found: found is not None) if german else payments())
    header = draw(headers())
    notes = st.lists(st.builds(Note, TEXTS, st.sampled_from([None, "AAI"])), max_size=3 if german else 1)
    draft = Invoice(
        **header,
        notes=tuple(draw(notes)),
        seller=draw(parties(sample_seller(), ours, taxed=categories != ["O"])),
        buyer=draw(parties(sample_buyer(), theirs, taxed=categories != ["O"])),
        delivery=Delivery(
            actual_date=header["issue_date"], address=Address(city="Lyon", post_code="69003", country=theirs)
        ),
        payment=payment,
        creditor_id="DE98ZZZ09999999999" if payment is not None and payment.debit is not None else None,
        allowances=tuple(draw(st.lists(adjustments(categories), max_size=2))),
        charges=tuple(draw(st.lists(adjustments(categories, charge=True), max_size=2))),
        totals=Totals(
            prepaid=draw(optional(decimals("0", "1000", 2))), rounding=draw(optional(decimals("-0.5", "0.5", 2)))
        ),
        supporting_documents=draw(documents()),
        lines=tuple(draw(lines(number, categories)) for number in range(1, draw(st.integers(1, 6)) + 1)),
    )
    done = complete(draft)
    if draft.vat_currency is None:
        return done
    return replace(done, totals=replace(done.totals, vat_accounting=done.totals.vat))


@given(invoices())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_invoice_passes_its_profile_and_reads_back_as_it_was(invoice: Invoice) -> None:
    for profile in ("peppol", "en16931"):
        document = write(invoice, profile=profile)
        fatal = [finding for finding in check_profile(document, profile) if finding.severity == "fatal"]
        assert not fatal, document.decode()
        reading = read_all(document)
        target = profile_named(profile)
        assert reading.unbound == ()
        assert reading.invoice == replace(invoice, specification=target.specification, process=target.process)


@given(invoices())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_invoice_passes_as_cii_and_reads_back_as_it_was(invoice: Invoice) -> None:
    document = write(invoice, "cii", "en16931")
    fatal = [finding for finding in check_profile(document, "en16931") if finding.severity == "fatal"]
    assert not fatal, document.decode()
    reading = read_all(document)
    assert reading.unbound == ()
    assert reading.invoice == replace(invoice, specification=profile_named("en16931").specification)


@given(invoices())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_totals_follow_from_the_lines(invoice: Invoice) -> None:
    totals = invoice.totals
    assert totals.lines == sum(line.net for line in invoice.lines)
    assert totals.net == totals.lines - (totals.allowances or ZERO) + (totals.charges or ZERO)
    assert totals.vat == sum(part.tax for part in invoice.vat_breakdown)
    assert totals.net == sum(part.taxable for part in invoice.vat_breakdown)
    assert totals.gross == totals.net + (totals.vat or ZERO)
    assert totals.payable == totals.gross - (totals.prepaid or ZERO) + (totals.rounding or ZERO)
    assert complete(invoice) == invoice
