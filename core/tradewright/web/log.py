"""One line of JSON for each thing worth telling: nothing in it can break the line, and no secret is ever in it.

Addresses of requests are told by their route, never by their path or query, because links carry tokens.
"""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any

LOGGER = logging.getLogger("tradewright.web")
_MOST = 4_000


def tell(level: int, event: str, **facts: Any) -> None:
    """Log an event with its facts; control characters, also those of terminals, are escaped."""
    if LOGGER.isEnabledFor(level):
        plain = {key: _short(value) for key, value in facts.items() if value not in {None, ""}}
        LOGGER.log(level, "%s", json.dumps({"event": event, **plain}, ensure_ascii=True, default=str))


def tell_fault(event: str, error: BaseException, **facts: Any) -> None:
    """Log an unexpected exception with its traceback as one escaped text."""
    trace = "".join(traceback.format_exception(error))
    tell(logging.ERROR, event, **facts, error=type(error).__name__, trace=trace[-_MOST:])


def _short(value: Any) -> Any:
    return value[-_MOST:] if isinstance(value, str) else value
