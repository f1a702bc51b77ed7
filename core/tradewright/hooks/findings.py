"""What addons find in records that can be saved all the same, shown at the fields where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewright.hooks.markers import hookspec

if TYPE_CHECKING:
    from tradewright.i18n import Text
    from tradewright.orm import Env, Model


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another record in which something is mended: `model` (`base.Partner`), its id, its name, a field of it or ""."""

    model: str
    record: int
    name: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """One thing to mend: `text` is one sentence that says what to do (a plain string is translated already).

    It stands at `field` of the record, or, where `lines` names a field of lines, at `field` of the line with the id
    `line`; without a field it is about the whole. `elsewhere` is the record to mend, where that is another one.
    `detail` is small print, such as the number of a rule; `tone` is danger or warning.
    """

    text: Text | str
    field: str = ""
    lines: str = ""
    line: int | None = None
    elsewhere: Elsewhere | None = None
    detail: Text | str = ""
    tone: str = "danger"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an addon says of a record: one sentence, its tone (success, info, warning, danger), and what to mend."""

    text: Text
    tone: str = "info"
    findings: tuple[FieldFinding, ...] = ()


@hookspec(isolated=True)
def record_findings(env: Env, record: Model) -> Verdict | None:
    """Say what is amiss with a record, or that it is ready, while it is being written.

    When: each time the page of a stored record is opened in the back office, to be read or to be edited, reading only,
        with the rights of whoever opens it: elevate to look at what they may not read. The page waits for the answer,
        so look at the record's class and state first.
    Parameters: `env`, the unit of work; `record`, as it is stored.
    Return: a verdict, which stands at the top of the page with links to the fields, and at the fields themselves; None
        where there is nothing to say. An answer that raises is left out.
    Order: dependency order.
    Since: 1.0
    """
