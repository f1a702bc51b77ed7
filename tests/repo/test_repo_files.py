"""What a tracked file may not be or say."""

import re

from tests.repo.tree import ROOT, report, tracked_files

# Also this checkout's own place: whatever machine the tests run on, its paths are not in the tree.
MACHINE_PATH = re.compile(rf"(?<![\w.])(?:{re.escape(str(ROOT))}|/(?:home|Users)/\w+|/root/[\w.])")
LONGEST_LINE = 1000
LARGEST_FILE = 512 * 1024


def test_no_file_names_a_path_of_a_machine() -> None:
    wrong = [
        f"{path}:{number}: {match[0]}"
        for path in tracked_files()
        for number, line in enumerate(_text(str(path)).splitlines(), 1)
        if (match := MACHINE_PATH.search(line))
    ]
    assert not wrong, report(wrong)


def test_no_file_is_generated_bundled_or_huge() -> None:
    wrong: list[str] = []
    for path in tracked_files():
        if path.suffix in {".map", ".mo", ".pyc", ".whl"} or ".min." in path.name or "node_modules" in path.parts:
            wrong.append(f"{path}: made by a build, not kept here")
        elif (ROOT / path).stat().st_size > LARGEST_FILE:
            wrong.append(f"{path}: over {LARGEST_FILE // 1024} kB")
        elif path.suffix in {".css", ".js"} and max(map(len, _text(str(path)).splitlines()), default=0) > LONGEST_LINE:
            wrong.append(f"{path}: looks bundled; third-party code comes by package-lock.json")
    assert not wrong, report(wrong)


def test_no_file_has_a_stray_merge_marker() -> None:
    marker = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
    assert [str(path) for path in tracked_files() if marker.search(_text(str(path)))] == []


def _text(path: str) -> str:
    data = (ROOT / path).read_bytes()
    return "" if b"\0" in data[:8192] else data.decode(errors="replace")
