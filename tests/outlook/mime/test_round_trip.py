"""MIME → MAPI → MIME keeps a message's fingerprint, and a second round changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.outbound import to_mime
from tests.outlook.mime import mutations

PATHS = mutations.corpus()
MESSAGES = [path.read_bytes() for path in PATHS]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("line_end", [None, b"\r\n"], ids=["as it is", "CRLF"])
def test_of_a_corpus_message(path: Path, line_end: bytes | None) -> None:
    raw = path.read_bytes()
    if line_end:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", line_end)
    back = to_mime(from_mime(raw))
    assert fingerprint(back).fingerprint == fingerprint(raw).fingerprint
    assert to_mime(from_mime(back)) == back


def test_of_mutations() -> None:
    for seed in range(50_000, 50_500):
        raw = mutations.mutated(MESSAGES, seed)
        if raw:
            back = to_mime(from_mime(raw))
            assert fingerprint(back).fingerprint == fingerprint(raw).fingerprint, f"seed {seed}"
