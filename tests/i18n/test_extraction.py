"""Babel finds the words of views and manifests through the project's own extractors."""

from io import BytesIO

import pytest
from babel.messages.extract import extract

VIEW = b"""<?xml version="1.0"?>
<views>
  <list id="order_list" model="Order">
    <field name="customer" label="Customer"
           help="Who pays"/>
    <button operation="confirm" confirm="Confirm these orders?" icon="check"/>
    <search placeholder="Number or customer"/> <menu label=" "/>
  </list>
</views>
"""
MANIFEST = b"""name = "loyalty"
version = "1.0"
summary = "Points for orders"
category = "Sales"

[roles.manager]
label = "Loyalty manager"
implies = ["sale.manager"]
"""


def test_the_words_of_a_view_are_found_with_their_lines() -> None:
    found = [(line, words) for line, words, *_ in extract("tradewright.i18n.extract:xml_views", BytesIO(VIEW))]
    assert sorted(found) == [
        (4, "Customer"),
        (4, "Who pays"),
        (6, "Confirm these orders?"),
        (7, "Number or customer"),
    ]


def test_the_mapping_file_may_name_other_attributes() -> None:
    method = "tradewright.i18n.extract:xml_views"
    found = [words for _, words, *_ in extract(method, BytesIO(VIEW), options={"attributes": "icon"})]
    assert found == ["check"]


def test_the_words_of_a_manifest_are_found_with_their_lines() -> None:
    found = [(line, words) for line, words, *_ in extract("tradewright.i18n.extract:addon_toml", BytesIO(MANIFEST))]
    assert found == [(3, "Points for orders"), (4, "Sales"), (7, "Loyalty manager")]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_("Order {number}", number=1)', "Order {number}"),
        ('_n("{n} line", "{n} lines", 2)', ("{n} line", "{n} lines")),
        ('_p("ticket", "Open")', ("ticket", "Open")),
    ],
)
def test_babel_understands_the_marks_of_python(source: str, message: object) -> None:
    keywords = {"_": None, "_n": (1, 2), "_p": ((1, "c"), 2)}
    found = [
        (words, context) for _, words, _, context in extract("python", BytesIO(source.encode()), keywords=keywords)
    ]
    assert found == ([(message, None)] if source[1] != "p" else [("Open", "ticket")])
