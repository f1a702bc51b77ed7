"""Addons come in the order of their dependencies; what can't be enabled is set aside with its dependants."""

from tests.addons.workshop import Workshop
from tradewright.addons import AddonSet


def told(addons: AddonSet) -> list[tuple[str | None, str]]:
    return [(problem.addon, problem.code) for problem in addons.problems]


def test_dependencies_come_first_and_ties_go_by_name(workshop: Workshop) -> None:
    for name, depends in {
        "sale": ["zebra"],
        "account": ["zebra"],
        "zebra": [],
        "apple": [],
        "stock": ["apple"],
    }.items():
        workshop.addon(name, depends)
    assert workshop.resolve().names == ("core", "apple", "stock", "zebra", "account", "sale")


def test_the_wanted_addons_bring_what_they_depend_on(workshop: Workshop) -> None:
    for name, depends in {"base": [], "sale": ["base"], "stock": ["base"], "loyalty": ["sale"]}.items():
        workshop.addon(name, depends)
    assert workshop.resolve("loyalty").names == ("core", "base", "sale", "loyalty")
    assert workshop.resolve("loyalty").uses("sale") == {"core", "base", "sale"}


def test_an_unknown_addon_is_told_with_the_nearest_name(workshop: Workshop) -> None:
    workshop.addon("loyalty")
    addons = workshop.resolve("loyalti")
    assert addons.names == ("core",)
    assert [str(problem) for problem in addons.problems] == [
        (
            "[addons.unknown] no addon of this name was found\n"
            "  addon:  loyalti\n"
            "  value:  'loyalti'\n"
            "  nearest: loyalty\n"
            "  remedy: correct the name, install the addon, or add its folder to addons_path"
        )
    ]


def test_a_missing_dependency_sets_aside_the_addon_and_its_dependants(workshop: Workshop) -> None:
    file = workshop.addon("sale", ["bace"])
    workshop.addon("base")
    above = workshop.addon("loyalty", ["sale"])
    addons = workshop.resolve()
    assert addons.names == ("core", "base")
    assert [str(problem) for problem in addons.problems] == [
        (
            "[addons.missing-dependency] it depends on bace, which was not found\n"
            "  addon:  sale\n"
            f"  where:  {file}, key depends.bace\n"
            "  value:  'bace'\n"
            "  nearest: base, sale, core\n"
            "  remedy: install bace, add its folder to addons_path, or correct the name"
        ),
        (
            "[addons.set-aside] it is set aside because sale is, which it depends on\n"
            "  addon:  loyalty\n"
            f"  where:  {above}, key depends.sale\n"
            "  remedy: mend sale first; its own error stands beside this one"
        ),
    ]


def test_a_wrong_version_is_told_with_both_sides(workshop: Workshop) -> None:
    workshop.addon("base", version="2.1")
    file = workshop.addon("sale", {"base": ">=1,<2"})
    addons = workshop.resolve()
    assert addons.names == ("core", "base")
    assert [str(problem) for problem in addons.problems] == [
        (
            "[addons.version] it depends on base <2,>=1, but base is 2.1\n"
            "  addon:  sale\n"
            f"  where:  {file}, key depends.base\n"
            "  value:  '<2,>=1'\n"
            "  remedy: install a version of base within the range, or widen the range after testing"
        )
    ]


def test_a_preview_of_a_version_counts_as_within_the_range(workshop: Workshop) -> None:
    workshop.addon("base", version="1.5rc1")
    workshop.addon("sale", {"base": ">=1,<2"})
    assert workshop.resolve().names == ("core", "base", "sale")


