"""Building the views of an addon set: what comes out, what nobody wrote, and what each mistake is told."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.views.support import addon, build, shop_models
from tradewright.i18n import Text
from tradewright.views import (
    FieldNode,
    GroupNode,
    LinesNode,
    NotebookNode,
    NoteNode,
    ViewError,
    ViewSet,
    build_what_stands,
)

FORM = """
<form id="order_form" model="Order" readonly="state = 'done'">
  <header>
    <button operation="confirm"/>
    <button endpoint="order_pdf" label="PDF" visible="state != 'draft'"/>
    <field name="state" widget="statusbar"/>
    <slot name="header"/>
  </header>
  <figures slot="figures"><figure name="total"/></figures>
  <group id="main" label="Main" slot="main"><field name="number"/><field name="customer" where="active"/></group>
  <lines field="lines"><field name="product"/><field name="amount"/></lines>
  <notebook slot="pages"><page id="other" label="Other"><note text="Mind the gap" tone="warning"/></page></notebook>
</form>
"""
LISTS = """
<views>
  <list id="order_list" model="Order" order="-due, number" search="order_search" form="order_form">
    <field name="number" widget="title"/><field name="customer.name" label="Name"/><field name="total" sum="true"/>
    <button operation="confirm"/>
  </list>
  <search id="order_search" model="Order">
    <field name="number"/><field name="customer"/>
    <filter name="late" label="Late" where="due &lt; today" default="true" group="when"/>
    <group by="state"/><group by="due" unit="year"/>
  </search>
  <kanban id="order_board" model="Order" by="state"><field name="number"/></kanban>
  <menu id="sales" label="Sales" sequence="10" icon="cart"/>
  <menu id="orders" parent="sales" label="Orders" list="order_list" filter="late"/>
  <menu id="board" parent="sales" label="Board" kanban="order_board" sequence="5"/>
</views>
"""


def views_of(root: Path, **files: str) -> ViewSet:
    """Build the shop's views from files by their name."""
    return build(addon(root, "shop", {f"views/{name}.xml": content for name, content in files.items()}))


def test_a_form_becomes_a_typed_immutable_model(tmp_path: Path) -> None:
    form = views_of(tmp_path, form=FORM).forms["shop.order_form"]
    assert [(str(one.label), one.endpoint) for one in form.buttons] == [
        ("Confirm order", ""),
        ("PDF", "shop.order_pdf"),
    ]
    assert form.status is not None
    assert form.status.info.name == "state"
    main, lines, notebook = form.body
    assert isinstance(main, GroupNode)
    assert [one.name for one in main.children if isinstance(one, FieldNode)] == ["number", "customer"]
    assert isinstance(lines, LinesNode)
    assert (lines.model, lines.readonly) == ("shop.Line", False)
    assert isinstance(notebook, NotebookNode)
    assert notebook.pages[0].children == (NoteNode(Text("Mind the gap"), "warning"),)
    with pytest.raises(dataclasses.FrozenInstanceError):
        form.id = "x"  # type: ignore[misc]


def test_lists_searches_boards_and_the_menu_refer_to_each_other(tmp_path: Path) -> None:
    views = views_of(tmp_path, form=FORM, lists=LISTS)
    shown = views.list_for("shop.Order")
    assert (shown.id, shown.search, shown.form, shown.order) == (
        "shop.order_list",
        "shop.order_search",
        "shop.order_form",
        ("-due", "number"),
    )
    assert [(one.name, str(one.label), one.sortable, one.sum) for one in shown.columns] == [
        ("number", "Number", True, False),
        ("customer.name", "Name", True, False),
        ("total", "Total", True, True),
    ]
    search = views.search_of(shown)
    assert [(one.name, one.default, one.group) for one in search.filters] == [("late", True, "when")]
    assert [one.name for one in search.groups] == ["state", "due:year"]
    assert [(item.id, [child.id for child in item.children]) for item in views.menu] == [
        ("shop.sales", ["shop.board", "shop.orders"])
    ]
    board = views.kanban_for("shop.Order")
    assert board is not None
    assert board.by.name == "state"


def test_a_model_that_nobody_wrote_views_for_has_them_all_the_same(tmp_path: Path) -> None:
    views = views_of(tmp_path)
    assert [one.name for one in views.list_for("shop.Order").columns] == [
        "number",
        "customer",
        "state",
        "due",
        "seen",
        "total",
        "rank",
    ]
    form = views.form_for("shop.Order")
    assert [one.name for node in form.body if isinstance(node, GroupNode) for one in node.children] == [  # type: ignore[union-attr]
        "number",
        "customer",
        "state",
        "due",
        "seen",
        "total",
        "rank",
        "size",
        "urgent",
    ]
    assert [node.field.name for node in form.body if isinstance(node, LinesNode)] == ["lines"]
    assert [str(button.label) for button in form.buttons] == ["Confirm order"]
    assert views.search_of(views.list_for("shop.Order")).fields[0].name == "number"
    assert views.kanban_for("shop.Order") is None


