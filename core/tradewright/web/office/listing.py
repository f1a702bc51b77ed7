"""What a list shows: the statement behind it, from view, search words, filters, group, order and page.

Whatever comes with the address only chooses among what the views declare and the actor may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tradewright.orm import Select, aliased, and_, case, cast, func, literal, or_, select
from tradewright.views import FilterNode, GroupByNode, KanbanView, ListView, SearchView, criterion
from tradewright.views.kinds import TO_ONE
from tradewright.web.forms import Query
from tradewright.web.office.context import Office
from tradewright.web.office.periods import period_criterion

if TYPE_CHECKING:
    from tradewright.orm import ColumnElement, FieldInfo, ModelInfo

PAGE = 50
MAX_PAGE = 10_000
MAX_WORDS = 6


class ListQuery(Query):
    """What can be asked of a list by its address.

    `view` names a list or kanban, `filter` active filters (`-` alone: none, not even the default ones), `within` the
    groups one has gone into (`state=draft`), `of` and `by` the record that the list is a part of.
    """

    view: str = ""
    q: str = ""
    filter: list[str] = []
    sort: str = ""
    group: str = ""
    within: list[str] = []
    by: str = ""
    of: int | None = None
    page: int = 1


@dataclass
class Listing:
    """A list for one request."""

    office: Office
    info: ModelInfo
    view: ListView | KanbanView
    search: SearchView
    query: ListQuery

    @cached_property
    def filters(self) -> tuple[FilterNode, ...]:
        """Return the filters that the actor may use."""
        return tuple(one for one in self.search.filters if self.office.reads_condition(self.info.name, one.condition))

    @cached_property
    def active(self) -> tuple[FilterNode, ...]:
        """Return the filters in force: those of the address, or the default ones where it names none."""
        if self.query.filter:
            return tuple(one for one in self.filters if one.name in self.query.filter)
        if self.query.of or self.query.q:
            return ()
        return tuple(one for one in self.filters if one.default)

    @cached_property
    def groups(self) -> tuple[GroupByNode, ...]:
        """Return what the actor may group by."""
        return tuple(one for one in self.search.groups if self.office.reads_path(self.info.name, one.steps))

    @cached_property
    def group(self) -> GroupByNode | None:
        """Return what the list is grouped by now."""
        return next((one for one in self.groups if one.name == self.query.group), None)

    @cached_property
    def within(self) -> tuple[tuple[GroupByNode, str], ...]:
        """Return the groups that the list is narrowed to, each with its value."""
        found = []
        for text in self.query.within[:5]:
            name, _, value = text.partition("=")
            node = next((one for one in self.groups if one.name == name), None)
            if node is not None:
                found.append((node, value))
        return tuple(found)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Return the order in force: that of the address where the column can be sorted, else the view's."""
        return (self.query.sort,) if self.sort_column is not None else self.view.order

    @cached_property
    def sort_column(self) -> tuple[FieldInfo, ...] | None:
        """Return the fields along the path of the column that the address sorts by."""
        name = self.query.sort.removeprefix("-")
        columns = self.view.columns if isinstance(self.view, ListView) else ()
        for node in columns:
            if node.name == name and node.sortable and self.office.shows(self.info.name, node):
                return node.steps
        return None

    def criteria(self) -> list[ColumnElement[bool]]:
        """Return all conditions of the list."""
        known, models = self.office.known, self.office.models
        found: list[ColumnElement[bool]] = []
        if self.view.where is not None:
            found.append(criterion(models, self.info.name, self.view.where, known))
        by_group: dict[str, list[FilterNode]] = {}
        for node in self.active:
            by_group.setdefault(node.group, []).append(node)
        found += [
            or_(*(criterion(models, self.info.name, node.condition, known) for node in nodes))
            for nodes in by_group.values()
        ]
        found += [group_criterion(self.info.cls, node, value) for node, value in self.within]
        found += self._of()
        found += list(self._words())
        return found

    def _of(self) -> list[ColumnElement[bool]]:
        field = self.info.fields.get(self.query.by)
        if self.query.of is None or field is None or field.kind not in TO_ONE:
            return []
        if not self.office.reads(self.info, field.name):
            return []
        return [getattr(self.info.cls, field.column) == self.query.of]

    def _words(self) -> Iterator[ColumnElement[bool]]:
        for word in self.query.q.split()[:MAX_WORDS]:
            hits = [
                hit
                for node in self.search.fields
                if self.office.reads_path(self.info.name, node.steps)
                for hit in word_criteria(self.office, self.info.cls, node.steps, word)
            ]
            # Where nothing can be searched a word finds nothing, rather than everything.
            yield or_(*hits) if hits else self.info.cls.id.is_(None)

    def statement(self) -> Select[Any]:
        """Return the select of the list's records, in order, without a page."""
        return ordered(select(self.info.cls).where(*self.criteria()), self.info, self.order, self.sort_column)

    def count(self) -> int:
        """Return how many records the list has."""
        return self.office.env.scalar(select(func.count(self.info.cls.id)).where(*self.criteria())) or 0

    def rows(self) -> list[Any]:
        """Return the records of the page."""
        page = max(1, min(self.query.page, MAX_PAGE))
        return self.office.env.all(self.statement().limit(PAGE).offset((page - 1) * PAGE))


