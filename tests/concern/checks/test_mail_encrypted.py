"""Messages of the sample that need their owner's key."""

from __future__ import annotations

from skyflytt.concern.measured import Measured
from skyflytt.concern.sample import Sample
from tests.concern.given import facts, found, mailbox


def test_both_kinds_are_told() -> None:
    protected = {"S/MIME": Sample(2, ("INBOX/1:3", "INBOX/1:9")), "OpenPGP": Sample(1, ("Arkiv/1:1",))}
    given = mailbox(protected=protected, measured=Measured(sampled=20))
    (concern,) = found("mail_encrypted", facts(given))
    assert concern.found == "Of 20 messages read as a sample, 2 by S/MIME and 1 by OpenPGP are encrypted."
    assert concern.examples == ("INBOX/1:3", "INBOX/1:9", "Arkiv/1:1")


def test_rights_protection_is_another_concern() -> None:
    assert not found("mail_encrypted", facts(mailbox(protected={"rights-protected": Sample(1, ("INBOX/1:1",))})))
