"""Loads the plugins of all tests, those in addons/*/tests included (which never see tests/conftest.py)."""

from pathlib import Path

import pytest

_ADDONS = Path(__file__).parent / "addons"
_FACTORIES = [f"{path.parent.name}.testing" for path in sorted(_ADDONS.glob("*/tradewright_*/testing.py"))]

# One addon's factories import those of the addons below, so all are marked before the first one is imported.
pytest.register_assert_rewrite(*_FACTORIES)

# Each addon offers its factories in testing.py, to its own tests and to those of addons that build on it.
# Tradewright's own plugin comes by its entry point; it is named here for environments made before it had one.
pytest_plugins = ["tradewright.testing.plugin", "tests.support.plugin", "tests.support.garden", *_FACTORIES]
