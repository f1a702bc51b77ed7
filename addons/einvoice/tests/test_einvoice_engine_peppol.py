"""Peppol rules in small documents of our own: each case breaks one rule, or keeps it."""

import pytest

from tradewright_einvoice.engine import check, write
from tradewright_einvoice.engine.testing import sample_invoice

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMES = f'xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'
BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
SELF_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"


def tag(name: str, *content: str, **attributes: str) -> str:
    prefix = "cbc" if name.startswith("=") else "cac"
    name = f"{prefix}:{name.removeprefix('=')}"
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{extra}>{''.join(content)}</{name}>"


def document(*content: str, kind: str = "Invoice") -> bytes:
    return f'<{kind} xmlns="{UBL}{kind}-2" {NAMES}>{"".join(content)}</{kind}>'.encode()


def party(owner: str, country: str, *content: str, vat: str = "", code: str = "VAT") -> str:
    address = tag("PostalAddress", tag("Country", tag("=IdentificationCode", country)))
    scheme = tag("PartyTaxScheme", tag("=CompanyID", vat), tag("TaxScheme", tag("=ID", code))) if vat else ""
    return tag(f"Accounting{owner}Party", tag("Party", *content, address, scheme))


def both(country: str, vat: str = "") -> str:
    return party("Supplier", country, vat=vat) + party("Customer", country, vat=vat)


def registered(number: str, **scheme: str) -> str:
    return tag("PartyLegalEntity", tag("=CompanyID", number, **scheme))


def taxes(invoiced: str, accounting: str) -> str:
    totals = (("EUR", invoiced), ("SEK", accounting))
    currencies = tag("=DocumentCurrencyCode", "EUR") + tag("=TaxCurrencyCode", "SEK")
    return currencies + "".join(
        tag("TaxTotal", tag("=TaxAmount", amount, currencyID=currency)) for currency, amount in totals
    )


def line(*price: str) -> str:
    return tag("InvoiceLine", tag("Price", *price))


def priced(unit: str) -> str:
    price = tag("Price", tag("=BaseQuantity", "1", unitCode=unit))
    return tag("=InvoicedQuantity", "1", unitCode="C62") + price


def german_contact(email: str) -> str:
    contact = tag("Contact", tag("=ElectronicMail", email))
    return party("Supplier", "DE", contact) + party("Customer", "DE")


def reference(number: str, code: str) -> str:
    return tag("AdditionalDocumentReference", tag("=ID", number), tag("=DocumentTypeCode", code))


