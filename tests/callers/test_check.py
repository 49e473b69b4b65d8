"""Daily checks of logs that grow, are rotated, packed, emptied and read again: every line counts once."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skyflytt.callers import rows
from skyflytt.callers.check import Checked, LogCheck, LogSettings
from skyflytt.deadline.clock import MovableClock
from skyflytt.ledger.ledger import Ledger
from skyflytt.phase.callers import local_files
from tests.callers.conftest import CUTOVER, NAME
from tests.callers.reading import DATA

Check = Callable[..., Checked]


def line(number: int, account: str = "anna", at: datetime = CUTOVER) -> str:
    stamp = (at + timedelta(seconds=number)).strftime("%b %e %H:%M:%S")
    return f"{stamp} mail dovecot: imap-login: Login: user=<{account}>, method=PLAIN, rip=192.0.2.5, lip=::1, session=<{number:08}>\n"


def write(path: Path, *numbers: int, mode: str = "w") -> None:
    with path.open(mode) as file:
        file.writelines(line(number) for number in numbers)


@pytest.fixture
def check(ledger: Ledger, clock: MovableClock, tmp_path: Path) -> Check:
    folder = tmp_path / "logs"
    folder.mkdir()
    clock.move_to(CUTOVER + timedelta(days=2))

    def run(pattern: str = "mail.log*", *, since: datetime | None = CUTOVER, live: bool = True) -> Checked:
        settings = LogSettings("old-mail", None, UTC, live=live)
        return LogCheck(ledger, NAME, settings, since).run(local_files(folder / pattern))

    return run


def count(ledger: Ledger) -> int:
    return sum(row.calls.count for row in rows.callers(ledger, NAME))


def test_only_what_was_added_is_read_again(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "mail.log"
    write(log, *range(100))
    assert (check().new_lines, count(ledger)) == (100, 100)
    assert (check().new_lines, count(ledger)) == (0, 100)
    write(log, *range(100, 130), mode="a")
    assert (check().new_lines, count(ledger)) == (30, 130)


def test_an_unfinished_line_counts_when_it_is_whole(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "mail.log"
    write(log, 1, 2)
    with log.open("a") as file:
        file.write(line(3)[:90])
    assert (check().new_lines, count(ledger)) == (2, 2)
    with log.open("a") as file:
        file.write(line(3)[90:])
    assert (check().new_lines, count(ledger)) == (1, 3)


def test_rotated_logs_are_known_by_what_they_hold(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    write(folder / "mail.log", *range(50))
    check()
    write(folder / "mail.log", *range(50, 60), mode="a")
    (folder / "mail.log").rename(folder / "mail.log.1")
    write(folder / "mail.log", *range(60, 70))
    assert (check().new_lines, count(ledger)) == (20, 70)
    packed = gzip.compress((folder / "mail.log.1").read_bytes())
    (folder / "mail.log.2.gz").write_bytes(packed)
    (folder / "mail.log.1").unlink()
    assert (check().new_lines, count(ledger)) == (0, 70)


def test_a_log_that_was_packed_before_its_end_was_read_goes_on_there(
    ledger: Ledger, check: Check, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    write(folder / "mail.log", *range(50))
    check()
    write(folder / "mail.log", *range(50, 2000), mode="a")
    (folder / "mail.log.1.gz").write_bytes(gzip.compress((folder / "mail.log").read_bytes()))
    (folder / "mail.log").unlink()
    assert (check().new_lines, count(ledger)) == (1950, 2000)


def test_a_copy_beside_the_log_is_not_counted_twice(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    write(folder / "mail.log", *range(20))
    (folder / "mail.log.copy").write_bytes((folder / "mail.log").read_bytes())
    check()
    assert count(ledger) == 20


def test_a_log_that_was_emptied_and_begun_anew_is_read_from_its_start(
    ledger: Ledger, check: Check, tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "mail.log"
    write(log, *range(30))
    check()
    write(log, *range(100, 105))
    assert (check().new_lines, count(ledger)) == (5, 35)
    write(log, *range(100, 103))
    with log.open("a") as file:
        file.writelines(line(number, "bengt") for number in range(200, 240))
    assert check().new_lines == 43


def test_nothing_is_kept_of_a_file_that_is_refused_and_the_others_are_read(
    ledger: Ledger, check: Check, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    write(folder / "mail.log", 1, 2)
    (folder / "mail.log.json").write_text('{"a": 1}\n')
    found = check()
    assert [one.item for one in found.problems] == [f"{folder / 'mail.log.json'}:1"]
    assert count(ledger) == 2
    assert len(rows.read_files(ledger, NAME)) == 1


def test_another_cutover_counts_anew(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    write(tmp_path / "logs" / "mail.log", *range(100))
    check(since=None)
    assert count(ledger) == 100
    check(since=CUTOVER + timedelta(seconds=90))
    assert count(ledger) == 10


def test_a_check_that_ends_while_writing_counts_nothing_twice(
    ledger: Ledger, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    write(tmp_path / "logs" / "mail.log", *range(40))
    with monkeypatch.context() as broken:
        broken.setattr(rows, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert count(ledger) == 0
    check()
    check()
    assert count(ledger) == 40


def test_two_checks_at_once_count_once(
    ledger: Ledger, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, keep = tmp_path / "logs" / "mail.log", rows.keep
    write(log, *range(10))
    check()
    write(log, *range(10, 30), mode="a")

    def after_another(*given: Any, **named: Any) -> bool:
        monkeypatch.setattr(rows, "keep", keep)
        assert check().new_lines == 20
        return keep(*given, **named)

    monkeypatch.setattr(rows, "keep", after_another)
    assert check().new_lines == 0
    assert count(ledger) == 30


def test_iis_goes_on_in_the_middle_of_a_file_with_its_columns(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    log, whole = tmp_path / "logs" / "u_ex.log", (DATA / "iis.log").read_bytes()
    cut = whole.index(b"09:00:01")
    log.write_bytes(whole[:cut])
    check("u_ex.log")
    before = count(ledger)
    log.write_bytes(whole)
    assert check("u_ex.log").new_lines == 2
    assert count(ledger) == before + 2


def test_a_list_of_devices_says_when_they_came_last_not_how_often(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    path = tmp_path / "logs" / "devices.csv"
    for last in ("2026-11-22 09:00:00", "2026-11-22 09:00:00", "2026-11-23 09:00:00"):
        path.write_text(f"UserPrincipalName,DeviceType,DeviceId,LastSuccessSync\nanna@b.example,iPhone,A1,{last}\n")
        check("devices.csv")
    (row,) = rows.callers(ledger, NAME)
    assert (row.calls.count, row.calls.last) == (2, int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp()))


def test_a_log_of_december_read_in_january_has_its_year_from_clock_and_file(
    ledger: Ledger, check: Check, clock: MovableClock, tmp_path: Path
) -> None:
    old, new = tmp_path / "logs" / "mail.log.1", tmp_path / "logs" / "mail.log"
    at = datetime(2026, 12, 31, 23, 59, 50, tzinfo=UTC)
    old.write_text("".join(line(number, at=at) for number in range(5)))
    new.write_text("".join(line(number, at=at) for number in range(8, 20)))
    clock.move_to(datetime(2027, 1, 1, 0, 5, tzinfo=UTC))
    for path, when in ((old, at + timedelta(seconds=5)), (new, clock.now())):
        os.utime(path, (when.timestamp(), when.timestamp()))
    check()
    (row,) = rows.callers(ledger, NAME)
    assert rows.instant(row.calls.first) == at
    assert rows.instant(row.calls.last) == at + timedelta(seconds=19)
    # A file that was last written two years ago is of then, whatever the clock says.
    ancient = datetime(2024, 12, 31, tzinfo=UTC)
    old.write_text(line(0, "bengt", at=ancient - timedelta(days=3)))
    os.utime(old, (ancient.timestamp(), ancient.timestamp()))
    check("mail.log.1")
    assert {row.key.account for row in rows.callers(ledger, NAME)} == {"anna"}


def test_everything_can_be_forgotten(ledger: Ledger, check: Check, tmp_path: Path) -> None:
    write(tmp_path / "logs" / "mail.log", 1)
    check()
    assert rows.forget(ledger, NAME, "Anna Åström") == 1
    assert (list(rows.callers(ledger, NAME)), rows.read_files(ledger, NAME)) == ([], [])
