"""Downloads as real servers logged them: proftpd 1.3.8 in the prescribed form, vsftpd 3.0.3 in its own."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.drop.keeper import Fetch
from skyflytt.drop.remote.logs import proftpd_fetches, vsftpd_fetches

AT = datetime(2026, 11, 22, 5, 48, 1, tzinfo=UTC)


def test_proftpd() -> None:
    lines = [
        "1795326481 127.0.0.1 norrsken RETR success 100000 0 100000 /srv/norrsken/h/åäö med blank.txt",
        "1795326481 127.0.0.1 norrsken RETR success 100000 50000 50000 /srv/norrsken/h/åäö med blank.txt",
        "1795326481 127.0.0.1 norrsken RETR cancelled 100000 0 65536 /srv/norrsken/h/b",
        "1795326481 127.0.0.1 other RETR success 1 0 1 /srv/norrsken/h/b",
        "1795326481 127.0.0.1 norrsken RETR success 1 0 1 /srv/norrsken/hidden/b",
        "1795326481 127.0.0.1 norrsken RETR succ",
        "",
    ]
    assert list(proftpd_fetches(lines, "norrsken", "/srv/norrsken/h")) == [
        Fetch(AT, "åäö med blank.txt", 100000, True, "127.0.0.1"),
        Fetch(AT, "åäö med blank.txt", 50000, True, "127.0.0.1"),
        Fetch(AT, "b", 65536, False, "127.0.0.1"),
    ]


def test_vsftpd_names_are_found_by_what_is_there() -> None:
    start = "Sun Nov 22 05:48:01 2026 [pid 13917] [norrsken]"
    lines = [
        f'{start} OK DOWNLOAD: Client "127.0.0.1", "/?????? med blank.txt", 100000 bytes, 35563.09Kbyte/sec',
        f'{start} FAIL DOWNLOAD: Client "::1", "/b/stor", 65536 bytes, 28764.04Kbyte/sec',
        f'{start} OK DOWNLOAD: Client "::1", "/??", 1 bytes, 0.04Kbyte/sec',
        f'{start} OK LOGIN: Client "127.0.0.1"',
        'Sun Nov 22 05:48:01 2026 [pid 1] [other] OK DOWNLOAD: Client "127.0.0.1", "/x", 1 bytes, 1.00Kbyte/sec',
        "Sun Nov 22 05:4",
    ]
    found = vsftpd_fetches(lines, "norrsken", lambda: ["åäö med blank.txt", "b/stor", "å", "ä"])
    assert list(found) == [
        Fetch(AT, "åäö med blank.txt", 100000, True, "127.0.0.1"),
        Fetch(AT, "b/stor", 65536, False, "::1"),
        Fetch(AT, "??", 1, True, "::1"),
    ]
