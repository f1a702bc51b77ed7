"""BR-DE: contact and addresses."""

import re
from typing import Final

from ..base import Report, checks
from ..places import tidy
from ..view import View
from .places import places

_DIGITS_OF_PHONE: Final = 3
_EMAIL: Final = re.compile(r"[^@ ]+@(?:[^@. ]+\.)+[^@. ]+")
_ADDRESSES: Final = (
    ("seller_address", "BR-DE-3", "BT-37", "city", "The seller's address needs its city."),
    ("seller_address", "BR-DE-4", "BT-38", "post_code", "The seller's address needs its post code."),
    ("buyer_address", "BR-DE-8", "BT-52", "city", "The buyer's address needs its city."),
    ("buyer_address", "BR-DE-9", "BT-53", "post_code", "The buyer's address needs its post code."),
    ("delivery_address", "BR-DE-10", "BT-77", "city", "The delivery address needs its city."),
    ("delivery_address", "BR-DE-11", "BT-78", "post_code", "The delivery address needs its post code."),
)
_CONTACT: Final = (
    ("BR-DE-5", "BT-41", "contact.name", "The seller's contact needs a name."),
    ("BR-DE-6", "BT-42", "contact.phone", "The seller's contact needs a telephone number."),
    ("BR-DE-7", "BT-43", "contact.email", "The seller's contact needs an e-mail address."),
)


@checks(*(rule for _, rule, _, _, _ in _ADDRESSES))
def addresses(view: View, report: Report) -> None:
    """City and post code of seller, buyer and delivery."""
    at = places(view)
    for place, rule, term, what, message in _ADDRESSES:
        for node in at.all(place, view.root):
            if not at.says(f"address.{what}", node):
                report.fatal(rule, term, node, message)


@checks("BR-DE-2", *(rule for rule, _, _, _ in _CONTACT), "BR-DE-27", "BR-DE-28")
def contacts(view: View, report: Report) -> None:
    """Whom to ask at the seller."""
    at = places(view)
    for seller in at.all("seller", view.root):
        if not at.all("seller.contact", seller):
            report.fatal("BR-DE-2", "BG-6", seller, "The seller must name a contact.")
    for node in at.all("seller_contact", view.root):
        for rule, term, place, message in _CONTACT:
            if not at.says(place, node):
                report.fatal(rule, term, node, message)
        phone, email = at.first("contact.phone", node), at.first("contact.email", node)
        if sum(letter in "0123456789" for letter in tidy(phone)) < _DIGITS_OF_PHONE:
            message = "The telephone number {0} should have three digits at least."
            report.warning("BR-DE-27", "BT-42", node, message, phone)
        if _EMAIL.fullmatch(tidy(email)) is None:
            report.warning("BR-DE-28", "BT-43", node, "The e-mail address {0} does not look like one.", email)


PARTIES: Final = (addresses, contacts)
