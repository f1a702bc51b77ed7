"""What runs in the child process of `hybrid`: it reads a PDF from its input and answers with the files inside.

The answer is a line of JSON and then the contents of the XML files, one after the other. The process bounds its own
memory and time before it looks at a byte; it opens no file and no connection. It is a program, started by its path with
nothing else of the engine: keep it that way, because its start is paid for each PDF.
"""

import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

MEMORY = 768 << 20
SECONDS = 6
MOST_FILES = 200
MOST_XML = 20
#: Bytes of one XML file, and of all together.
MOST_BYTES = 32 << 20
MOST_TOGETHER = 64 << 20
#: Nodes of the tree of names that are looked at: a hostile one goes in circles or on for ever.
MOST_NODES = 5_000
_NAME = 255


def confine() -> None:
    """Bound this process, where the system knows how."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def look(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What a PDF holds, or which error keeps it from being read: ``encrypted``, ``damaged``, ``large``."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, WrongPasswordError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "encrypted"}, []
        catalog = resolved(reader.trailer["/Root"])
        if not isinstance(catalog, dict):
            return {"error": "damaged"}, []
        answer, contents = files(catalog)
    except (DependencyError, FileNotDecryptedError, WrongPasswordError):
        return {"error": "encrypted"}, []
    except (LimitReachedError, MemoryError):
        return {"error": "large"}, []
    except Exception as error:  # noqa: BLE001  # a hostile file finds any fault of the library
        return {"error": "damaged", "why": type(error).__name__}, []
    answer["active"] = active(catalog) or re.search(rb"/JavaScript\b", content) is not None
    return answer, contents


def files(catalog: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The attachments of a document, with the contents of those that may be XML."""
    found: list[dict[str, Any]] = []
    contents: list[bytes] = []
    room = MOST_TOGETHER
    for spec in specifications(catalog):
        stream = embedded(spec)
        if stream is None:
            continue
        entry = described(spec, stream)
        if is_xml(entry) and len(contents) < MOST_XML:
            data = stream.get_data()
            room -= len(data)
            if len(data) > MOST_BYTES or room < 0:
                return {"error": "large"}, []
            entry.update(xml=len(contents), size=len(data))
            contents.append(data)
        found.append(entry)
        if len(found) >= MOST_FILES:
            break
    return {"files": found, "sizes": [len(data) for data in contents]}, contents


def specifications(catalog: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The file specifications of the tree of embedded files and of the associated files, each once."""
    seen: set[int] = set()
    names = resolved(catalog.get("/Names"))
    tree = resolved(names.get("/EmbeddedFiles")) if isinstance(names, dict) else None
    associated = resolved(catalog.get("/AF"))
    for found in (*leaves(tree), *(associated[:MOST_FILES] if isinstance(associated, list) else ())):
        spec = resolved(found)
        if isinstance(spec, dict) and id(spec) not in seen:
            seen.add(id(spec))
            yield spec


def leaves(tree: Any) -> Iterator[Any]:
    """The values of a tree of names, without recursion and never more than we want."""
    waiting = [tree]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = resolved(waiting.pop())
        if not isinstance(node, dict):
            continue
        values = resolved(node.get("/Names"))
        if isinstance(values, list):
            yield from values[1 : 2 * MOST_FILES : 2]
        kids = resolved(node.get("/Kids"))
        if isinstance(kids, list):
            waiting.extend(reversed(kids[:MOST_FILES]))


def embedded(spec: dict[str, Any]) -> Any:
    """The stream of a file specification."""
    forms = resolved(spec.get("/EF"))
    if not isinstance(forms, dict):
        return None
    stream = resolved(forms.get("/UF") or forms.get("/F"))
    return stream if hasattr(stream, "get_data") else None


def described(spec: dict[str, Any], stream: dict[str, Any]) -> dict[str, Any]:
    """What a file says of itself."""
    parameters = resolved(stream.get("/Params"))
    size = resolved(parameters.get("/Size")) if isinstance(parameters, dict) else None
    return {
        "name": text(spec.get("/UF") or spec.get("/F")),
        "media_type": text(stream.get("/Subtype")).lstrip("/"),
        "relationship": text(spec.get("/AFRelationship")).lstrip("/"),
        "size": size if isinstance(size, int) and 0 <= size < 1 << 53 else None,
    }


def is_xml(entry: dict[str, Any]) -> bool:
    """Whether a file is XML by its name or its type."""
    return entry["name"].lower().rstrip(" .").endswith(".xml") or "xml" in entry["media_type"].lower()


def active(catalog: dict[str, Any]) -> bool:
    """Whether the document does something by itself: runs a script, starts a program."""
    names = resolved(catalog.get("/Names"))
    action = resolved(catalog.get("/OpenAction"))
    if isinstance(names, dict) and "/JavaScript" in names:
        return True
    return "/AA" in catalog or (isinstance(action, dict) and action.get("/S") not in {"/GoTo", None})


def resolved(value: Any) -> Any:
    """An object behind its references."""
    for _ in range(8):
        if not hasattr(value, "idnum"):
            return value
        value = value.get_object()
    return None


def text(value: Any) -> str:
    """A name or text of the PDF, short and printable."""
    found = resolved(value)
    if isinstance(found, bytes):
        found = found.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(found or "")[:_NAME])


def main() -> None:
    """Answer for the PDF on standard input."""
    confine()
    logging.disable(logging.CRITICAL)
    try:
        answer, contents = look(sys.stdin.buffer.read())
    except (MemoryError, RecursionError):
        answer, contents = {"error": "large"}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    for content in contents:
        sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    os._exit(0)  # the library may have left a lot to clear away


if __name__ == "__main__":
    main()
