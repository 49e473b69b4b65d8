"""A drop's whole life over the real protocol: filled, opened, fetched, extended, received, closed, proved closed."""

from __future__ import annotations

import ftplib
import hashlib
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.table import deadlines
from skyflytt.drop import lifecycle
from skyflytt.drop.accounts import Accounts
from skyflytt.drop.embedded_accounts import EmbeddedAccounts
from skyflytt.drop.lifecycle import DropState, Opened
from skyflytt.errors.connection import PasswordRefused, ServerUnreachable
from skyflytt.errors.drop import (
    DropClosed,
    DropContentsChanged,
    DropNotComplete,
    DropStillOpen,
    DropUnknown,
    ExtensionsUsedUp,
    ExtensionTooEarly,
    ProofUnclear,
    ReceiptDoesNotMatch,
)
from skyflytt.files.ftps.connect import connected
from skyflytt.files.ftps.store import open_ftps
from skyflytt.ledger.journal import entries
from skyflytt.ledger.projects import cut_over
from skyflytt.playbook.approvals import approvals, waiver_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CONTENTS = {
    "mailboxes/anna.mbox": b"From anna\n" * 4000,
    "applications/visma/Säkerhetskopia 2026.zip": bytes(range(256)) * 300,
    "shares/homes/Åsa/avtal.txt": "avtal åäö".encode(),
    "shares/homes/tom.txt": b"",
}
Prepared = Callable[[dict[str, bytes]], None]


def filled_and_open(drops: Any) -> Opened:
    with drops.work() as work, drops.contents() as contents:
        lifecycle.fill(work, contents)
        return lifecycle.open_drop(work)


def fetch(drops: Any, secret: str, path: str) -> bytes:
    with open_ftps(drops.server, secret, user="norrsken-handover") as store, store.read(path) as file:
        return file.read()


def actions(drops: Any) -> list[str]:
    return [entry.action for entry in entries(drops.ledger, "norrsken")]


