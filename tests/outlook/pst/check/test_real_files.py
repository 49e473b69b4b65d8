"""Files that Outlook wrote or accepted: no error, and the warnings that are known by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.outlook.pst.check import check_pst
from tests.outlook.pst.check.patient import DATA, codes

KNOWN = {
    # Written by a current Outlook, or by a program that leaves nothing to say.
    "empty.pst": [],
    "sample1.pst": [],
    # An attached message was copied into it with the status of its row; the contents row kept the size from before.
    "submessage.pst": ["message.row-property", "parity.size"],
    # A draft without recipients, with drafts attached to it; garbage in an unused field; one block lost by a crash.
    "alpha-beta-gamma-delta.pst": ["block.orphan", "header.padding", "message.no-recipients", "parity.size"],
    # Of an older Outlook: narrower tables, other message sizes, plain subjects, a search table of an older kind.
    "dist-list.pst": [
        "block.orphan",
        "folder.search-companion",
        "folder.search-contents",
        "header.free-maps",
        "header.padding",
        "message.empty-attachments",
        "message.no-recipients",
        "message.size",
        "message.subject-plain",
        "table.column-missing",
    ],
    # The format of Outlook 97 to 2002, with its page maps in use and none of the later nodes.
    "ansi-32-bit.pst": ["message.size", "node.usual-missing", "root.maps-valid", "store.property-usual"],
}


@pytest.mark.parametrize("name", KNOWN)
def test_no_error_in_real_files(name: str) -> None:
    assert [finding for finding in check_pst(DATA / name) if finding.severity == "error"] == []


@pytest.mark.parametrize("name", KNOWN)
def test_warnings_are_known(name: str) -> None:
    assert codes(DATA / name) == KNOWN[name]


def test_every_file_is_listed() -> None:
    assert {path.name for path in DATA.glob("*.pst")} >= set(KNOWN)


def test_a_finding_says_where(tmp_path: Path) -> None:
    raw = bytearray((DATA / "sample1.pst").read_bytes())
    raw[0x5A00 + 3] ^= 1
    (tmp_path / "one.pst").write_bytes(raw)
    findings = list(check_pst(tmp_path / "one.pst"))
    assert findings
    assert all(finding.where and finding.detail and finding.advice for finding in findings)
