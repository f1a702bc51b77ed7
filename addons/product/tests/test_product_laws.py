"""Laws of prices, taxes and units, against models that are too slow and too simple to be wrong."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.base import UserError
from tradewright.base.numbers import round_half_up
from tradewright.testing.sites import compositions
from tradewright_product.models.tax import Tax
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_product.services.precedence import Entries, Entry, unit_prices
from tradewright_product.services.tax import tax_breakdown

REGISTRY = compositions().get(("base", "product")).registry
DAY = date(2026, 3, 2)


def exact(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=least, max_value=most, places=places, allow_nan=False, allow_infinity=False)


# Which entry wins ----------------------------------------------------------------------------------------------


@st.composite
def entry_lists(draw: st.DrawFn) -> list[Entry]:
    subjects = st.sampled_from([(1, None), (2, None), (None, 10), (None, 11), (None, 12), (None, 99), (None, None)])
    days = st.none() | st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
    entries: list[Entry] = []
    for number in range(draw(st.integers(0, 12))):
        product_id, category_id = draw(subjects)
        quantity = Decimal(draw(st.integers(0, 4)))
        owner = draw(st.sampled_from([None, 7]))
        entries.append(Entry(number, owner, product_id, category_id, quantity, Decimal(number), None, draw(days)))
    return draw(st.permutations(entries))


def winner(entries: list[Entry], product_id: int, chain: tuple[int, ...], quantity: Decimal) -> Entry | None:
    """Eliminate round by round, exactly as the rules are told in words."""
    left = [
        entry
        for entry in entries
        if entry.min_quantity <= quantity
        and (entry.product_id == product_id or (entry.product_id is None and entry.category_id in (*chain, None)))
    ]
    left = [entry for entry in left if entry.customer_id is not None] or left
    for subject in [(product_id, None), *[(None, category) for category in chain], (None, None)]:
        of_subject = [entry for entry in left if (entry.product_id, entry.category_id) == subject]
        if of_subject:
            left = of_subject
            break
    largest = max((entry.min_quantity for entry in left), default=None)
    left = [entry for entry in left if entry.min_quantity == largest]
    latest = max((entry.starts or date.min for entry in left), default=None)
    left = [entry for entry in left if (entry.starts or date.min) == latest]
    return left[-1] if len(left) == 1 else next((e for e in left if e.id == max(each.id for each in left)), None)


@given(entry_lists(), st.sampled_from([(), (10,), (10, 11), (10, 11, 12)]), st.integers(1, 5))
def test_the_entry_that_wins_is_the_one_left_by_the_rules(
    entries: list[Entry], chain: tuple[int, ...], quantity: int
) -> None:
    assert Entries(entries).best(1, chain, Decimal(quantity)) == winner(entries, 1, chain, Decimal(quantity))


@given(exact("0", "99999.999999", 6), exact("0", "100", 4), exact("0", "100", 4), st.integers(0, 4))
def test_a_discount_never_raises_a_price_nor_makes_it_negative(
    list_price: Decimal, discount: Decimal, more: Decimal, digits: int
) -> None:
    less, most = sorted((discount, more))
    listed, high = unit_prices(list_price, Decimal(1), digits, _discounted(less))
    _listed, low = unit_prices(list_price, Decimal(1), digits, _discounted(most))
    assert listed == list_price
    assert 0 <= low <= high <= listed


@given(exact("0", "99999.99", 2), exact("0", "100", 4))
def test_a_discounted_price_is_within_half_a_cent_of_the_exact_one(list_price: Decimal, discount: Decimal) -> None:
    _listed, price = unit_prices(list_price, Decimal(1), 2, _discounted(discount))
    assert abs(price - list_price * (100 - discount) / 100) <= Decimal("0.005")
    assert price == round_half_up(price, 2)


def _discounted(discount: Decimal) -> Entry:
    return Entry(1, None, None, None, Decimal(0), None, discount, None)


# Tax -----------------------------------------------------------------------------------------------------------

TAXES: list[Tax] = [
    REGISTRY.composed(Tax)(name=name, rate=Decimal(rate), category=category)
    for name, rate, category in (("19", "19", "S"), ("7", "7", "S"), ("other 19", "19", "S"), ("K", "0", "K"))
]
net_lines = st.lists(st.tuples(exact("-9999.99", "9999.99", 2), st.sampled_from(TAXES)), max_size=30)


@given(net_lines)
def test_the_bases_of_a_breakdown_add_up_to_the_nets(lines: list[tuple[Decimal, Tax]]) -> None:
    found = tax_breakdown(lines, 2)
    assert sum(row.base for row in found) == sum(net for net, _tax in lines)
    assert len(found) == len({(tax.category, tax.rate) for _net, tax in lines})
    for row in found:
        assert row.amount == round_half_up(row.base * row.tax.rate / 100, 2)


@given(net_lines, st.randoms(use_true_random=False))
def test_a_breakdown_does_not_depend_on_how_lines_are_ordered_or_split(
    lines: list[tuple[Decimal, Tax]], random: object
) -> None:
    halves = [(round_half_up(net / 2, 2), tax) for net, tax in lines]
    rest = [(net - half, tax) for (net, tax), (half, _tax) in zip(lines, halves, strict=True)]
    split = halves + rest
    random.shuffle(split)  # type: ignore[attr-defined]  # Hypothesis's Random
    amounts = [(row.tax.category, row.tax.rate, row.base, row.amount) for row in tax_breakdown(lines, 2)]
    assert [(row.tax.category, row.tax.rate, row.base, row.amount) for row in tax_breakdown(split, 2)] == amounts


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    (row,) = tax_breakdown([(Decimal("0.13"), TAXES[0])] * 3, 2)
    assert (row.base, row.amount) == (Decimal("0.39"), Decimal("0.07"))  # three times 0.02 would be 0.06


# Units ---------------------------------------------------------------------------------------------------------


def unit(factor: Decimal, digits: int, category: str = "weight") -> UnitOfMeasure:
    made: UnitOfMeasure = REGISTRY.composed(UnitOfMeasure)(
        name="unit", code="X", factor=factor, digits=digits, category=category
    )
    return made


factors = st.sampled_from([Decimal(text) for text in ("0.001", "1", "10", "12", "453.59237", "1000", "1000000")])


@given(exact("0", "99999999", 6), factors, factors, st.integers(0, 6))
def test_a_conversion_keeps_the_quantity_within_half_a_unit_of_its_rounding(
    quantity: Decimal, source_factor: Decimal, target_factor: Decimal, digits: int
) -> None:
    source, target = unit(source_factor, 6), unit(target_factor, digits)
    before = quantity * source.factor
    after = source.convert(quantity, target) * target.factor
    assert abs(after - before) <= Decimal("0.5").scaleb(-digits) * target.factor


@given(exact("0", "999999", 6), factors, factors)
def test_there_and_back_again_gives_what_it_was_within_the_roundings(
    quantity: Decimal, source_factor: Decimal, target_factor: Decimal
) -> None:
    source, target = unit(source_factor, 6), unit(target_factor, 6)
    back = target.convert(source.convert(quantity, target), source)
    allowed = Decimal("0.0000005") * (1 + target.factor / source.factor)
    assert abs(back - quantity) <= allowed


@given(exact("0", "999999", 3), st.integers(1, 1000))
def test_parts_that_convert_exactly_add_up_to_the_whole(quantity: Decimal, parts: int) -> None:
    kilogram, gram = unit(Decimal(1000), 3), unit(Decimal(1), 0)
    assert parts * kilogram.convert(quantity, gram) == kilogram.convert(parts * quantity, gram)


@pytest.mark.parametrize(("one", "other"), [("weight", "length"), ("package", "package")])
def test_what_measures_different_things_does_not_convert(one: str, other: str) -> None:
    with pytest.raises(UserError, match=r"^unit can't be converted to unit: choose units of one category\.$"):
        unit(Decimal(1), 0, one).convert(Decimal(1), unit(Decimal(1), 0, other))
