"""What a run left, opened from its page: the words above it, and the rows of its table."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.ui.run_page import RunPage


def open_artifact(run: RunPage, key: str) -> str:
    """Open it from the run's Artifacts tab, as this run made it; the words above it."""
    page = run.page
    run.open_tab("Artifacts").get_by_role("link").filter(has=page.get_by_role("heading", name=key, exact=True)).click()
    heading = page.get_by_role("main").get_by_role("heading", level=2).first
    expect(heading).to_be_visible()
    words = heading.inner_text()
    # The page of a key lists what each run made under it, the newest first; the link moves until its run is named.
    expect(page.get_by_text("Flow run:").first).to_be_visible()
    page.get_by_role("main").locator("a[href*='/artifacts/artifact/']").first.click()
    expect(page).to_have_url(re.compile("/artifacts/artifact/"))
    return words


def rows(page: Page) -> list[dict[str, str]]:
    """The table of the artifact whose page is open, by the names of its columns."""
    table = page.get_by_role("main").get_by_role("table").first
    expect(table).to_be_visible()
    names = table.get_by_role("columnheader").all_inner_texts()
    return [
        dict(zip(names, row.get_by_role("cell").all_inner_texts(), strict=True))
        for row in table.get_by_role("row").filter(has=page.get_by_role("cell")).all()
    ]
