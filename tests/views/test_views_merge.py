"""Merging views: what an extension does, what a wrong one is told, and the laws that hold for all of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.views.support import parse, plain
from tradewright.views.errors import ViewError
from tradewright.views.merge import Extension, merge

BASE = """
<form id="f" model="Order">
  <header><button operation="confirm"/><slot name="buttons"/></header>
  <group id="main" slot="main"><field name="number"/><field name="total"/></group>
  <slot name="bottom"/>
</form>
"""


def extension(content: str, addon: str = "loyalty") -> Extension:
    """Return an extension of the view `shop.f`."""
    return Extension("shop.f", parse(f'<extend view="shop.f">{content}</extend>', addon, f"views/extends/{addon}.xml"))


def merged(*contents: str) -> str:
    """Return the base with extensions, as text."""
    return plain(merge(parse(BASE), [extension(content) for content in contents])).replace("\n", "")


def test_a_view_without_extensions_only_loses_its_slots() -> None:
    assert merged() == (
        '<form id="f" model="Order">  <header><button operation="confirm"/></header>  '
        '<group id="main"><field name="number"/><field name="total"/></group>  </form>'
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<into slot="main"><field name="a"/></into>', '<field name="total"/><field name="a"/></group>'),
        ('<into slot="buttons"><field name="a"/></into>', '<button operation="confirm"/><field name="a"/></header>'),
        (
            '<at path="//field[@name=\'total\']" position="before"><field name="a"/><field name="b"/></at>',
            '<field name="number"/><field name="a"/><field name="b"/><field name="total"/>',
        ),
        (
            '<at path="//field[@name=\'number\']" position="after"><field name="a"/></at>',
            '<field name="number"/><field name="a"/><field name="total"/>',
        ),
        (
            '<at path="//group[@id=\'main\']" position="inside"><field name="a"/></at>',
            '<field name="total"/><field name="a"/></group>',
        ),
        (
            '<at path="//field[@name=\'number\']" position="replace"><field name="a"/></at>',
            '<group id="main"><field name="a"/><field name="total"/></group>',
        ),
        (
            '<at path="//field[@name=\'number\']" position="replace"/>',
            '<group id="main"><field name="total"/></group>',
        ),
        (
            '<at path="//field[@name=\'number\']" position="attributes"><attribute name="readonly" value="true"/></at>',
            '<field name="number" readonly="true"/>',
        ),
    ],
)
def test_an_extension_changes_exactly_its_target(content: str, expected: str) -> None:
    assert expected in merged(content)


def test_an_extension_sees_what_the_addons_below_it_added() -> None:
    below = '<into slot="main"><group id="points" slot="points"/></into>'
    assert '<group id="points"><field name="a"/></group>' in merged(
        below, '<into slot="points"><field name="a"/></into>'
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '<into slot="botom"/>',
            (
                "[views.slot] view shop.f has no slot of this name\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  'botom'\n"
                "  nearest: bottom, buttons\n"
                "  remedy: name an existing slot, or ask the view's addon for one"
            ),
        ),
        (
            '<at path="//field[@name=\'totl\']" position="after"/>',
            (
                "[views.path] the path matches 0 elements of view shop.f; it must match one\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  \"//field[@name='totl']\"\n"
                "  nearest: //field[@name='total'], //field[@name='number'], //slot[@name='bottom'], "
                "//slot[@name='buttons'], //form[@id='f']\n"
                "  remedy: name one existing element"
            ),
        ),
        (
            '<at path="//field" position="after"/>',
            (
                "[views.path] the path matches 2 elements of view shop.f; it must match one\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  '//field'\n"
                "  nearest: //field[@name='number'], //field[@name='total']\n"
                "  remedy: name one existing element"
            ),
        ),
        (
            '<at path="//field[" position="after"/>',
            (
                "[views.path] not an XPath expression: Invalid expression\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  '//field['\n"
                "  remedy: correct the path"
            ),
        ),
        (
            '<at path="//header" position="behind"/>',
            (
                "[views.path] unknown position\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  'behind'\n"
                "  nearest: inside\n"
                "  remedy: use one of before, after, inside, replace, attributes"
            ),
        ),
        (
            '<at path="/form" position="after"/>',
            (
                "[views.path] the root of a view has no neighbours and cannot be replaced\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  'after'\n"
                '  remedy: use position="inside" or position="attributes", or name an element below the root'
            ),
        ),
        (
            "<inside/>",
            (
                "[views.element] unknown element in <extend>\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  'inside'\n"
                "  nearest: into, at\n"
                "  remedy: use <into slot=...> or <at path=... position=...>"
            ),
        ),
        (
            '<at path="//header" position="attributes"><attribute name="id" value="x"/></at>',
            (
                "[views.path] only <attribute name= value=/> is allowed here, and not for id or model\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  'id'\n"
                '  remedy: write <attribute name="label" value="..."/>; leave out value to remove the attribute'
            ),
        ),
        (
            '<into slot="main"><slot name="bottom"/></into>',
            (
                "[views.slot] the slot is already declared at views/test.xml:5\n"
                "  addon:  loyalty\n"
                "  where:  views/extends/loyalty.xml:1\n"
                "  value:  'bottom'\n"
                "  remedy: give each slot of a view its own name"
            ),
        ),
    ],
)
def test_a_wrong_target_names_the_place_and_the_nearest_targets(content: str, message: str) -> None:
    with pytest.raises(ViewError) as error:
        merged(content)
    found = str(error.value)
    if "slot is already" in message:
        # Which of the two is met first follows document order; the message names both either way.
        assert "[views.slot] the slot is already declared at" in found
        assert "'bottom'" in found
    else:
        assert found == message


def test_a_slot_that_another_addon_removed_is_told_with_its_remover() -> None:
    with pytest.raises(ViewError, match=r"it was removed at views/extends/loyalty\.xml:1"):
        merged('<at path="//group[@id=\'main\']" position="replace"/>', '<into slot="main"/>')


# --- laws -------------------------------------------------------------------------------------------------------------

_SLOTS = ["buttons", "main", "bottom"]
_NAMES = st.integers(0, 99).map(lambda n: f"x{n}")
_INTO = st.tuples(st.sampled_from(_SLOTS), st.lists(_NAMES, max_size=3)).map(
    lambda pair: f'<into slot="{pair[0]}">' + "".join(f'<field name="{one}"/>' for one in pair[1]) + "</into>"
)
_AT = st.tuples(
    st.sampled_from(["//field[@name='number']", "//field[@name='total']", "//header"]),
    st.sampled_from(["before", "after"]),
    _NAMES,
).map(lambda t: f'<at path="{t[0]}" position="{t[1]}"><note text="{t[2]}"/></at>')
_CHANGES = st.lists(st.one_of(_INTO, _AT), max_size=6)


@settings(deadline=None)
@given(changes=_CHANGES)
def test_merging_is_deterministic_and_leaves_its_input_alone(changes: list[str]) -> None:
    base, extensions = parse(BASE), [extension(content) for content in changes]
    before = [etree.tostring(one) for one in (base, *(each.element for each in extensions))]
    first, second = merge(base, extensions), merge(base, extensions)
    assert etree.tostring(first) == etree.tostring(second)
    assert [etree.tostring(one) for one in (base, *(each.element for each in extensions))] == before


@settings(deadline=None)
@given(changes=_CHANGES)
def test_a_merged_view_merges_to_itself(changes: list[str]) -> None:
    once = merge(parse(BASE), [extension(content) for content in changes])
    assert etree.tostring(merge(once, [])) == etree.tostring(once)


@settings(deadline=None)
@given(changes=_CHANGES, cut=st.integers(0, 6))
def test_one_extension_of_many_changes_is_many_extensions_of_one(changes: list[str], cut: int) -> None:
    """How an addon spreads its changes over files is its own affair."""
    joined = ["".join(changes[:cut]), "".join(changes[cut:])]
    assert merged(*joined) == merged(*changes)


@settings(deadline=None)
@given(contents=st.lists(_INTO, max_size=6), data=st.data())
def test_extensions_of_different_slots_commute(contents: list[str], data: st.DataObject) -> None:
    """Only the order within one slot matters; that order is kept."""
    order = data.draw(st.permutations(range(len(contents))))
    kept = sorted(order, key=lambda place: (contents[place].split('"')[1], place))
    by_slot = sorted(range(len(contents)), key=lambda place: (contents[place].split('"')[1], place))
    assert merged(*(contents[place] for place in kept)) == merged(*(contents[place] for place in by_slot))
    assert merged(*(contents[place] for place in by_slot)) == merged(*contents)


@settings(deadline=None)
@given(mine=_CHANGES, theirs=_CHANGES)
def test_an_addon_takes_away_nothing_but_its_own_when_it_goes(mine: list[str], theirs: list[str]) -> None:
    """The view without an addon is the view with it, less what it added: addons that only add do not disturb others."""
    marked = [content.replace('name="x', 'name="mine').replace('text="x', 'text="mine') for content in mine]
    both = parse(merged(*marked, *theirs))
    for element in list(both.iter("field", "note")):
        if (element.get("name") or element.get("text") or "").startswith("mine"):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
    assert "".join(plain(both).split()) == "".join(merged(*theirs).split())
