"""Messages that the old organisation's keys open."""

from __future__ import annotations

from skyflytt.concern.measured import Measured
from skyflytt.concern.sample import Sample
from tests.concern.given import facts, found, mailbox


def test_they_are_told() -> None:
    given = mailbox(protected={"rights-protected": Sample(3, ("INBOX/1:1",))}, measured=Measured(sampled=20))
    (concern,) = found("mail_rights_protected", facts(given))
    assert concern.found == "Of 20 messages read as a sample, 3 are rights-protected."
    assert concern.examples == ("INBOX/1:1",)


def test_encrypted_mail_is_another_concern() -> None:
    assert not found("mail_rights_protected", facts(mailbox(protected={"S/MIME": Sample(1, ("INBOX/1:1",))})))
