"""The registry: model classes composed for an addon set, their tables, installation and upgrade."""

from tradewright.registry.collect import Unit
from tradewright.registry.compose import Registry, compose
from tradewright.registry.verify import Violation, invariant, verify

__all__ = ["Registry", "Unit", "Violation", "compose", "invariant", "verify"]