def test_the_customer_gets_everything_with_a_manifest_that_holds(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    assert opened.secret
    manifest = fetch(drops, opened.secret, "manifest.csv")
    assert hashlib.sha256(manifest).hexdigest() == opened.manifest_digest
    rows = [line.rsplit(",", 3) for line in manifest.decode().splitlines()[1:]]
    assert {row[0]: row[2] for row in rows} == {
        path: hashlib.sha256(content).hexdigest() for path, content in CONTENTS.items()
    }
    for path, content in CONTENTS.items():
        assert fetch(drops, opened.secret, path) == content
    lines = fetch(drops, opened.secret, "SHA256SUMS").decode().split()
    assert lines[0] == opened.manifest_digest


def test_the_customer_sees_its_own_folder_and_cannot_write(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    (drops.accounts.folder / "files" / "another").mkdir()
    opened = filled_and_open(drops)
    with connected(drops.server, "norrsken-handover", opened.secret or "") as client:
        names = client.nlst("/")
        assert "another" not in names
        assert {"mailboxes", "manifest.csv"} <= set(names)
        with pytest.raises(ftplib.error_perm):
            client.storbinary("STOR new.txt", io.BytesIO(b"x"))
        with pytest.raises(ftplib.error_perm):
            client.delete("manifest.csv")


def test_it_is_open_for_its_days_in_local_time(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    assert opened.ends_at == datetime(2026, 11, 4, tzinfo=STOCKHOLM)
    assert deadlines(drops.ledger, "norrsken")["drop-ends.handover"].at == opened.ends_at
    drops.clock.move_to(opened.ends_at - timedelta(seconds=1))
    assert fetch(drops, opened.secret or "", "manifest.csv")
    drops.clock.move_to(opened.ends_at)
    with pytest.raises(PasswordRefused):
        fetch(drops, opened.secret or "", "manifest.csv")
    assert [row.name for row in lifecycle.due_to_close(drops.ledger, "norrsken")] == ["handover"]


def test_the_pages_say_where_and_until_when_and_never_the_secret(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    until = {
        "sv": "3 november 2026 kl. 24:00",
        "nb": "3. november 2026 kl. 24:00",
        "sr": "3. novembar 2026. u 24:00",
        "en": "3 November 2026, 24:00",
    }
    for language, words in until.items():
        for ending in ("html", "txt"):
            page = (drops.handed_over / f"HOW-TO-FETCH.{language}.{ending}").read_text("utf-8")
            # Who sends the digest back has computed it from what was fetched: no page names it.
            assert opened.manifest_digest not in page
            for part in (words, "localhost", str(drops.port), "norrsken-handover", "FileZilla"):
                assert part in page
            assert (opened.secret or "no secret") not in page
            assert not re.search(r"\{\w+\}", page)


def test_the_secret_is_shown_once_and_kept_nowhere(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    assert opened.secret
    assert opened.secret not in repr(opened)
    again = filled_and_open(drops)
    assert (again.secret, again.ends_at, again.manifest_digest) == (None, opened.ends_at, opened.manifest_digest)
    assert actions(drops).count("drop-opened") == 1
    for path in (*drops.accounts.folder.rglob("*.json*"), drops.root / "ledger.sqlite"):
        assert opened.secret.encode() not in path.read_bytes()


def test_a_lost_secret_is_replaced(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    first = filled_and_open(drops).secret or ""
    with drops.work() as work:
        second = lifecycle.renew_secret(work).secret or ""
    assert fetch(drops, second, "manifest.csv")
    with pytest.raises(PasswordRefused):
        fetch(drops, first, "manifest.csv")


def test_an_extension_is_counted_and_the_same_one_twice_is_one(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    with drops.work() as work:
        until = lifecycle.later_end(work, 2)
        assert until == datetime(2026, 11, 6, tzinfo=STOCKHOLM)
        lifecycle.extend(work, until)
        lifecycle.extend(work, until)
        with pytest.raises(ExtensionsUsedUp):
            lifecycle.extend(work, until + timedelta(days=1))
        with pytest.raises(ExtensionTooEarly):
            lifecycle.extend(work, until - timedelta(days=1))
    drops.clock.move_to(until - timedelta(seconds=1))
    page = fetch(drops, opened.secret or "", "HOW-TO-FETCH.sv.txt").decode()
    assert "5 november 2026 kl. 24:00" in page
    assert lifecycle.drop_row(drops.ledger, "norrsken", "handover").extensions == 1
    assert deadlines(drops.ledger, "norrsken")["drop-ends.handover"].at == until
    assert actions(drops).count("drop-extended") == 1


def test_only_the_manifests_digest_is_a_receipt(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    digest = filled_and_open(drops).manifest_digest
    for wrong in ("", "tack så mycket", "0" * 64, digest[:-1], f"a{digest}"):
        with pytest.raises(ReceiptDoesNotMatch):
            lifecycle.confirm_receipt(drops.ledger, "norrsken", "handover", wrong, by="Anna Åström")
    line = f"SHA256   {digest.upper()}   C:\\Users\\anna\\manifest.csv"
    row = lifecycle.confirm_receipt(drops.ledger, "norrsken", "handover", line, by="Anna Åström")
    assert json.loads(row.receipt or "")["by"] == "Anna Åström"
    again = lifecycle.confirm_receipt(drops.ledger, "norrsken", "handover", digest, by="Bengt Öberg")
    assert again.receipt == row.receipt
    assert (actions(drops).count("receipt-refused"), actions(drops).count("receipt-confirmed")) == (5, 1)


def test_a_waiver_is_somebodys(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    filled_and_open(drops)
    assert lifecycle.waive_receipt(drops.ledger, "norrsken", "handover", by="Ingrid Solberg")
    (given,) = approvals(drops.ledger, "norrsken", waiver_of("handover"))
    assert given.approver == "Ingrid Solberg"


def test_closing_ends_a_session_under_way_and_proves_it(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    with drops.work() as work, connected(drops.server, "norrsken-handover", opened.secret or "") as client:
        assert client.nlst("/")
        with pytest.raises(DropStillOpen):
            lifecycle.prove_closed(work)
        assert lifecycle.close_drop(work).state is DropState.CLOSED
        with pytest.raises((ftplib.error_temp, EOFError, OSError)):
            client.voidcmd("NOOP")
        proof = json.loads(lifecycle.prove_closed(work, opened.secret))
    assert proof["answer"].startswith("530")
    assert proof["reason in the server's access log"] == "the drop has been closed"
    assert proof["secret"] == "the customer's own"
    row = lifecycle.drop_row(drops.ledger, "norrsken", "handover")
    assert json.loads(row.closure_proof or "") == proof


def test_the_proof_works_without_the_customers_secret_and_after_the_end(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    drops.clock.move_to(opened.ends_at + timedelta(hours=1))
    with drops.work() as work:
        lifecycle.close_drop(work)
        proof = json.loads(lifecycle.prove_closed(work))
    assert proof["reason in the server's access log"] == "the drop has been closed"
    assert drops.accounts.get("norrsken-handover").closed
    with pytest.raises(PasswordRefused):
        fetch(drops, opened.secret or "", "manifest.csv")


def test_a_refusal_of_a_wrong_secret_proves_nothing(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    filled_and_open(drops)
    with drops.work() as work:
        lifecycle.close_drop(work)
        with pytest.raises(ProofUnclear):
            lifecycle.prove_closed(work, "not the customer's secret")
    assert lifecycle.drop_row(drops.ledger, "norrsken", "handover").closure_proof is None


def test_a_server_that_is_away_proves_nothing(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    filled_and_open(drops)
    with drops.work() as work:
        lifecycle.close_drop(work)
        away = drops.server.model_copy(update={"port": 1})
        gone = EmbeddedAccounts(drops.accounts, away, drops.clock)
        with pytest.raises(ServerUnreachable):
            gone.prove_closed(work.place, None)


def test_a_server_with_another_state_folder_proves_nothing(drops: Any, prepared: Prepared, tmp_path: Path) -> None:
    prepared(CONTENTS)
    opened = filled_and_open(drops)
    other = EmbeddedAccounts(Accounts(tmp_path / "other"), drops.server, drops.clock)
    with drops.work() as work:
        other.grant(work.place, opens=opened.opened_at, closes=opened.ends_at)
        other.close(work.place)
        with pytest.raises(ProofUnclear, match="does not use this state folder"):
            other.prove_closed(work.place, None)


def test_what_is_closed_stays_closed(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    filled_and_open(drops)
    with drops.work() as work, drops.contents() as contents:
        first = lifecycle.close_drop(work)
        assert lifecycle.close_drop(work) == first
        for act in (lifecycle.open_drop, lambda work: lifecycle.extend(work, first.ends_at)):
            with pytest.raises(DropClosed):
                act(work)
        with pytest.raises(DropClosed):
            lifecycle.fill(work, contents)
    assert actions(drops).count("drop-closed") == 1


def test_nothing_is_opened_before_it_is_filled(drops: Any) -> None:
    with drops.work() as work, pytest.raises(DropUnknown):
        lifecycle.open_drop(work)


def test_an_incomplete_drop_stays_shut(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    (drops.root / "contents" / "shares" / "link").symlink_to("/etc/passwd")
    with pytest.raises(DropNotComplete, match=r"1 left out .*kind-not-copied"):
        filled_and_open(drops)
    assert drops.accounts.names() == ["operator"]


def test_contents_may_not_bring_a_manifest_of_their_own(drops: Any, prepared: Prepared) -> None:
    prepared({**CONTENTS, "manifest.csv": b"mine"})
    with pytest.raises(DropNotComplete, match=r"manifest\.csv"):
        filled_and_open(drops)


def test_before_the_cutover_a_filling_follows_what_is_prepared(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    with drops.work() as work, drops.contents() as contents:
        assert lifecycle.fill(work, contents).failed == 0
        (drops.root / "contents" / "shares/homes/tom.txt").unlink()
        prepared({"mailboxes/anna.mbox": b"another export"})
        assert lifecycle.fill(work, contents).failed == 0
    assert not (drops.handed_over / "shares/homes/tom.txt").exists()
    assert (drops.handed_over / "mailboxes/anna.mbox").read_bytes() == b"another export"


def test_after_the_cutover_nothing_that_was_put_there_is_replaced(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    with drops.work() as work, drops.contents() as contents:
        lifecycle.fill(work, contents)
        cut_over(drops.ledger, "norrsken", "Anna Åström")
        (drops.root / "contents" / "shares/homes/tom.txt").unlink()
        lifecycle.fill(work, contents)
        with pytest.raises(DropContentsChanged, match=r"tom\.txt"):
            lifecycle.open_drop(work)
        prepared({"mailboxes/anna.mbox": b"another export", "shares/homes/tom.txt": b""})
        lifecycle.fill(work, contents)
        with pytest.raises(DropNotComplete, match="changed-after-cutover"):
            lifecycle.open_drop(work)
    assert (drops.handed_over / "mailboxes/anna.mbox").read_bytes() == CONTENTS["mailboxes/anna.mbox"]


def test_after_the_cutover_a_first_filling_works(drops: Any, prepared: Prepared) -> None:
    cut_over(drops.ledger, "norrsken", "Anna Åström")
    prepared(CONTENTS)
    assert filled_and_open(drops).files == len(CONTENTS)


FILL = """
import pathlib, sys
from skyflytt.deadline.clock import FileClock
from skyflytt.drop import lifecycle
from skyflytt.drop.accounts import Accounts
from skyflytt.drop.embedded_accounts import EmbeddedAccounts
from skyflytt.files.ftps.store import open_ftps
from skyflytt.files.local import open_local
from skyflytt.ledger.open import open_ledger
from skyflytt.project.model import Project
from skyflytt.project.servers import LocalServer

root, clock_file, state, secret = map(pathlib.Path, sys.argv[1:])
project = Project.model_validate_json((root / "project.json").read_text())
clock = FileClock(clock_file)
ledger = open_ledger(f"sqlite:///{root / 'ledger.sqlite'}", clock)
server = project.server("handover")
keeper = EmbeddedAccounts(Accounts(state), server, clock)
with open_ftps(server, str(secret), user="operator") as store:
    work = lifecycle.DropWork(ledger, project, "handover", store, keeper, "worker")
    with open_local(LocalServer(kind="local", root=root / "contents")) as contents:
        lifecycle.fill(work, contents)
"""


def test_a_filling_that_is_killed_again_and_again_ends_whole(
    drops: Any, prepared: Prepared, drop_server: tuple[Path, int]
) -> None:
    files = {f"shares/homes/{n:03}.bin": bytes([n % 256]) * (n * 1997) for n in range(60)}
    prepared(files)
    (drops.root / "project.json").write_text(drops.project.model_dump_json())
    command = [sys.executable, "-c", FILL, str(drops.root), str(drop_server[0] / "clock")]
    command += [str(drops.accounts.folder), "operatörens hemlighet"]
    killed_under_way = 0
    for share in (0.2, 0.5, 0.8):
        with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as filling:
            while filling.poll() is None and len(list(drops.handed_over.rglob("*.bin"))) < share * len(files):
                time.sleep(0.002)
            filling.send_signal(signal.SIGKILL)
            filling.wait()
        there = list(drops.handed_over.rglob("*.bin"))
        killed_under_way += 0 < len(there) < len(files)
        for path in there:
            assert path.read_bytes() == files[str(path.relative_to(drops.handed_over))], "no part under a final name"
    assert killed_under_way >= 2
    with drops.work() as work, drops.contents() as contents:
        account = lifecycle.fill(work, contents)
        assert (account.failed, account.skipped) == (0, 0)
        assert lifecycle.open_drop(work).files == len(files)
    found = {str(path.relative_to(drops.handed_over)) for path in drops.handed_over.rglob("*") if path.is_file()}
    assert {path for path in found if "/" in path} == set(files)
    assert not [path for path in found if path.endswith(".part")]
