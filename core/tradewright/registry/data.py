"""Data files: records that an addon brings along, as TOML tables with permanent names.

`[[base.Series]]` with `xid = "orders"` makes (or finds again) the record known as `<addon>.orders`. A relation's value
is the xid of its target, with a leading `@`; a list of them fills a many-to-many.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from tradewright.base import DeveloperError, nearest
from tradewright.orm.info import EXACT, FieldInfo, ModelInfo
from tradewright.registry.models import ExternalId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env


def load(env: Env, addon: str, package: str, files: Sequence[str]) -> int:
    """Load the data files of an addon (or bridge) and return how many records they made.

    Records that exist are left as they are: a company may have changed them.
    """
    from tradewright.orm import select

    known = {row.name: row.record for row in env.scalars(select(env[ExternalId]))}
    made = 0
    for name in files:
        where = f"{package}/{name}"
        source = resources.files(package).joinpath(*name.split("/"))
        try:
            tables = tomllib.loads(source.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise DeveloperError(
                "data.file", "a data file cannot be read", addon=addon, where=where, value=str(error)
            ) from error
        made += _File(env, addon, where, known).load(tables)
    return made


class _File:
    """One data file being loaded."""

    def __init__(self, env: Env, addon: str, where: str, known: dict[str, int]) -> None:
        self.env = env
        self.addon = addon
        self.where = where
        self.known = known
        self.models = env.site.registry.models

    def load(self, tables: dict[str, Any]) -> int:
        """Make the records of the file, model by model; a flush for each model gives them their ids."""
        count = 0
        for addon, models in tables.items():
            for name, rows in models.items():
                count += self._rows(self._model(f"{addon}.{name}"), rows)
        return count

    def _model(self, name: str) -> ModelInfo:
        if name not in self.models:
            raise DeveloperError(
                "data.model",
                "a data file has records of an unknown model",
                addon=self.addon,
                where=self.where,
                value=name,
                near=nearest(name, self.models),
                remedy="write the table as [[addon.Model]], for example [[base.Series]]",
            )
        return self.models[name]

    def _rows(self, info: ModelInfo, rows: list[dict[str, Any]]) -> int:
        made: list[tuple[str, Any]] = []
        for row in rows:
            values = dict(row)
            xid = self._name(values.pop("xid", None), info)
            if xid in self.known:
                continue
            record = info.cls(**{key: self._value(info, key, value) for key, value in values.items()})
            self.env.add(record)
            made.append((xid, record))
            if any(field.target == info.name for field in info.fields.values()):
                self.env.flush()  # later rows of a tree refer to earlier ones
                self.known[xid] = record.id
        self.env.flush()
        for xid, record in made:
            self.known[xid] = record.id
            self.env.add(self.env[ExternalId](name=xid, model=info.name, record=record.id))
        return len(made)

    def _name(self, xid: Any, info: ModelInfo) -> str:
        if not isinstance(xid, str) or not xid:
            raise DeveloperError(
                "data.xid",
                "a record in a data file has no xid",
                addon=self.addon,
                where=self.where,
                value=info.name,
                remedy='give it a permanent name: xid = "orders"',
            )
        return xid if "." in xid else f"{self.addon}.{xid}"

    def _value(self, info: ModelInfo, key: str, value: Any) -> Any:
        field = info.fields.get(key)
        if field is None:
            raise DeveloperError(
                "data.field",
                f"{info.name} has no such field",
                addon=self.addon,
                where=self.where,
                value=key,
                near=nearest(key, info.fields),
                remedy="correct the name; a field of another addon needs that addon under depends, or a bridge",
            )
        if field.kind in {"many_to_one", "attachment"}:
            return self._target(field, value)
        if field.kind == "many_to_many":
            return [self._target(field, one) for one in value]
        if field.kind in EXACT and not isinstance(value, bool):
            return Decimal(str(value))
        return value

    def _target(self, field: FieldInfo, value: Any) -> Any:
        name = str(value).removeprefix("@")
        name = name if "." in name else f"{self.addon}.{name}"
        if name not in self.known:
            raise DeveloperError(
                "data.reference",
                "a data file refers to a record that is not there",
                addon=self.addon,
                where=self.where,
                value=value,
                near=nearest(name, self.known),
                remedy="load the file that makes it first (the order in addon.toml counts)",
            )
        return self.env.get(self.models[field.target or ""].cls, self.known[name])
