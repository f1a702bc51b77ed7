"""Addons: their manifests, how they are found, ordered and loaded, and the hooks between them."""

from tradewright.addons.addon_set import AddonSet, Part
from tradewright.addons.discovery import Addon, Discovery, discover
from tradewright.addons.load import load
from tradewright.addons.manifest import TIERS, Manifest, Quality, Role, read_manifest
from tradewright.addons.order import resolve
from tradewright.addons.plugins import HookRow, Hooks, Spec

__all__ = [
    "TIERS",
    "Addon",
    "AddonSet",
    "Discovery",
    "HookRow",
    "Hooks",
    "Manifest",
    "Part",
    "Quality",
    "Role",
    "Spec",
    "discover",
    "load",
    "read_manifest",
    "resolve",
]
