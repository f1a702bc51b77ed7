"""SE-R: Swedish suppliers."""

from typing import Final

from ....xml import Node
from ...base import Report, checks, plain
from ...view import View
from ..countries import vat_numbers
from ..identifiers import is_luhn
from .common import CUSTOMER, SUPPLIER, is_number

_COUNTRY: Final = ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
_RATES: Final = frozenset((25, 12, 6))
_VAT_LENGTH: Final = 14
_NUMBER_LENGTH: Final = 10


def _is_swedish(party: Node) -> bool:
    return any(country.text == "SE" for country in party.all(*_COUNTRY))


@checks(*(f"SE-R-{number:03}" for number in range(1, 14)))
def sweden(view: View, report: Report) -> None:
    """VAT and organisation numbers, F-tax, rates and giro accounts."""
    suppliers = [party for owner in view.tree.named(SUPPLIER) for party in owner.kids.get("cac:Party", ())]
    swedish = [party for party in suppliers if _is_swedish(party)]
    if not swedish:
        return
    for party in swedish:
        _numbers(party, report)
    if any(number.text[:2] == "SE" for party in swedish for number in vat_numbers(party)):
        for category in view.tree.named("cac:TaxCategory", "cac:ClassifiedTaxCategory"):
            if any(code.text == "S" for code in category.kids.get("cbc:ID", ())):
                percent = category.first("cbc:Percent")
                if percent is None or percent.number not in _RATES:
                    report.fatal(
                        "SE-R-006", "BT-152", category, "Swedish VAT rates are 6, 12 and 25, not {0}.", percent
                    )
    customers = [party for owner in view.tree.named(CUSTOMER) for party in owner.kids.get("cac:Party", ())]
    domestic = any(_is_swedish(party) for party in customers)
    for means in view.tree.named("cac:PaymentMeans"):
        _payment(means, report, domestic=domestic)


def _numbers(party: Node, report: Report) -> None:
    _vat_number(party, report)
    registrations = party.all("cac:PartyLegalEntity", "cbc:CompanyID")
    for number in registrations:
        if not is_number(number.text):
            report.fatal("SE-R-003", "BT-30", number, "The organisation number {0} must be numeric.", number)
        if len(plain(number)) != _NUMBER_LENGTH:
            report.fatal("SE-R-004", "BT-30", number, "The organisation number {0} must have 10 digits.", number)
        if not is_luhn(plain(number)):
            report.fatal(
                "SE-R-013", "BT-30", number, "The check digit of the organisation number {0} is wrong.", number
            )
    if registrations:
        _tax_registration(party, report)


def _vat_number(party: Node, report: Report) -> None:
    numbers = vat_numbers(party)
    if not any(number.text[:2] == "SE" for number in numbers):
        return
    number = numbers[0]
    if len(plain(number)) != _VAT_LENGTH:
        report.fatal("SE-R-001", "BT-31", number, "The VAT number {0} must have 14 characters.", number)
    if not is_number(number.text[2:_VAT_LENGTH]):
        report.fatal("SE-R-002", "BT-31", number, "The VAT number {0} must be SE and 12 digits.", number)


def _tax_registration(party: Node, report: Report) -> None:
    for scheme in party.kids.get("cac:PartyTaxScheme", ()):
        if plain(scheme.first("cac:TaxScheme", "cbc:ID")).upper() == "VAT":
            continue
        for text in scheme.kids.get("cbc:CompanyID", ()):
            if plain(text).upper() != "GODKÄND FÖR F-SKATT":
                message = "The tax registration of a Swedish supplier is 'Godkänd för F-skatt', not {0}."
                report.fatal("SE-R-005", "BT-32", text, message, text)


def _payment(means: Node, report: Report, *, domestic: bool) -> None:
    code = means.first("cbc:PaymentMeansCode")
    branch = plain(means.first("cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID"))
    if plain(code) == "30" and branch in {"SE:PLUSGIRO", "SE:BANKGIRO"}:
        plus = branch == "SE:PLUSGIRO"
        least, numeric, length = (2, "SE-R-007", "SE-R-010") if plus else (7, "SE-R-008", "SE-R-009")
        for account in means.all("cac:PayeeFinancialAccount", "cbc:ID"):
            if not is_number(account.text):
                report.warning(numeric, "BT-84", account, "The giro account {0} must be numeric.", account)
            if not least <= len(plain(account)) <= 8:
                report.warning(
                    length, "BT-84", account, "The giro account {0} must have {1} to 8 digits.", account, least
                )
    text = code.text if code is not None else ""
    if text in {"50", "56"}:
        message = "A Swedish giro is stated as payment means 30 with the bank SE:BANKGIRO or SE:PLUSGIRO."
        report.warning("SE-R-011", "BT-81", means, message)
    if text == "31" and domestic:
        report.warning(
            "SE-R-012", "BT-81", means, "Between Swedish parties a credit transfer is payment means 30, not 31."
        )


SWEDEN: Final = (sweden,)
