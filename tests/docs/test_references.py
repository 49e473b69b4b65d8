"""What the documentation names is there: links, paths, make targets, pages made by commands."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, links, make_targets, name_of, paths

PARAMETERS = [pytest.param(page, id=name_of(page)) for page in PAGES]
OUTSIDE = ("http://", "https://", "mailto:")


def anchors(page: Path) -> set[str]:
    """As GitHub makes them from headings: lower case, without punctuation, with dashes."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_pages_are_found() -> None:
    found = {name_of(page) for page in PAGES}
    assert {"README.md", "docs/CONTRIBUTING.md", "docs/index.md", "docs/how-to/move-a-customer.md"} <= found


def test_what_is_named_is_found() -> None:
    """Else the checks below would be content with anything."""
    assert sum(len(paths(page)) for page in PAGES) > 80
    assert sum(len(links(page)) for page in PAGES) > 40
    assert {"demo", "up", "test-all"} <= set().union(*map(make_targets, PAGES))


@pytest.mark.parametrize("page", PARAMETERS)
def test_links_resolve(page: Path) -> None:
    broken = []
    for link in links(page):
        if link.startswith(OUTSIDE):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PARAMETERS)
def test_paths_exist(page: Path) -> None:
    assert [path for path in paths(page) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PARAMETERS)
def test_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert make_targets(page) - known == set()


def test_every_decision_is_numbered_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(page for page in folder.glob("*.md") if page.name != "README.md")
    listed = links(folder / "README.md")
    assert [page.name for page in pages] == listed
    for number, page in enumerate(pages, start=1):
        assert page.name.startswith(f"{number:04}-")
        assert page.read_text().startswith(f"# {number}. ")


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        inside = [
            (page.parent / link.partition("#")[0]).resolve() for link in links(page) if not link.startswith(OUTSIDE)
        ]
        waiting += [target for target in inside if target.suffix == ".md" and target not in reached]
    assert set(PAGES) - reached == set()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_pictures_are_small() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 300_000] == []


def test_the_index_of_make_is_complete() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert said.strip() in page
