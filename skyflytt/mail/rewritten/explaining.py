"""Pairs of messages that differ, read once more to see whether a server only wrote them anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from skyflytt.mail.differences import Explain, Held, Pair
from skyflytt.mail.port import Fetched, FolderPath, MailSource
from skyflytt.mail.rewritten.reading import reasons
from skyflytt.mail.rewritten.reasons import sentence

BATCH = 50
"""Pairs that are held in memory at once."""


def between(ours: MailSource, theirs: MailSource) -> Explain:
    """For `differences`: reads both copies of each pair."""

    def explain(pairs: Sequence[Pair]) -> list[str]:
        told: list[str] = []
        for start in range(0, len(pairs), BATCH):
            some = pairs[start : start + BATCH]
            mine, others = _read(ours, (one for one, _ in some)), _read(theirs, (other for _, other in some))
            told += [_why(mine.get((one.at, one.ref)), others.get((other.at, other.ref))) for one, other in some]
        return told

    return explain


def _why(one: bytes | None, other: bytes | None) -> str:
    return sentence(reasons(one, other)) if one is not None and other is not None else ""


def _read(box: MailSource, wanted: Iterable[Held]) -> dict[tuple[FolderPath, str], bytes]:
    refs: dict[FolderPath, list[str]] = defaultdict(list)
    for one in wanted:
        refs[one.at].append(one.ref)
    answers = ((folder, answer) for folder, some in refs.items() for answer in box.fetch(folder, some))
    return {(folder, answer.ref): answer.raw for folder, answer in answers if isinstance(answer, Fetched)}
