"""The companies that use this installation."""

import re
from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, attachment, many_to_one, text

from .. import errors
from ..services.tidy import tidy
from .attachment import Attachment
from .currency import Currency
from .postal import Postal


class Company(
    Postal, label=_("Company"), plural=_("Companies"), title="name", order_by="name", versioned=True, plays="company"
):
    """A legal entity that sells, invoices and keeps books here."""

    name: Mapped[str] = text(label=_("Name"), unique=True)
    legal_name: Mapped[str | None] = text(label=_("Registered name"), help=_("As printed on invoices."))
    vat: Mapped[str | None] = text(label=_("VAT number"), max_length=20)
    registration: Mapped[str | None] = text(
        label=_("Company registration"), max_length=100, help=_("Register and number, as printed on letters.")
    )
    email: Mapped[str | None] = text(label=_("E-mail"))
    phone: Mapped[str | None] = text(label=_("Phone"), max_length=40)
    website: Mapped[str | None] = text(label=_("Website"))
    iban: Mapped[str | None] = text(label=_("IBAN"), max_length=34)
    bic: Mapped[str | None] = text(label=_("BIC"), max_length=11)
    bank_name: Mapped[str | None] = text(label=_("Bank"))
    currency: Mapped[Currency] = many_to_one(label=_("Currency"))
    currency_id: Mapped[int]
    language: Mapped[str] = text(label=_("Language"), max_length=16, default="en")
    logo: Mapped[Attachment | None] = attachment(label=_("Logo"))
    accent: Mapped[str | None] = text(
        label=_("Accent colour"), max_length=7, help=_("Six hexadecimal digits after #, as in #1d4ed8.")
    )

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Write numbers and addresses in one form; refuse mistyped ones."""
        super().before_save(env, records)
        for company in records:
            tidy(company, "email", "vat", "iban", "bic", "language")
            if company.accent and not re.fullmatch(r"#[0-9a-fA-F]{6}", company.accent):
                raise errors.invalid_field("accent", errors.COLOUR)
