"""Who may act for the owner."""

from __future__ import annotations

from skyflytt.mail.around import Around
from tests.concern.given import facts, found, mailbox


def test_delegates_are_named() -> None:
    around = Around(delegates=("bengt.oberg@norrskenbygg.example",))
    (concern,) = found("mail_delegates", facts(mailbox(around=around)))
    assert concern.found == "1 person may act for its owner."
    assert concern.examples == around.delegates


def test_nobody() -> None:
    assert not found("mail_delegates", facts(mailbox(around=Around(delegates=()))))
    assert not found("mail_delegates", facts(mailbox()))
