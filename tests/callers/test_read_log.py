"""Logs that are packed, cut off, foreign, half foreign, without end or in other encodings."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
from collections.abc import Callable

import pytest
import zstandard

from skyflytt.callers import lines
from skyflytt.errors.callers import LogDamaged, LogFormUnknown, LogLacksField
from tests.callers.reading import DATA, of, read, told

LOG = (DATA / "dovecot.log").read_bytes()
LINES = LOG.count(b"\n")
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip in members": lambda data: gzip.compress(data[:300]) + gzip.compress(data[300:]),
    "zstd": zstandard.ZstdCompressor().compress,
    "zstd in frames": lambda data: b"".join(
        zstandard.ZstdCompressor().compress(part) for part in (data[:300], data[300:])
    ),
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


@pytest.mark.parametrize("packing", PACKED)
def test_a_packed_log_tells_the_same(packing: str) -> None:
    found, _ = read(PACKED[packing](LOG))
    assert (found.packed, found.lines, found.read_to) == (True, LINES, len(LOG))
    assert told(PACKED[packing](LOG)) == of("dovecot.log")


@pytest.mark.parametrize("packing", ["gzip", "zstd", "zstd in frames", "xz", "bzip2"])
def test_a_packed_log_that_is_cut_off_is_damaged(packing: str) -> None:
    noise = random.Random(7)
    data = b"".join(
        b"Nov 22 09:00:00 mail cron[%d]: %x\n" % (noise.randrange(9999), noise.getrandbits(256)) for _ in range(2500)
    )
    whole = PACKED[packing](data)
    with pytest.raises(LogDamaged, match=r"a\.log"):
        read(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("data", "kind", "place"),
    [
        (b'{"event": "login"}\n' * 5, None, "a.log:1"),
        (b"\n\nhello\nworld\n", None, "a.log:3"),
        (LOG, "iis", "a.log:1"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), None, "a.log:1"),
        (b"PK\x03\x04" + bytes(2000), None, "a.log:1"),
    ],
)
def test_another_form_is_refused_with_file_and_line(data: bytes, kind: str | None, place: str) -> None:
    with pytest.raises(LogFormUnknown) as refused:
        read(data, kind)
    assert refused.value.item == place


def test_a_file_that_turns_into_something_else_is_refused_where_it_does() -> None:
    with pytest.raises(LogFormUnknown) as refused:
        read(LOG + b"no log\n" * 50)
    assert refused.value.item == f"a.log:{LINES + 1}"


def test_few_foreign_lines_are_counted_with_the_first_ones_number() -> None:
    found, callers = read(LOG + b"\x00\xff torn line\n" + LOG)
    assert (found.unknown, found.first_unknown, len(callers)) == (1, LINES + 1, 4)


def test_a_file_without_line_breaks_is_no_log_and_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 18)
    monkeypatch.setattr(lines, "BLOCK", 1 << 16)
    with pytest.raises(LogFormUnknown, match="no text"):
        read(b"Nov 22 09:00:00 mail dovecot: imap-login: Login: " + b"x" * (1 << 20))


def test_an_empty_log_is_a_log() -> None:
    found, callers = read(b"")
    assert (found.lines, callers) == (0, {})


def test_a_live_logs_unfinished_line_waits_and_a_copys_does_not() -> None:
    cut = LOG.rstrip(b"\n")
    assert read(cut, live=True)[0].read_to == cut.rindex(b"\n") + 1
    assert read(cut, live=False)[0].read_to == len(cut)


def test_iis_without_the_fields_that_matter_says_which() -> None:
    with pytest.raises(LogLacksField, match="cs-username"):
        read(b"#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-uri-stem sc-status\n")
    with pytest.raises(LogLacksField, match="time"):
        read(b"#Software: Microsoft Internet Information Services 10.0\n#Fields: cs-uri-stem cs-username\n")


def test_iis_before_its_fields_is_refused() -> None:
    with pytest.raises(LogFormUnknown) as refused:
        read(b"#Software: Microsoft Internet Information Services 10.0\n" + b"2026-11-22 08:00:01 a b c\n" * 3, "iis")
    assert refused.value.item == "a.log:2"


def test_events_before_since_do_not_count() -> None:
    found, callers = read(LOG, since=1795339440)
    assert found.lines == LINES
    assert {key.account for key in callers} == {"nobody@norrskenbygg.example", "full.bengt"}


def test_utf_16_is_read_in_blocks() -> None:
    text = LOG.decode() * 3
    assert lines.unpacked(io.BytesIO(text.encode("utf-16"))).packed
    assert told(text.encode("utf-16")) == told(text.encode())
