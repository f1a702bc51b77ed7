"""What two addons both claim is refused or told, each with code, addons, places, value and remedy."""

from collections.abc import Mapping
from textwrap import dedent

import pytest

from tests.addons.workshop import Workshop
from tradewright.app import Compositions
from tradewright.app.composition import Composition
from tradewright.app.lifecycle.conflicts import Conflict, find_conflicts
from tradewright.jobs.book import book_of
from tradewright.web.website import Parts

THING = """
    from tradewright.orm import Mapped, Model, field, many_to_one, one_to_many, operation, text, unique

    class Thing(Model, title="name"):
        "A thing."
        name: Mapped[str] = text()
        size: Mapped[int] = field(default=1)

        def words(self) -> str:
            return self.name
"""
ACCESS = '[Thing]\n"core.admin" = "create read update delete"\n'
HEAD = """from PACKAGE_shop.models import Thing
from tradewright.orm import (Mapped, Model, check, field, frozen, index, many_to_many, many_to_one, one_to_many, text,
    total, unique)

class Their{name}(Thing, extend=True):
    "What {name} adds."
"""
ROUTE = """from tradewright.web import page, public, route

@route({rule!r}, methods=({method!r},), access=public(reason="a test"), name={name!r})
def {name}(env, request):
    return page(env, request, "x.html")
"""


def extension(name: str, *lines: str) -> str:
    return HEAD.format(name=name.title()) + "".join(f"    {line}\n" for line in lines)


def compose(workshop: Workshop) -> Composition:
    checks = (
        lambda composition: Parts.of(composition.addons, debug=False),
        lambda composition: book_of(composition.registry),
    )
    return Compositions(workshop.discover(), checks=checks).get()


def rivals(
    workshop: Workshop,
    left: Mapping[str, str],
    right: Mapping[str, str],
    *,
    base: Mapping[str, str] | None = None,
    related: bool = False,
    extra: str = "",
) -> tuple[Conflict, ...]:
    """Let `beta` and `gamma` do these things to `shop`; return the conflicts. `related` lets gamma build on beta."""
    workshop.addon("shop", files={"models.py": THING, "access.toml": ACCESS, **(base or {})})
    for name, depends, files in (("beta", ["shop"], left), ("gamma", ["shop", *(["beta"] if related else [])], right)):
        workshop.addon(name, depends, files=files, extra=extra)
    return find_conflicts(compose(workshop))


def only(conflicts: tuple[Conflict, ...]) -> Conflict:
    (found,) = conflicts
    return found


