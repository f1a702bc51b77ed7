"""Valid records of any model, made from what the registry knows of its fields.

What a model refuses is found out by trying: first with all fields, then with the required ones, then with as many
others as it takes. An addon whose model needs more says so in `samples.py`: `SAMPLES = {"Order": function}`, where
`function(env, number)` returns the values that a valid record needs.
"""

from __future__ import annotations

import importlib
import importlib.util
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn

from tradewright.base import Conflict, DeveloperError, TradewrightError
from tradewright.orm import select
from tradewright.orm.info import EXACT, FieldInfo, ModelInfo

if TYPE_CHECKING:
    from tradewright.app import Site
    from tradewright.orm import Env

Words = Callable[[FieldInfo, int], str]
"""What stands in a text: by the field and the number of the record."""
TEXTS = frozenset({"text", "translated"})
_NONE: frozenset[str] = frozenset()
_NUMBERS = count(1)  # of all makers: their records do not meet in unique fields
_DEEPEST = 4
_ATTEMPTS = 5
_SHORTEST = 16  # of a text that can hold anything: shorter ones are codes


class _Undo(Exception):
    """Ends an attempt whose records nobody wants to keep."""


def _undo() -> NoReturn:
    raise _Undo


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a model takes: which of its fields are filled, and which texts may hold anything."""

    fields: frozenset[str]
    free: frozenset[str]


class NoRecord(DeveloperError):
    """No valid record of a model can be made."""


class Maker:
    """Makes records on one site. `own` are records that new ones may refer to first, by model, as a customer's own.

    Without `own` ones, a relation gets one of the records that are there already, in turn, so that many records refer
    to many others.
    """

    def __init__(
        self, site: Site, *, own: Mapping[str, Sequence[int]] | None = None, words: Words | None = None
    ) -> None:
        self.site = site
        self.words = words
        self.own: dict[str, list[int]] = defaultdict(list, {name: list(ids) for name, ids in (own or {}).items()})
        self.shared: dict[str, list[int]] = {}
        self.private = own is not None
        self.reserved: set[str] = set()
        """Models of which no record is shared: one is made where none is the own."""
        self._asked: set[str] = set()
        self._unit: Env | None = None
        self._read: dict[tuple[str, int], Any] = {}
        self._recipes: dict[str, Recipe | NoRecord] = {}
        self._samples = dict(_samples(site))

    @property
    def models(self) -> dict[str, ModelInfo]:
        """The models of the site, without the framework's own."""
        return {name: info for name, info in self.site.registry.models.items() if info.addon != "core"}

    def make(self, model: str, how_many: int = 1, *, fixed: Mapping[str, Any] | None = None) -> list[int]:
        """Make records in one unit of work and return their ids; `fixed` are values (ids for relations).

        Raises:
            NoRecord: the model refuses whatever is tried; the last refusal is in the problem.
        """
        recipe = self.recipe(model)
        for attempt in range(_ATTEMPTS):
            try:
                with self.site.env() as env:
                    records = [self._build(env, model, recipe, fixed or {}) for _ in range(how_many)]
                    env.flush()
                    made = [int(record.id) for record in records]
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                self.own[model] += made
                return made
        raise AssertionError("the loop returns or raises")

    def variants(self, model: str) -> Iterator[int]:
        """Make a record for each value of each choice that the model takes, and give their ids."""
        info = self.site.registry.models[model]
        yield from self.make(model)
        for field in info.fields.values():
            if field.kind == "choice" and field.addon != "core":
                for value, _label in field.choices:
                    if value != field.default:
                        try:
                            yield from self.make(model, fixed={field.name: value})
                        except TradewrightError:
                            continue  # a state that no record begins in

    # What a model takes ----------------------------------------------------------------------------------------

    def recipe(self, model: str) -> Recipe:
        """Return what a model takes, found out once."""
        found = self._recipes.get(model)
        if found is None:
            self._needs(model)
            try:
                found = self._found_out(model)
            except NoRecord as fault:
                found = fault
            self._recipes[model] = found
        if isinstance(found, NoRecord):
            raise found
        return found

    def _needs(self, model: str) -> None:
        """Find out first what the targets of required relations take: no unit of work may be open then."""
        self._asked.add(model)
        for field in self.site.registry.models[model].fields.values():
            if field.kind == "many_to_one" and field.required and field.target and field.target not in self._asked:
                try:
                    self.recipe(field.target)
                except NoRecord:
                    continue  # told by its own rule; there may be records of it

    def _found_out(self, model: str) -> Recipe:
        info = self.site.registry.models[model]
        needed = [field.name for field in info.fields.values() if _needed(info, field)]
        optional = [one.name for one in info.fields.values() if _fillable(info, one) and one.name not in needed]
        texts = [name for name in (*needed, *optional) if info.fields[name].kind in TEXTS]
        free = texts if self.words is not None else []
        everything = Recipe(frozenset([*needed, *optional]), frozenset(free))
        if self._refused(model, everything) is None:
            return everything
        least = self._least(model, needed, optional)
        fields = self._grown(
            model, least, [one for one in optional if one not in least], lambda names: Recipe(names, _NONE)
        )
        taken = frozenset(fields)
        free = [name for name in free if name in taken]
        return Recipe(taken, frozenset(self._grown(model, [], free, lambda names: Recipe(taken, names))))

    def _least(self, model: str, needed: list[str], optional: list[str]) -> list[str]:
        """Return the fewest fields that the model takes: the required ones, or these with one more."""
        fault: Exception | None = None
        for more in ([], *([name] for name in optional)):
            refused = self._refused(model, Recipe(frozenset([*needed, *more]), _NONE))
            if refused is None:
                return [*needed, *more]
            fault = fault or refused
        raise NoRecord(
            "conformance.no-record",
            f"no valid record of {model} can be made: {fault}",
            addon=self.site.registry.models[model].addon,
            value=model,
            remedy=f'write samples.py with SAMPLES = {{"{model.rpartition(".")[2]}": function(env, number)}}',
        )

    def _grown(
        self, model: str, accepted: list[str], wanted: list[str], recipe: Callable[[frozenset[str]], Recipe]
    ) -> list[str]:
        """Return the accepted names with as many of the wanted ones as the model takes, found by halving."""
        if not wanted or self._refused(model, recipe(frozenset([*accepted, *wanted]))) is None:
            return [*accepted, *wanted]
        if len(wanted) == 1:
            return accepted
        half = len(wanted) // 2
        return self._grown(model, self._grown(model, accepted, wanted[:half], recipe), wanted[half:], recipe)

    def _refused(self, model: str, recipe: Recipe) -> Exception | None:
        """Try to make a record and undo it; return what stands against it."""
        try:
            with self.site.env() as env:
                self._build(env, model, recipe, {})
                env.flush()
                _undo()
        except _Undo:
            return None
        except Exception as fault:  # noqa: BLE001  whatever a model does with a value that it does not take
            return fault

    # Values ----------------------------------------------------------------------------------------------------

    def _build(self, env: Env, model: str, recipe: Recipe, fixed: Mapping[str, Any], depth: int = 0) -> Any:
        number = next(_NUMBERS)
        info = self.site.registry.models[model]
        values: dict[str, Any] = {}
        sample = self._samples.get(model)
        given = dict(sample(env, number)) if sample else {}
        places: Counter[str | None] = Counter()  # relations to one model lead to different records of it
        for field in info.fields.values():
            if field.name in fixed:
                target = field.target if field.kind in {"many_to_one", "attachment"} else None
                values[field.name] = self._record(env, target, fixed[field.name]) if target else fixed[field.name]
            elif field.name in given:
                values[field.name] = given[field.name]
            elif field.name in recipe.fields:
                if field.kind in {"many_to_one", "attachment"}:
                    value = self._target(env, field, number, depth, places[field.target])
                    places[field.target] += 1
                else:
                    value = self._value(env, field, number, free=field.name in recipe.free)
                if value is not None:
                    values[field.name] = value
        return env.add(info.cls(**values))

    def _record(self, env: Env, target: str, number: int) -> Any:
        """Return a record, read once in a unit of work."""
        if self._unit is not env:
            self._unit, self._read = env, {}
        if (target, number) not in self._read:
            self._read[target, number] = env.get(self.site.registry.models[target].cls, number)
        return self._read[target, number]

    def _value(self, env: Env, field: FieldInfo, number: int, *, free: bool) -> Any:
        if field.kind in TEXTS:
            longest = field.max_length or 255
            free = free and longest >= _SHORTEST
            return (self.words(field, number) if free and self.words else plain_text(field, number))[:longest]
        return plain_value(env, field, number)

    def _target(self, env: Env, field: FieldInfo, number: int, depth: int, place: int) -> Any:
        target = str(field.target)
        mine = self.own.get(target)
        known = mine or ([] if target in self.reserved else self._shared(env, target))
        if known:
            # A customer's records belong to the customer, not to what else was made in passing.
            chosen = 0 if self.private and mine and place == 0 else number + place
            return self._record(env, target, known[chosen % len(known)])
        if not field.required or depth >= _DEEPEST:
            return None
        found = self._recipes.get(target)
        if not isinstance(found, Recipe):
            return None
        return self._build(env, target, found, {}, depth + 1)

    def _shared(self, env: Env, target: str) -> list[int]:
        """Return the records that were there before this maker made any; without own ones, all that are there."""
        if target not in self.shared or not self.private:
            cls: Any = self.site.registry.models[target].cls
            self.shared[target] = env.all(select(cls.id).order_by(cls.id).limit(50))
        return self.shared[target]


