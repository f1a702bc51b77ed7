"""Links of all pages lead somewhere, and all pages can be reached."""

from pathlib import Path

from tests.docs.pages import DOCS, ROOT, START, anchors, links
from tests.repo.tree import report, tracked_files

PAGES = [ROOT / path for path in tracked_files() if path.suffix == ".md"]


def test_links_lead_to_files_and_headings_that_exist() -> None:
    assert not (problems := [problem for page in PAGES for problem in _broken(page)]), report(problems)


def test_every_page_of_the_documentation_is_reached_from_its_start() -> None:
    reached: set[Path] = set()
    waiting = [START]
    while waiting:
        page = waiting.pop()
        if page.suffix == ".md" and page.exists() and page not in reached:
            reached.add(page)
            waiting += [(page.parent / target.partition("#")[0]).resolve() for target in links(page)]
    lost = [str(page.relative_to(ROOT)) for page in sorted(DOCS.rglob("*.md")) if page not in reached]
    assert not lost, f"docs/index.md and what it leads to do not name {', '.join(lost)}"


def _broken(page: Path) -> list[str]:
    problems: list[str] = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists():
            problems.append(f"{page.relative_to(ROOT)}: there is no {target}")
        elif anchor and anchor not in anchors(path):
            problems.append(f"{page.relative_to(ROOT)}: {name or 'the page'} has no heading #{anchor}")
    return problems
