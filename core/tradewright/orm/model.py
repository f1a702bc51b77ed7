"""The declaration of models: plain classes that a registry composes for a set of addons.

Declaring a class maps nothing. It is remembered with its module, so that the registry can tell which addon it
belongs to, and composed with the extensions of the addons that a site has enabled.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sqlalchemy.orm import object_session

from tradewright.base import DeveloperError, nearest
from tradewright.orm.fields import Field, text

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

    from tradewright.orm.env import Env
    from tradewright.orm.info import ModelInfo


@dataclass(slots=True, frozen=True)
class Options:
    """What the class statement says of the model as a whole (see `Model`)."""

    label: Any = None
    plural: Any = None
    title: str | None = None
    order_by: str | None = None
    search: tuple[str, ...] = ()
    public: bool = False
    versioned: bool = False
    audit: str = "changes"
    company: bool = False
    plays: str | None = None


@dataclass(slots=True, frozen=True)
class Declaration:
    """A class statement of an addon: a new model, an extension, or an abstract part of models."""

    cls: type[Model]
    module: str
    extend: bool
    abstract: bool
    options: Options
    line: int


DECLARATIONS: dict[type, Declaration] = {}


class Model:
    """The base of all declarations.

    Class keywords: `extend` (this class adds to the model it derives from), `abstract` (a part to derive from),
    `label`, `plural`, `title` (the field that names a record), `order_by` ("-date, number"), `search` (fields the
    search box looks into), `public` (an opaque `uid` for addresses), `versioned` (an optimistic `version`),
    `audit` ("all", "changes" or "none"), `company` (belongs to a company; rows guarded by it), `plays` (the part it
    plays for the core: `company`, `attachment`).
    """

    __info__: ClassVar[ModelInfo]

    if TYPE_CHECKING:
        id: Mapped[int]
        uid: Mapped[str]
        version: Mapped[int]

    def __init_subclass__(cls, *, extend: bool = False, abstract: bool = False, **options: Any) -> None:
        super().__init_subclass__()
        if "__composed__" in cls.__dict__:
            return
        unknown = set(options) - set(Options.__dataclass_fields__)
        if unknown:
            name = min(unknown)
            raise DeveloperError(
                "orm.class-keyword",
                "unknown keyword in a model's class statement",
                where=f"{cls.__module__}.{cls.__qualname__}",
                value=name,
                near=nearest(name, Options.__dataclass_fields__),
                remedy=f"correct it; a model takes {', '.join(Options.__dataclass_fields__)}",
            )
        DECLARATIONS[cls] = Declaration(cls, cls.__module__, extend, abstract, Options(**options), len(DECLARATIONS))

    def __init__(self, **values: Any) -> None:
        info = type(self).__info__
        for name in values:
            if name not in info.settable:
                raise DeveloperError(
                    "orm.unknown-field",
                    f"{info.name} has no field of this name",
                    addon=info.addon,
                    value=name,
                    near=nearest(name, info.settable),
                    remedy="check the spelling, or enable the addon that adds the field",
                )
        for name, default in info.defaults:
            if name not in values:
                setattr(self, name, default() if callable(default) else default)
        for name, value in values.items():
            # Whole numbers become Decimals, so that a record reads alike before and after it is stored.
            setattr(self, name, Decimal(value) if type(value) is int and name in info.exact else value)

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Tidy and check new and changed records just before they are written; extensions call `super()`.

        Runs once for each model and flush, with the records that are about to be inserted or updated. It raises
        `UserError` for what breaks a rule and must not flush.
        """

    @classmethod
    def before_delete(cls, env: Env, records: Sequence[Self]) -> None:
        """React to the deletion of records just before it; extensions call `super()`.

        Runs once for each model and flush, before any `before_save`, with the records that are about to be deleted,
        those of a deleted or bereft owner included: a line that is taken off its document is deleted, `order` is
        None then and `order_id` still what it was. It may change other records, raises `UserError` to refuse, and
        must not flush; `env.update_where` writes at once. Bulk statements (`env.delete_where`) and the database's own
        `on_delete` do not run it.
        """

    def display_name(self) -> str:
        """Return the words that name this record to a person."""
        title = type(self).__info__.title
        value = getattr(self, title) if title else None
        if value not in {None, ""}:
            return str(value)
        return f"{worded(self, type(self).__info__.label)} {self.id or ''}".strip()

    def __repr__(self) -> str:
        return f"<{type(self).__info__.name} {self.__dict__.get('id')}>"


def worded(record: Model, text: Any) -> str:
    """Return a text in the language of the record's unit of work, in English where the record belongs to none."""
    session = object_session(record)
    return str(text) if session is None else str(session.info["unit"].env.t(text))


def declared_fields(cls: type) -> dict[str, tuple[Field | None, Any]]:
    """Return the fields that one class body declares: name to (declaration or None, annotation)."""
    found: dict[str, tuple[Field | None, Any]] = {}
    annotations = inspect.get_annotations(cls)
    for name, annotation in annotations.items():
        value = cls.__dict__.get(name)
        if isinstance(value, Field):
            found[name] = (value, annotation)
        elif value is None and _is_mapped(annotation):
            found[name] = (None, annotation)
    return found


def _is_mapped(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.startswith(("Mapped[", "orm.Mapped["))
    return getattr(getattr(annotation, "__origin__", None), "__name__", "") == "Mapped"


__all__ = ["DECLARATIONS", "Declaration", "Model", "Options", "declared_fields", "text"]
