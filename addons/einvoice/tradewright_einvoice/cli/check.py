"""`tradewright einvoice check`."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from ..engine import UnknownNameError
from ..engine.examine import Examination, examine
from ..engine.messages import filled_in, said
from .source import content, named, tell

VALID, INVALID, UNUSABLE = 0, 1, 2


def check(options: argparse.Namespace) -> int:
    """Check files and print what was found."""
    worst = VALID
    told: list[dict[str, Any]] = []
    count = 0
    for name, path in named(options.files):
        count += 1
        try:
            found = examine(content(path), profile=options.profile, rule_sets=options.rule_set)
        except UnknownNameError as error:
            tell(error.message)
            return UNUSABLE
        except OSError as error:
            worst = UNUSABLE
            _unreadable(name, error.strerror or str(error), options, told)
            continue
        worst = max(worst, _code(found))
        if options.json:
            told.append(_as_dict(name, found, options.language))
        elif not options.quiet or _code(found):
            sys.stdout.write("\n".join(_lines(name, found, options.language)) + "\n")
    if options.json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    if not count:
        tell("There is no XML or PDF file in these folders.")
        return UNUSABLE
    return worst


def _code(found: Examination) -> int:
    if not found.usable:
        return UNUSABLE
    return INVALID if found.fatal else VALID


def _unreadable(name: str, why: str, options: argparse.Namespace, told: list[dict[str, Any]]) -> None:
    if options.json:
        told.append({"file": name, "usable": False, "valid": False, "error": why, "findings": []})
    else:
        tell(f"{name}: {why}")


def _as_dict(name: str, found: Examination, language: str) -> dict[str, Any]:
    invoice = found.reading.invoice if found.reading else None
    return {
        "file": name,
        "kind": found.kind,
        "usable": found.usable,
        "valid": found.usable and not found.fatal,
        "profile": found.profile.name if found.profile else None,
        "title": found.title,
        "syntax": found.reading.syntax if found.reading else None,
        "number": invoice.number if invoice else None,
        "attachments": [{"name": one.name, "size": one.size} for one in found.attachments],
        "findings": [finding.as_dict(language) for finding in found.findings],
    }


def _lines(name: str, found: Examination, language: str) -> Iterator[str]:
    yield f"{name}: {_verdict(found, language)}"
    for finding in found.findings:
        words = [_say(language, finding.severity), finding.rule]
        if finding.line:
            words.append(_say(language, "line {0}", str(finding.line)))
        if finding.term:
            words.append(finding.term)
        yield f"  {'  '.join(words)}"
        yield f"    {_printable(finding.text(language))}"
        if finding.location:
            yield f"    {_printable(finding.location)}"


def _verdict(found: Examination, language: str) -> str:
    if not found.usable:
        return _say(language, "no e-invoice that can be checked")
    about = []
    if found.reading:
        about += [found.reading.syntax.upper(), found.reading.invoice.number]
    if found.title:
        about.append(found.title)
    verdict = "valid" if not found.fatal else "not valid"
    text = _say(language, verdict)
    counts = [
        _say(language, template, str(number))
        for template, number in (("fatal: {0}", found.fatal), ("warnings: {0}", found.warnings))
        if number
    ]
    detail = ", ".join([*map(_printable, about), *counts])
    return f"{text} ({detail})" if detail else text


def _say(language: str, template: str, *values: str) -> str:
    return said(language, template, values) or filled_in(template, values)


def _printable(text: str) -> str:
    """Text of a document without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