COLLISIONS: dict[str, tuple[dict[str, str], dict[str, str], str, str]] = {
    "a field": (
        {"extends.py": extension("beta", "weight: Mapped[int | None] = field()")},
        {"extends.py": extension("gamma", "weight: Mapped[str | None] = text()")},
        "registry.field-twice",
        "weight",
    ),
    "a typed id that is a field": (
        {"extends.py": extension("beta", "kin_id: Mapped[int | None]")},
        {"extends.py": extension("gamma", "kin_id: Mapped[int | None]")},
        "registry.field-twice",
        "kin_id",
    ),
    "a column": (
        {"extends.py": extension("beta", "kin: Mapped[Thing | None] = many_to_one()")},
        {"extends.py": extension("gamma", "kin_id: Mapped[int | None] = field()")},
        "registry.column-twice",
        "kin_id",
    ),
    "a table": (
        {"extends.py": extension("beta", "kin: Mapped[list[Thing]] = many_to_many()")},
        {"extends.py": extension("gamma", "kin: Mapped[list[Thing]] = many_to_many()")},
        "registry.field-twice",
        "kin",
    ),
    "a constraint": (
        {"extends.py": extension("beta", '_one = unique("name", message="One")')},
        {"extends.py": extension("gamma", '_one = unique("size", message="One")')},
        "registry.constraint-twice",
        "uq_shop_thing_one",
    ),
    "a check": (
        {"extends.py": extension("beta", '_ok = check(lambda thing: thing.size > 0, message="Size")')},
        {"extends.py": extension("gamma", '_ok = check(lambda thing: thing.size < 9, message="Size")')},
        "registry.constraint-twice",
        "ck_shop_thing_ok",
    ),
    "an index": (
        {"extends.py": extension("beta", '_ix = index("name", "size")')},
        {"extends.py": extension("gamma", '_ix = index("size", "name")')},
        "registry.constraint-twice",
        "ix_shop_thing_ix",
    ),
    "a route": (
        {"web.py": ROUTE.format(rule="/things", method="GET", name="one")},
        {"web.py": ROUTE.format(rule="/things", method="GET", name="other")},
        "web.route-conflict",
        "gamma.other",
    ),
    "a route with variables": (
        {"web.py": ROUTE.format(rule="/things/<at>", method="POST", name="one").replace("request)", "request, at)")},
        {"web.py": ROUTE.format(rule="/things/<int:n>", method="POST", name="more").replace("request)", "request, n)")},
        "web.route-conflict",
        "gamma.more",
    ),
    "a hook's name": (
        {"hooks.py": "from tradewright.hooks import hookspec\n\n@hookspec\ndef things_made(env):\n    pass\n"},
        {"hooks.py": "from tradewright.hooks import hookspec\n\n@hookspec\ndef things_made(env):\n    pass\n"},
        "hooks.specified-twice",
        "things_made",
    ),
    "a slot of a view": (
        {"views/extends/thing.xml": '<extend view="shop.things"><at path="//field[@name=\'name\']" position="after">'
         '<slot name="mine"/></at></extend>'},
        {"views/extends/thing.xml": '<extend view="shop.things"><at path="//field[@name=\'name\']" position="before">'
         '<slot name="mine"/></at></extend>'},
        "views.slot",
        "mine",
    ),
    "an element that another one replaced": (
        {"views/extends/thing.xml": '<extend view="shop.things"><at path="//field[@name=\'size\']" position="replace">'
         '<field name="id"/></at></extend>'},
        {"views/extends/thing.xml": '<extend view="shop.things"><at path="//field[@name=\'size\']" position="after">'
         '<field name="id"/></at></extend>'},
        "views.path",
        "//field[@name='size']",
    ),
}  # fmt: skip
LIST = {
    "views/thing.xml": '<views><list id="things" model="Thing"><field name="name"/><field name="size"/></list>'
    '<menu id="shop" label="Shop"/></views>'
}


@pytest.mark.parametrize("case", COLLISIONS)
def test_what_two_addons_both_claim_sets_the_later_one_aside(workshop: Workshop, case: str) -> None:
    left, right, code, value = COLLISIONS[case]
    found = only(rivals(workshop, left, right, base=LIST))
    assert (found.code, found.addons, found.value, found.blocking) == (code, ("gamma",), value, True)
    assert found.remedy
    assert "beta" in f"{found.where} {found.what}" or code.startswith("views")


@pytest.mark.parametrize("case", COLLISIONS)
def test_alone_either_of_them_is_sound(workshop: Workshop, case: str) -> None:
    """The twin: without the other one there is nothing to tell."""
    assert rivals(workshop, COLLISIONS[case][0], {}, base=LIST) == ()


def test_two_tables_of_one_name_are_refused(workshop: Workshop) -> None:
    model = (
        'from tradewright.orm import Mapped, Model, text\n\nclass {name}(Model, title="name"):\n    "It."\n'
        "    name: Mapped[str] = text()\n"
    )
    grant = '[{name}]\n"core.admin" = "read"\n'
    workshop.addon(
        "shop", files={"models.py": model.format(name="TillLine"), "access.toml": grant.format(name="TillLine")}
    )
    workshop.addon(
        "shop_till", files={"models.py": model.format(name="Line"), "access.toml": grant.format(name="Line")}
    )
    found = only(find_conflicts(compose(workshop)))
    assert str(found) == (
        "[registry.table-twice] two models, or a model and a many_to_many, would be kept in one table\n"
        "  addons: shop_till\n"
        f"  where:  {workshop.package('shop_till')}.models.Line and {workshop.package('shop')}.models.TillLine\n"
        "  value:  shop_till_line\n"
        "  remedy: rename the model or the field that came later: a table is <addon>_<model>, a link <table>_<field>"
    )


