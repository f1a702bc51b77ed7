"""Conformance: small rules that every addon is held to, each with a code, a reason, a tier and a page.

`examine` holds one addon to them and judges its tier; `tradewright addon check` and
`pytest --pyargs tradewright.testing.conformance` are its two faces.
"""

from tradewright.conformance.finding import RULES, Finding, Rule
from tradewright.conformance.judge import Verdict, examine, judge
from tradewright.conformance.rules import load_rules
from tradewright.conformance.subject import Subject, find_subject

load_rules()

__all__ = ["RULES", "Finding", "Rule", "Subject", "Verdict", "examine", "find_subject", "judge"]
