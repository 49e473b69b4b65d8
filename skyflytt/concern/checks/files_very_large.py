"""Files above the limits of old programs and of SharePoint."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.share_facts import OLD_CLIENTS_FILE_BYTES
from skyflytt.concern.words import count, number, size

ID = "files.very-large"
CATEGORY = Category.ADVISORY
TITLE = "Very large files"
MEANING = "Files above 2 GB fail in old programs and take long to copy in one piece; SharePoint and OneDrive refuse files above 250 GB."
ADVICE = "Plan the first pass for a weekend. Ask whether they are needed: disk images and old archives often are not."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.over_2_gb:
            found = f"{count(share.over_2_gb.total, 'file')} above 2 GB, {number(share.over_250_gb.total)} of them above 250 GB."
            examples = some(
                f"{file.name} ({size(file.size_bytes)})"
                for file in share.largest
                if file.size_bytes > OLD_CLIENTS_FILE_BYTES
            )
            yield Concern(ID, CATEGORY, f"share {share.share}", found, examples)