def test_an_extension_of_another_addon_is_part_of_the_result_and_speaks_of_its_own_things(tmp_path: Path) -> None:
    shop = addon(tmp_path, "shop", {"views/order.xml": FORM + ""})
    loyalty = addon(
        tmp_path,
        "loyalty",
        {
            "views/extends/order_form.xml": """
            <extend view="shop.order_form">
              <into slot="figures"><figure name="rank" label="Rank among all"/></into>
              <at path="//field[@name='number']" position="attributes"><attribute name="label" value="No."/></at>
            </extend>"""
        },
        uses={"shop"},
    )
    form = build(shop, loyalty).forms["shop.order_form"]
    assert [str(figure.label) for figure in form.figures] == ["Total", "Rank among all"]
    assert isinstance(form.body[0], GroupNode)
    assert str(form.body[0].children[0].label) == "No."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<list id="l" model="Oder"/>',
            (
                "[views.reference] unknown model\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'shop.Oder'\n"
                "  nearest: shop.Order, shop.Line, shop.Customer\n"
                "  remedy: correct the name, or enable the addon that declares it"
            ),
        ),
        (
            '<list id="l" model="Order">\n<field name="nubmer"/></list>',
            (
                "[views.reference] unknown field: shop.Order has no field nubmer; nearest: number, customer\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:2\n"
                "  value:  'nubmer'\n"
                "  nearest: number, customer\n"
                "  remedy: name a field of the model; one of an addon that may be missing is used in bridges/<addon>/"
            ),
        ),
        (
            '<form id="f" model="Order"><header><button operation="confrim"/></header></form>',
            (
                "[views.reference] unknown operation of shop.Order\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'confrim'\n"
                "  nearest: confirm\n"
                "  remedy: correct the name, or enable the addon that declares it"
            ),
        ),
        (
            '<views><menu id="top" label="Top"/><menu id="m" label="M" parent="tpo"/></views>',
            (
                "[views.reference] the parent is no menu entry of this addon set\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'shop.tpo'\n"
                "  nearest: shop.top, shop.m\n"
                "  remedy: name an existing entry; one of an addon that may be missing is used in bridges/<addon>/"
            ),
        ),
        (
            '<views>\n<list id="l" model="Order"/>\n<form id="l" model="Order"/></views>',
            (
                "[views.duplicate] the id is already used at views/a.xml:2\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:3\n"
                "  value:  'shop.l'\n"
                "  remedy: choose another id, or write an <extend> to change what is there"
            ),
        ),
        (
            '<list id="l" model="Order"><field nam="number"/></list>',
            (
                "[views.element] <field> has no attribute of this name\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'nam'\n"
                "  nearest: name\n"
                "  remedy: correct or remove it"
            ),
        ),
        (
            '<form id="f" model="Order"><gruop/></form>',
            (
                "[views.element] <gruop> does not belong into <form>\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'gruop'\n"
                "  nearest: group\n"
                "  remedy: <form> takes <header>, <figures>, <figure>, <field>, <group>, <lines>, <notebook>, <note>"
            ),
        ),
        (
            '<search id="s" model="Order"><filter name="f" label="F" where="state = \'drat\'"/></search>',
            (
                "[views.condition] where: state has no choice 'drat'; nearest: draft\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  \"state = 'drat'\"\n"
                "  remedy: correct the condition"
            ),
        ),
        (
            '<kanban id="k" model="Order" by="number"/>',
            (
                "[views.reference] the columns of a kanban come from a choice field, number is a text\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'number'\n"
                "  nearest: state\n"
                "  remedy: name a choice field of the model"
            ),
        ),
        (
            '<list id="l" model="Order"><field name="number" widget="badge"/></list>',
            (
                "[views.element] the widget does not fit number, a text\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'badge'\n"
                "  nearest: code, email, phone, url, language, title\n"
                "  remedy: use code or email or phone or url or language or title, or none"
            ),
        ),
        (
            '<extend view="shop.order_from"/>',
            (
                "[views.reference] the extended view does not exist in this addon set\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'shop.order_from'\n"
                "  nearest: shop.order_form\n"
                "  remedy: name an existing view; one of an addon that may be missing is extended in bridges/<addon>/"
            ),
        ),
        (
            '<liste id="l" model="Order"/>',
            (
                "[views.element] unknown element in a view file\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'liste'\n"
                "  nearest: list\n"
                "  remedy: use list, form, search, kanban, menu, extend, or <views> around several"
            ),
        ),
        (
            '<views><menu id="a" label="A" parent="b"/><menu id="b" label="B" parent="a"/></views>',
            (
                "[views.reference] the parents go round in a circle\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'shop.a'\n"
                "  remedy: change one parent"
            ),
        ),
        (
            '<list id="l" model="Order" search="order_form"/>',
            (
                "[views.reference] unknown search\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'shop.order_form'\n"
                "  remedy: correct the name, or enable the addon that declares it"
            ),
        ),
        (
            '<form id="f" model="Customer"><figure list="b.l" by="customer" label="Orders"/></form>',
            (
                "[views.reference] unknown list\n"
                "  addon:  shop\n"
                "  where:  views/a.xml:1\n"
                "  value:  'b.l'\n"
                "  remedy: correct the name, or enable the addon that declares it"
            ),
        ),
    ],
)
def test_a_mistake_in_a_view_is_told_with_place_value_near_names_and_remedy(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ViewError) as error:
        views_of(tmp_path, a=text, b=FORM)
    assert str(error.value) == message


