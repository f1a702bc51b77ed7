"""The lowest layer: errors, clock, exact numbers, settings. It knows nothing of the layers above."""

from tradewright.base.errors import (
    Conflict,
    DeveloperError,
    Forbidden,
    Invalid,
    NotFound,
    TradewrightError,
    Unavailable,
    UserError,
    nearest,
)

__all__ = [
    "Conflict",
    "DeveloperError",
    "Forbidden",
    "Invalid",
    "NotFound",
    "TradewrightError",
    "Unavailable",
    "UserError",
    "nearest",
]
