"""What several countries' rules have in common."""

from ....amounts import parse_decimal
from ....xml import Node
from ...base import filled
from ...view import View

SUPPLIER = "cac:AccountingSupplierParty"
CUSTOMER = "cac:AccountingCustomerParty"


def parties(view: View, owner: str) -> list[Node]:
    """The parties of an owner such as the supplier."""
    return view.root.all(owner, "cac:Party")


def says(node: Node, *path: str) -> bool:
    """Whether some element at the path has text."""
    return any(filled(found) for found in node.all(*path))


def text_of(node: Node, *path: str) -> str:
    """The text of the first element at the path, or an empty string."""
    found = node.first(*path)
    return found.text if found is not None else ""


def only_text_of(node: Node, *path: str) -> str:
    """The text at a path where there is one element; else nothing, as the official rules then match no document."""
    found = node.all(*path)
    return found[0].text if len(found) == 1 else ""


def is_number(text: str) -> bool:
    """Whether a text is a number."""
    return parse_decimal(text) is not None


def has(node: Node, *names: str) -> bool:
    """Whether an element has all of these children."""
    return all(node.kids.get(name) for name in names)


def schemes_named(party: Node, scheme: str) -> list[Node]:
    """The tax schemes of a party with a name, compared without white space around it."""
    return [
        found
        for found in party.kids.get("cac:PartyTaxScheme", ())
        if any(" ".join(name.text.split()) == scheme for name in found.all("cac:TaxScheme", "cbc:ID"))
    ]
