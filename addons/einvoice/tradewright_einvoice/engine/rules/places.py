"""Places: paths by name in each syntax, for rules that are written once over both."""

import re
from collections.abc import Mapping
from typing import Final

from ..xml import Node
from .paths import Finder, finder
from .view import View

_SPACES: Final = re.compile("[ \t\r\n]+")


class Places:
    """The compiled places of one syntax."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths = paths
        self._finders: dict[str, Finder] = {}

    def all(self, place: str, node: Node) -> list[Node]:
        """The elements at a place below a node."""
        found = self._finders.get(place)
        if found is None:
            found = self._finders[place] = finder(self._paths[place])
        return found(node)

    def first(self, place: str, node: Node) -> Node | None:
        """The first of them."""
        found = self.all(place, node)
        return found[0] if found else None

    def says(self, place: str, node: Node) -> bool:
        """Whether one of them says something."""
        return any(tidy(found) for found in self.all(place, node))


def is_cii(view: View) -> bool:
    """Whether the document is in CII."""
    return view.root.name == "rsm:CrossIndustryInvoice"


def tidy(node: Node | None) -> str:
    """The text of an element with single blanks, and none around it; of none an empty text."""
    return tidied(node.text) if node is not None else ""


def tidied(text: str | None) -> str:
    """A text with single blanks, and none around it. Blanks are those of XML alone."""
    return _SPACES.sub(" ", text).strip(" ") if text else ""
