"""C5: whatever an addon brings, somebody said who may use it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tradewright.base import DeveloperError
from tradewright.conformance.finding import Finding, of_error, rule
from tradewright.conformance.rules.claims import claimant
from tradewright.conformance.subject import Source, Subject
from tradewright.conformance.trees import dotted
from tradewright.web.urls import compose


def _claimed(subject: Subject, code: str) -> Iterator[Finding]:
    """Give what composing the addon's sets refuses, as far as a rule tells it."""
    for names in subject.subsets:
        for fault in subject.composed(names)[1]:
            if claimant(fault.code) == code:
                yield of_error(fault)


@rule("C501", tier="bronze")
def every_model_says_who_may(subject: Subject) -> Iterator[Finding]:
    """A model that nobody thought about is either open to everyone or of no use to anyone."""
    yield from _claimed(subject, "C501")
    made = subject.composed(subject.alone)[0]
    if made is None:
        return
    for name, info in made.registry.models.items():
        if info.addon == subject.name and not made.access.grants[name]:
            remedy = f'add [{name.rpartition(".")[2]}] with a role and what it may: user = "read"'
            yield Finding("a model has no access declaration", "access.toml", remedy, name)


@rule("C502", tier="bronze")
def every_route_says_who_may(subject: Subject) -> Iterator[Finding]:
    """A page without an access declaration is the page through which others look in."""
    yield from _claimed(subject, "C502")
    for source in subject.sources:
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _routes(source, node)
    for names in subject.subsets:
        made = subject.composed(names)[0]
        if made is None:
            continue
        try:
            compose(made.addons.parts, made.addons.roles)
        except DeveloperError as fault:
            if claimant(fault.code) == "C502" and fault.addon == subject.name:
                yield of_error(fault)


def _routes(source: Source, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or dotted(decorator.func).rpartition(".")[2] != "route":
            continue
        given = {word.arg: word.value for word in decorator.keywords}
        if "access" not in given:
            remedy = 'add access=("addon.role",), access=signed_in() or access=public(reason="...")'
            yield Finding("a route does not say who may call it", source.at(node), remedy, node.name)
        elif isinstance(given["access"], ast.Call) and dotted(given["access"].func) == "public":
            reason = next((word.value for word in given["access"].keywords if word.arg == "reason"), None)
            if isinstance(reason, ast.Constant) and len(str(reason.value)) < 10:
                remedy = "say in a few words why everybody may call it"
                yield Finding("a public route without a reason", source.at(node), remedy, str(reason.value))


@rule("C503", tier="bronze")
def every_operation_names_a_role_that_exists(subject: Subject) -> Iterator[Finding]:
    """A button without a permission lets whoever sees a document change its state."""
    yield from _claimed(subject, "C503")


@rule("C504", tier="bronze")
def every_elevation_gives_its_reason(subject: Subject) -> Iterator[Finding]:
    """Where the rights of the system are taken, the next reader and the audit have to know why."""
    for source in subject.sources:
        for node in source.nodes:
            if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "elevate":
                yield from _elevation(source, node)
            elif isinstance(node, ast.keyword) and node.arg == "system" and source.home == "jobs":
                yield from _system_job(source, node)


def _elevation(source: Source, node: ast.Call) -> Iterator[Finding]:
    reason = node.args[0] if node.args else None
    if not isinstance(reason, ast.Constant) or not isinstance(reason.value, str) or len(reason.value) < 10:
        remedy = 'write with env.elevate("why this is right"): around as few lines as can be'
        yield Finding("rights are raised without a reason", source.at(node), remedy, ast.unparse(node)[:80])


def _system_job(source: Source, node: ast.keyword) -> Iterator[Finding]:
    if not isinstance(node.value, ast.Constant) or node.value.value is not True:
        return
    owner = next(
        (
            one
            for one in source.nodes
            if isinstance(one, ast.FunctionDef)
            and any(node in getattr(each, "keywords", ()) for each in one.decorator_list)
        ),
        None,
    )
    if owner is not None and not ast.get_docstring(owner):
        remedy = "say in its docstring what it does with the rights of the system"
        yield Finding("a job with the system's rights does not say why", source.at(owner), remedy, owner.name)
