"""Loads the plugins of all tests, those in addons/*/tests included (which never see tests/conftest.py)."""

pytest_plugins = ["tests.support.plugin", "tests.support.sites"]
