"""What a registry knows of its composed models: plain, immutable data for views, web, access, transfer and tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sqlalchemy import Table

    from tradewright.orm.constraints import Frozen
    from tradewright.orm.model import Model
    from tradewright.orm.operation import OperationInfo

STORED = frozenset(
    {
        "id",
        "text",
        "integer",
        "boolean",
        "decimal",
        "money",
        "quantity",
        "price",
        "percent",
        "date",
        "datetime",
        "choice",
        "json",
        "translated",
        "secret",
        "many_to_one",
        "attachment",
    }
)
EXACT = frozenset({"decimal", "money", "quantity", "price", "percent"})


@dataclass(slots=True, kw_only=True)
class FieldInfo:
    """A field of a composed model. `target` is a model name (`base.Partner`), `addon` the one that declares it."""

    name: str
    kind: str
    addon: str
    label: Any
    help: Any = None
    required: bool = False
    nullable: bool = False
    readonly: bool = False
    default: Any = None
    choices: tuple[tuple[str, Any], ...] = ()
    target: str | None = None
    inverse: str | None = None
    owned: bool = False
    order_by: str | None = None
    currency: str | None = None
    unit: str | None = None
    max_length: int | None = None
    multiline: bool = False
    scale: int | None = None
    index: bool = False
    unique: bool = False
    on_delete: str = "restrict"
    at_least: Any = None
    at_most: Any = None
    copy: bool = True
    where: str = ""

    @property
    def stored(self) -> bool:
        """Tell whether the value lives in a column of the model's own table."""
        return self.kind in STORED

    @property
    def column(self) -> str:
        """The name of the column of a stored field."""
        return f"{self.name}_id" if self.kind in {"many_to_one", "attachment"} else self.name


@dataclass(slots=True, kw_only=True)
class ModelInfo:
    """A composed model: its fields in declared order, its operations, its class and table."""

    name: str
    addon: str
    label: Any
    plural: Any
    doc: str
    title: str | None
    order_by: str | None
    search: tuple[str, ...]
    public: bool
    versioned: bool
    audit: str
    company: bool
    plays: str | None
    fields: dict[str, FieldInfo] = field(default_factory=dict)
    operations: dict[str, OperationInfo] = field(default_factory=dict)
    frozen: list[tuple[str, Frozen]] = field(default_factory=list)
    messages: dict[str, Any] = field(default_factory=dict)
    settable: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    defaults: tuple[tuple[str, Any], ...] = ()
    env_defaults: tuple[tuple[str, Any], ...] = ()
    cls: type[Model] = field(default=cast("Any", None))  # set by the composition
    table: Table[Any] = field(default=cast("Any", None))  # set by the composition
