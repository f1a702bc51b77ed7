"""Triggers that keep posted rows as they are, on both databases: the last line behind the code."""

from __future__ import annotations

from typing import Any

from tradewright.base import DeveloperError, nearest
from tradewright.orm.constraints import Frozen
from tradewright.orm.info import ModelInfo

MESSAGE = "tradewright: frozen"


def check(info: ModelInfo, models: dict[str, ModelInfo]) -> None:
    """Refuse frozen rules that name what is not there, while the models are put together."""
    for name, frozen in info.frozen:
        statements_for(info, name, frozen, models)


def statements_for(info: ModelInfo, name: str, frozen: Frozen, models: dict[str, ModelInfo]) -> dict[str, list[str]]:
    """Return the DDL of one frozen rule by dialect."""
    table = info.table.name
    condition = _condition(info, frozen, models, "OLD")
    changed = _changed(info, frozen)
    trigger = f"tw_{table}_{name}"[:55]
    abort = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE} {table}'); END"
    update = f"({condition}) AND ({changed['sqlite']})"
    sqlite = [
        f"CREATE TRIGGER IF NOT EXISTS {trigger}_u BEFORE UPDATE ON {table} WHEN {update} {abort}",
        f"CREATE TRIGGER IF NOT EXISTS {trigger}_d BEFORE DELETE ON {table} WHEN ({condition}) {abort}",
    ]
    # The function is quoted by name only: it lives in the schema that the transaction has chosen.
    refuse = f"RAISE EXCEPTION '{MESSAGE} {table}' USING ERRCODE = '23514';"
    function = (
        f"CREATE OR REPLACE FUNCTION {trigger}_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({condition}) THEN IF TG_OP = 'DELETE' THEN {refuse} "
        f"ELSIF {changed['postgresql']} THEN {refuse} END IF; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    before = (
        f"CREATE OR REPLACE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}_f()"
    )
    return {"sqlite": sqlite, "postgresql": [function, before]}


def _condition(info: ModelInfo, frozen: Frozen, models: dict[str, ModelInfo], row: str) -> str:
    if frozen.parent:
        field = info.fields.get(frozen.parent)
        if field is None or field.kind != "many_to_one":
            raise DeveloperError(
                "registry.frozen-parent",
                f"{info.name} has no many_to_one of this name",
                addon=info.addon,
                value=frozen.parent,
                near=nearest(frozen.parent, info.fields),
            )
        parent = models[field.target or ""]
        rule = next((one for _name, one in parent.frozen if one.when), None)
        if rule is None:
            raise DeveloperError(
                "registry.frozen-parent", "the parent is never frozen", addon=info.addon, value=parent.name
            )
        inner = _condition(parent, rule, models, "parent_row")
        return (
            f"EXISTS (SELECT 1 FROM {parent.table.name} AS parent_row "  # noqa: S608  # our own names; DDL binds nothing
            f"WHERE parent_row.id = {row}.{field.column} AND {inner})"
        )
    parts = []
    for name, values in frozen.when.items():
        column = info.fields[name].column
        parts.append(f"{row}.{column} IN ({', '.join(_literal(value) for value in values)})")
    return " AND ".join(parts) if parts else "1 = 1"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _changed(info: ModelInfo, frozen: Frozen) -> dict[str, str]:
    def column(name: str) -> str:
        return info.fields[name].column if name in info.fields else name

    free = {"id", "version", *(column(name) for name in frozen.free)}
    once = {column(name) for name in frozen.once}
    sqlite, postgresql = [], []
    for one in info.table.columns:
        if one.name in free:
            continue
        guard = f" AND OLD.{one.name} IS NOT NULL" if one.name in once else ""
        sqlite.append(f"(NEW.{one.name} IS NOT OLD.{one.name}{guard})")
        postgresql.append(f"(NEW.{one.name} IS DISTINCT FROM OLD.{one.name}{guard})")
    return {"sqlite": " OR ".join(sqlite) or "0", "postgresql": " OR ".join(postgresql) or "false"}
