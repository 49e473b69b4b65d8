"""The pages of the documentation that tell of every concern: an index, docs/reference/concerns.md, and a page for each beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from skyflytt.concern.concern import Category
from skyflytt.concern.registry import Check, all_checks
from skyflytt.quote.hours import own_hours

HEAD = """# Concerns

What discovery looks for. **critical**: to be settled before the move can be promised; **warning**: somebody will notice it, unless
something is done; **advisory**: good to know, and to tell the customer.

This page and those that it leads to are made by `skyflytt concerns --markdown` and `skyflytt concerns --pages` from the checks themselves.
"""
SETTLED = {
    Category.CRITICAL: "To be settled before the move can be promised.",
    Category.WARNING: "Somebody will notice it, unless something is done.",
    Category.ADVISORY: "Good to know, and to tell the customer.",
}
FOLDER = "concerns"


def markdown() -> str:
    """The index."""
    return "\n".join((HEAD, *_table())) + "\n"


def pages() -> Mapping[str, str]:
    """Each concern's page by the name of its file."""
    return {f"{check.id}.md": page_of(check) for check in all_checks()}


def page_of(check: Check) -> str:
    """One concern: what it means, what to do, and what a quote plans for it."""
    return (
        f"# {check.id}\n\n**{check.title}** ({check.category}). {SETTLED[check.category]}\n\n## What it means\n\n{check.meaning}\n\n"
        f"## What to do\n\n{check.advice}\n\n## In a quote\n\n{_planned(check)}\n\n[All concerns](../concerns.md)\n"
    )


def write_pages(folder: Path) -> int:
    """Write every page into `folder`, and take away the pages of concerns that are no more; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    told = pages()
    for name, text in told.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.name not in told:
            path.unlink()
    return len(told)


def _planned(check: Check) -> str:
    hours = own_hours().of_concern(check.id, check.category.value)
    if not hours:
        return "No hours are suggested for it."
    suggested = f"{hours:g} {'hour is' if hours == 1 else 'hours are'} suggested for each subject (a mailbox, share, domain, server …)"
    return f"{suggested}; the seller changes that in the sheet."


def _table() -> Iterator[str]:
    yield "| Concern | Category | Title |"
    yield "|---|---|---|"
    for check in all_checks():
        yield f"| [{check.id}]({FOLDER}/{check.id}.md) | {check.category} | {check.title} |"
