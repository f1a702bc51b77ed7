"""Hooks between addons: what they specify and answer, checked when loaded, called through one manager per site.

| code | meaning |
|---|---|
| `hooks.specified-twice` | two addons specify a hook of the same name |
| `hooks.unknown` | an implementation answers a hook that nothing it uses specifies |
| `hooks.arguments` | an implementation takes an argument that the hook does not give, or in a way it can't be given |
| `hooks.async` | an implementation is asynchronous, and nobody would wait for it |
| `hooks.wrapper` | an implementation is marked as a wrapper and has no `yield` |
| `hooks.stopped` | an answer was stopped because it took much longer than `hook_seconds` |
| `hooks.unmarked` | a function in plugin.py is named like a hook and lacks `@hookimpl` |
| `hooks.not-here` | a hook is called whose addon is not enabled on the site |
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, cast

import pluggy

from tradewright import hooks as framework
from tradewright.addons.addon_set import Part
from tradewright.addons.answers import HOOK_SECONDS, place_of, watched
from tradewright.addons.manifest import CORE
from tradewright.base import DeveloperError, nearest
from tradewright.hooks.markers import PROJECT, contract_of

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Spec:
    """A hook as an addon specifies it."""

    name: str
    addon: str
    function: Function
    firstresult: bool


@dataclass(slots=True)
class HookBook:
    """The hooks that the parts taken so far specify; a further part is checked against them."""

    specs: dict[str, Spec] = field(default_factory=lambda: {spec.name: spec for spec in _specs_of(CORE, framework)})

    def take(self, part: Part) -> DeveloperError | None:
        """Add what a loaded part specifies and check what it implements; return the first fault."""
        for spec in part_specs(part):
            other = self.specs.get(spec.name)
            if other is not None and other.function is not spec.function:
                return _fault(
                    "specified-twice",
                    f"the addon {other.addon} specifies a hook of this name already",
                    part,
                    spec.function,
                    remedy=f"choose another name, or implement {other.addon}'s hook instead",
                )
            self.specs[spec.name] = spec
        for name, function in _own_functions(plugin_of(part)):
            fault = self._check(part, name, function)
            if fault is not None:
                return fault
        return None

    def _check(self, part: Part, name: str, function: Function) -> DeveloperError | None:
        options: dict[str, Any] | None = getattr(function, f"{PROJECT}_impl", None)
        usable = {key: spec for key, spec in self.specs.items() if spec.addon in part.uses}
        if options is None:
            if name not in usable:
                return None
            remedy = "put @hookimpl above it, or rename it"
            return _fault(
                "unmarked", "the function is named like a hook and is not marked", part, function, remedy=remedy
            )
        spec = usable.get(options["specname"] or name)
        if spec is None:
            return (
                None if options["optionalhook"] else self._unknown(part, options["specname"] or name, function, usable)
            )
        return _misfit(part, spec, function, options)

    def _unknown(self, part: Part, name: str, function: Function, usable: Iterable[str]) -> DeveloperError:
        known = self.specs.get(name)
        if known is not None:
            problem = f"it answers a hook of {known.addon}, which {part.addon} does not depend on"
            remedy = f"move it to bridges/{known.addon}/plugin.py, or add {known.addon} to depends"
        else:
            problem = "it answers a hook that neither the framework nor an addon it uses specifies"
            remedy = "correct the name; what answers an addon that may be missing goes into bridges/<addon>/plugin.py"
        return _fault("unknown", problem, part, function, value=name, near=nearest(name, usable), remedy=remedy)


@dataclass(frozen=True, slots=True)
class HookRow:
    """A hook in a listing: who specifies it, and who answers it in calling order.

    An answer is the name of the part, `module:line`, and whether it says itself that it comes first or last.
    """

    spec: Spec
    answers: tuple[tuple[str, str, bool], ...]

    @property
    def implementations(self) -> tuple[tuple[str, str], ...]:
        """Return who answers, and where."""
        return tuple((who, place) for who, place, _ordered in self.answers)


class Hooks:
    """The hooks of one site: only its enabled addons take part, in dependency order.

    One instance serves all sites with the same addons; it keeps no state between calls.
    """

    def __init__(self, parts: Iterable[Part], *, seconds: float = HOOK_SECONDS) -> None:
        self._parts = tuple(parts)
        self._seconds = seconds
        self._manager = pluggy.PluginManager(PROJECT)
        self._specs: dict[Function, Spec] = {}
        self._callers: dict[Function, Function] = {}
        for module_specs in (_specs_of(CORE, framework), *map(part_specs, self._parts)):
            self._specify(module_specs)
        # pluggy calls the last one registered first; answers are wanted in dependency order.
        for part in reversed(self._parts):
            plugin = plugin_of(part)
            if plugin is not None:
                self._manager.register(self._answers(part, plugin), name=str(part))

    def _specify(self, specs: Iterable[Spec]) -> None:
        namespace = ModuleType("specifications")
        added = [spec for spec in specs if spec.function not in self._specs]
        for spec in added:
            setattr(namespace, spec.name, spec.function)
        if added:
            self._manager.add_hookspecs(namespace)
        for spec in added:
            self._specs[spec.function] = spec
            self._callers[spec.function] = cast("Function", getattr(self._manager.hook, spec.name))

    def _answers(self, part: Part, plugin: ModuleType) -> ModuleType:
        """Return what pluggy calls of a module `plugin`: its answers, each under the watch of its time."""
        by_name = {spec.name: spec for spec in self._specs.values()}
        answers = ModuleType(plugin.__name__)
        for name, function in _own_functions(plugin):
            options: dict[str, Any] | None = getattr(function, f"{PROJECT}_impl", None)
            spec = by_name.get(options["specname"] or name) if options is not None else None
            if options is None or spec is None:
                continue
            # A wrapper is suspended while the answers inside it run, so its time says nothing.
            wraps = options["wrapper"] or options["hookwrapper"]
            contract = contract_of(spec.function)
            setattr(answers, name, function if wraps else watched(part, spec.name, function, contract, self._seconds))
        return answers

    def call(self, spec: Function, arguments: dict[str, Any]) -> Any:
        """Call all implementations; a list of their answers but None, or the first one of a `firstresult` hook."""
        caller = self._callers.get(spec)
        if caller is None:
            raise DeveloperError(
                "hooks.not-here",
                "the hook belongs to an addon that is not enabled on this site",
                where=f"{spec.__module__}.{spec.__name__}",
                value=spec.__name__,
                near=nearest(spec.__name__, [each.name for each in self._specs.values()]),
                remedy="add the addon to depends in addon.toml, or call it from bridges/<addon>/",
            )
        return caller(**arguments)

    def sole(self, spec: Function) -> str | None:
        """Return the part that alone answers a hook; None where none or several do."""
        answers = getattr(self._manager.hook, self._specs[spec].name).get_hookimpls()
        return str(answers[0].plugin_name) if len(answers) == 1 else None

    def table(self) -> list[HookRow]:
        """Return all hooks by name, each with who implements it, in calling order."""
        rows: list[HookRow] = []
        for spec in sorted(self._specs.values(), key=lambda each: each.name):
            implementations = reversed(getattr(self._manager.hook, spec.name).get_hookimpls())
            named = tuple(
                (impl.plugin_name, place_of(impl.function), bool(impl.tryfirst or impl.trylast or impl.wrapper))
                for impl in implementations
            )
            rows.append(HookRow(spec, named))
        return rows


def part_specs(part: Part) -> list[Spec]:
    """Return the hooks that a part specifies in its module or folder `hooks`."""
    prefix = f"{part.package}.hooks"
    modules = [name for name in sys.modules if name == prefix or name.startswith(f"{prefix}.")]
    return [spec for name in sorted(modules) if part.addon != CORE for spec in _specs_of(part.addon, sys.modules[name])]


def plugin_of(part: Part) -> ModuleType | None:
    """Return the loaded module `plugin` of a part, if it has one."""
    return sys.modules.get(f"{part.package}.plugin")


def _specs_of(addon: str, module: ModuleType) -> list[Spec]:
    found: list[Spec] = []
    for name, function in vars(module).items():
        options: dict[str, Any] | None = getattr(function, f"{PROJECT}_spec", None)
        # What a module imports from another one is that one's to specify.
        if options is not None and (addon == CORE or function.__module__ == module.__name__):
            found.append(Spec(name, addon, function, bool(options["firstresult"])))
    return found


def _own_functions(module: ModuleType | None) -> Iterator[tuple[str, Function]]:
    for name, function in vars(module).items() if module else ():
        if isinstance(function, FunctionType) and not name.startswith("_"):
            yield name, function


def _misfit(part: Part, spec: Spec, function: Function, options: dict[str, Any]) -> DeveloperError | None:
    """Tell how an implementation does not fit its hook."""
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        remedy = "write def instead of async def; what has to wait for something outside belongs into a job"
        return _fault("async", f"the hook {spec.name} is called, not awaited", part, function, remedy=remedy)
    if (options["wrapper"] or options["hookwrapper"]) and not inspect.isgeneratorfunction(function):
        remedy = "write `return (yield)` around what the others answer, or mark it with @hookimpl alone"
        return _fault("wrapper", "a wrapper gets the answers of the others by yield", part, function, remedy=remedy)
    given = tuple(inspect.signature(spec.function).parameters)
    taken = inspect.signature(function).parameters
    signature = f"def {function.__name__}({', '.join(given)})"
    for name, parameter in taken.items():
        problem = None
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY}:
            problem = f"the hook {spec.name} gives its arguments by name and place, so this one stays empty"
        elif name not in given:
            problem = f"the hook {spec.name} gives no argument of this name"
        elif parameter.default is not parameter.empty:
            problem = f"the hook {spec.name} does not fill an argument that has a default"
        if problem is not None:
            remedy = f"write {signature}; arguments that are not needed may be left out"
            near = nearest(name, given) or given
            return _fault("arguments", problem, part, function, value=name, near=near, remedy=remedy)
    if [name for name in given if name in taken] != list(taken):
        problem = f"the hook {spec.name} gives its arguments in another order"
        value = ", ".join(taken)
        remedy = f"write {signature}, leaving out what is not needed"
        return _fault("arguments", problem, part, function, value=value, near=given, remedy=remedy)
    return None


def _fault(
    code: str,
    problem: str,
    part: Part,
    function: Function,
    *,
    value: str | None = None,
    near: Iterable[str] = (),
    remedy: str,
) -> DeveloperError:
    return DeveloperError(
        f"hooks.{code}",
        problem,
        addon=part.addon,
        where=place_of(function),
        value=value or function.__name__,
        near=near,
        remedy=remedy,
    )
