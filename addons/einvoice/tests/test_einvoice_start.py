"""A site starts without the engine: most of its pages never check, read or write an e-invoice."""

from __future__ import annotations

import subprocess
import sys

STARTED = """
import sys
from tradewright.addons.discovery import discover
from tradewright.app.composition import Compositions
from tradewright.web.urls import compose

parts = Compositions(discover(())).get().addons.parts
compose(parts)
assert {"tradewright_einvoice.plugin", "tradewright_einvoice.web.check"} <= set(sys.modules)
print(sorted(name for name in sys.modules if name.startswith("tradewright_einvoice.engine")))
"""


def test_no_module_of_the_engine_is_imported_with_the_addon() -> None:
    done = subprocess.run([sys.executable, "-c", STARTED], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
