"""From posted invoices to documents: sound by the rules of their profile, true to the ledger to the cent."""

import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tradewright.app import Site
from tradewright.base import Conflict
from tradewright.orm import Env
from tradewright_account.models.invoice import Invoice
from tradewright_base.testing import PartnerFactory, currency, refusal
from tradewright_einvoice.engine import Identifier, check, check_profile, read
from tradewright_einvoice.services.archive import draft, pdf_of, render
from tradewright_einvoice.services.endpoints import by_vat
from tradewright_einvoice.services.issue import Issue, issue
from tradewright_einvoice.services.lines import is_gtin
from tradewright_einvoice.testing import EInvoiceFactory, Row

pytestmark = [
    pytest.mark.addons("einvoice"),
    # WeasyPrint leaves the file of its colour profile to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO name=.*sRGB2014"),
]

AWKWARD = [("3", "0.333333", "0"), ("7", "1.015", "12.5"), ("0.001", "9999.99", "33.3333"), ("1000", "0.000001", "0")]
GLN = "4035811991021"


@pytest.fixture
def made(env: Env) -> EInvoiceFactory:
    """A complete seller, and what it invoices."""
    factory = EInvoiceFactory(env)
    factory.seller()
    return factory


def sound(env: Env, invoice: Invoice, profile: str = "peppol") -> Issue:
    """Issue a document and hold it against the rules and the ledger."""
    found = issue(draft(env, invoice), with_pdf=False)
    assert found.findings == []
    assert found.draft.profile == profile
    if profile == "peppol":
        assert check(found.xml, "peppol-ubl") == []
    said = read(found.xml)
    assert (said.totals.net, said.totals.vat, said.totals.gross) == (invoice.untaxed, invoice.tax_total, invoice.total)
    assert [line.net for line in said.lines] == [line.subtotal for line in invoice.lines]
    assert [(row.taxable, row.tax) for row in said.vat_breakdown] == [(row.base, row.amount) for row in invoice.taxes]
    return found


def test_a_domestic_invoice_of_two_rates_with_discounts(env: Env, made: EInvoiceFactory) -> None:
    taxes = [made.tax("S", 19), made.tax("S", 7)]
    rows = [(*row, taxes[place % 2]) for place, row in enumerate(AWKWARD * 10)]
    invoice = made.posted(made.customer(), rows, reference="PO-1", order_number="SO-1", note="Thank you.")
    said = read(sound(env, invoice).xml)
    assert (said.type_code, said.order_reference, said.sales_order) == ("380", "PO-1", "SO-1")
    assert said.payment is not None
    assert said.payment.accounts[0].id == "DE89370400440532013000"
    assert said.seller.endpoint == Identifier("DE342115826", "9930")


@pytest.mark.parametrize(
    ("country", "category", "values"),
    [
        ("FR", "K", {}),
        ("NL", "K", {}),
        ("AT", "AE", {}),
        ("US", "G", {"endpoint_scheme": "0088", "endpoint_id": GLN}),
        ("DE", "E", {}),
        ("DE", "Z", {}),
        ("DE", "O", {}),
        ("AT", "O", {}),
    ],
)
def test_an_invoice_without_tax_says_why(
    env: Env, made: EInvoiceFactory, country: str, category: str, values: dict[str, str]
) -> None:
    invoice = made.posted(made.customer(country, **values), [("2", "10.00", "10", made.tax(category))])
    said = read(sound(env, invoice).xml)
    assert said.totals.vat == 0
    assert said.vat_breakdown[0].category == category
    assert bool(said.vat_breakdown[0].reason) == (category != "Z")


def test_a_customer_without_an_address_in_peppol_gets_plain_en_16931(env: Env, made: EInvoiceFactory) -> None:
    customer = made.customer("US", email="ap@brooklyn.example")
    said = read(sound(env, made.posted(customer, [("2", "10.00", "0", made.tax("G"))]), "en16931").xml)
    assert said.buyer.endpoint == Identifier("ap@brooklyn.example", "EM")


def test_a_credit_note_names_the_invoice_it_corrects(env: Env, made: EInvoiceFactory) -> None:
    invoice = made.posted(made.customer(), [("3", "9.99", "5", made.tax("S", 19))])
    note = made.credited(invoice)
    said = read(sound(env, note).xml)
    assert said.type_code == "381"
    assert [one.number for one in said.preceding] == [invoice.number]


def test_a_negative_price_becomes_a_negative_quantity(env: Env, made: EInvoiceFactory) -> None:
    tax = made.tax("S", 19)
    invoice = made.posted(made.customer(), [("1", "100.00", "0", tax), ("2", "-3.335", "10", tax)])
    said = read(sound(env, invoice).xml)
    assert (said.lines[1].quantity, said.lines[1].net) == (Decimal(-2), Decimal("-6.00"))


def test_a_foreign_currency_states_the_tax_in_that_of_the_company(env: Env, made: EInvoiceFactory) -> None:
    dollars = {"currency": currency(env, "USD"), "currency_rate": Decimal("0.91")}
    said = read(sound(env, made.posted(made.customer(), [("1", "100", "0", made.tax("S", 19))], **dollars)).xml)
    assert (said.currency, said.vat_currency, said.totals.vat_accounting) == ("USD", "EUR", Decimal("17.29"))


