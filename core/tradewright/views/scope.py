"""What a view may name: models, fields, operations, views and roles, within its addon's dependencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from tradewright.i18n import Text
from tradewright.views.checks import check_condition, resolve_path
from tradewright.views.condition import Condition, ConditionFault, parse_condition, paths_of
from tradewright.views.errors import Place, near_or_all, view_error
from tradewright.views.reader import place_of
from tradewright.views.sources import Declared, ViewSource, full_name

if TYPE_CHECKING:
    from tradewright.orm.info import FieldInfo, ModelInfo
    from tradewright.orm.operation import OperationInfo


@dataclass(frozen=True)
class Scope:
    """The addon set against which views are compiled.

    `roles` and `endpoints` are the known ones; None leaves them unchecked.
    """

    models: Mapping[str, ModelInfo]
    sources: tuple[ViewSource, ...]
    views: Mapping[str, Declared] = field(default_factory=dict)
    roles: Collection[str] | None = None
    endpoints: Collection[str] | None = None

    @cached_property
    def _uses(self) -> dict[tuple[str, str], frozenset[str]]:
        return {(source.addon, source.inside): source.uses for source in self.sources}

    def uses(self, place: Place) -> frozenset[str]:
        """Return the addons that what stands at `place` may name."""
        parts = place.file.split("/")
        inside = "/".join(parts[:2]) if parts[0] == "bridges" else ""
        return self._uses[place.addon, inside]

    def model(self, element: etree._Element, attribute: str = "model") -> ModelInfo:
        """Return the model that an attribute names."""
        place = place_of(element, attribute)
        name = full_name(str(element.get(attribute)), place.addon)
        if name not in self.models:
            raise self._unknown("model", name, self.models, place)
        self._within(name.partition(".")[0], f"model {name}", place)
        return self.models[name]

    def path(self, element: etree._Element, model: str, attribute: str = "name") -> tuple[FieldInfo, ...]:
        """Return the fields along the path that an attribute names, from a model on."""
        place = place_of(element, attribute)
        path = str(element.get(attribute))
        try:
            steps = resolve_path(self.models, model, path.split("."))
        except ConditionFault as fault:
            known = self.models[model].fields
            raise view_error(
                "views.reference",
                f"unknown field: {fault}",
                place,
                value=path,
                near=near_or_all(path, known),
                remedy="name a field of the model; one of an addon that may be missing is used in bridges/<addon>/",
            ) from fault
        for step in steps:
            self._within(step.addon, f"field {step.name}", place)
        return steps

    def field(self, element: etree._Element, model: str, attribute: str = "name") -> FieldInfo:
        """Return the model's own field that an attribute names."""
        first, *further = self.path(element, model, attribute)
        if further:
            raise view_error(
                "views.reference",
                "only a field of the model itself fits here",
                place_of(element, attribute),
                value=str(element.get(attribute)),
                remedy="name it without points",
            )
        return first

    def operation(self, element: etree._Element, model: ModelInfo) -> OperationInfo:
        """Return the operation that a button names."""
        place = place_of(element, "operation")
        name = str(element.get("operation"))
        if name not in model.operations:
            raise self._unknown(f"operation of {model.name}", name, model.operations, place)
        found = model.operations[name]
        self._within(found.addon, f"operation {name}", place)
        return found

    def view(self, element: etree._Element, attribute: str, kind: str, model: str | None = None) -> str:
        """Return the full id of the view that an attribute names, or "" where it is absent."""
        value = element.get(attribute)
        if not value:
            return ""
        place = place_of(element, attribute)
        name = full_name(str(value), place.addon)
        of_kind = {known: declared for known, declared in self.views.items() if declared.kind == kind}
        if name not in of_kind:
            raise self._unknown(kind, name, of_kind, place)
        shown = of_kind[name]
        if model and full_name(str(shown.element.get("model")), shown.source.addon) != model:
            raise view_error(
                "views.reference",
                f"this {kind} shows another model than {model}",
                place,
                value=name,
                remedy=f"name a {kind} of {model}",
            )
        return name

    def condition(self, element: etree._Element, attribute: str, model: str) -> Condition | None:
        """Return the checked condition in an attribute, or None where it is absent."""
        text = element.get(attribute)
        if not text:
            return None
        place = place_of(element, attribute)
        try:
            condition = parse_condition(str(text))
            check_condition(self.models, model, condition)
        except ConditionFault as fault:
            raise view_error(
                "views.condition",
                f"{attribute}: {fault}",
                place,
                value=str(text),
                remedy="correct the condition",
            ) from fault
        for path in paths_of(condition):
            for step in resolve_path(self.models, model, path.names):
                self._within(step.addon, f"field {step.name}", place)
        return condition

    def condition_or_flag(
        self, element: etree._Element, attribute: str, model: str, *, default: bool
    ) -> Condition | bool:
        """Return a truth written out, a checked condition, or the default."""
        text = str(element.get(attribute) or "").strip()
        if text in {"", "true", "false"}:
            return default if not text else text == "true"
        return self.condition(element, attribute, model) or default

    def names(self, element: etree._Element, attribute: str = "roles") -> tuple[str, ...]:
        """Return the roles that an attribute lists."""
        place = place_of(element, attribute)
        listed = tuple(full_name(word, place.addon) for word in str(element.get(attribute) or "").split())
        for role in listed:
            if self.roles is not None and role not in self.roles:
                raise self._unknown("role", role, self.roles, place)
        return listed

    def endpoint(self, element: etree._Element) -> str:
        """Return the full name of the endpoint that an attribute names, or ""."""
        value = element.get("endpoint")
        if not value:
            return ""
        place = place_of(element, "endpoint")
        name = full_name(str(value), place.addon)
        if self.endpoints is not None and name not in self.endpoints:
            raise self._unknown("endpoint", name, self.endpoints, place)
        return name

    def words(self, element: etree._Element, attribute: str = "label") -> Text | None:
        """Return the words in an attribute as a message, or None where it is absent."""
        text = str(element.get(attribute) or "").strip()
        return Text(text) if text else None

    def flag(self, element: etree._Element, attribute: str, *, default: bool = False) -> bool:
        """Return a truth written out."""
        return self.one_of(element, attribute, ("true", "false"), "true" if default else "false") == "true"

    def one_of(self, element: etree._Element, attribute: str, allowed: Collection[str], default: str) -> str:
        """Return one of a few allowed words."""
        text = str(element.get(attribute) or default).strip()
        if text not in allowed and text != default:
            raise self._unknown(f"value of {attribute}", text, allowed, place_of(element, attribute))
        return text

    def _within(self, addon: str, what: str, place: Place) -> None:
        owner = addon.partition(":")[0]
        if owner not in self.uses(place) and owner != "core":
            raise view_error(
                "views.dependency",
                f"{what} comes from {owner}, on which {place.addon} does not depend",
                place,
                value=owner,
                near=sorted(self.uses(place)),
                remedy=f"add {owner} to depends in addon.toml, or move the element to an extension in bridges/{owner}/",
            )

    @staticmethod
    def _unknown(what: str, name: str, known: Collection[str], place: Place) -> Exception:
        return view_error(
            "views.reference",
            f"unknown {what}",
            place,
            value=name,
            near=near_or_all(name, known),
            remedy="correct the name, or enable the addon that declares it",
        )
