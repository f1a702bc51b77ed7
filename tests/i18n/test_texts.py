"""Texts are marked once, carried around, and translated when somebody reads them."""

import datetime as dt
import pickle
from decimal import Decimal

import pytest

from tradewright.base import DeveloperError
from tradewright.i18n import Catalog, Text, _, _n, _p


def test_a_text_reads_as_its_english_sentence_with_the_values_put_in() -> None:
    assert str(_("Order {number} is on hold.", number="S-7")) == "Order S-7 is on hold."


def test_values_may_stand_in_the_places_that_jinja_writes() -> None:
    assert str(_("Order %(number)s is on hold.", number="S-7")) == "Order S-7 is on hold."


def test_a_text_without_values_keeps_braces_and_per_cent_signs() -> None:
    assert str(_("100 % of {everything}")) == "100 % of {everything}"


def test_the_count_chooses_the_form() -> None:
    lines = [str(_n("{n} line is short", "{n} lines are short", n)) for n in (0, 1, 2)]
    assert lines == ["0 lines are short", "1 line is short", "2 lines are short"]


def test_a_text_can_be_a_value_of_another_one() -> None:
    assert str(_("{state} since Monday", state=_("On hold"))) == "On hold since Monday"


def test_a_value_that_looks_like_a_place_stays_as_it_is() -> None:
    assert str(_("{name} pays {amount}", name="{amount}", amount=3)) == "{amount} pays 3"


def test_equal_texts_are_equal_and_hash_alike() -> None:
    one, same, other = _("{n} of {m}", n=1, m=[2]), _("{n} of {m}", m=[2], n=1), _("{n} of {m}", n=1, m=3)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert _("Open") != _p("ticket", "Open")
    assert _("Open") != "Open"


def test_a_text_is_immutable() -> None:
    text = _("Open")
    with pytest.raises(AttributeError, match="a Text is immutable: msgid can't be set; make a new one"):
        text.msgid = "Closed"
    with pytest.raises(AttributeError, match="a Text is immutable: msgid can't be deleted"):
        del text.msgid


def test_a_text_survives_pickling() -> None:
    text = _n("{n} line of {order}", "{n} lines of {order}", 2, order="S-7")
    assert pickle.loads(pickle.dumps(text)) == text  # noqa: S301  our own bytes


def test_an_empty_text_is_false() -> None:
    assert not Text("")
    assert _("Open")
    assert repr(_("Open")) == "<Text 'Open'>"


def test_a_place_without_a_value_is_told_when_the_text_is_made() -> None:
    with pytest.raises(DeveloperError) as caught:
        _("Order {number} is on hold.", numbr=7)
    assert str(caught.value) == (
        "[i18n.placeholder] the place {number} has no value\n"
        "  where:  'Order {number} is on hold.'\n"
        "  value:  'number'\n"
        "  nearest: numbr\n"
        "  remedy: give each {name} in the message one keyword of the same name"
    )


def test_a_value_without_a_place_is_told_when_the_text_is_made() -> None:
    with pytest.raises(DeveloperError, match="the value reason has no place in the message"):
        _("Order {number} is on hold.", number=7, reason="credit")


def test_figures_and_dates_in_a_sentence_are_written_as_the_language_does() -> None:
    text = _(
        "{amount} until {day}, {moment}, {count} times",
        amount=Decimal("1234.50"),
        day=dt.date(2026, 3, 1),
        moment=dt.datetime(2026, 3, 1, 8, 5, tzinfo=dt.UTC),
        count=12_345,
    )
    assert text.translate(Catalog("de")) == "1.234,5 until 01.03.2026, 01.03.2026, 08:05, 12345 times"
    assert str(text) == "1234.50 until 2026-03-01, 2026-03-01 08:05:00+00:00, 12345 times"