MISSING: dict[str, tuple[str, str, str]] = {
    "total(of=)": ('many: Mapped[int] = total(of="parts", field="size")', "registry.total", "parts"),
    "total(field=)": (
        """kin: Mapped[Thing | None] = many_to_one()
    parts: Mapped[list[Thing]] = one_to_many(inverse="kin")
    many: Mapped[int] = total(of="parts", field="sise")""",
        "registry.total",
        "sise",
    ),
    "unique": ('_one = unique("nam", message="One")', "registry.no-column", "nam"),
    "index": ('_ix = index("nam")', "registry.no-column", "nam"),
    "check": ('_ok = check(lambda thing: thing.sise > 1, message="No")', "registry.no-column", "sise"),
    "frozen(free=)": ('_done = frozen(when={"size": (9,)}, free=("nam",))', "registry.no-field", "nam"),
    "frozen(once=)": ('_done = frozen(when={"size": (9,)}, once=("nam",))', "registry.no-field", "nam"),
    "frozen(when=)": ('_done = frozen(when={"sise": (9,)})', "registry.no-field", "sise"),
    "frozen(parent=)": ('_done = frozen(parent="kin")', "registry.frozen-parent", "kin"),
    "one_to_many(inverse=)": ('parts: Mapped[list[Thing]] = one_to_many(inverse="kin")', "registry.no-inverse", "kin"),
}


@pytest.mark.parametrize("case", MISSING)
def test_an_extension_of_a_field_that_is_not_there_names_it(workshop: Workshop, case: str) -> None:
    line, code, value = MISSING[case]
    workshop.addon("shop", files={"models.py": THING, "access.toml": ACCESS})
    workshop.addon("beta", ["shop"], files={"extends.py": extension("beta", line)})
    composition = compose(workshop)
    assert composition.addons.names == ("core", "shop")
    (problem,) = composition.addons.problems
    assert (problem.addon, problem.code, problem.value) == ("beta", code, value)
    assert "TheirBeta" in str(problem.where)


def test_a_view_that_names_a_field_that_is_not_there_is_told(workshop: Workshop) -> None:
    views = changed("after", '<field name="sise"/>')
    found = only(rivals(workshop, views, {}, base=LIST))
    assert (found.code, found.addons, found.near) == ("views.reference", ("beta",), ("size",))


def test_overrides_that_both_call_super_are_told_and_do_not_block(workshop: Workshop) -> None:
    body = ("def words(self) -> str:", "    return super().words() + '!'")
    found = only(rivals(workshop, {"extends.py": extension("beta", *body)}, {"extends.py": extension("gamma", *body)}))
    assert str(found) == (
        "[conflicts.method] both override shop.Thing.words, and the later name lies on top\n"
        "  addons: beta, gamma\n"
        f"  where:  {workshop.package('gamma')}.extends:7 and {workshop.package('beta')}.extends.TheirBeta.words\n"
        "  value:  shop.Thing.words\n"
        "  remedy: let one of the addons depend on the other, "
        "or put what is meant for both into bridges/ of one of them"
    )
    assert not found.blocking


def test_an_override_that_drops_the_other_ones_blocks(workshop: Workshop) -> None:
    kind, rude = ("    return super().words() + '!'", "    return 'mine'")
    head = "def words(self) -> str:"
    found = only(
        rivals(
            workshop,
            {"extends.py": extension("beta", head, kind)},
            {"extends.py": extension("gamma", head, rude)},
        )
    )
    assert found.blocking
    assert found.what == "both have shop.Thing.words, and that of gamma does not call super()"


def test_who_depends_on_the_other_has_chosen_the_order(workshop: Workshop) -> None:
    """The twin of all that follows: a dependency is an order, and no conflict."""
    body = ("def words(self) -> str:", "    return 'mine'")
    template = {"templates/shop.html": "{% block a %}x{% endblock %}"}
    left = {"extends.py": extension("beta", *body), **template}
    right = {"extends.py": extension("gamma", *body), **template}
    assert rivals(workshop, left, right, related=True) == ()


TEMPLATE = '{% extends "!shop.html" %}'
TEMPLATES = {
    "replaced": ("<p>mine</p>", True, "does not extend the one below it"),
    "block lost": (f"{TEMPLATE}{{% block a %}}mine{{% endblock %}}", True, "does not call super()"),
    "block wrapped": (
        f"{TEMPLATE}{{% block a %}}{{{{ super() }}}}mine{{% endblock %}}",
        False,
        "stands around the other",
    ),
    "other block": (f"{TEMPLATE}{{% block b %}}mine{{% endblock %}}", None, ""),
}


