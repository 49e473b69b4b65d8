"""Malformed messages are counted from the archive, by code."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import ArchiveFacts
from skyflytt.concern.sample import NOTHING, Sample
from tests.concern.given import facts, found, mailbox


def archive(concerns: dict[str, int], malformed: Sample) -> ArchiveFacts:
    return ArchiveFacts(40, concerns, malformed, NOTHING, 0)


def test_the_codes_are_counted_and_the_most_frequent_comes_first() -> None:
    malformed = Sample(7, tuple(f"Gammalt/1:{number} (bad-base64)" for number in range(7)))
    given = mailbox(archive=archive({"bad-base64": 2, "bare-lf": 40, "missing-date": 5}, malformed))
    (concern,) = found("mail_malformed_messages", facts(given))
    assert concern.subject == "mailbox anna"
    assert concern.found == "7 of 40 archived messages are malformed: missing-date 5, bad-base64 2."
    assert concern.examples == malformed.examples[:5]


def test_nothing_without_an_archive_or_with_normal_messages_only() -> None:
    assert not found("mail_malformed_messages", facts(mailbox()))
    assert not found("mail_malformed_messages", facts(mailbox(archive=archive({"bare-lf": 40}, NOTHING))))
