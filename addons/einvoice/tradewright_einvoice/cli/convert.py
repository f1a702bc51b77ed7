"""`tradewright einvoice convert`."""

import argparse
import sys
from pathlib import Path

from ..engine import EngineError, UnknownNameError
from ..engine.forms import convert as convert_to
from ..engine.hybrid import read_any
from ..services.foreign import foreign_look
from .source import content, tell

DONE, REFUSED, UNUSABLE = 0, 1, 2
_TOLD = 20


def convert(options: argparse.Namespace) -> int:
    """Write a file in another form."""
    path = None if options.file == "-" else Path(options.file)
    try:
        xml = read_any(content(path)).xml
        made = convert_to(xml, options.to, profile=options.profile, look=foreign_look(options.language))
    except OSError as error:
        tell(f"{options.file}: {error.strerror or error}")
        return UNUSABLE
    except UnknownNameError as error:
        tell(error.message)
        return UNUSABLE
    except EngineError as error:
        tell(f"{options.file}: {error.message}")
        return REFUSED
    for place in made.lost[:_TOLD]:
        tell(f"not carried over: {place}")
    if len(made.lost) > _TOLD:
        tell(f"not carried over: {len(made.lost) - _TOLD} more places")
    return _write(made.content, options.output, binary=made.ending == ".pdf")


def _write(made: bytes, output: str | None, *, binary: bool) -> int:
    if output not in {None, "-"}:
        target = Path(str(output))
        try:
            target.write_bytes(made)
        except OSError as error:
            tell(f"{target}: {error.strerror or error}")
            return UNUSABLE
        return DONE
    if binary and sys.stdout.isatty():
        tell("A PDF is nothing for a terminal: name a file with -o.")
        return UNUSABLE
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return DONE
