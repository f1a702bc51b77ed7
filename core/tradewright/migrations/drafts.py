"""Writing the next script of an addon from what differs between its models and the tables of a site.

Alembic finds the differences; what is not this addon's, and what the comparison does by itself at every upgrade
(checks, indexes, foreign keys, what is gone), is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops

from tradewright.migrations.belongings import Belongings
from tradewright.migrations.kinds import source_of
from tradewright.migrations.rendering import WORDS, AddColumn, ChangeType, Remark, render_item
from tradewright.migrations.scripts import Branch

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tradewright.registry.compose import Registry


@dataclass(frozen=True, slots=True)
class Draft:
    """A script that was drafted and not written yet. `text` is empty where nothing needs one; `remarks` say more."""

    file: Path
    text: str
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """The differences that are an addon's, sorted."""

    tables: list[ops.CreateTableOp] = field(default_factory=list)
    columns: list[ops.AddColumnOp] = field(default_factory=list)
    types: list[tuple[str, ops.AlterColumnOp]] = field(default_factory=list)
    gone_tables: list[ops.DropTableOp] = field(default_factory=list)
    gone_columns: list[ops.DropColumnOp] = field(default_factory=list)


def draft(connection: Connection, registry: Registry, branch: Branch, package: str, message: str) -> Draft:
    """Draft the next script of a branch, whose models `package` declares."""
    mine = Belongings(registry, package, branch.addon)
    with _seeing_schema(connection):
        options = {"target_metadata": registry.metadata, "compare_type": True, "include_object": mine.include}
        context = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(context, registry.metadata)
    found = _sorted(script.upgrade_ops.ops if script.upgrade_ops is not None else [], mine)
    number = branch.scripts[-1].number + 1 if branch.scripts else 1
    words = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")[:40].strip("_") or "changes"
    file = branch.folder / f"{number:04}_{words}.py"
    operations = [*_tables(found), *_columns(found, mine), *_types(found)]
    parked = tuple(_parked(found))
    if not operations:
        return Draft(file, "", parked)
    body = _rendered(operations, context)
    return Draft(file, _text(branch, number, message, body), parked)


@contextmanager
def _seeing_schema(connection: Connection) -> Generator[None]:
    """Let SQLAlchemy look into the site's schema, which it takes for the one that the role has by default."""
    schema, dialect = connection.get_execution_options().get("tw_schema"), connection.dialect
    before = dialect.default_schema_name
    if schema:
        dialect.default_schema_name = schema
    try:
        yield
    finally:
        dialect.default_schema_name = before


def _sorted(found: list[ops.MigrateOperation], mine: Belongings) -> _Found:
    result = _Found()
    for operation in found:
        if isinstance(operation, ops.ModifyTableOps):
            _take_columns(operation, mine, result)
        elif isinstance(operation, ops.CreateTableOp) and mine.table(operation.table_name):
            result.tables.append(operation)
        elif isinstance(operation, ops.DropTableOp) and mine.gone_table(operation.table_name):
            result.gone_tables.append(operation)
    # Alembic goes through sets: a draft says the same whenever it is made.
    result.columns.sort(key=lambda each: mine.position(each.table_name, each.column.name))
    result.types.sort(key=lambda each: mine.position(each[0], each[1].column_name))
    result.gone_tables.sort(key=lambda each: each.table_name)
    result.gone_columns.sort(key=lambda each: (each.table_name, each.column_name))
    return result


def _take_columns(change: ops.ModifyTableOps, mine: Belongings, result: _Found) -> None:
    for operation in change.ops:
        if isinstance(operation, ops.AddColumnOp) and mine.column(change.table_name, operation.column.name):
            result.columns.append(operation)
        elif isinstance(operation, ops.DropColumnOp) and mine.touches(change.table_name):
            result.gone_columns.append(operation)
        elif (
            isinstance(operation, ops.AlterColumnOp)
            and operation.modify_type is not None
            and mine.column(change.table_name, operation.column_name)
        ):
            result.types.append((change.table_name, operation))


