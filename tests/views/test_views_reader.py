"""The reader refuses what could reach beyond the file, and says where."""

import pytest

from tests.views.support import parse
from tradewright.views.errors import Place, ViewError
from tradewright.views.reader import MAX_BYTES, place_of


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<views>", "not well-formed XML"),
        ('<!DOCTYPE v [<!ENTITY e "x">]><views/>', "a document type declaration is not allowed"),
        ('<!DOCTYPE v SYSTEM "file:///etc/hostname"><views/>', "a document type declaration is not allowed"),
        ('<!DOCTYPE v [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]><views>&b;</views>', "a document type declaration"),
        ("<views>words</views>", "text inside <views>: 'words'"),
        ("<views>" + "<group>" * 70 + "</group>" * 70 + "</views>", "elements are nested deeper than 60"),
        ("<views>" + " " * MAX_BYTES + "</views>", "1000000 are allowed"),
    ],
)
def test_a_view_file_that_is_not_plain_xml_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ViewError) as error:
        parse(text)
    assert problem in str(error.value)
    assert "views/test.xml" in str(error.value)


def test_every_element_knows_its_line_and_comments_are_gone() -> None:
    root = parse("<views>\n  <!-- why -->\n  <list/>\n</views>")
    assert [place_of(one) for one in root.iter("*")] == [
        Place("shop", "views/test.xml", 1),
        Place("shop", "views/test.xml", 3),
    ]