def test_a_circle_is_told_with_its_way_and_the_others_start(workshop: Workshop) -> None:
    for name, depends in {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"], "e": []}.items():
        workshop.addon(name, depends)
    addons = workshop.resolve()
    assert addons.names == ("core", "e")
    circle = {problem.addon: problem for problem in addons.problems}
    assert str(circle["b"]) == (
        "[addons.cycle] addons depend on each other in a circle\n"
        "  addon:  b\n"
        f"  where:  {workshop.root('b') / 'addon.toml'}, key depends\n"
        "  value:  'b -> c -> a -> b'\n"
        "  remedy: remove one dependency; what needs both belongs into bridges/ of one of them"
    )
    assert told(addons) == [
        ("a", "addons.cycle"),
        ("b", "addons.cycle"),
        ("c", "addons.cycle"),
        ("d", "addons.set-aside"),
    ]


def test_what_depends_on_a_broken_manifest_is_set_aside(workshop: Workshop) -> None:
    workshop.addon("base", extra="colour = 1")
    workshop.addon("sale", ["base"])
    addons = workshop.resolve("sale")
    assert addons.names == ("core",)
    assert told(addons) == [("base", "addons.manifest.unknown-key"), ("sale", "addons.set-aside")]


def test_a_bridge_is_active_only_where_both_addons_are(workshop: Workshop) -> None:
    for name in ("base", "sale"):
        workshop.addon(name)
    workshop.addon("stock", ["base"], bridges=["sale", "nowhere"])
    assert [str(part) for part in workshop.resolve("stock").parts] == ["core", "base", "stock"]
    both = workshop.resolve("stock", "sale")
    assert [str(part) for part in both.parts] == ["core", "base", "sale", "stock", "stock with sale"]
    bridge = both.parts[-1]
    assert (bridge.package, bridge.folder) == (
        f"{workshop.package('stock')}.bridges.sale",
        workshop.root("stock") / "bridges/sale",
    )
    assert bridge.uses == {"core", "base", "sale", "stock"}


def test_a_bridge_applies_right_after_the_later_of_its_two_addons(workshop: Workshop) -> None:
    workshop.addon("apple", bridges=["pear"])
    for name in ("pear", "zebra"):
        workshop.addon(name)
    assert [str(part) for part in workshop.resolve().parts] == ["core", "apple", "pear", "apple with pear", "zebra"]


def test_the_roles_of_all_addons_are_known_by_their_full_names(workshop: Workshop) -> None:
    workshop.addon("base", extra='[roles.user]\nlabel = "Staff"')
    workshop.addon(
        "sale",
        ["base"],
        extra='[roles.user]\nlabel="a"\nimplies=["base.user"]\n[roles.manager]\nlabel="b"\nimplies=["user"]',
    )
    addons = workshop.resolve()
    assert {name for name in addons.roles if not name.startswith("core.")} == {"base.user", "sale.user", "sale.manager"}
    assert addons.roles["sale.manager"].implies == ("sale.user",)


def test_a_role_that_implies_an_unknown_one_sets_the_addon_aside(workshop: Workshop) -> None:
    workshop.addon("base", extra='[roles.user]\nlabel = "Staff"')
    file = workshop.addon("sale", ["base"], extra='[roles.user]\nlabel="a"\nimplies=["base.usr"]')
    workshop.addon("loyalty", ["sale"])
    addons = workshop.resolve()
    assert addons.names == ("core", "base")
    assert str(addons.problems[0]) == (
        "[addons.role] the role sale.user implies a role that neither it nor what it depends on has\n"
        "  addon:  sale\n"
        f"  where:  {file}, key roles.user.implies\n"
        "  value:  'base.usr'\n"
        "  nearest: base.user, sale.user\n"
        "  remedy: correct the name, or add the addon that has the role to depends"
    )
    assert told(addons)[1:] == [("loyalty", "addons.set-aside")]


def test_asking_for_an_addon_that_is_not_enabled_tells_the_nearest(workshop: Workshop) -> None:
    workshop.addon("sale")
    addons = workshop.resolve()
    assert ("sale" in addons, "stock" in addons, addons["sale"].name) == (True, False, "sale")
    assert repr(addons) == "<AddonSet core sale>"


def test_what_is_broken_elsewhere_does_not_concern_a_site(workshop: Workshop) -> None:
    workshop.addon("sale")
    workshop.addon("broken", extra="colour = 1")
    assert workshop.resolve("sale").problems == ()
    assert told(workshop.resolve()) == [("broken", "addons.manifest.unknown-key")]
