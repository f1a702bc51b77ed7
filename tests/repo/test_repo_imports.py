"""Imports beyond what import-linter checks: cycles, outside libraries, dependencies of addons, hook specifications."""

import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.repo.tree import ROOT, addons, imported_modules, module_name, python_files, report

LAYERS_OF_A_LIBRARY = {
    "alembic": {"tradewright.migrations"},
    "argon2": {"tradewright.security"},
    "babel": {"tradewright.i18n"},
    "click": {"tradewright.cli"},
    "itsdangerous": {"tradewright.security"},
    "lxml": {"tradewright.views", "tradewright_einvoice"},
    "pluggy": {"tradewright.addons", "tradewright.hooks"},
    "procrastinate": {"tradewright.jobs"},
    "sqlalchemy": {
        "tradewright.jobs",
        "tradewright.migrations",
        "tradewright.orm",
        "tradewright.registry",
        "tradewright.security",
    },
    "weasyprint": {"tradewright.reports"},
    "werkzeug": {"tradewright.web"},
    "xlsxwriter": {"tradewright.reports"},
}


def test_an_outside_library_lives_in_its_layer() -> None:
    wrong: list[str] = []
    for path in python_files("core", "addons"):
        name = module_name(path)
        if name is None:
            continue
        layer = ".".join(name.split(".")[: 2 if name.startswith("tradewright.") else 1])
        for line, imported in imported_modules(path):
            library = imported.partition(".")[0]
            if layer not in LAYERS_OF_A_LIBRARY.get(library, {layer}) and layer != "tradewright.testing":
                home = " and ".join(sorted(LAYERS_OF_A_LIBRARY[library]))
                wrong.append(f"{path}:{line}: {library} is used by {home} only")
    assert not wrong, report(wrong)


def test_modules_import_each_other_in_one_direction() -> None:
    # Types apart: a model names its lines, and a line its model.
    modules = {name: path for path in python_files("core", "addons") if (name := module_name(path)) is not None}
    graph = {
        name: {
            target
            for _, imported in imported_modules(path, type_checking=False)
            if (target := _module(imported, modules)) != name
        }
        for name, path in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        message = "import cycle: " + " imports ".join(reversed(error.args[1]))
        raise AssertionError(message) from None


def test_an_addon_imports_only_what_it_depends_on() -> None:
    wrong: list[str] = []
    for package, root in addons().items():
        allowed = _dependencies(root.name)
        for path in python_files("addons"):
            if not path.is_relative_to(root / package):
                continue
            bridge = path.relative_to(root / package).parts[1] if "bridges" in path.parts else root.name
            for line, imported in imported_modules(path):
                target = imported.partition(".")[0].removeprefix("tradewright_")
                if imported.startswith("tradewright_") and target not in allowed | _dependencies(bridge):
                    wrong.append(f"{path}:{line}: {root.name} does not depend on {target}")
    assert not wrong, report(wrong)


def test_a_hook_specification_imports_nothing_of_the_core_at_run_time() -> None:
    wrong = [
        f"{path}:{line}: move the import of {imported} under TYPE_CHECKING"
        for path in python_files("core")
        if path.is_relative_to("core/tradewright/hooks")
        for line, imported in imported_modules(path, type_checking=False)
        if imported.startswith("tradewright.") and not imported.startswith(("tradewright.hooks", "tradewright.base"))
    ]
    assert not wrong, report(wrong)


def _module(imported: str, modules: dict[str, Path]) -> str | None:
    """The module behind `a.b.c`, which may be the name `c` of the module `a.b`."""
    if imported in modules:
        return imported
    parent = imported.rpartition(".")[0]
    return parent if parent in modules else None


def _dependencies(addon: str) -> set[str]:
    """An addon and all that it depends on, however far."""
    found: set[str] = set()
    waiting = [addon]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            manifest = ROOT / "addons" / name / f"tradewright_{name}" / "addon.toml"
            waiting += tomllib.loads(manifest.read_text()).get("depends", {}) if manifest.exists() else []
    return found
