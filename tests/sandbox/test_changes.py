"""The acts of the company's life happen once, however often they are applied."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skyflytt.mail.port import Fetched
from skyflytt.outlook.items.appointment import START_WHOLE
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.times import moment
from skyflytt.outlook.mime import delivery_of
from skyflytt.sandbox import acts, changes, file_changes, lifecycle, mail_changes
from skyflytt.sandbox.company.files import plan
from skyflytt.sandbox.company.items import appointments
from skyflytt.sandbox.company.mail import slots
from skyflytt.sandbox.company.people import ANNA, INFO, STAFF
from skyflytt.sandbox.mail_changes import opened
from skyflytt.sandbox.state import Sandbox
from tests.sandbox.conftest import old_mailbox


def whole_state(sandbox: Sandbox) -> tuple[Counter[Any], dict[str, Any]]:
    """All mail (person, folder, bytes, flags, date) and all files (path, content, time) at the old provider."""
    mail: Counter[Any] = Counter()
    for person in STAFF:
        with old_mailbox(sandbox, person) as source:
            for folder in source.folders():
                entries = {entry.ref: entry for entry in source.changes(folder.path, None).entries}
                for one in source.fetch(folder.path, list(entries)):
                    assert isinstance(one, Fetched)
                    mail[person.key, folder.path, one.raw, entries[one.ref].flags, entries[one.ref].received] += 1
    root = sandbox.root / "old-files"
    files = {
        os.path.relpath(Path(folder) / name, root): (
            (Path(folder) / name).read_bytes(),
            (Path(folder) / name).stat().st_mtime,
        )
        for folder, _, names in os.walk(root)
        for name in names
    }
    return mail, files


@pytest.fixture(scope="module")
def changed(living: Sandbox) -> Sandbox:
    """Autumn killed half-way and applied again, then the other acts."""
    sandbox = lifecycle.up(living.root)
    source = (
        "import sys; from pathlib import Path; from skyflytt.sandbox import lifecycle, changes;"
        "changes.apply(lifecycle.load(Path(sys.argv[1])), 'autumn')"
    )
    first_new = sandbox.root / "old-mail" / "exchange.sqlite-wal"
    size = first_new.stat().st_size if first_new.exists() else 0
    with subprocess.Popen([sys.executable, "-c", source, str(sandbox.root)], cwd=Path(__file__).parents[2]) as applying:
        until = time.monotonic() + 20
        while time.monotonic() < until and applying.poll() is None:
            if first_new.exists() and first_new.stat().st_size > size:
                break
        applying.send_signal(signal.SIGKILL)
    for act in changes.ACTS:
        changes.apply(sandbox, act)
    return sandbox


def test_applying_again_changes_nothing(changed: Sandbox) -> None:
    before = whole_state(changed)
    for act in reversed(changes.ACTS):
        assert changes.apply(changed, act).done_now == 0
    assert whole_state(changed) == before


def test_mail_is_new_moved_and_deleted(changed: Sandbox) -> None:
    with opened(changed, ANNA) as box:
        inbox = [slot.message_id for slot in slots(ANNA) if slot.folder == "INBOX"]
        starred, marked, unread, filed, thrown, deleted = inbox[acts.AUTUMN.inbox :][:6]

        def found(folder: str, message_id: str) -> list[frozenset[str]]:
            return [delivery_of(box.message(item)).flags for item in box.find(folder, message_id)]

        for slot in mail_changes.new_slots(acts.AUTUMN, ANNA):
            assert len(found(slot.folder, slot.message_id)) == 1
        assert len(found("Projekt/Flytten 2026", filed)) == 1
        assert len(found("Trash", thrown)) == 1
        assert not found("INBOX", filed) + found("INBOX", thrown) + found("INBOX", deleted) + found("Trash", deleted)
        [flags] = found("INBOX", starred)
        assert {"\\Seen", "\\Flagged"} <= flags
        [flags] = found("INBOX", marked)
        assert {"$Forwarded", "flytt-autumn"} <= flags
        [flags] = found("INBOX", unread)
        assert "\\Seen" not in flags


def test_an_appointment_is_put_off_and_a_draft_written_on(changed: Sandbox) -> None:
    for person in STAFF:
        with opened(changed, person) as box:
            starts = [box.message(item).properties[START_WHOLE] for item in box.appointments("Tandläkaren")]
            draft = mail_changes.draft_of(person)
            assert len(starts) == (person is not INFO) == (draft is not None)
            if draft is None:
                continue
            [before] = [
                appointment.start for appointment in appointments(person) if appointment.subject == "Tandläkaren"
            ]
            assert moment(starts[0]) - before == timedelta(hours=3)
            [item] = box.find("Drafts", draft.message_id)
            text = str(box.message(item).properties[tags.BODY])
            assert [text.count(f"Tillägg ({act})") for act in changes.ACTS] == [1, 1, 1]


@pytest.mark.parametrize("act", changes.ACTS.values(), ids=lambda act: act.name)
def test_files_are_new_changed_moved_and_deleted(changed: Sandbox, act: acts.Act) -> None:
    root = changed.root / "old-files"
    for path in file_changes.new_paths(act):
        assert (root / path).exists()
    for number, file in enumerate(file_changes.changed(act)):
        state = (root / file.path).stat()
        assert state.st_mtime != file.mtime
        assert (state.st_size == file.size) == (number % 3 == 0)
        assert (root / file.path).read_bytes() != file.content()
    for before, after in file_changes.moved(act):
        assert not (root / before).exists()
        assert (root / after).exists()
    assert not any((root / path).exists() for path in file_changes.deleted(act))
    assert (root / "company" / f"Ny tom mapp ({act.name})").is_dir()


def test_what_the_acts_do_not_name_stays(changed: Sandbox) -> None:
    touched = {file.path for act in changes.ACTS.values() for file in file_changes.changed(act)}
    touched |= {before for act in changes.ACTS.values() for before, _ in file_changes.moved(act)}
    touched |= {path for act in changes.ACTS.values() for path in file_changes.deleted(act)}
    root = changed.root / "old-files"
    for file in plan():
        if file.path not in touched:
            assert (root / file.path).stat().st_mtime == file.mtime


def test_acts_touch_different_things() -> None:
    for person in STAFF:
        inbox = sum(slot.folder == "INBOX" for slot in slots(person))
        starts = [act.inbox for act in changes.ACTS.values()]
        assert all(later - earlier >= 6 for earlier, later in itertools.pairwise(starts))
        assert starts[-1] + 6 <= inbox


def test_an_unknown_act_is_an_error(changed: Sandbox) -> None:
    with pytest.raises(KeyError):
        changes.apply(changed, "vår")