def _tables(found: _Found) -> Iterator[ops.MigrateOperation]:
    for table in found.tables:
        columns = {each.name for each in table.columns if isinstance(each, sa.Column)}
        for gone in found.gone_tables:
            before = {column.name for column in gone.to_table().columns}
            if columns == before:
                yield Remark(
                    f"Is {table.table_name} the new name of {gone.table_name}? Then write this instead:",
                    f"op.rename_table({gone.table_name!r}, {table.table_name!r})",
                )
        kept = [_plain(each) for each in table.columns if not isinstance(each, sa.CheckConstraint)]
        yield ops.CreateTableOp(table.table_name, kept, _namespace_metadata=sa.MetaData())


def _plain(item: Any) -> Any:
    """Return a column without the keys and indexes that stand beside it as constraints, or come by the comparison."""
    return sa.Column(item.name, item.type, nullable=item.nullable) if isinstance(item, sa.Column) else item


def _columns(found: _Found, mine: Belongings) -> Iterator[ops.MigrateOperation]:
    for added in found.columns:
        table, column = added.table_name, added.column
        for gone in found.gone_columns:
            if gone.table_name == table and _same_type(gone, column):
                yield Remark(
                    f"Is {column.name} the new name of {gone.column_name}? Then write this instead:",
                    f"op.rename_column({table!r}, {gone.column_name!r}, {column.name!r})",
                )
        default = mine.default(table, column.name)
        if not column.nullable and default is None:
            yield Remark(f"{column.name} is required and has no default: a data migration has to fill it.")
        yield AddColumn(table, str(column.name), column.type, None if column.nullable else default)


def _same_type(gone: ops.DropColumnOp, column: sa.Column[Any]) -> bool:
    before = gone.to_column()
    if before.foreign_keys or column.foreign_keys:
        return bool(before.foreign_keys and column.foreign_keys)
    return source_of(before.type) == source_of(column.type)


def _types(found: _Found) -> Iterator[ops.MigrateOperation]:
    for table, change in found.types:
        if change.existing_type is not None and change.modify_type is not None:
            yield ChangeType(table, change.column_name, change.existing_type, change.modify_type)


def _parked(found: _Found) -> Iterator[str]:
    for table in found.gone_tables:
        yield f"{table.table_name} is declared by nobody any more; the upgrade parks it"
    for column in found.gone_columns:
        yield f"{column.table_name}.{column.column_name} is declared by nobody any more; the upgrade parks it"


def _rendered(operations: list[ops.MigrateOperation], context: MigrationContext) -> str:
    written = render_python_code(
        ops.UpgradeOps(operations),
        sqlalchemy_module_prefix="",
        alembic_module_prefix="op.",
        render_item=render_item,
        migration_context=context,
    )
    lines = [line.rstrip() for line in written.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(_laid_out(lines))


def _laid_out(lines: list[str]) -> Iterator[str]:
    """Lay lines out as the formatter does: double quotes, and each argument of a long call on a line of its own."""
    inside = False
    for line in lines:
        text = re.sub(r"'([^'\"\\\\]*)'", r'"\1"', line)
        begun = re.fullmatch(r"( *)(op\.create_table\()(.*,)", text)
        if begun is not None:
            inside = True
            yield f"{begun[1]}{begun[2]}"
            yield f"{begun[1]}    {begun[3]}"
        elif inside and text.strip() == ")":
            inside = False
            yield text
        else:
            yield f"    {text.removesuffix(',')}," if inside else text


def _text(branch: Branch, number: int, message: str, body: str) -> str:
    names = {node.id for node in ast.walk(ast.parse(f"if True:\n{body}")) if isinstance(node, ast.Name)}
    imports = ", ".join(sorted(names & WORDS, key=_import_order))
    head = [f'revision = "{branch.name}_{number:04}"', f"down_revision = {_quoted(branch.head)}"]
    if branch.head is None:
        head.append(f'branch_labels = ("{branch.label}",)')
    lines = [
        f'"""{message.rstrip(".")}."""',
        "",
        *(["from decimal import Decimal", ""] if "Decimal" in names else []),
        f"from tradewright.migrations import {imports}",
        "",
        *head,
        "",
        "",
        "def upgrade() -> None:",
        body.rstrip(),
        "",
    ]
    return "\n".join(lines)


def _import_order(name: str) -> tuple[int, str]:
    """Sort names as the formatter does: constants, classes, the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _quoted(revision: str | None) -> str:
    return f'"{revision}"' if revision is not None else "None"
