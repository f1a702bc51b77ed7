"""What is wrong with an input, in sentences that users read beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewright.base import Invalid, UserError
from tradewright.i18n import Text, _

_SENTENCES: dict[str, Text] = {
    "missing": _("This field is needed."),
    "extra_forbidden": _("This form has no such field."),
    "not_a_number": _("Write a number in digits, such as 12 or 12.5."),
    "ambiguous_number": _("This could be two numbers: write it without a thousands separator."),
    "too_many_digits": _("This number has too many digits."),
    "too_precise": _("This number has too many decimal places."),
    "control_character": _("This text holds characters that cannot be seen: type it again."),
    "bad_code": _("This code holds characters that cannot be seen: type it again."),
    "bad_uid": _("There is no such record."),
    "bad_email": _("Write an e-mail address such as name@example.com."),
    "bad_web_address": _("Write the address of a website such as https://www.example.com."),
    "bad_date": _("Write a date between 1900 and 2199."),
    "file_type": _("This kind of file is not accepted here."),
    "literal_error": _("Choose one of the values offered."),
    "enum": _("Choose one of the values offered."),
    "string_too_short": _("This text is too short."),
    "too_short": _("There are too few values."),
    "too_long": _("There are too many values."),
    "weak_password": _("Choose a password of at least 10 characters that is not easy to guess."),
}
_WRONG = _("This value is not accepted: check it and send it again.")
_CHECK = _("Some fields need attention: check what is marked and send it again.")
_NOT_UNDERSTOOD = _("The request could not be understood: go back, reload the page and try again.")


def sentence(error: Any) -> Text:
    """Return the sentence for one error of pydantic."""
    kind: str = error["type"]
    context: dict[str, Any] = error.get("ctx") or {}
    if kind == "too_small" or kind.startswith("greater_than"):
        least = context.get("least", context.get("ge", context.get("gt")))
        return (
            _("This number must be at least {least}.", least=least)
            if kind != "greater_than"
            else _("This number must be greater than {least}.", least=least)
        )
    if kind == "too_large" or kind.startswith("less_than"):
        most = context.get("most", context.get("le", context.get("lt")))
        return _("This number must be at most {most}.", most=most)
    if kind == "string_too_long":
        return _("This text is longer than {limit} characters.", limit=context.get("max_length"))
    if kind == "file_too_large":
        return _("This file is larger than {limit} kB.", limit=context.get("most"))
    if kind == "value_error" and isinstance(context.get("error"), UserError):
        text = context["error"].text
        return text if isinstance(text, Text) else _WRONG
    return _SENTENCES.get(kind, _WRONG)


class InputRefused(Invalid):
    """Input that a form refuses. `status` 400: it cannot come from our own page; 422: the user can mend it."""

    def __init__(self, status: int, fields: Mapping[str, Any], raw: Mapping[str, Any]) -> None:
        super().__init__("web.input-refused", _NOT_UNDERSTOOD if status == 400 else _CHECK, fields=dict(fields))
        self.status = status
        self.raw = raw


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a posted form was refused, for the handler that shows it again.

    `text` is the sentence for the top, `fields` the sentence of each input by its name, `values` what was typed.
    """

    status: int
    code: str
    text: Any
    fields: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


def problem_of(error: UserError) -> Problem:
    """Describe a user error as a problem."""
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    if error.field and error.field not in fields:
        fields[error.field] = error.text
    raw = error.raw if isinstance(error, InputRefused) else {}
    return Problem(error.status, error.code, error.text, fields, raw)
