"""Names in an unusual Unicode form."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.not-nfc"
CATEGORY = Category.ADVISORY
TITLE = "Names with letters taken apart"
MEANING = (
    "Letters such as å, ö and é are written as a letter and a combining mark (Unicode NFD, as old Macs do). They look the same but are "
    "not found by a search, and a target that composes them may see two files as one."
)
ADVICE = "They are copied as they are. Have those that stand beside their composed twin renamed before the last pass."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.not_nfc:
            beside = count(share.form_twins.total, "name stands", "names stand")
            found = f"{count(share.not_nfc.total, 'name is', 'names are')} not in Unicode NFC; {beside} beside a twin in the other form."
            examples = some((*share.form_twins.examples, *share.not_nfc.examples))
            yield Concern(ID, CATEGORY, f"share {share.share}", found, examples)