@pytest.mark.parametrize("case", TEMPLATES)
def test_templates_of_one_path_conflict_as_far_as_one_hides_the_other(workshop: Workshop, case: str) -> None:
    source, blocks, what = TEMPLATES[case]
    base = {"templates/shop.html": "{% block a %}{% endblock %}{% block b %}{% endblock %}"}
    left = {"templates/shop.html": f"{TEMPLATE}{{% block a %}}{{{{ super() }}}}theirs{{% endblock %}}"}
    conflicts = rivals(workshop, left, {"templates/shop.html": source}, base=base)
    if blocks is None:
        assert conflicts == ()
        return
    found = only(conflicts)
    assert (found.code, found.addons, found.value) == ("conflicts.template", ("beta", "gamma"), "shop.html")
    assert found.blocking is blocks
    assert what in found.what


def changed(position: str, content: str) -> dict[str, str]:
    at = f'<at path="//field[@name=\'name\']" position="{position}">{content}</at>'
    return {"views/extends/thing.xml": f'<extend view="shop.things">{at}</extend>'}


def test_one_attribute_set_to_two_values_blocks_and_one_place_filled_twice_does_not(workshop: Workshop) -> None:
    left = changed("attributes", '<attribute name="label" value="Title"/>')
    found = only(rivals(workshop, left, changed("attributes", '<attribute name="label" value="Word"/>'), base=LIST))
    assert (found.code, found.value, found.blocking) == ("conflicts.view", "//field[@name='name']", True)
    assert found.where == "gamma: views/extends/thing.xml:1 and beta: views/extends/thing.xml:1"


def test_one_place_of_a_view_filled_twice_is_told(workshop: Workshop) -> None:
    after = changed("after", '<field name="id"/>')
    found = only(rivals(workshop, after, changed("after", '<field name="size"/>'), base=LIST))
    assert (found.code, found.blocking) == ("conflicts.view", False)


def test_two_default_views_of_one_model_block(workshop: Workshop) -> None:
    view = {"views/thing.xml": '<list id="mine" model="shop.Thing" default="true"><field name="name"/></list>'}
    found = only(rivals(workshop, view, view, base=LIST))
    assert (found.code, found.addons, found.value) == ("conflicts.default-view", ("beta", "gamma"), "shop.Thing")


def test_two_menu_entries_of_one_label_are_told(workshop: Workshop) -> None:
    menu = {
        "views/thing.xml": '<views><list id="mine" model="shop.Thing"><field name="name"/></list>'
        '<menu id="mine" parent="shop.shop" list="mine" label="Things"/></views>'
    }
    found = only(rivals(workshop, menu, menu, base=LIST))
    assert (found.code, found.value, found.blocking) == ("conflicts.menu", "Things", False)


DATA = 'data = ["data/things.toml"]'


def test_one_permanent_name_in_two_data_files_blocks(workshop: Workshop) -> None:
    rows = {"data/things.toml": '[[shop.Thing]]\nxid = "shop.first"\nname = "First"\n'}
    found = only(rivals(workshop, rows, rows, extra=DATA))
    assert str(found) == (
        "[conflicts.record] two data files make a record of the same permanent name; only the first one does\n"
        "  addons: beta, gamma\n"
        f"  where:  {workshop.package('gamma')}/data/things.toml and {workshop.package('beta')}/data/things.toml\n"
        "  value:  shop.first\n"
        "  remedy: give one of them an xid of its own addon; to change a record of another addon use the hook "
        "site_installed"
    )
    assert found.blocking


def test_a_value_that_can_exist_only_once_blocks_as_settings_and_series_do(workshop: Workshop) -> None:
    def rows(name: str) -> dict[str, str]:
        return {"data/things.toml": f'[[shop.Thing]]\nxid = "first"\nname = "closed_until"\nsize = {len(name)}\n'}

    model = THING.replace("= text()", "= text(unique=True)")
    found = only(rivals(workshop, rows("beta"), rows("gamma"), base={"models.py": model}, extra=DATA))
    assert (found.code, found.value, found.blocking) == ("conflicts.record-value", "closed_until", True)


