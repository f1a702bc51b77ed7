"""Where this machine keeps Chromium."""

import os
import shutil

from tradewright.testing.binaries import Unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """Return the path of a Chromium or Chrome."""
    if given := os.environ.get("TRADEWRIGHT_TEST_CHROMIUM"):
        return given
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise Unavailable(
        "Chromium is missing: run bin/setup, install the package 'chromium', or set TRADEWRIGHT_TEST_CHROMIUM."
    )