MANDATE = tag("PaymentMeans", tag("=PaymentMeansCode", "59"), tag("PaymentMandate", tag("=ID", "M-1")))
ICELANDIC = party("Supplier", "IS") + tag(
    "PaymentMeans", tag("=PaymentMeansCode", "42"), tag("PayeeFinancialAccount", tag("=ID", "0"))
)
NEGATIVE = tag("LegalMonetaryTotal", tag("=PayableAmount", "-1.00", currencyID="DKK"))
CASES = [
    ("DE-R-031", document(both("DE"), MANDATE), True),
    ("DE-R-031", document(both("FR"), MANDATE), False),
    ("DE-R-028", document(german_contact("[Seller@email.de]")), False),
    ("DE-R-028", document(german_contact("a..b@x.y")), False),
    ("DE-R-028", document(german_contact("a@x")), True),
    ("DE-R-028", document(german_contact("a b@x.y")), True),
    ("DE-R-028", document(german_contact("a@b@x.y")), True),
    ("DE-R-028", document(german_contact("a@x..y")), True),
    ("DE-R-017", document(both("DE"), tag("=InvoiceTypeCode", " 380 ")), False),
    ("DK-R-016", document(both("DK"), NEGATIVE, kind="CreditNote"), True),
    ("DK-R-016", document(both("DK"), NEGATIVE), False),
    ("DK-R-016", document(both("DK"), NEGATIVE.replace("-1.00", "0"), kind="CreditNote"), False),
    ("GR-R-003", document(party("Supplier", "GR", vat="EL123456789")), True),
    ("GR-R-003", document(party("Supplier", "GR", vat="EL094259216")), False),
    ("GR-R-010", document(party("Supplier", "GR", vat="EL1"), party("Customer", "GR", tag("=EndpointID", "1"))), True),
    ("GR-R-010", document(party("Supplier", "GR", vat="EL1"), party("Customer", "FR", tag("=EndpointID", "1"))), False),
    ("IS-R-004", document(both("IS")), True),
    ("IS-R-004", document(party("Supplier", "IS"), party("Customer", "FR")), False),
    ("IS-R-005", document(both("IS")), True),
    ("IS-R-007", document(ICELANDIC), True),
    ("IS-R-007", document(ICELANDIC.replace(">0<", ">123456789012<")), False),
    ("PEPPOL-COMMON-R055", document(party("Customer", "NL", registered("1", schemeID="0190"))), True),
    ("PEPPOL-COMMON-R055", document(party("Customer", "NL", registered("1" * 20, schemeID="0190"))), False),
    ("PEPPOL-COMMON-R056-1", document(party("Customer", "NL", registered("NL1", schemeID="9944"))), True),
    ("PEPPOL-COMMON-R056-1", document(party("Customer", "NL", registered("NL123456789B12", schemeID="9944"))), False),
    ("PEPPOL-COMMON-R056-2", document(party("Supplier", "NL", vat="NL12345678B12")), True),
    ("PEPPOL-COMMON-R056-2", document(party("Supplier", "NL", vat="NL12345678B12", code="LOC")), False),
    ("PEPPOL-COMMON-R057", document(party("Customer", "NL", registered("1", schemeID="0217"))), True),
    ("PEPPOL-COMMON-R057", document(party("Customer", "NL", registered("1" * 12, schemeID="0217"))), False),
    ("PEPPOL-EN16931-F001", document(tag("=IssueDate", "2026-02-30")), True),
    ("PEPPOL-EN16931-F001", document(tag("=IssueDate", "2026-03-01Z")), True),
    ("PEPPOL-EN16931-F001", document(tag("=IssueDate", "2028-02-29")), False),
    ("PEPPOL-EN16931-R008", document(tag("=Note", " \n")), True),
    ("PEPPOL-EN16931-R008", document(tag("=Note", "x")), False),
    ("PEPPOL-EN16931-R055", document(taxes("10", "-10")), True),
    ("PEPPOL-EN16931-R055", document(taxes("-10", "-10")), False),
    ("PEPPOL-EN16931-R055", document(taxes("0", "-10")), False),
    ("PEPPOL-EN16931-R080", document(reference("1", "50"), reference("2", "50"), kind="CreditNote"), True),
    ("PEPPOL-EN16931-R080", document(reference("1", "50"), reference("2", "50")), False),
    ("PEPPOL-EN16931-R121", document(line(tag("=BaseQuantity", "0"))), True),
    ("PEPPOL-EN16931-R121", document(line(tag("=BaseQuantity", "0.1"))), False),
    ("PEPPOL-EN16931-R130", document(tag("InvoiceLine", priced("HUR"))), True),
    ("PEPPOL-EN16931-R130", document(tag("InvoiceLine", tag("SubInvoiceLine", priced("HUR")))), True),
    ("PEPPOL-EN16931-R130", document(tag("InvoiceLine", tag("SubInvoiceLine", priced("C62")))), False),
    ("PEPPOL-EN16931-R007", document(tag("=ProfileID", "urn:peppol:bis:billing_with_response")), False),
    ("PEPPOL-EN16931-R007", document(tag("=ProfileID", " urn:peppol:france:billing:regulated ")), False),
    ("PEPPOL-EN16931-R007", document(tag("=ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:02:1.0")), True),
    ("PEPPOL-EN16931-R004", document(tag("=CustomizationID", f"{BILLING}#conformant#urn:x")), False),
    ("PEPPOL-EN16931-R004", document(tag("=CustomizationID", f"{BILLING}::2.1")), True),
    (
        "SE-R-006",
        document(party("Supplier", "SE", vat="SE556012579001"), line(), tag("TaxCategory", tag("=ID", "S"))),
        True,
    ),
]


@pytest.mark.parametrize(("rule", "content", "fires"), CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES])
def test_a_rule_fires_where_it_is_broken(rule: str, content: bytes, *, fires: bool) -> None:
    assert (rule in {finding.rule for finding in check(content, "peppol-ubl")}) is fires


def self_billed(code: str = "389", **changes: str) -> bytes:
    content = write(sample_invoice()).decode()
    content = content.replace(BILLING, SELF_BILLING).replace("poacc:billing:01", "poacc:selfbilling:01")
    content = content.replace(">380<", f">{code}<")
    for old, new in changes.items():
        content = content.replace(f"<cbc:{old}>", f"<cbc:{new}>").replace(f"</cbc:{old}>", f"</cbc:{new}>")
    return content.encode()


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (self_billed(), set[str]()),
        (self_billed("527"), set[str]()),
        (self_billed("380"), {"PEPPOL-EN16931-P0100"}),
        (self_billed("326"), {"PEPPOL-EN16931-P0100"}),
        (self_billed(InvoiceTypeCode="CreditNoteTypeCode"), {"PEPPOL-EN16931-P0101"}),
        (self_billed("261", InvoiceTypeCode="CreditNoteTypeCode"), set[str]()),
        (write(sample_invoice()), {"PEPPOL-EN16931-R004", "PEPPOL-EN16931-R007"}),
    ],
)
def test_self_billing_has_its_own_types_and_names(content: bytes, rules: set[str]) -> None:
    assert {finding.rule for finding in check(content, "peppol-selfbilling")} == rules


def test_a_self_billed_invoice_is_none_of_the_seller() -> None:
    found = {finding.rule: finding.message for finding in check(self_billed(), "peppol-ubl")}
    assert set(found) == {"PEPPOL-EN16931-R004", "PEPPOL-EN16931-R007"}
    assert found["PEPPOL-EN16931-R007"].endswith("is none of Peppol's (urn:fdc:peppol.eu:2017:poacc:billing:01:1.0).")


def test_self_billing_leaves_the_currency_of_the_breakdown_alone() -> None:
    content = self_billed().replace(b'<cbc:TaxAmount currencyID="EUR">', b'<cbc:TaxAmount currencyID="SEK">')
    found = [finding.location for finding in check(content, "peppol-selfbilling") if finding.rule.endswith("R051")]
    assert found == ["/inv:Invoice/cac:TaxTotal/cbc:TaxAmount"]
