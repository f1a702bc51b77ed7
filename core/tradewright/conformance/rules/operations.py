"""C7, of operations: what is done to a selection is done to it as a set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from tradewright.base import TradewrightError
from tradewright.conformance.finding import Finding, rule
from tradewright.conformance.records import Maker
from tradewright.conformance.rules.statements import ALLOWED, FEW, MORE
from tradewright.conformance.subject import Subject
from tradewright.orm import select
from tradewright.testing.statements import count_statements

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.orm import ModelInfo
    from tradewright.orm.operation import OperationInfo


class _Undo(Exception):
    """Ends a trial: nothing of it is kept."""


def _undo() -> NoReturn:
    raise _Undo


@rule("C704", tier="gold", kind="living")
def operations_take_no_statement_a_record(subject: Subject) -> Iterator[Finding]:
    """An operation that asks the database for each of its records holds the locks of all of them the longer."""
    if subject.composed(subject.richest)[0] is None:
        return
    site = subject.bench.home_site(subject, subject.bench.databases[0])
    maker = Maker(site)
    remedy = "change all records first and flush once; read what all of them need in one statement, before the loop"
    for info, operation in _operations(site, subject.name):
        few, many = (_cost(maker, info, operation, how_many) for how_many in (FEW, FEW + MORE))
        if few is not None and many is not None and many > few + ALLOWED:
            where = f"{info.name}.{operation.name}"
            yield Finding(
                f"an operation takes {few} statements for {FEW} records and {many} for {FEW + MORE}",
                where,
                remedy,
                where,
            )


def _operations(site: Site, addon: str) -> Iterator[tuple[ModelInfo, OperationInfo]]:
    """Give the operations that an addon declares and that ask for no parameters."""
    for info in site.registry.models.values():
        for operation in info.operations.values():
            if operation.addon == addon and operation.form is None:
                yield info, operation


def _cost(maker: Maker, info: ModelInfo, operation: OperationInfo, how_many: int) -> int | None:
    """Return what an operation takes on some records; None where no example begins as it must, or it refuses them."""
    field = info.fields.get("state")
    begins = field.default if field is not None else None
    states: list[str | None] = [*sorted(operation.states, key=lambda one: one != begins)]
    for state in states or [None]:
        fixed = {"state": state} if state not in {None, begins} else {}
        try:
            numbers = maker.make(info.name, how_many, fixed=fixed)
        except TradewrightError:
            continue
        found = _statements(maker.site, info.cls, operation.name, numbers)
        if found is not None:
            return found
    return None


def _statements(site: Site, cls: Any, operation: str, numbers: Sequence[int]) -> int | None:
    """Run an operation, take it back, and return how many statements it took; None where it refuses or fails."""
    taken: int | None = None
    try:
        with site.env() as env:
            records = env.all(select(cls).where(cls.id.in_(numbers)).order_by(cls.id))
            with count_statements(site) as found:
                getattr(cls, operation)(env, records)
                env.flush()
            taken = len(found)
            _undo()
    except _Undo:
        return taken
    except Exception:  # noqa: BLE001  an example may be none for this operation; its own tests tell what it does
        return None
