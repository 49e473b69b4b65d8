"""What happens while the exit runs: work goes on at the old provider, and mail arrives at the new home after the cutover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched, MailTarget, NewMessage
from skyflytt.phase.mailboxes import open_target
from skyflytt.phase.migration import Migration
from skyflytt.sandbox import changes
from skyflytt.sandbox.company.people import ANNA
from skyflytt.sandbox.mail_changes import opened
from skyflytt.sandbox.state import Sandbox

FIRST_MAIL = "<first-at-the-new-home@leverantor.example>"
LATE_MAIL = "<sent-to-the-old-address@leverantor.example>"


@dataclass(frozen=True, slots=True)
class Event:
    """At this hour (of the demo's clock) something happens; happening twice is as good as once."""

    name: str
    at: datetime
    tell: str
    happen: Callable[[Sandbox, Migration], str]


def _counts(changes_by_kind: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in changes_by_kind.items() if count)


def _act(name: str) -> Callable[[Sandbox, Migration], str]:
    def happen(sandbox: Sandbox, _migration: Migration) -> str:
        done = changes.apply(sandbox, name)
        return f"mail: {_counts(done.mail)}; files: {_counts(done.files)}"

    return happen


def _first_mail(_sandbox: Sandbox, migration: Migration) -> str:
    """Somebody's mail server has already learned the new address."""
    mailbox, at = migration.project.mailbox(ANNA.key), migration.clock.now()
    with open_target(migration, mailbox) as target:
        if not is_at_new_home(target, FIRST_MAIL):
            raw = _letter(mailbox.target.login, "Välkommen till nya adressen", FIRST_MAIL, at).as_bytes()
            target.append(("INBOX",), [NewMessage(raw, frozenset(), at)])
    return f"for {mailbox.name}; it was never at the old provider, and no pass may touch it"


def is_at_new_home(target: MailTarget, message_id: str) -> bool:
    """Whether the INBOX of the new home holds a message of this Message-ID."""
    answers = target.fetch(("INBOX",), target.refs(("INBOX",)))
    return any(isinstance(one, Fetched) and fingerprint(one.raw).message_id == message_id for one in answers)


def _late_mail(sandbox: Sandbox, migration: Migration) -> str:
    """Somebody's mail server has not learned the new address yet."""
    with opened(sandbox, ANNA) as box:
        if not box.find("INBOX", LATE_MAIL):
            at = migration.clock.now()
            box.deliver("INBOX", _letter(ANNA.address, "Sent iväg för sent", LATE_MAIL, at).as_bytes(), frozenset(), at)
    return f"for {ANNA.key}; the last pass adds it"


def _letter(to: str, subject: str, message_id: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Lisa Leverantör <lisa@leverantor.example>", to
    message["Subject"], message["Date"], message["Message-ID"] = subject, format_datetime(at), message_id
    message.set_content("Hej!\n\nHär kommer offerten som vi talade om.\n\nLisa\n")
    return message


EVENTS = (
    Event("autumn", datetime(2026, 10, 6, 14, 0, tzinfo=UTC), "Work goes on at the old provider", _act("autumn")),
    Event(
        "last-week", datetime(2026, 10, 14, 14, 0, tzinfo=UTC), "Work goes on at the old provider", _act("last-week")
    ),
    Event(
        "evening-before",
        datetime(2026, 10, 24, 18, 0, tzinfo=UTC),
        "The evening before the cutover",
        _act("evening-before"),
    ),
    Event(
        "first-mail", datetime(2026, 10, 26, 7, 0, tzinfo=UTC), "The first mail arrives at the new home", _first_mail
    ),
    Event("late-mail", datetime(2026, 10, 27, 9, 0, tzinfo=UTC), "Late mail arrives at the old provider", _late_mail),
)