QUANTITY = st.decimals(Decimal("0.001"), Decimal(9999), places=3).map(str)
PRICE = st.decimals(Decimal(0), Decimal(9999), places=6).map(str)
DISCOUNT = st.sampled_from(["0", "0", "3", "12.5", "33.3333", "100"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(QUANTITY, PRICE, DISCOUNT, st.sampled_from([19, 7, 0])), min_size=1, max_size=12),
    credit=st.booleans(),
)
def test_any_invoice_is_sound(
    env: Env, made: EInvoiceFactory, rows: list[tuple[str, str, str, int]], *, credit: bool
) -> None:
    wanted: list[Row] = [(*row, made.tax("S" if rate else "Z", rate)) for *row, rate in rows]  # type: ignore[misc]
    invoice = made.posted(made.customer(), wanted)
    sound(env, made.credited(invoice) if credit else invoice)


def test_the_words_are_those_of_the_customer(env: Env, made: EInvoiceFactory) -> None:
    invoice = made.posted(made.customer(language="de"), [("3", "9.99", "0", made.tax("S", 19))])
    content = pdf_of(env, invoice)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Rechnung" in text
    assert "Stk." in text
    assert "35,66" in text


def test_a_pdf_holds_the_xml(env: Env, made: EInvoiceFactory) -> None:
    xml, pdf = render(env, made.posted(made.customer(), [("3", "9.99", "0", made.tax("S", 19))]))
    assert xml.startswith(b"<?xml")
    assert pdf.startswith(b"%PDF")
    assert PdfReader(io.BytesIO(pdf)).attachments["invoice.xml"] == [xml]


def test_a_customer_of_factur_x_gets_cii_inside_of_the_pdf(env: Env, made: EInvoiceFactory) -> None:
    customer = made.customer(einvoice_profile="factur-x-en16931")
    xml, pdf = render(env, made.posted(customer, [("3", "9.99", "0", made.tax("S", 19))]))
    assert b"CrossIndustryInvoice" in xml
    assert [one for one in check_profile(xml, "factur-x-en16931") if one.severity == "fatal"] == []
    assert PdfReader(io.BytesIO(pdf)).attachments["factur-x.xml"] == [xml]


def test_a_draft_has_no_documents(env: Env, made: EInvoiceFactory) -> None:
    with pytest.raises(Conflict, match="is not posted yet: post it first"):
        render(env, made.draft(made.customer(), [("1", "1", "0", made.tax("S", 19))]))


def test_a_faulty_document_says_what_is_wrong(env: Env, made: EInvoiceFactory) -> None:
    env.company.phone = None
    found = issue(draft(env, made.posted(made.customer(), [("1", "1", "0", made.tax("S", 19))])))
    assert [finding.rule for finding in found.fatal] == ["DE-R-006"]
    assert found.pdf == b""


def test_what_xml_can_not_hold_is_a_finding_and_no_crash(env: Env, made: EInvoiceFactory) -> None:
    invoice = made.draft(made.customer(), [("1", "1", "0", made.tax("S", 19))])
    invoice.lines[0].description = "a\x0bb"
    env[Invoice].post(env, [invoice])
    env.take_numbers()
    found = issue(draft(env, invoice))
    assert found.xml == b"" or not found.fatal


@pytest.mark.parametrize(
    ("country", "vat", "scheme", "number"),
    [
        ("DE", "DE811569869", "9930", "DE811569869"),
        ("BE", "BE0403019261", "0208", "0403019261"),
        ("DK", "DK13585628", "0184", "DK13585628"),
        ("FI", "FI20774740", "0216", "003720774740"),
        ("NO", "NO995525828MVA", "0192", "995525828"),
        ("SE", "SE556120547101", "0007", "5561205471"),
        ("GR", "EL 123 456 783", "9933", "EL123456783"),
    ],
)
def test_a_vat_number_is_an_address_in_peppol(country: str, vat: str, scheme: str, number: str) -> None:
    assert by_vat(country, vat) == Identifier(number, scheme)


def test_elsewhere_a_vat_number_is_no_address() -> None:
    assert by_vat("US", "12-3456789") is None
    assert by_vat("DE", None) is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"endpoint_scheme": "9930"}, "needs both its scheme and its number"),
        ({"endpoint_scheme": "0000", "endpoint_id": "1"}, "0000 is not in the EAS list"),
        ({"einvoice_email": "nobody"}, "This is not an e-mail address"),
    ],
)
def test_a_mistyped_address_is_refused(site: Site, values: dict[str, str], message: str) -> None:
    assert message in refusal(site, lambda env: PartnerFactory(env).customer(**values))


def test_a_barcode_is_stated_only_when_it_is_a_gtin() -> None:
    assert is_gtin("4006381333931")
    assert not any(is_gtin(code) for code in ("4006381333932", "ABC", "", "1234567890"))