def searched(office: Office, info: ModelInfo, text: str, search: SearchView | None = None) -> list[ColumnElement[bool]]:
    """Return the conditions under which a model's records match what somebody typed into a search."""
    view = search or office.views.searches[office.views.defaults["search", info.name]]
    return list(
        Listing(office, info, office.views.list_for(info.name), view, ListQuery(q=text))._words()  # noqa: SLF001
    )


def word_criteria(office: Office, owner: Any, steps: Sequence[FieldInfo], word: str) -> Iterator[ColumnElement[bool]]:
    """Yield the ways in which one field (at the end of a path) can match a word."""
    field = steps[0]
    if len(steps) > 1 or field.kind in TO_ONE:
        target = office.models[str(field.target)]
        other: Any = aliased(target.cls)
        if len(steps) > 1:
            inner = list(word_criteria(office, other, steps[1:], word))
        else:
            names = [
                name for name in target.search if office.reads(target, name) and target.fields[name].kind not in TO_ONE
            ]
            inner = [hit for name in names for hit in word_criteria(office, other, (target.fields[name],), word)]
        if inner:
            yield getattr(owner, field.column).in_(select(other.id).where(or_(*inner)))
    elif field.kind in {"integer", "id"}:
        if word.isascii() and word.isdigit() and len(word) <= 18:
            yield getattr(owner, field.name) == int(word)
    else:
        yield getattr(owner, field.name).icontains(word, autoescape=True)
        if field.kind == "translated":
            # The other languages stand in one JSON column; as text they can be searched on both databases.
            stored = getattr(owner, f"{field.name}_i18n")
            yield as_text(stored).icontains(word, autoescape=True)


def as_text(column: Any) -> Any:
    """Return a column as the database writes it."""
    return cast(column, literal("").type)


def ordered(
    statement: Select[Any], info: ModelInfo, order: Sequence[str], steps: Sequence[FieldInfo] | None = None
) -> Select[Any]:
    """Return the statement in an order like ("-date", "number"); the id comes last, so that pages don't overlap."""
    down = False
    for word in order:
        down = word.startswith("-")
        path = steps or (info.fields[word.removeprefix("-")],)
        statement, expression = _sort_expression(statement, info.cls, path)
        statement = statement.order_by(expression.desc().nulls_last() if down else expression.asc().nulls_last())
    return statement.order_by(info.cls.id.desc() if down else info.cls.id.asc())


def _sort_expression(statement: Select[Any], owner: Any, steps: Sequence[FieldInfo]) -> tuple[Select[Any], Any]:
    for step in steps[:-1]:
        statement, owner = _joined(statement, owner, step)
    field = steps[-1]
    if field.kind in TO_ONE:
        statement, target = _joined(statement, owner, field)
        title = type_of(target).title
        naming = type_of(target).fields.get(title or "id")
        return statement, getattr(target, naming.column if naming is not None else "id")
    column = getattr(owner, field.name)
    if field.kind == "choice":
        # In the order of the declaration: a draft comes before what is done.
        places = {value: place for place, (value, _label) in enumerate(field.choices)}
        return statement, case(places, value=column, else_=len(places))
    return statement, column


def _joined(statement: Select[Any], owner: Any, step: FieldInfo) -> tuple[Select[Any], Any]:
    relation = getattr(owner, step.name)
    target: Any = aliased(relation.property.mapper.class_)
    return statement.outerjoin(target, target.id == getattr(owner, step.column)), target


def type_of(alias: Any) -> ModelInfo:
    """Return the model of a composed class or an alias of it."""
    info: ModelInfo = alias.__info__
    return info


def group_expression(owner: Any, node: GroupByNode) -> Any:
    """Return the SQL expression that a list is grouped by."""
    field = node.steps[-1]
    column = getattr(owner, field.column)
    if not node.unit:
        return column
    # ISO dates sort and cut as text on both databases.
    return func.substr(as_text(column), 1, {"year": 4, "month": 7, "day": 10}[node.unit])


def group_criterion(owner: Any, node: GroupByNode, value: str) -> ColumnElement[bool]:
    """Return the condition of one group, whose value comes from the address."""
    field = node.steps[-1]
    column = getattr(owner, field.column)
    if value == "":
        result: ColumnElement[bool] = column.is_(None)
        return result
    if node.unit:
        return period_criterion(column, value, moment=field.kind == "datetime")
    if field.kind == "boolean":
        return and_(column.is_(value == "1"))
    if field.kind in TO_ONE:
        number = int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else 0
        return and_(column == number)
    return and_(column == value)
