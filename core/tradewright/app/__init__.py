"""The composition root: settings become sites, sites get their addons, and all of it becomes one application."""

from tradewright.app.composition import Composition, Compositions
from tradewright.app.factory import Installation, install, open_installation, open_site
from tradewright.app.site import Site

__all__ = ["Composition", "Compositions", "Installation", "Site", "install", "open_installation", "open_site"]
