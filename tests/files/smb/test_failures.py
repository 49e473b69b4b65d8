from __future__ import annotations

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.files import FileInUse, PathEscapes, PathMissing, PathRefused, TargetFull
from skyflytt.files.smb.failures import Refusal, failure_of


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (0xC000_0034, PathMissing),
        (0xC000_003A, PathMissing),
        (0xC000_00CC, PathMissing),
        (0xC000_007F, TargetFull),
        (0xC000_0044, TargetFull),
        (0xC000_0043, FileInUse),
        (0xC000_0054, FileInUse),
        (0x8000_002D, PathEscapes),
        (0xC000_0257, PathEscapes),
        (0xC000_0022, PathRefused),
        (0xC000_0101, PathRefused),
        (0xC000_0203, ConnectionLost),
        (0xC000_035C, ConnectionLost),
        (0xC000_0205, ServerBusy),
        (0xC000_00CE, ServerBusy),
    ],
)
def test_what_a_status_means(status: int, kind: type[Failure]) -> None:
    failure = failure_of("hem/fil", "files.example:445", Refusal(status, "the server's words"))
    assert type(failure) is kind
    assert f"0x{status:08X}" in failure.sentence
    assert failure.item == ("files.example:445" if kind in (ConnectionLost, ServerBusy) else "hem/fil")
