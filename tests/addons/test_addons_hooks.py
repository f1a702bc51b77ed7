"""Hooks are checked when an addon is loaded, and called in dependency order for the enabled addons only."""

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tests.addons.workshop import Workshop
from tradewright import hooks as framework
from tradewright.addons import Hooks, discover, load, resolve
from tradewright.base import DeveloperError

SPEC = """
    from tradewright.hooks import hookspec

    @hookspec
    def order_blockers(env, orders):
        "What keeps orders from being confirmed."

    @hookspec(firstresult=True)
    def carrier_for(env, order):
        "Who brings an order."
"""
ANSWER = """
    from tradewright.hooks import hookimpl

    @hookimpl
    def order_blockers(orders):
        return {answer}
"""


def spec(workshop: Workshop, addon: str, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(importlib.import_module(f"{workshop.package(addon)}.hooks"), name)
    return found


def shop(workshop: Workshop) -> None:
    workshop.addon("sale", files={"hooks.py": SPEC})
    workshop.addon("stock", ["sale"], files={"plugin.py": ANSWER.format(answer="['short']")})
    workshop.addon("credit", ["sale"], files={"plugin.py": ANSWER.format(answer="['over limit', len(orders)]")})
    workshop.addon("quiet", ["sale"], files={"plugin.py": ANSWER.format(answer="None")})


def test_the_answers_come_in_dependency_order_and_none_is_no_answer(workshop: Workshop) -> None:
    shop(workshop)
    hooks = Hooks(workshop.load().parts)
    blockers = spec(workshop, "sale", "order_blockers")
    assert hooks.call(blockers, {"env": None, "orders": [1, 2]}) == [["over limit", 2], ["short"]]


def test_each_site_calls_only_its_own_addons(workshop: Workshop) -> None:
    shop(workshop)
    workshop.load()
    few = Hooks(workshop.load("stock").parts)
    assert few.call(spec(workshop, "sale", "order_blockers"), {"env": None, "orders": []}) == [["short"]]


def test_the_first_answer_counts_where_one_is_wanted(workshop: Workshop) -> None:
    answer = "from tradewright.hooks import hookimpl\n@hookimpl{}\ndef carrier_for():\n    return {!r}\n"
    workshop.addon("sale", files={"hooks.py": SPEC})
    workshop.addon("a_none", ["sale"], files={"plugin.py": answer.format("", None)})
    workshop.addon("b_post", ["sale"], files={"plugin.py": answer.format("", "post")})
    workshop.addon("c_rail", ["sale"], files={"plugin.py": answer.format("", "rail")})
    hooks = Hooks(workshop.load().parts)
    assert hooks.call(spec(workshop, "sale", "carrier_for"), {"env": None, "order": None}) == "post"
    workshop.addon("d_own", ["sale"], files={"plugin.py": answer.format("(tryfirst=True)", "own lorry")})
    hooks = Hooks(workshop.load().parts)
    assert hooks.call(spec(workshop, "sale", "carrier_for"), {"env": None, "order": None}) == "own lorry"


def test_who_alone_answers_is_known(workshop: Workshop) -> None:
    answer = "from tradewright.hooks import hookimpl\n@hookimpl\ndef carrier_for():\n    return {!r}\n"
    workshop.addon("sale", files={"hooks.py": SPEC})
    workshop.addon("post", ["sale"], files={"plugin.py": answer.format("post")})
    workshop.addon("rail", ["sale"], files={"plugin.py": answer.format("rail")})
    assert Hooks(workshop.load("post").parts).sole(spec(workshop, "sale", "carrier_for")) == "post"
    assert Hooks(workshop.load("sale").parts).sole(spec(workshop, "sale", "carrier_for")) is None
    assert Hooks(workshop.load("post", "rail").parts).sole(spec(workshop, "sale", "carrier_for")) is None


def test_a_bridge_answers_only_where_it_is_active(workshop: Workshop) -> None:
    workshop.addon("sale", files={"hooks.py": SPEC})
    workshop.addon("stock", bridges=["sale"], files={"bridges/sale/plugin.py": ANSWER.format(answer="['short']")})
    addons = workshop.load()
    assert addons.problems == ()
    hooks = Hooks(addons.parts)
    assert hooks.call(spec(workshop, "sale", "order_blockers"), {"env": None, "orders": []}) == [["short"]]
    assert (
        Hooks(workshop.load("sale").parts).call(spec(workshop, "sale", "order_blockers"), {"env": None, "orders": []})
        == []
    )


def test_the_listing_tells_who_implements_what(workshop: Workshop) -> None:
    shop(workshop)
    rows = {row.spec.name: row for row in Hooks(workshop.load().parts).table()}
    assert (rows["order_blockers"].spec.addon, rows["carrier_for"].spec.firstresult) == ("sale", True)
    assert rows["order_blockers"].implementations == (
        ("credit", f"{workshop.package('credit')}.plugin:4"),
        ("quiet", f"{workshop.package('quiet')}.plugin:4"),
        ("stock", f"{workshop.package('stock')}.plugin:4"),
    )
    assert rows["site_installed"].spec.addon == "core"


def test_a_hook_of_an_addon_that_is_not_enabled_cannot_be_called(workshop: Workshop) -> None:
    shop(workshop)
    workshop.addon("other")
    workshop.load()
    with pytest.raises(DeveloperError) as caught:
        Hooks(workshop.load("other").parts).call(spec(workshop, "sale", "order_blockers"), {})
    assert str(caught.value) == (
        "[hooks.not-here] the hook belongs to an addon that is not enabled on this site\n"
        f"  where:  {workshop.package('sale')}.hooks.order_blockers\n"
        "  value:  'order_blockers'\n"
        "  remedy: add the addon to depends in addon.toml, or call it from bridges/<addon>/"
    )


def test_a_mistyped_hook_is_told_with_the_nearest_one(workshop: Workshop) -> None:
    shop(workshop)
    mistyped = ANSWER.format(answer="[]").replace("order_blockers", "order_blocker")
    workshop.addon("loyalty", ["sale"], files={"plugin.py": mistyped})
    addons = workshop.load()
    assert "loyalty" not in addons
    assert [str(problem) for problem in addons.problems] == [
        (
            "[hooks.unknown] it answers a hook that neither the framework nor an addon it uses specifies\n"
            "  addon:  loyalty\n"
            f"  where:  {workshop.package('loyalty')}.plugin:4\n"
            "  value:  'order_blocker'\n"
            "  nearest: order_blockers, carrier_for\n"
            "  remedy: correct the name; what answers an addon that may be missing goes into bridges/<addon>/plugin.py"
        )
    ]


def test_answering_an_addon_that_one_does_not_depend_on_belongs_into_a_bridge(workshop: Workshop) -> None:
    shop(workshop)
    workshop.addon("zebra", files={"plugin.py": ANSWER.format(answer="[]")})
    (problem,) = workshop.load().problems
    assert (problem.code, problem.problem, problem.remedy) == (
        "hooks.unknown",
        "it answers a hook of sale, which zebra does not depend on",
        "move it to bridges/sale/plugin.py, or add sale to depends",
    )


def test_an_argument_that_the_hook_does_not_give_is_told(workshop: Workshop) -> None:
    shop(workshop)
    workshop.addon(
        "loyalty", ["sale"], files={"plugin.py": ANSWER.format(answer="[]").replace("(orders)", "(env, order)")}
    )
    (problem,) = workshop.load().problems
    assert str(problem) == (
        "[hooks.arguments] the hook order_blockers gives no argument of this name\n"
        "  addon:  loyalty\n"
        f"  where:  {workshop.package('loyalty')}.plugin:4\n"
        "  value:  'order'\n"
        "  nearest: orders\n"
        "  remedy: write def order_blockers(env, orders); arguments that are not needed may be left out"
    )


def test_a_forgotten_mark_is_told(workshop: Workshop) -> None:
    shop(workshop)
    workshop.addon("loyalty", ["sale"], files={"plugin.py": "def order_blockers(orders):\n    return []\n"})
    (problem,) = workshop.load().problems
    assert (problem.code, problem.where, problem.remedy) == (
        "hooks.unmarked",
        f"{workshop.package('loyalty')}.plugin:1",
        "put @hookimpl above it, or rename it",
    )


def test_two_addons_cannot_specify_the_same_hook(workshop: Workshop) -> None:
    shop(workshop)
    workshop.addon("second", files={"hooks.py": SPEC})
    addons = workshop.load()
    first, other = ("sale", "second")
    assert (first in addons, other in addons) == (True, False)
    assert (addons.problems[0].code, addons.problems[0].problem) == (
        "hooks.specified-twice",
        "the addon sale specifies a hook of this name already",
    )


def test_a_hook_imported_from_below_stays_the_lower_ones(workshop: Workshop) -> None:
    shop(workshop)
    workshop.addon("loyalty", ["sale"], files={"hooks.py": "from PACKAGE_sale.hooks import order_blockers\n"})
    addons = workshop.load()
    assert addons.problems == ()
    rows = {row.spec.name: row.spec.addon for row in Hooks(addons.parts).table()}
    assert rows["order_blockers"] == "sale"


def specifications() -> list[Callable[..., Any]]:
    rows = Hooks(load(resolve(discover())).parts).table()
    return [row.spec.function for row in rows]


@pytest.mark.parametrize("hook", specifications(), ids=lambda hook: f"{hook.__module__}.{hook.__name__}")
def test_each_hook_says_when_it_is_called_with_what_for_what_in_which_order_and_since_when(
    hook: Callable[..., Any],
) -> None:
    text = inspect.getdoc(hook) or ""
    sections = ["When:", "Parameters:", "Return:", "Order:", "Since:"]
    assert [line.split()[0] for line in text.splitlines() if line.startswith(tuple(sections))] == sections
    missing = [name for name in inspect.signature(hook).parameters if f"`{name}`" not in text]
    assert missing == []
    assert hook.__name__ in vars(framework) or not hook.__module__.startswith("tradewright.")
