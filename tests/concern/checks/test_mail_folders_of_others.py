"""Shared folders that the account sees."""

from __future__ import annotations

from skyflytt.mail.around import Around
from tests.concern.given import facts, found, mailbox


def test_they_are_counted() -> None:
    others = tuple(f"Shared/Projekt {number}" for number in range(7))
    (concern,) = found("mail_folders_of_others", facts(mailbox(around=Around(others=others))))
    assert concern.found == "7 folders of others or shared, which the account sees at the old server."
    assert concern.examples == others[:5]


def test_none() -> None:
    assert not found("mail_folders_of_others", facts(mailbox()))