def _samples(site: Site) -> Iterator[tuple[str, Callable[[Env, int], Mapping[str, Any]]]]:
    for part in site.composition.addons.parts:
        name = f"{part.package}.samples"
        if part.addon != "core" and importlib.util.find_spec(name) is not None:
            for model, function in importlib.import_module(name).SAMPLES.items():
                yield (model if "." in model else f"{part.addon}.{model}"), function


def _needed(info: ModelInfo, field: FieldInfo) -> bool:
    given = field.default is not None or field.kind == "id" or (info.company and field.name == "company")
    return field.stored and field.required and not given


def _fillable(info: ModelInfo, field: FieldInfo) -> bool:
    """Tell whether a field is filled where the model takes it: not what the addon computes, files or secrets."""
    if not field.stored or field.kind in {"id", "secret", "attachment", "json", "choice", "boolean"}:
        return False
    if field.name.endswith("_id") or (info.company and field.name == "company"):
        return False
    return field.kind in TEXTS or (not field.readonly and field.default is None)


def plain_value(env: Env, field: FieldInfo, number: int) -> Any:
    """Return a value of a field that is no text and no relation."""
    least = field.at_least if field.at_least is not None else 1
    most = field.at_most if field.at_most is not None else least + 1000
    if field.kind in {"integer", *EXACT}:
        step = number % (int(most - least) + 1) if most > least else 0
        return int(least) + step if field.kind == "integer" else Decimal(least) + step
    return {
        "boolean": False,
        "date": env.today,
        "datetime": env.now,
        "choice": field.choices[0][0] if field.choices else None,
        "json": {},
        "secret": "sample",
    }.get(field.kind)


