"""Every rule of every kind: names that break it, neighbours that do not, and that our own temporary names break none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skyflytt.files.copy import is_partial, partial_path
from skyflytt.files.names.check import Namespace, broken_rules
from skyflytt.files.names.kinds import KINDS
from skyflytt.files.names.places import Places
from skyflytt.files.names.rule import Severity, length
from skyflytt.files.port import Entry, EntryKind

DOCUMENTED = {
    "windows": {
        "reserved-character": "a:b", "control-character": "a\tb", "device-name": "Lpt1.txt", "trailing-dot": "a.", "trailing-space": "a ",
        "long-name": "å" * 256, "long-path": "/".join(["a" * 250] * 131), "max-path": "/".join(["a" * 86] * 3),
    },
    "sharepoint": {
        "reserved-character": 'a"b', "control-character": "a\x1fb", "device-name": "COM0", "trailing-dot": "m./a", "trailing-space": "m /a",
        "leading-space": " a", "office-lock-file": "~$a.docx", "leading-tilde": "~a", "sharepoint-name": "m/.lock", "vti": "a_vti_b",
        "forms-at-top": "Forms", "long-name": "a" * 256, "long-path": "a" * 200 + "/" + "b" * 200,
    },
    "dropbox": {
        "backslash": "a\\b", "control-character": "a\x7f", "trailing-space": "a ", "not-uploaded": "m/Thumbs.db", "not-for-windows": "a?",
        "long-name": "a" * 256, "max-path": "/".join(["a" * 86] * 3),
    },
    "s3": {"control-character": "a\n", "avoided-character": "a#", "special-character": "a&b", "long-path": "/".join(["å" * 128] * 4)},
    "ftp": {
        "line-break": "a\r\nDELE b", "leading-space": " a", "leading-dash": "-R", "long-name": "å" * 128,
        "max-path": "/".join(["a" * 250] * 17),
    },
    "posix": {"nul": "a\0", "long-name": "å" * 128, "max-path": "/".join(["a" * 250] * 17)},
    "webdav": {
        "control-character": "a\tb", "backslash": "a\\b", "unfinished-upload": "a.part", "htaccess": "m/.htaccess", "long-name": "å" * 126,
    },
}  # fmt: skip
CASES = [(kind, code, path) for kind, codes in DOCUMENTED.items() for code, path in codes.items()]
ORDINARY = (
    "Offert.xlsx",
    "Möten/2024/Åhléns protokoll.pdf",
    "å" * 100,
    "console.txt",
    "a/forms",
    ".dold",
    "två.punkter.tar.gz",
    "日本",
)


@pytest.mark.parametrize(("kind", "code", "path"), CASES)
def test_a_broken_rule_is_named(kind: str, code: str, path: str) -> None:
    assert code in [one.code for one in broken_rules(path, Namespace(KINDS[kind]))]


def test_every_rule_has_its_path_here_and_a_source() -> None:
    for rules in KINDS.values():
        every = [*rules.names, *rules.lengths]
        assert {rule.code for rule in every} == set(DOCUMENTED[rules.kind])
        assert len({rule.code for rule in every}) == len(every)
        assert all(rule.sources for rule in every)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ORDINARY)
def test_ordinary_paths_break_none(kind: str, path: str) -> None:
    assert broken_rules(path, Namespace(KINDS[kind])) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_name_of_a_copy_under_way_breaks_none(kind: str) -> None:
    entry = Entry("a", EntryKind.FILE, 5, datetime(2026, 8, 1, tzinfo=UTC))
    assert broken_rules(partial_path("mapp/Offert.xlsx", entry), Namespace(KINDS[kind])) == []
    space = Namespace(KINDS[kind], "Delade dokument/")
    for depth in range(1, 60):
        place = "/".join(["mapp med namn"] * depth) + "/a"
        partial = Places(space).partial(place, entry)
        assert is_partial(partial)
        limits = [rule for rule in KINDS[kind].lengths if rule.of == "path" and rule.severity is Severity.REFUSED]
        assert all(length(space.prefix + partial, rule.unit) <= rule.most for rule in limits)


def test_unfinished_copies_of_earlier_versions_are_known() -> None:
    assert is_partial("m/.skyflytt-0123456789abcdef.part")
    assert is_partial("m/.skyflytt-0123456789abcdef.partial")
    assert not is_partial("m/.skyflytt-notes.partial")
