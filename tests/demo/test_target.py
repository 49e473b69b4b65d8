"""The yardstick of the killed demos itself: it agrees with the old provider after the company's life, and notices what is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from skyflytt.sandbox import changes, lifecycle
from skyflytt.sandbox.acts import ACTS
from skyflytt.sandbox.company.exchange import place
from skyflytt.sandbox.company.people import STAFF
from tests.demo.target import (
    LEFT_BEHIND,
    differences,
    expected_files,
    expected_mail,
    found_files,
    found_old_mail,
    new_place,
)


def test_what_is_expected_is_what_the_company_has_and_every_flaw_is_noticed(tmp_path: Path) -> None:
    sandbox = lifecycle.up(tmp_path / "sandbox")
    try:
        for act in ACTS:
            changes.apply(sandbox, act)
        for person in STAFF:
            left = place(person, "Junk")
            kept = (message for message in found_old_mail(sandbox, person) if message.folder != left)
            moved = Counter(message._replace(folder=new_place(person, message.folder)) for message in kept)
            assert moved == expected_mail(person)
        files = found_files(sandbox.root / "old-files")
        wanted = expected_files()
        assert Counter(file for file in files.elements() if not file.path.endswith(LEFT_BEHIND)) == wanted
    finally:
        lifecycle.down(sandbox.root)
    (sandbox.root / "old-files" / "homes").rename(sandbox.root / "new-files" / "homes")
    (sandbox.root / "new-files" / "homes" / ".skyflytt-1.partial").touch()
    found = differences(tmp_path)
    messages = sum(sum(expected_mail(person).values()) for person in STAFF)
    assert sum("× missing Message" in line for line in found) == len([*lines_of_mail()])
    assert messages > len([*lines_of_mail()]), "doubled messages are counted, not merged"
    assert sum("× missing File" in line for line in found) == sum(path.startswith("company/") for path, _, _ in wanted)
    assert "unfinished file homes/.skyflytt-1.partial" in found
    assert [line for line in found if "too many" in line and "Thumbs.db" in line]


def lines_of_mail() -> set[tuple[str, object]]:
    """Different messages by mailbox."""
    return {(person.key, message) for person in STAFF for message in expected_mail(person)}
