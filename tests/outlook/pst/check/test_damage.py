"""Whatever is done to a file, the check ends, with findings or with a failure that says what the file is."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.errors.base import Failure
from skyflytt.outlook.errors import NotAPst, PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.pst.check import Finding, check_pst
from tests.outlook.pst.check.patient import DATA, Patient

FILES = ("sample1.pst", "submessage.pst", "dist-list.pst", "ansi-32-bit.pst")
RAW = {name: (DATA / name).read_bytes() for name in FILES}
BLOCKS = list(Patient(DATA / "submessage.pst").database.blocks.bids)


def findings(raw: bytes) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.pst"
        path.write_bytes(raw)
        try:
            return list(check_pst(path))
        except Failure:
            return []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 2**24), st.integers(0, 255)), min_size=1, max_size=20))
def test_bytes_changed_anywhere(name: str, changes: Sequence[tuple[int, int]]) -> None:
    raw = bytearray(RAW[name])
    for offset, byte in changes:
        raw[offset % len(raw)] = byte
    findings(bytes(raw))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BLOCKS), st.lists(st.tuples(st.integers(0, 2**13), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_changed_within_a_block_whose_checksum_is_right(bid: int, changes: Sequence[tuple[int, int]]) -> None:
    patient = Patient(DATA / "submessage.pst")

    def change(data: bytearray) -> None:
        for offset, byte in changes:
            data[offset % len(data)] = byte

    patient.edit(bid, change)
    patient.pst.close()
    assert "block.crc" not in {finding.code for finding in findings(bytes(patient.raw))}


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 271359))
def test_files_that_are_cut_short(name: str, size: int) -> None:
    raw = RAW[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "short.pst"
        path.write_bytes(raw[: size % len(raw)])
        with pytest.raises((PstDamaged, NotAPst)):
            list(check_pst(path))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2000))
def test_files_that_only_begin_like_a_pst(rest: bytes) -> None:
    findings(b"!BDN\0\0\0\0SM\x17\0" + rest)


@pytest.mark.parametrize("method", [2, 3, 0x10])
def test_unknown_encryption(method: int, tmp_path: Path) -> None:
    raw = bytearray(RAW["sample1.pst"])
    raw[0x201] = method
    (tmp_path / "encrypted.pst").write_bytes(raw)
    with pytest.raises(PstEncryptionUnknown):
        list(check_pst(tmp_path / "encrypted.pst"))


@pytest.mark.parametrize(("at", "new"), [(0, b"!BDM"), (8, b"SO"), (8, b"AB"), (10, b"\x09\0")])
def test_other_files(at: int, new: bytes, tmp_path: Path) -> None:
    raw = bytearray(RAW["sample1.pst"])
    raw[at : at + len(new)] = new
    (tmp_path / "other.pst").write_bytes(raw)
    with pytest.raises(NotAPst):
        list(check_pst(tmp_path / "other.pst"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.pst", tmp_path):
        with pytest.raises(NotAPst):
            list(check_pst(path))
