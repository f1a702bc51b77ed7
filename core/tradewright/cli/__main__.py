"""Runs the program as `python -m tradewright.cli`."""

import sys

from tradewright.cli import main

sys.exit(main())
