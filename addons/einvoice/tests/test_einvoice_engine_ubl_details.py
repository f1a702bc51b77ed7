"""Details of the official rules for UBL that a reader of their sentences would not expect, in small documents."""

import pytest

from tradewright_einvoice.engine import check

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMES = f'xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'


def tag(name: str, *content: str, **attributes: str) -> str:
    prefix = "cbc" if name.startswith("=") else "cac"
    name = f"{prefix}:{name.removeprefix('=')}"
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{extra}>{''.join(content)}</{name}>"


def rules(*content: str, kind: str = "Invoice") -> set[str]:
    document = f'<{kind} xmlns="{UBL}{kind}-2" {NAMES}>{"".join(content)}</{kind}>'
    return {finding.rule for finding in check(document.encode(), "en16931-ubl")}


def category(code: str, rate: str | None = None, *, name: str = "TaxCategory", scheme: str = "VAT") -> str:
    percent = tag("=Percent", rate) if rate is not None else ""
    return tag(name, tag("=ID", code), percent, tag("TaxScheme", tag("=ID", scheme)))


def subtotal(taxable: str | None, tax: str, *content: str) -> str:
    amount = tag("=TaxableAmount", taxable) if taxable is not None else ""
    return tag("TaxTotal", tag("TaxSubtotal", amount, tag("=TaxAmount", tax), *content))


def vat_number(number: str) -> str:
    return tag("PartyTaxScheme", tag("=CompanyID", number), tag("TaxScheme", tag("=ID", "VAT")))


@pytest.mark.parametrize(
    ("number", "broken"),
    [("DE123", False), ("EL1", False), ("", False), ("D", False), (" D1", False), ("  DE1", True), ("de1", True)],
)
def test_the_prefix_of_a_vat_number_is_looked_for_in_one_text(number: str, *, broken: bool) -> None:
    assert ("BR-CO-09" in rules(vat_number(number))) is broken


@pytest.mark.parametrize(
    ("content", "broken"),
    [
        (subtotal("100", "19", category("S", "19")), False),
        (subtotal("100", "20", category("S", "19")), True),
        (subtotal("100", "19.99", category("S", "19")), False),
        (subtotal(None, "0", category("Z", "0")), False),
        (subtotal(None, "0", category("S", "0.4")), False),
        (subtotal(None, "0", category("S", "19")), True),
        (tag("InvoiceLine", subtotal("100", "50", category("S", "19"))), True),
    ],
)
def test_the_tax_of_a_breakdown_is_judged_wherever_it_is(content: str, *, broken: bool) -> None:
    assert ("BR-CO-17" in rules(content)) is broken


def test_a_category_in_the_vat_total_of_a_line_counts_as_used() -> None:
    assert "BR-E-01" in rules(tag("InvoiceLine", subtotal("1", "0", category("E", "0"))))
    assert "BR-S-01" not in rules(tag("InvoiceLine", subtotal("1", "0", category("S", "19"))))


def test_a_category_counts_where_it_is_said_neither_allowance_nor_charge() -> None:
    assert "BR-S-01" in rules(tag("AllowanceCharge", category("S", "19")))
    assert "BR-Z-01" in rules(tag("Price", tag("AllowanceCharge", category("Z", "0"))))


def test_items_of_lines_in_lines_count() -> None:
    item = tag("Item", category("G", "0", name="ClassifiedTaxCategory"))
    found = rules(tag("InvoiceLine", tag("SubInvoiceLine", item)))
    assert {"BR-G-01", "BR-G-02"} <= found
    assert "BR-G-05" not in found


@pytest.mark.parametrize(("taxable", "broken"), [("90", False), ("-10", False), ("0", True)])
def test_a_breakdown_may_leave_out_the_lines_where_there_is_an_allowance_of_its_rate(
    taxable: str, *, broken: bool
) -> None:
    line = tag(
        "InvoiceLine",
        tag("=LineExtensionAmount", "100"),
        tag("Item", category("S", "19", name="ClassifiedTaxCategory")),
    )
    allowance = tag("AllowanceCharge", tag("=ChargeIndicator", "false"), tag("=Amount", "10"), category("S", "19"))
    found = rules(allowance, line, subtotal(taxable, "19", category("S", "19")))
    assert ("BR-S-08" in found) is broken


def test_a_payee_has_one_identifier_with_or_without_scheme() -> None:
    ids = [tag("PartyIdentification", tag("=ID", "1", **scheme)) for scheme in ({}, {"schemeID": "0088"})]
    sepa = tag("PartyIdentification", tag("=ID", "1", schemeID="SEPA"))
    name = tag("PartyName", tag("=Name", "Payee"))
    entity = tag("PartyLegalEntity", tag("=RegistrationName", "Seller"))
    seller = tag("AccountingSupplierParty", tag("Party", entity))
    assert "UBL-SR-20" in rules(seller, tag("PayeeParty", *ids, name))
    assert "UBL-SR-20" not in rules(seller, tag("PayeeParty", ids[0], sepa, name))
    assert "UBL-SR-20" in rules(seller, tag("PayeeParty", ids[0], name.replace("Payee", "Seller")))


def test_a_tax_scheme_without_name_is_another_tax() -> None:
    local = tag("PartyTaxScheme", tag("=CompanyID", "1"), tag("TaxScheme"))
    seller = tag("AccountingSupplierParty", tag("Party", local, local))
    assert "UBL-SR-13" in rules(seller)
    assert "UBL-SR-12" not in rules(seller)


def test_a_media_type_is_compared_as_it_stands() -> None:
    def attached(media: str) -> str:
        return tag("Attachment", tag("=EmbeddedDocumentBinaryObject", "QQ==", mimeCode=media, filename="a"))

    assert "BR-CL-24" not in rules(attached("text/csv"))
    assert "BR-CL-24" in rules(attached(" text/csv"))


def test_split_payment_and_the_standard_rate_are_looked_for_at_the_document_and_its_items() -> None:
    item = tag("InvoiceLine", tag("Item", category("B", "22", name="ClassifiedTaxCategory")))
    assert "BR-B-02" in rules(item, tag("AllowanceCharge", category("S", "22")))
    assert "BR-B-02" not in rules(item, tag("InvoiceLine", tag("AllowanceCharge", category("S", "22"))))