def plain_text(field: FieldInfo, number: int) -> str:
    """Return an honest text that no other record has, in the form that the field's name promises."""
    name, longest = field.name, field.max_length or 255
    letters = string.ascii_uppercase
    if longest <= 2:  # of the codes that ISO leaves to users
        pool = [*(f"X{one}" for one in letters), *(f"Q{one}" for one in letters[12:])]
        return pool[number % len(pool)][:longest]
    if longest < 8:
        return f"X{letters[number // 26 % 26]}{letters[number % 26]}"
    for word, text in _FORMS.items():
        if word in name:
            return text.format(number)
    return f"{name.replace('_', ' ').capitalize()} {number}"


_FORMS = {
    "email": "sample{0}@example.com",
    "login": "sample{0}@example.com",
    "language": "en",
    "website": "https://example.com/{0}",
    "url": "https://example.com/{0}",
    "link": "/sample/{0}",
    "phone": "+49 40 {0:06}",
    "code": "S{0}",
    "sku": "S-{0}",
    "media_type": "text/plain",
    "sha256": "{0:064x}",
    "hash": "{0:064x}",
}


def in_order(models: Mapping[str, ModelInfo]) -> list[str]:
    """Return the models, those that others need first, as far as there is such an order."""
    ordered: list[str] = []
    waiting: set[str] = set()

    def visit(name: str) -> None:
        if name in ordered or name in waiting or name not in models:
            return
        waiting.add(name)
        for target in _targets(models[name].fields.values()):
            visit(target)
        waiting.discard(name)
        ordered.append(name)

    for name in models:
        visit(name)
    return ordered


def _targets(fields: Iterable[FieldInfo]) -> Iterator[str]:
    for field in sorted(fields, key=lambda one: not one.required):
        if field.kind == "many_to_one" and field.target:
            yield field.target
