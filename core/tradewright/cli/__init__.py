"""The program `tradewright`. Each command is a module here, imported when it is asked for.

Exit codes: 0 all is well; 1 something was found (a violation, a refused input, a broken addon); 2 the call is wrong;
3 the surroundings are (settings, database, port, file).
"""

from tradewright.cli.program import main

__all__ = ["main"]
