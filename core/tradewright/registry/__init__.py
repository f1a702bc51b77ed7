"""The registry: model classes composed for an addon set, their tables, installation and upgrade."""

from tradewright.registry.collect import Unit
from tradewright.registry.compose import Registry, compose

__all__ = ["Registry", "Unit", "compose"]
