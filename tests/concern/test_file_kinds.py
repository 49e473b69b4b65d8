"""Files by their names."""

from __future__ import annotations

import pytest

from skyflytt.concern.file_kinds import kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Arkiv 2019.PST", "mail_files"),
        ("outlook.ost", "mail_files"),
        ("Kunder.accdb", "databases"),
        ("Kunder.laccdb", "open_now"),
        ("~$Avtal.docx", "open_now"),
        (".~lock.Budget.ods#", "open_now"),
        ("lösenord.kdbx", "secrets"),
        ("id_ed25519", "secrets"),
        ("id_ed25519.pub", None),
        ("Avtal.docx", None),
        ("pst", None),
        ("", None),
    ],
)
def test_by_name(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind
