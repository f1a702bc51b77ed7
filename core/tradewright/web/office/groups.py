"""A list by groups: one statement counts and sums, each group leads to the list of its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tradewright.i18n import _
from tradewright.orm import func, select
from tradewright.views.kinds import TO_ONE
from tradewright.web.office import urls
from tradewright.web.office.listing import Listing, group_expression
from tradewright.web.office.navigation import address, shown_columns
from tradewright.web.office.periods import period_label
from tradewright.web.office.values import Shown, name_of, show_value

if TYPE_CHECKING:
    from tradewright.orm import FieldInfo
    from tradewright.views import FieldNode
    from tradewright.web.office.context import Office

MAX_GROUPS = 200


def grouped(listing: Listing) -> dict[str, Any]:
    """Return the groups of a list with their counts and sums, the largest first."""
    node = listing.group
    assert node is not None, "asked for only where the list is grouped"  # noqa: S101
    office, cls = listing.office, listing.info.cls
    # Sums of amounts are shown only where a model has one currency for all its rows.
    summed = [
        one for one in shown_columns(listing) if one.sum and one.own and one.info.currency not in listing.info.fields
    ]
    key = group_expression(cls, node).label("key")
    statement = (
        select(key, func.count(cls.id), *(func.sum(getattr(cls, one.name)) for one in summed))
        .where(*listing.criteria())
        .group_by(key)
        .order_by(func.count(cls.id).desc() if not node.unit else key.desc())
        .limit(MAX_GROUPS)
    )
    rows = office.env.execute(statement).all()
    values = [_text(row[0]) for row in rows]
    labels = labels_of(office, node.steps[-1], values, node.unit)
    narrow = [text for text in listing.query.within if not text.startswith(f"{node.name}=")]
    return {
        "label": office.env.t(node.label),
        "sums": [office.env.t(one.label) for one in summed],
        "rows": [
            {
                "label": labels[value],
                "count": row[1],
                "sums": [_sum(office, one, total) for one, total in zip(summed, row[2:], strict=True)],
                "url": urls.records(
                    listing.info.name, address(listing, group="", within=[*narrow, f"{node.name}={value}"])
                ),
            }
            for value, row in zip(values, rows, strict=True)
        ],
    }


def labels_of(office: Office, field: FieldInfo, values: Sequence[str], unit: str) -> dict[str, str]:
    """Return what the groups of a field are called; records are looked up in one statement."""
    t = office.env.t
    none = t(_("None"))
    if field.kind == "choice":
        known = dict(field.choices)
        return {value: t(known[value]) if value in known else value or none for value in values}
    if field.kind == "boolean":
        return {value: t(_("Yes")) if value == "1" else t(_("No")) for value in values}
    if field.kind in TO_ONE and field.target:
        cls: Any = office.models[field.target].cls
        wanted = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 18]
        found = {str(one.id): name_of(office, one) for one in office.env.all(select(cls).where(cls.id.in_(wanted)))}
        return {value: found.get(value, "–" if value else none) for value in values}
    if unit:
        return {value: period_label(value, office.env.format) if value else none for value in values}
    return {value: value or none for value in values}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _sum(office: Office, node: FieldNode, value: Any) -> Shown:
    return show_value(office, node.info, value, None, node.widget) if value is not None else Shown()
