"""The page of the documentation that lists every concern; docs/reference/concerns.md is this function's answer."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.registry import all_checks

HEAD = """# Concerns

What discovery looks for. **critical**: to be settled before the move can be promised; **warning**: somebody will notice it, unless
something is done; **advisory**: good to know, and to tell the customer.

This page is made by `skyflytt concerns --markdown` from the checks themselves.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join((HEAD, *_table(), "", *_sections()))


def _table() -> Iterator[str]:
    yield "| Concern | Category | Title |"
    yield "|---|---|---|"
    for check in all_checks():
        yield f"| [{check.id}](#{check.id.replace('.', '')}) | {check.category} | {check.title} |"


def _sections() -> Iterator[str]:
    for check in all_checks():
        yield f"## {check.id}\n\n{check.title} ({check.category}).\n\n{check.meaning}\n\n**What to do:** {check.advice}\n"
