"""What goes out because its time has come, over a real SMTP server and a moved clock; and what comes back."""

from __future__ import annotations

import email.message
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import contract_deadlines
from skyflytt.decommission.countdown import countdown
from skyflytt.decommission.holds import HOLDS, Hold, HoldAnswer
from skyflytt.decommission.plan import planned_workloads
from skyflytt.drop.rows import DropState, change_in, ensure_drop
from skyflytt.evidence.keys import fingerprint, key_of_operator
from skyflytt.evidence.verify import verify_pack
from skyflytt.ledger import journal, projects
from skyflytt.notice.bounces import note_bounce, read_bounce
from skyflytt.notice.failures import BounceUnknown, NobodyToTell, NoBounce, RecipientRefused
from skyflytt.phase import erasure
from skyflytt.phase.decide import About, Decision, decide
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_mailbox import move_mailbox
from skyflytt.phase.move_share import move_share
from skyflytt.phase.notices import tell_what_is_due, warn_of_deletion
from skyflytt.project.servers import SmtpServer
from tests.notice.test_send import Post, post, serve, settings
from tests.phase import discovered

__all__ = ["post", "serve"]
CUTOVER = datetime.fromisoformat("2026-10-25T00:00:00+02:00")
END = datetime.fromisoformat("2026-11-11T00:00:00+01:00")
COMING = {"cutover": (lambda language: f"step in {language}", CUTOVER)}


@pytest.fixture
def migration(tmp_path: Path, serve: Callable[..., int]) -> Iterator[Migration]:
    discovered.fill_mailbox(tmp_path)
    discovered.make_mailbox(tmp_path, "new")
    for share in ("homes", "company"):
        (tmp_path / "old-files" / share).mkdir(parents=True)
        (tmp_path / "old-files" / share / "Åhléns.pdf").write_bytes(b"avtal " * 50)
        (tmp_path / "new-files" / share).mkdir(parents=True)
    with discovered.migration(tmp_path, drops=[]) as opened:
        project = opened.project.model_copy(update={"servers": {**opened.project.servers, "post": settings(serve())}})
        wanted = contract_deadlines(project.contract, project.zone)
        set_deadlines(opened.ledger, opened.name, wanted, by="test")
        yield replace(opened, project=project)


def quietly(_done: int, _of: int) -> None:
    """No progress."""


def moved(migration: Migration) -> None:
    for share in ("homes", "company"):
        move_share(migration, share, quietly)
    move_mailbox(migration, "info", quietly)


def at(migration: Migration, moment: datetime | str) -> list[str]:
    """Move the clock and send what is due then."""
    clock = migration.clock
    assert isinstance(clock, MovableClock)
    clock.move_to(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)
    return tell_what_is_due(migration, COMING)


def actions(migration: Migration, action: str) -> list[journal.Entry]:
    return [entry for entry in journal.entries(migration.ledger, migration.name) if entry.action == action]


def test_the_kick_off_goes_to_everybody_once_with_the_dates_as_a_calendar(migration: Migration, post: Post) -> None:
    assert tell_what_is_due(migration) == ["told: the move has begun"]
    assert tell_what_is_due(migration) == []
    assert sorted(str(one["To"]) for one in post.received) == [
        "Anna Åström <anna.astrom@norrskenbygg.example>",
        "Bengt Öberg <bengt.oberg@norrskenbygg.example>",
        "Ingrid Solberg <ingrid@nyamolnet.example>",
        "Team Nya Molnet <team@nyamolnet.example>",
    ]
    assert {one["Content-Language"] for one in post.received} == {"sv", "nb", "en"}
    (calendar,) = list(post.received[0].iter_attachments())
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "norrsken.ics")
    days = [event["DTSTART"].dt.isoformat() for event in Calendar.from_ical(calendar.get_content()).walk("VEVENT")]
    assert days == ["2026-10-31", "2026-11-03", "2026-11-10"]
    told = [(entry.data["to"], entry.data["role"], entry.data["kind"]) for entry in actions(migration, "notice-sent")]
    assert told == [
        ("Anna Åström", "owner", "kick-off"),
        ("Bengt Öberg", "administrator", "kick-off"),
        ("Ingrid Solberg", "approver", "kick-off"),
        ("Team Nya Molnet", "team", "kick-off"),
    ]


