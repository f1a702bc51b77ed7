"""SEPA credit transfers: IBANs and the QR code that banking apps read (EPC069-12)."""

import re
from decimal import Decimal
from typing import Any, Final

from .amounts import write_amount
from .model import Invoice

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_MOST: Final = Decimal("999999999.99")
_LETTER: Final = ord("A")
_LONGEST_NAME: Final = 70
_LONGEST_TEXT: Final = 140
_LONGEST_PAYLOAD: Final = 331


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN with right check digits; blanks between groups don't matter."""
    iban = "".join(text.split())
    if _IBAN.fullmatch(iban) is None:
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(sign if sign.isdigit() else str(ord(sign) - _LETTER + 10) for sign in turned)) % 97 == 1


def grouped(iban: str) -> str:
    """An IBAN in groups of four."""
    plain = "".join(iban.split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def transfer_payload(invoice: Invoice) -> str | None:
    """The content of the QR code that pays the invoice, or None where no SEPA transfer can."""
    payment = invoice.payment
    amount = invoice.totals.payable
    if payment is None or invoice.is_credit_note or invoice.currency != "EUR" or not 0 < amount <= _MOST:
        return None
    account = next((account for account in payment.accounts if is_iban(account.id)), None)
    if account is None:
        return None
    payee = account.name or (invoice.payee.name if invoice.payee else invoice.seller.name)
    bic = (account.bank or "").strip()
    lines = (
        "BCD",
        "002",  # the version in which a BIC is optional
        "1",  # UTF-8
        "SCT",
        bic if _BIC.fullmatch(bic) else "",
        _one_line(payee, _LONGEST_NAME),
        "".join(account.id.split()),
        f"EUR{write_amount(amount)}",
        "",
        "",
        _one_line(payment.reference or invoice.number, _LONGEST_TEXT),
    )
    payload = "\n".join(lines)
    return payload if len(payload.encode()) <= _LONGEST_PAYLOAD else None


def transfer_code(invoice: Invoice) -> str | None:
    """The QR code as a ``data:`` address of an SVG picture, or None where no SEPA transfer can pay the invoice."""
    payload = transfer_payload(invoice)
    if payload is None:
        return None
    import segno  # only where a picture is needed

    code: Any = segno.make(payload, error="m", micro=False, boost_error=False, encoding="utf-8")
    address: str = code.svg_data_uri(border=0, scale=4, omitsize=False)
    return address


def _one_line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]
