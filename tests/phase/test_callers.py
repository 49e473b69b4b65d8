"""A project's logs fetched from a file server, and the owners of what still calls told by real mail until it is silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.callers.standing import QUIET, calling, standing
from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.callers import LogMissing
from skyflytt.errors.project import NoSuchWorkload
from skyflytt.ledger import projects
from skyflytt.phase.caller_notices import tell_owners, write_pages
from skyflytt.phase.callers import check_copies, check_log, not_yet_known
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.project.secrets import EnvironmentSecrets
from tests.callers.reading import DATA
from tests.notice.test_send import Post, post, serve, settings
from tests.phase import discovered

__all__ = ["post", "serve"]
CUTOVER = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@dataclass
class Moved:
    """A project that was cut over, whose old server's logs lie at `logs`."""

    migration: Migration
    clock: MovableClock
    logs: Path


@pytest.fixture
def moved(tmp_path: Path, serve: Callable[..., int]) -> Iterator[Moved]:
    (tmp_path / "old-files" / "logs" / "W3SVC1").mkdir(parents=True)
    logs = [
        {"name": "exchange", "server": "old-files", "path": "logs/W3SVC1", "kind": "iis"},
        {"name": "mail", "server": "old-files", "path": "logs/mail.log*"},
    ]
    project = discovered.project(tmp_path, drops=[], logs=logs, more_servers={"post": settings(serve()).model_dump()})
    clock = MovableClock(CUTOVER)
    with open_migration(project, tmp_path / "work", EnvironmentSecrets({}), clock) as opened:
        projects.cut_over(opened.ledger, opened.name, "test")
        clock.move_to(CUTOVER + timedelta(days=1))
        yield Moved(opened, clock, tmp_path / "old-files" / "logs")


def fill(moved: Moved) -> None:
    (moved.logs / "W3SVC1" / "u_ex261122.log").write_bytes((DATA / "iis.log").read_bytes())
    (moved.logs / "mail.log").write_bytes((DATA / "postfix.log").read_bytes())
    (moved.logs / "mail.log.1").write_bytes((DATA / "dovecot.log").read_bytes())


def read(moved: Moved) -> None:
    for log in moved.migration.project.logs:
        assert check_log(moved.migration, log.name).problems == []


def test_the_owners_are_told_once_in_a_week_until_all_are_silent(moved: Moved, post: Post) -> None:
    migration = moved.migration
    fill(moved)
    read(moved)
    found = standing(migration.ledger, migration.project)
    assert {one.kind for one in calling(found)} >= {"phone", "printer", "desktop-client", "rd-client", "mapped-drive"}
    sent = tell_owners(migration, found)
    assert tell_owners(migration, found) == 0
    told = {message["To"].addresses[0].addr_spec: message for message in post.received}
    assert set(told) == {"anna.astrom@norrskenbygg.example", "bengt.oberg@norrskenbygg.example"}
    letters = [one for one in post.received if one["To"].addresses[0].addr_spec == "anna.astrom@norrskenbygg.example"]
    assert sent == len(post.received)
    assert letters[0]["Subject"].startswith("Enheter som fortfarande loggar in hos Gamla Molnet AB")
    body = letters[0].get_body(("plain",))
    assert body is not None
    assert "Annas telefon" in body.get_content()
    (page,) = [part for part in letters[0].iter_attachments() if part.get_content_type() == "text/html"]
    assert "<h1>Enheter som" in page.get_content()
    moved.clock.advance(timedelta(days=7))
    assert tell_owners(migration, found) == sent
    read(moved)
    assert {one.state.value for one in standing(migration.ledger, migration.project)} == {"silent"}
    assert tell_owners(migration, standing(migration.ledger, migration.project)) == 0
    assert not_yet_known(migration, QUIET) == ""


def test_nobody_is_silent_before_the_logs_are_read_far_enough_beyond_the_cutover(moved: Moved) -> None:
    assert "nothing was read yet of exchange, mail" in not_yet_known(moved.migration, QUIET)
    fill(moved)
    read(moved)
    assert "may still come; ask again after 2026-11-25 08:00" in not_yet_known(moved.migration, QUIET)
    moved.clock.advance(timedelta(days=3))
    read(moved)
    assert not_yet_known(moved.migration, QUIET) == ""


def test_pages_are_written_for_each_owner_and_for_what_is_nobodys(moved: Moved, tmp_path: Path) -> None:
    fill(moved)
    read(moved)
    found = standing(moved.migration.ledger, moved.migration.project)
    names = {path.name for path in write_pages(moved.migration, found, tmp_path / "pages")}
    assert {"anna-astrom.sv.html", "anna-astrom.sv.txt", "bengt-oberg.sv.html", "unknown.sv.html"} <= names
    english = write_pages(moved.migration, found, tmp_path / "english", "en")
    assert all(".en." in path.name for path in english)


def test_a_log_that_is_not_there_says_where_it_should_be(moved: Moved) -> None:
    with pytest.raises(LogMissing, match="old-files:logs/mail"):
        check_log(moved.migration, "mail")
    with pytest.raises(NoSuchWorkload, match="there are exchange, mail"):
        check_log(moved.migration, "other")
    with pytest.raises(LogMissing):
        check_copies(moved.migration, [moved.logs / "nothing.log"])


def test_copies_are_read_as_the_servers_zone_says(moved: Moved) -> None:
    checked = check_copies(moved.migration, [DATA / "vsftpd.log"], "vsftpd")
    assert (checked.events, checked.before) == (3, 0)
    (ours,) = {one.first for one in standing(moved.migration.ledger, moved.migration.project) if one.signed_in}
    assert ours == datetime(2026, 11, 22, 8, 24, 2, tzinfo=UTC)
