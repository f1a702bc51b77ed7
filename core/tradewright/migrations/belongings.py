"""What of a site's tables belongs to one package: an addon, or a bridge of one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradewright.registry.collect import unit_of

if TYPE_CHECKING:
    from tradewright.orm.info import FieldInfo
    from tradewright.registry.compose import Registry

_OF_THE_FRAMEWORK = frozenset({"id", "uid", "version"})
_PARKED = "parked_"


class Belongings:
    """The tables that a package declares, and the columns that it adds to those of others."""

    def __init__(self, registry: Registry, package: str, addon: str) -> None:
        self._registry = registry
        self._package = package
        self._addon = addon
        self._links = {
            table.name: registry.models[model].fields[name] for (model, name), table in registry.links.items()
        }

    def include(self, _object: Any, name: str | None, kind: str, reflected: bool, _to: Any) -> bool:  # noqa: FBT001  # Alembic's call
        """Tell Alembic which tables to look at: those this package has to do with, and those that nobody declares."""
        if kind != "table" or name is None:
            return kind == "column"
        return self.touches(name) or (reflected and self.gone_table(name))

    def table(self, name: str) -> bool:
        """Tell whether the package declares a table."""
        info = self._registry.by_table.get(name)
        if info is not None:
            return self._mine(info.cls.__module__)
        return name in self._links and self._mine(self._links[name].where)

    def touches(self, name: str) -> bool:
        """Tell whether the package declares a table, or adds a column to it."""
        info = self._registry.by_table.get(name)
        return self.table(name) or (info is not None and any(map(self._field, info.fields.values())))

    def column(self, table: str, name: str) -> bool:
        """Tell whether the package declares a column; those that the framework fills belong to nobody."""
        info = self._registry.by_table.get(table)
        if info is None or name in _OF_THE_FRAMEWORK:
            return False
        field = self._of(table, name)
        return self._field(field) if field is not None else self.table(table)

    def position(self, table: str, column: str) -> tuple[str, int]:
        """Return where a declared column stands, to sort by."""
        return table, list(self._registry.metadata.tables[table].columns.keys()).index(column)

    def gone_table(self, name: str) -> bool:
        """Tell whether a table that nobody declares was the addon's, by its name."""
        if name in self._registry.metadata.tables or name.startswith(_PARKED):
            return False
        owners = {unit.addon for unit in self._registry.units if name.startswith(f"{unit.addon}_")}
        return max(owners, key=len, default=None) == self._addon

    def default(self, table: str, name: str) -> Any:
        """Return the plain default of a column's field, None where it has none that can be written down."""
        field = self._of(table, name)
        default = field.default if field is not None else None
        return default if isinstance(default, str | int | Decimal) else None

    def _of(self, table: str, name: str) -> FieldInfo | None:
        info = self._registry.by_table.get(table)
        fields = info.fields.values() if info is not None else ()
        texts = name.removesuffix("_i18n")
        return next(
            (
                each
                for each in fields
                if each.stored and (each.column == name or (each.kind == "translated" and each.column == texts))
            ),
            None,
        )

    def _field(self, field: FieldInfo) -> bool:
        return field.stored and bool(field.where) and self._mine(field.where)

    def _mine(self, module: str) -> bool:
        unit = unit_of(module, self._registry.units)
        return unit is not None and unit.package == self._package
