"""Made-up addons, as in the tests of finding and loading them."""

from tests.addons.conftest import workshop

__all__ = ["workshop"]
