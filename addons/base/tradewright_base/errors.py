"""Every refusal of the base addon that a user may meet: a permanent code and one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.base import Invalid, UserError
from tradewright.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

EMAIL = _("This is not an e-mail address: write it like name@example.com.")
VAT = _("This VAT number does not pass the check of its country: compare it with the customer's letterhead.")
IBAN = _("This IBAN does not pass its check digits: compare it with the bank statement.")
BIC = _("A BIC has 8 or 11 letters and digits: compare it with the bank statement.")
COLOUR = _("A colour is written as # and six hexadecimal digits, like #1d4ed8.")
LANGUAGE = _("This language is not known: write its code, like en, de or zh_Hans.")


def invalid_field(field: str, text: object) -> Invalid:
    """The refusal of one input."""
    return Invalid(f"base.{field.replace('_', '-')}", text, fields={field: text})


def partner_loop(name: str) -> Invalid:
    """A company that would be part of itself."""
    text = _("{name} would be part of itself: choose another company.", name=name)
    return Invalid("base.partner-loop", text, fields={"parent": text})


def contact_without_company(name: str) -> Invalid:
    """A contact that belongs to nobody."""
    text = _("{name} is a contact: choose the company it belongs to.", name=name)
    return Invalid("base.contact-without-company", text, fields={"parent": text})


def login_taken(login: str) -> Invalid:
    """A login that somebody has already."""
    text = _("{login} is somebody's login already: choose another one.", login=login)
    return Invalid("base.login-taken", text, fields={"login": text})


def unknown_role(role: str, near: Iterable[str]) -> Invalid:
    """A role that no enabled addon declares."""
    names = ", ".join(near)
    text = (
        _("There is no role {role}; did you mean {names}?", role=role, names=names)
        if names
        else _("There is no role {role}: choose one of the list.", role=role)
    )
    return Invalid("base.unknown-role", text, fields={"role": text})


def staff_role_for_portal_user(role: str, login: str) -> Invalid:
    """A customer's login that would see the back office."""
    text = _(
        "{login} is a portal user and can't have the staff role {role}: choose a portal role.", login=login, role=role
    )
    return Invalid("base.staff-role-for-portal-user", text, fields={"role": text})


def portal_role_for_staff(role: str, login: str) -> Invalid:
    """A member of staff that would act as a customer."""
    text = _("{login} is staff and can't have the portal role {role}: choose a staff role.", login=login, role=role)
    return Invalid("base.portal-role-for-staff", text, fields={"role": text})


def number_overflow(code: str, digits: int) -> UserError:
    """A series whose next number has more digits than it pads to."""
    return UserError(
        "base.series-full",
        _(
            "The number series {code} has used up its {digits} digits: give it more digits or a new prefix.",
            code=code,
            digits=digits,
        ),
    )


def weak_password(length: int) -> Invalid:
    """A password that is too short."""
    text = _("Use at least {length} characters for the password.", length=length)
    return Invalid("base.weak-password", text, fields={"password": text})
