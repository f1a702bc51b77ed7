"""Buttons that run operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tradewright.i18n import Text
from tradewright.web.office import urls

if TYPE_CHECKING:
    from tradewright.orm import ModelInfo
    from tradewright.views import ButtonNode
    from tradewright.web.office.context import Office


def operation_button(office: Office, info: ModelInfo, node: ButtonNode) -> dict[str, Any]:
    """Return a button that runs an operation, for a record or a selection."""
    operation = node.operation
    assert operation is not None, "only for operations"  # noqa: S101  callers choose the nodes that have one
    return {
        "label": office.env.t(node.label),
        "icon": node.icon or None,
        "url": urls.run(info.name, operation.name),
        "name": operation.name,
        "kind": "danger" if operation.danger else "primary" if operation.primary else "",
        "confirm": _confirm(office, operation.confirm, node.label),
    }


def _confirm(office: Office, words: Any, label: Text) -> Mapping[str, str] | None:
    return {"question": office.env.t(words), "label": office.env.t(label)} if words else None
