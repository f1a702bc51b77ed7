"""Slots of documents whose rules ask for elements by name: no slots, and no facts of an invoice."""

from typing import Final

from .facts import Facts, TaxIds
from .view import Slots

PLAIN: Final = Slots({}, {}, lambda tree: Facts(tree.root, None, [], [], [], [], TaxIds(), frozenset()))
