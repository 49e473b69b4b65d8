"""The yardstick of the killed demos itself: it agrees with the old provider after the company's life, and notices what is wrong."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from deployments.demo.events import EVENTS
from skyflytt.sandbox import changes, lifecycle
from skyflytt.sandbox.acts import ACTS
from skyflytt.sandbox.company.exchange import place
from skyflytt.sandbox.company.people import STAFF
from skyflytt.sandbox.state import Sandbox
from tests.demo.target import (
    LEFT_BEHIND,
    differences,
    expected_files,
    expected_mail,
    found_files,
    found_old_mail,
    new_place,
    still_calling,
)

HOUR = timedelta(hours=1)


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
    for server in ("ns1", "ns2"):
        lines = [line for line in found if line.startswith(f"zone at {server}")]
        assert [line for line in lines if "missing" in line and "10 mail.nyamolnet.example." in line]
        assert [line for line in lines if "too many" in line and "10 mail.gamlamolnet.example." in line]
        assert not [line for line in lines if "webbhotellet" in line or "nyhetsbrevet-site-verification" in line]


def test_a_device_that_calls_after_it_was_changed_is_noticed(tmp_path: Path) -> None:
    told = next(event.at for event in EVENTS if event.name == "devices-told")
    sandbox = Sandbox(root=tmp_path, servers={})
    (sandbox.old_logs / "iis").mkdir(parents=True)
    lines = {
        "iis/u_ex261101.log": f"{told + HOUR:%Y-%m-%d %H:%M:%S} 127.0.0.1 POST /Microsoft-Server-ActiveSync - 443 a 127.0.9.22 x - 200 0 0 0",
        "iis/u_ex261025.log": f"{told - HOUR:%Y-%m-%d %H:%M:%S} 127.0.0.1 POST /Microsoft-Server-ActiveSync - 443 a 127.0.9.22 x - 200 0 0 0",
        "mail.log": f"{(told + HOUR).isoformat()} mail postfix/smtpd[1]: A: client=skrivare[127.0.9.21], sasl_username=s",
    }
    for name, line in lines.items():
        (sandbox.old_logs / name).write_text(f"#Fields: x\n{line}\n")
    assert {line.partition(": ")[2] for line in still_calling(sandbox)} == {
        lines["iis/u_ex261101.log"],
        lines["mail.log"],
    }


def lines_of_mail() -> set[tuple[str, object]]:
    """Different messages by mailbox."""
    return {(person.key, message) for person in STAFF for message in expected_mail(person)}