def test_one_role_granted_twice_with_other_limits_blocks(workshop: Workshop) -> None:
    narrow = {"access.toml": '["shop.Thing"."shop.user"]\nmay = "read"\nfields = ["name"]\n'}
    wide = {"access.toml": '["shop.Thing"]\n"shop.user" = "read"\n'}
    workshop.addon("shop", files={"models.py": THING, "access.toml": ACCESS}, extra='[roles.user]\nlabel = "User"')
    workshop.addon("beta", ["shop"], files=narrow)
    workshop.addon("gamma", ["shop"], files=wide)
    found = only(find_conflicts(compose(workshop)))
    assert (found.code, found.addons, found.value, found.blocking) == (
        "conflicts.grant",
        ("beta", "gamma"),
        "read",
        True,
    )


def test_two_answers_where_only_the_first_counts_are_told_unless_one_says_when_it_comes(workshop: Workshop) -> None:
    spec = "from tradewright.hooks import hookspec\n\n@hookspec(firstresult=True)\ndef carrier_for(env):\n    pass\n"
    answer = "from tradewright.hooks import hookimpl\n\n@hookimpl{}\ndef carrier_for(env):\n    return 1\n"
    base = {"hooks.py": spec}
    found = only(rivals(workshop, {"plugin.py": answer.format("")}, {"plugin.py": answer.format("")}, base=base))
    assert (found.code, found.value, found.blocking) == ("conflicts.answer", "carrier_for", False)


def test_an_answer_that_says_when_it_comes_is_no_conflict(workshop: Workshop) -> None:
    spec = "from tradewright.hooks import hookspec\n\n@hookspec(firstresult=True)\ndef carrier_for(env):\n    pass\n"
    answer = "from tradewright.hooks import hookimpl\n\n@hookimpl{}\ndef carrier_for(env):\n    return 1\n"
    left, right = {"plugin.py": answer.format("")}, {"plugin.py": answer.format("(trylast=True)")}
    assert rivals(workshop, left, right, base={"hooks.py": spec}) == ()


SIGNATURES = {
    "another order": ("def things_made(things, env):", "hooks.arguments", "things, env"),
    "a default": ("def things_made(env, things=()):", "hooks.arguments", "things"),
    "any arguments": ("def things_made(env, **more):", "hooks.arguments", "more"),
    "by name only": ("def things_made(env, *, things):", "hooks.arguments", "things"),
    "an unknown argument": ("def things_made(env, thing):", "hooks.arguments", "thing"),
    "asynchronous": ("async def things_made(env, things):", "hooks.async", "things_made"),
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_a_hook_answered_with_a_wrong_signature_is_told(workshop: Workshop, case: str) -> None:
    line, code, value = SIGNATURES[case]
    base = {
        "hooks.py": "from tradewright.hooks import hookspec\n\n@hookspec\ndef things_made(env, things):\n    pass\n"
    }
    answer = f"from tradewright.hooks import hookimpl\n\n@hookimpl\n{line}\n    return None\n"
    found = only(rivals(workshop, {"plugin.py": answer}, {}, base=base))
    assert (found.code, found.addons, found.value) == (code, ("beta",), value)
    assert found.where == f"{workshop.package('beta')}.plugin:3"
    if code == "hooks.arguments":
        assert "write def things_made(env, things)" in found.remedy


def test_a_wrapper_without_a_yield_is_told(workshop: Workshop) -> None:
    base = {
        "hooks.py": "from tradewright.hooks import hookspec\n\n@hookspec\ndef things_made(env, things):\n    pass\n"
    }
    answer = dedent("""
        from tradewright.hooks import hookimpl

        @hookimpl(wrapper=True)
        def things_made(env, things):
            return None
    """)
    found = only(rivals(workshop, {"plugin.py": answer}, {}, base=base))
    assert (found.code, found.addons) == ("hooks.wrapper", ("beta",))


def test_the_shipped_addons_have_no_conflict_that_blocks() -> None:
    from tradewright.testing.sites import compositions

    assert [str(one) for one in find_conflicts(compositions().get()) if one.blocking] == []