def test_the_weekly_report_shows_how_far_it_has_come(migration: Migration, post: Post) -> None:
    at(migration, "2026-08-08T09:00:00+02:00")
    moved(migration)
    post.received.clear()
    assert at(migration, "2026-08-17T07:59:00+02:00") == []
    assert at(migration, "2026-08-17T08:00:00+02:00") == ["told: the report of week 1"]
    assert at(migration, "2026-08-22T09:00:00+02:00") == []
    (english,) = [one for one in post.received if one["Content-Language"] == "en"]
    body = english.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "100 % moved" in english["Subject"]
    assert "step in en" in text
    pictures = [part for part in english.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 1
    assert pictures[0].get_payload(decode=True)[:8] == b"\x89PNG\r\n\x1a\n"  # type: ignore[index]
    shown = english.get_body(("html",))
    assert shown is not None
    assert f"cid:{str(pictures[0]['Content-ID']).strip('<>')}" in shown.get_content()


def test_the_cutover_is_told_the_day_before(migration: Migration, post: Post) -> None:
    moved(migration)
    at(migration, CUTOVER - timedelta(days=1, minutes=1))
    post.received.clear()
    assert at(migration, CUTOVER - timedelta(hours=4))[-1] == "told: the cutover is tomorrow"
    assert at(migration, CUTOVER - timedelta(hours=3)) == []
    assert len([one for one in post.received if one.get_content_type() != "multipart/alternative"]) == 4
    assert at(migration, CUTOVER + timedelta(minutes=1)) == []


def warned_and_decided(migration: Migration) -> None:
    """To the end of the countdown, with all decisions made."""
    moved(migration)
    projects.cut_over(migration.ledger, migration.name, "Bengt Öberg")
    for days in (30, 7, 1):
        assert f"warned {days} days before the deletion" in at(migration, days_before(days))
    ensure_drop(migration.ledger, migration.name, "handover", by="test")
    closed = {"state": DropState.CLOSED, "closed_at": migration.clock.now(), "closure_proof": "{}"}
    with migration.ledger.writing() as connection:
        change_in(connection, migration.name, "handover", closed)
    decide(migration, Decision.WAIVE_RECEIPT, "Anna Åström")
    for hold in Hold:
        about = About(hold=hold, answer=HoldAnswer.NONE, reason="looked at")
        assert HOLDS[hold] in decide(migration, Decision.HOLD, "Anna Åström", about)
    for person in ("Anna Åström", "Bengt Öberg"):
        decide(migration, Decision.DELETION, person)


def days_before(days: int) -> datetime:
    return (
        END.replace(hour=0) - timedelta(days=days) if days < 16 else datetime.fromisoformat("2026-10-12T00:00:00+02:00")
    )


def test_warned_decided_deleted_certified_and_verified(migration: Migration, post: Post) -> None:
    warned_and_decided(migration)
    warnings = [one for one in post.received if one["Subject"].startswith("Deleted in")]
    assert [one["Subject"].split(":")[0] for one in warnings] == [
        "Deleted in 30 days",
        "Deleted in 7 days",
        "Deleted in 1 day",
    ]
    assert all("10 November 2026, 24:00" in one.get_body(("plain",)).get_content() for one in warnings)  # type: ignore[union-attr]
    assert "the countdown ends at" in " ".join(erasure.why_not(erasure.situation(migration)).values())
    at(migration, END)
    given = erasure.leave(erasure.situation(migration))
    for workload in planned_workloads(migration.ledger, migration.name):
        assert erasure.erase_place(migration, given, workload).completed
    record = erasure.write_deletion_record(migration)
    for language in ("sv", "nb", "en"):
        assert (record.parent / f"certificate.{language}.html").read_text(encoding="utf-8").count("Norrsken Bygg AB")
        assert (record.parent / f"certificate.{language}.pdf").read_bytes()[:5] == b"%PDF-"
    pack = erasure.write_signed_pack(migration)
    found = verify_pack(pack.path, fingerprint(key_of_operator(migration.workspace)))
    told = {part.name: part.verdict.value for part in (*found.of_pack, *found.of_exit)}
    # No sign-in was tried, the old servers have no names in DNS, and licences cannot be measured.
    assert {name for name, verdict in told.items() if verdict != "PASS"} == {"absence"}
    assert told["absence"] == "UNKNOWN"
    assert at(migration, END + timedelta(days=27)) == []
    assert at(migration, END + timedelta(days=29)) == ["asked how the move went"]


def test_work_at_the_source_after_the_warning_begins_the_countdown_anew(migration: Migration, tmp_path: Path) -> None:
    warned_and_decided(migration)
    at(migration, END)
    (tmp_path / "old-files" / "homes" / "new.txt").write_text("somebody works here")
    found = erasure.situation(migration)
    assert set(erasure.why_not(found)) == {"no-activity"}
    assert erasure.heed_activity(migration, found) == "the countdown begins anew and ends at 2026-12-11 00:00 CET"
    assert countdown(migration.ledger, migration.name).missing == (30, 7, 1)
    move_share(migration, "homes", quietly)
    assert set(erasure.why_not(erasure.situation(migration))) == {"warned", "time-is-up", "approved-by-two"}
    assert at(migration, END + timedelta(hours=1)) == ["warned 30 days before the deletion"]
    assert countdown(migration.ledger, migration.name).ends_at == END + timedelta(days=30, hours=1)


def bounce_of(message: email.message.EmailMessage, status: str = "5.1.1") -> bytes:
    """As a mail server reports it (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; x@norrskenbygg.example\r\nAction: failed\r\nStatus: {status}\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_warning_that_came_back_is_no_warning_until_it_is_sent_again(migration: Migration, post: Post) -> None:
    moved(migration)
    at(migration, days_before(30))
    (warning,) = [one for one in post.received if one["Subject"].startswith("Deleted in 30")]
    assert read_bounce(bounce_of(warning, "4.4.7")) is None
    note_bounce(migration.ledger, migration.name, bounce_of(warning), by="test")
    note_bounce(migration.ledger, migration.name, bounce_of(warning), by="test")
    assert len(actions(migration, "notice-bounced")) == 1
    assert countdown(migration.ledger, migration.name).missing == (30, 7, 1)
    post.received.clear()
    assert at(migration, "2026-10-20T08:00:00+02:00")[-1] == "warned 30 days before the deletion"
    again = [one for one in post.received if "Deleted in 30" in one["Subject"]]
    assert [one["Message-ID"] != warning["Message-ID"] for one in again] == [True]
    found = countdown(migration.ledger, migration.name)
    assert (found.missing, found.ends_at) == ((7, 1), datetime.fromisoformat("2026-11-19T08:00:00+01:00"))


def test_a_refused_recipient_or_no_server_at_all_is_no_warning(migration: Migration, post: Post) -> None:
    moved(migration)
    post.answer = "550 5.1.1 no such mailbox"
    said = at(migration, days_before(30))
    assert any(one.startswith("not told: The mail server did not take the notice") for one in said)
    with pytest.raises(RecipientRefused):
        warn_of_deletion(migration)
    assert countdown(migration.ledger, migration.name).missing == (30, 7, 1)
    assert len(actions(migration, "notice-refused")) >= 8
    assert "@norrskenbygg" not in str(actions(migration, "notice-refused"))
    servers = {name: one for name, one in migration.project.servers.items() if not isinstance(one, SmtpServer)}
    nobody = replace(migration, project=migration.project.model_copy(update={"servers": servers}))
    with pytest.raises(NobodyToTell):
        warn_of_deletion(nobody)


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\0", b"Subject: hello\r\n\r\nhi", b"Content-Type: multipart/report\r\n\r\n"]
)
def test_what_is_no_bounce_is_bad_input(migration: Migration, raw: bytes) -> None:
    with pytest.raises(NoBounce):
        note_bounce(migration.ledger, migration.name, raw, by="test")


def test_a_bounce_of_somebody_elses_message_is_bad_input(migration: Migration) -> None:
    other = email.message.EmailMessage()
    other["Message-ID"] = "<other@elsewhere.example>"
    with pytest.raises(BounceUnknown):
        note_bounce(migration.ledger, migration.name, bounce_of(other), by="test")
