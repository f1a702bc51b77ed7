"""Loading imports what addons declare; one that fails is set aside with its dependants."""

import sys

from tests.addons.workshop import Workshop


def test_declarations_are_imported_in_order_and_nothing_else(workshop: Workshop) -> None:
    record = "import builtins\nbuiltins.loaded = [*getattr(builtins, 'loaded', []), __name__]\n"
    names = ("models/order", "models/line/field", "extends/partner", "web/pages", "services/pricing", "testing", "cli")
    files = {f"{name}.py": record for name in (*names, "plugin", "jobs", "hooks", "errors")}
    workshop.addon("sale", files=files | {"models/__init__.py": "", "models/line/__init__.py": record})
    assert workshop.load().names == ("core", "sale")
    package = workshop.package("sale")
    assert [name.removeprefix(f"{package}.") for name in vars(sys.modules["builtins"]).pop("loaded")] == [
        "hooks",
        "errors",
        "models.line",
        "models.line.field",
        "models.order",
        "extends.partner",
        "plugin",
        "jobs",
        "web.pages",
    ]


def test_a_bridge_is_imported_only_where_it_is_active(workshop: Workshop) -> None:
    workshop.addon("stock", bridges=["sale"], files={"bridges/sale/plugin.py": ""})
    workshop.addon("sale")
    module = f"{workshop.package('stock')}.bridges.sale.plugin"
    workshop.load("stock")
    assert module not in sys.modules
    workshop.load("stock", "sale")
    assert module in sys.modules


def test_an_addon_that_fails_is_set_aside_with_its_dependants_and_the_others_start(workshop: Workshop) -> None:
    workshop.addon("base")
    workshop.addon("sale", ["base"], files={"models.py": "import os\n\nvalue = 1 / 0\n"})
    workshop.addon("loyalty", ["sale"], files={"models.py": "raise SystemExit\n"})
    workshop.addon("stock", ["base"])
    addons = workshop.load()
    assert addons.names == ("core", "base", "stock")
    module = f"{workshop.package('sale')}.models"
    assert [str(problem) for problem in addons.problems] == [
        (
            f"[addons.import] {module} can't be imported: ZeroDivisionError: division by zero\n"
            "  addon:  sale\n"
            f"  where:  {workshop.root('sale')}/models.py:3\n"
            f"  remedy: correct the module; python -c 'import {module}' shows the whole traceback"
        ),
        (
            "[addons.set-aside] it is set aside because sale is, which it depends on\n"
            "  addon:  loyalty\n"
            f"  where:  {workshop.root('loyalty')}/addon.toml, key depends.sale\n"
            "  remedy: mend sale first; its own error stands beside this one"
        ),
    ]


def test_a_syntax_error_is_told_with_its_line(workshop: Workshop) -> None:
    workshop.addon("sale", files={"models/order.py": "x = 1\ndef broken(:\n"})
    (problem,) = workshop.load().problems
    assert problem.where == f"{workshop.root('sale')}/models/order.py:2"
    assert problem.problem == f"{workshop.package('sale')}.models.order can't be imported: SyntaxError: invalid syntax"


def test_an_addon_that_ends_the_program_is_set_aside(workshop: Workshop) -> None:
    workshop.addon("rude", files={"plugin.py": "import sys\nsys.exit(3)\n"})
    addons = workshop.load()
    assert (addons.names, addons.problems[0].problem) == (
        ("core",),
        f"{workshop.package('rude')}.plugin can't be imported: SystemExit: 3",
    )


def test_a_missing_library_is_told_with_what_to_do(workshop: Workshop) -> None:
    workshop.addon("sale", files={"models.py": "import surely_not_installed\n"})
    (problem,) = workshop.load().problems
    assert problem.remedy == (
        "install surely_not_installed, or name the addon it belongs to under depends "
        "(code for two addons goes into bridges/)"
    )


def test_a_mistake_in_a_declaration_keeps_its_own_error_and_gets_the_addon(workshop: Workshop) -> None:
    declaration = "from tradewright.orm import Model\n\nclass Order(Model, lable='Order'):\n    '''An order.'''\n"
    workshop.addon("sale", files={"models/order.py": declaration})
    (problem,) = workshop.load().problems
    assert str(problem) == (
        "[orm.class-keyword] unknown keyword in a model's class statement\n"
        "  addon:  sale\n"
        f"  where:  {workshop.package('sale')}.models.order.Order\n"
        "  value:  'lable'\n"
        "  nearest: label, plural\n"
        "  remedy: correct it; a model takes label, plural, title, order_by, search, public, versioned, audit, "
        "company, plays"
    )


def test_a_bridge_that_fails_takes_its_addon_with_it(workshop: Workshop) -> None:
    workshop.addon("sale")
    workshop.addon("stock", bridges=["sale"], files={"bridges/sale/plugin.py": "1 / 0\n"})
    workshop.addon("returns", ["stock"])
    addons = workshop.load()
    assert addons.names == ("core", "sale")
    assert [(problem.addon, problem.code) for problem in addons.problems] == [
        ("stock", "addons.import"),
        ("returns", "addons.set-aside"),
    ]