def test_a_view_may_not_name_what_its_addon_does_not_depend_on(tmp_path: Path) -> None:
    shop = addon(tmp_path, "shop", {"views/order.xml": FORM})
    stray = addon(tmp_path, "stray", {"views/order.xml": '<list id="l" model="shop.Order"/>'})
    with pytest.raises(ViewError) as error:
        build(shop, stray)
    assert str(error.value) == (
        "[views.dependency] model shop.Order comes from shop, on which stray does not depend\n"
        "  addon:  stray\n"
        "  where:  views/order.xml:1\n"
        "  value:  'shop'\n"
        "  nearest: stray\n"
        "  remedy: add shop to depends in addon.toml, or move the element to an extension in bridges/shop/"
    )


def test_a_bridge_may_name_what_its_addon_may_not(tmp_path: Path) -> None:
    shop = addon(tmp_path, "shop", {"views/order.xml": FORM})
    stray = addon(tmp_path, "stray", {})
    bridge = addon(
        tmp_path,
        "stray",
        {"bridges/shop/views/order.xml": '<list id="l" model="shop.Order"><field name="number"/></list>'},
        uses={"shop"},
        inside="bridges/shop",
    )
    assert build(shop, stray, bridge).lists["stray.l"].model == "shop.Order"


def test_an_unknown_role_is_told_when_the_roles_are_known(tmp_path: Path) -> None:
    source = addon(tmp_path, "shop", {"views/m.xml": '<menu id="m" label="M" roles="manger"/>'})
    with pytest.raises(ViewError, match=r"unknown role\n.*\n.*\n  value:  'shop.manger'\n  nearest: shop.manager"):
        build(source, roles={"shop.manager", "shop.user"})


def test_a_running_site_leaves_out_what_is_faulty_and_tells_it(tmp_path: Path) -> None:
    shop = addon(tmp_path, "shop", {"views/order.xml": FORM})
    broken = addon(
        tmp_path,
        "broken",
        {"views/order.xml": '<list id="l" model="shop.Order"><field name="x"/></list>'},
        uses={"shop"},
    )
    above = addon(
        tmp_path,
        "above",
        {
            "views/extends/l.xml": '<extend view="broken.l"><at path="." position="inside"/></extend>',
            "bridges/shop/views/m.xml": '<menu id="m" label="M"/>',
        },
        uses={"broken", "shop"},
    )
    bridge = addon(tmp_path, "above", {}, uses={"shop"}, inside="bridges/shop")
    views, faults = build_what_stands(shop_models(), [shop, broken, above, bridge])
    assert [(fault.addon, fault.code) for fault in faults] == [
        ("broken", "views.reference"),
        ("above", "views.reference"),
    ]
    assert set(views.forms) >= {"shop.order_form"}
    assert [item.id for item in views.menu] == ["above.m"]
    with pytest.raises(ViewError):
        build(shop, broken)


_ADDONS = ["alpha", "beta", "gamma", "delta"]


@settings(deadline=None)
@given(enabled=st.sets(st.sampled_from(_ADDONS)))
def test_every_subset_of_extending_addons_renders_and_shows_exactly_theirs(
    tmp_path_factory: pytest.TempPathFactory, enabled: set[str]
) -> None:
    root = tmp_path_factory.mktemp("subset")
    sources = [addon(root, "shop", {"views/order.xml": FORM})]
    for name in sorted(enabled):
        content = (
            f'<extend view="shop.order_form"><into slot="main"><field name="rank" label="{name}"/></into></extend>'
        )
        sources.append(addon(root, name, {"views/extends/order.xml": content}, uses={"shop"}))
    form = build(*sources).forms["shop.order_form"]
    assert isinstance(form.body[0], GroupNode)
    assert [str(one.label) for one in form.body[0].children[2:]] == sorted(enabled)  # type: ignore[union-attr]
