"""The tree of product categories."""

from collections.abc import Sequence
from typing import Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, Model, check, field, many_to_one, one_to_many, translated

from .. import errors


class Category(
    Model,
    label=_("Product category"),
    plural=_("Product categories"),
    title="name",
    order_by="position",
    search=("name",),
    public=True,
):
    """A group of products, part of at most one larger group."""

    name: Mapped[str] = translated(label=_("Name"))
    parent: Mapped["Category | None"] = many_to_one(label=_("Part of"))
    parent_id: Mapped[int | None]
    children: Mapped[list["Category"]] = one_to_many(inverse="parent", order_by="position", label=_("Subcategories"))
    position: Mapped[int] = field(label=_("Position"), default=10)
    active: Mapped[bool] = field(label=_("Active"), default=True)

    _not_own_parent = check(
        lambda cls: cls.parent_id.is_(None) | (cls.parent_id != cls.id),
        message=_("A category can't be part of itself: choose another one."),
    )

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Refuse a category that is part of itself over several steps."""
        super().before_save(env, records)
        for category in records:
            above, seen = category.parent, {id(category)}
            while above is not None and id(above) not in seen:
                seen.add(id(above))
                above = above.parent
            if above is not None:
                raise errors.category_loop(str(category.name))
