"""The reference page names every element, attribute and widget that views know."""

from __future__ import annotations

import re
from pathlib import Path

from tests.views.support import addon, build
from tradewright.views import schema
from tradewright.views.condition import NAMES, OPERATORS
from tradewright.views.merge import POSITIONS
from tradewright.views.nodes import WIDGETS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "views.md"


def test_the_reference_page_names_everything_that_views_know() -> None:
    page = PAGE.read_text(encoding="utf-8")
    known = {*schema.VIEWS, *WIDGETS, *POSITIONS, *NAMES, *OPERATORS, "menu", "extend", "into", "at", "slot"}
    for inner in schema._INNER.values():  # noqa: SLF001  the page is held against the schema itself
        known |= set(inner)
        known |= {attribute for element in inner.values() for attribute in element.attributes}
    for element in (*schema.VIEWS.values(), schema.MENU):
        known |= set(element.attributes)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    told = {word for span in spans for word in re.split(r"[<>/\s]+", span)} | set(spans)
    # Extensions are explained by their example.
    told |= {"extend", "into", "at"} if '<extend view="' in page else set[str]()
    assert known - told == set()


def test_the_example_of_an_extension_is_what_extensions_take(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    example = next(block for block in re.findall(r"```xml\n(.*?)```", page, re.DOTALL) if "<extend" in block)
    form = """
    <form id="partner_form" model="shop.Customer">
      <figures slot="figures"/>
      <group id="main"><field name="name"/></group>
      <notebook><page id="notes" label="Notes"><field name="active"/></page></notebook>
    </form>"""
    for wrong, right in (("points", "name"), ("'vat'", "'name'"), ("loyalty_number", "active")):
        example = example.replace(wrong, right)
    base = addon(tmp_path, "base", {"views/p.xml": form}, uses={"shop"})
    loyalty = addon(tmp_path, "loyalty", {"views/extends/p.xml": example}, uses={"base", "shop"})
    shop = addon(tmp_path, "shop", {})
    assert [str(figure.label) for figure in build(shop, base, loyalty).forms["base.partner_form"].figures] == ["Name"]
