"""What can go wrong in a drop's life, each with its own failure; who fetched what; erasing what it held."""

from __future__ import annotations

import ftplib
import hashlib
import json
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skyflytt.application.card import Point, open_points
from skyflytt.application.cards import cards, open_cards
from skyflytt.drop import lifecycle
from skyflytt.drop.accounts import Permission
from skyflytt.drop.limit import contract_ends
from skyflytt.drop.verify import verify_drop
from skyflytt.errors.drop import (
    AccountTaken,
    CertificateEndsFirst,
    DropBeyondContract,
    DropEndInPast,
    DropHoldsOthers,
    DropNotErasable,
    ExtensionsUsedUp,
    FilesLost,
    ReceiptDoesNotMatch,
)
from skyflytt.files.ftps.connect import connected
from skyflytt.files.ftps.store import open_ftps
from skyflytt.ledger.journal import entries
from skyflytt.playbook.approvals import approvals

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CONTENTS = {
    "mailboxes/anna.mbox": b"From anna\n" * 4000,
    "applications/visma/Säkerhetskopia 2026.zip": bytes(range(256)) * 300,
    "shares/homes/Åsa/avtal.txt": "avtal åäö".encode(),
    "shares/homes/tom.txt": b"",
}
Prepared = Callable[[dict[str, bytes]], None]


@pytest.fixture
def opened(drops: Any, prepared: Prepared) -> lifecycle.Opened:
    prepared(CONTENTS)
    with drops.work() as work, drops.contents() as contents:
        lifecycle.fill(work, contents)
        return lifecycle.open_drop(work)


def filled(drops: Any, prepared: Prepared) -> None:
    prepared(CONTENTS)
    with drops.work() as work, drops.contents() as contents:
        lifecycle.fill(work, contents)


def fetch(drops: Any, secret: str, *paths: str) -> dict[str, bytes]:
    got: dict[str, bytes] = {}
    with open_ftps(drops.server, secret, user="norrsken-handover") as store:
        for path in paths:
            with store.read(path) as file:
                got[path] = file.read()
    return got


def fetch_all(drops: Any, secret: str, folder: Path) -> Path:
    manifest = fetch(drops, secret, "manifest.csv")["manifest.csv"]
    for line in [*manifest.decode().splitlines()[1:], "manifest.csv", "manifest.jsonl", "SHA256SUMS"]:
        path = line.split(",")[0]
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(fetch(drops, secret, path)[path])
    return folder


def test_what_the_customer_fetched_passes_both_checks_and_is_the_receipt(
    drops: Any, opened: lifecycle.Opened, tmp_path: Path
) -> None:
    folder = fetch_all(drops, opened.secret or "", tmp_path / "fetched")
    found = verify_drop(folder)
    assert (found.whole, found.missing, found.extra) == (True, [], [])
    assert found.files == len(CONTENTS) + 2
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    row = lifecycle.confirm_receipt(drops.ledger, "norrsken", "handover", found.receipt, by="Anna Åström")
    assert json.loads(row.receipt or "")["digest"] == opened.manifest_digest


def test_an_end_in_the_past_is_refused(drops: Any, prepared: Prepared) -> None:
    filled(drops, prepared)
    now = drops.clock.now()
    with drops.work() as work:
        for until in (now, now - timedelta(days=1)):
            with pytest.raises(DropEndInPast):
                lifecycle.open_drop(work, until)
        ends = lifecycle.open_drop(work, now + timedelta(hours=2)).ends_at
        assert ends == now + timedelta(hours=2)
        drops.clock.move_to(ends + timedelta(days=1))
        with pytest.raises(DropEndInPast):
            lifecycle.extend(work, ends + timedelta(hours=1))


def test_beyond_the_contract_only_when_somebody_decided_so(drops: Any, prepared: Prepared) -> None:
    filled(drops, prepared)
    with drops.work() as work:
        limit = contract_ends(work)
        assert limit == datetime(2026, 12, 1, tzinfo=STOCKHOLM)
        with pytest.raises(DropBeyondContract):
            lifecycle.open_drop(work, limit + timedelta(seconds=1))
        lifecycle.open_drop(work, limit)
        with pytest.raises(DropBeyondContract):
            lifecycle.extend(work, limit + timedelta(days=2))
        assert work.row.extensions == 0
        lifecycle.extend(work, limit + timedelta(days=2), beyond_by="Anna Åström")
        assert work.row.ends_at == limit + timedelta(days=2)
    (decided,) = approvals(drops.ledger, "norrsken", "drop-beyond-contract:handover:", beginning=True)
    assert decided.approver == "Anna Åström"


def test_a_drop_that_is_opened_within_the_first_day_ends_with_the_contract(drops: Any, prepared: Prepared) -> None:
    drops.project = drops.project.model_copy(
        update={"contract": drops.project.contract.model_copy(update={"retrieval_days": 3})}
    )
    filled(drops, prepared)
    drops.clock.move_to(drops.clock.now() + timedelta(minutes=5))
    with drops.work() as work:
        assert lifecycle.open_drop(work).ends_at == datetime(2026, 11, 4, tzinfo=STOCKHOLM)


def test_extended_as_often_as_the_contract_says(drops: Any, prepared: Prepared) -> None:
    drop = drops.project.drops[0].model_copy(update={"extensions": 2})
    drops.project = drops.project.model_copy(update={"drops": (drop,)})
    filled(drops, prepared)
    with drops.work() as work:
        lifecycle.open_drop(work)
        for _ in range(2):
            lifecycle.extend(work, lifecycle.later_end(work, 1))
        with pytest.raises(ExtensionsUsedUp):
            lifecycle.extend(work, lifecycle.later_end(work, 1))
    extended = [
        entry.data["extension"] for entry in entries(drops.ledger, "norrsken") if entry.action == "drop-extended"
    ]
    assert extended == [1, 2]


def test_an_account_that_is_somebody_elses_is_not_taken_over(drops: Any, prepared: Prepared) -> None:
    filled(drops, prepared)
    drops.accounts.create(
        "norrsken-handover", "hers", home="/another", permission=Permission.CUSTOMER, opens=drops.clock.now()
    )
    with drops.work() as work, pytest.raises(AccountTaken):
        lifecycle.open_drop(work)
    assert drops.accounts.get("norrsken-handover").secret.matches("hers")
    assert lifecycle.drop_row(drops.ledger, "norrsken", "handover").state is lifecycle.DropState.FILLING


def test_a_certificate_that_ends_before_the_drop_keeps_it_shut(drops: Any, prepared: Prepared) -> None:
    filled(drops, prepared)
    with drops.work() as work:
        ends = datetime.fromtimestamp(_certificate_end(drops), STOCKHOLM)
        with pytest.raises(CertificateEndsFirst):
            lifecycle.open_drop(work, ends + timedelta(days=1), beyond_by="Anna Åström")
    assert "norrsken-handover" not in drops.accounts.names()


def _certificate_end(drops: Any) -> float:
    with connected(drops.server, "operator", "operatörens hemlighet") as client:
        assert isinstance(client.sock, ssl.SSLSocket)
        return ssl.cert_time_to_seconds(str((client.sock.getpeercert() or {})["notAfter"]))


def test_the_receipt_for_another_drop_is_named(drops: Any, opened: lifecycle.Opened) -> None:
    other = drops.project.drops[0].model_copy(update={"name": "second"})
    drops.project = drops.project.model_copy(update={"drops": (*drops.project.drops, other)})
    with drops.work() as work:
        second = lifecycle.DropWork(work.ledger, work.project, "second", work.store, work.keeper, "test")
        (drops.root / "contents" / "shares/homes/tom.txt").write_bytes(b"x")
        with drops.contents() as contents:
            lifecycle.fill(second, contents)
        digest = lifecycle.open_drop(second).manifest_digest
    with pytest.raises(ReceiptDoesNotMatch, match="receipt for the drop second"):
        lifecycle.confirm_receipt(drops.ledger, "norrsken", "handover", digest, by="Anna Åström")
    (row,) = lifecycle.confirm_any(drops.ledger, "norrsken", digest, by="Anna Åström")
    assert row.name == "second"
    with pytest.raises(ReceiptDoesNotMatch):
        lifecycle.confirm_any(drops.ledger, "norrsken", "0" * 64, by="Anna Åström")


def test_who_fetched_what_and_what_was_never_fetched(drops: Any, opened: lifecycle.Opened) -> None:
    with drops.work() as work:
        before = lifecycle.drop_status(work)
        assert (before.fetched, len(before.never_fetched or ())) == ((), len(CONTENTS) - 1)
        assert before.seconds_left == 3 * 86400
        fetch(drops, opened.secret or "", "mailboxes/anna.mbox", "shares/homes/Åsa/avtal.txt", "manifest.csv")
        fetch(drops, opened.secret or "", "mailboxes/anna.mbox")
        found = lifecycle.drop_status(work)
    by_path = {file.path: file for file in found.fetched or ()}
    assert {path: file.times for path, file in by_path.items()} == {
        "mailboxes/anna.mbox": 2, "manifest.csv": 1, "shares/homes/Åsa/avtal.txt": 1,
    }  # fmt: skip
    assert by_path["manifest.csv"].addresses == {"127.0.0.1"}
    assert by_path["manifest.csv"].last == drops.clock.now()
    assert set(found.never_fetched or ()) == {"applications/visma/Säkerhetskopia 2026.zip"}
    told = json.loads(json.dumps(found.as_json()))
    assert (told["state"], told["place"]["login"], len(told["never_fetched"])) == ("open", "norrsken-handover", 1)


def test_closing_while_a_download_runs_cuts_it_and_says_so(drops: Any, prepared: Prepared) -> None:
    prepared({**CONTENTS, "mailboxes/bengt.pst": bytes(32 << 20)})
    with drops.work() as work, drops.contents() as contents:
        lifecycle.fill(work, contents)
        secret = lifecycle.open_drop(work).secret or ""
        with connected(drops.server, "norrsken-handover", secret) as client:
            stream, _ = client.ntransfercmd("RETR mailboxes/bengt.pst")  # type: ignore[assignment]
            assert len(stream.recv(4096)) > 0
            lifecycle.close_drop(work)
            _wait_for(drops, '"event": "ended"')
            with pytest.raises((OSError, ftplib.Error, EOFError)):
                _to_the_end(client, stream)
        lifecycle.prove_closed(work, secret)
        found = lifecycle.drop_status(work)
    (cut,) = (file for file in found.fetched or () if file.path == "mailboxes/bengt.pst")
    assert (cut.times, cut.broken_off) == (0, 1)
    assert "mailboxes/bengt.pst" in (found.never_fetched or ())


def _wait_for(drops: Any, words: str) -> None:
    """Until the server's log says so: it looks at its sessions several times a second, and loopback is faster."""
    patience = time.monotonic() + 10
    while words not in (drops.accounts.folder / "access.jsonl").read_text() and time.monotonic() < patience:
        time.sleep(0.02)


def _to_the_end(client: ftplib.FTP_TLS, stream: ssl.SSLSocket) -> None:
    while stream.recv(1 << 16):
        pass
    client.voidresp()


def test_what_a_drop_held_is_erased_when_its_time_is_over(drops: Any, opened: lifecycle.Opened) -> None:
    with drops.work() as work:
        _refused(work, "it is not closed", "neither receipt nor waiver", "can be fetched until 2026-12-01")
        lifecycle.close_drop(work)
        _refused(work, "not shown that its credentials are refused")
        lifecycle.prove_closed(work, opened.secret)
        lifecycle.waive_receipt(drops.ledger, "norrsken", "handover", by="Anna Åström")
        _refused(work, "can be fetched until 2026-12-01")
        drops.clock.move_to(contract_ends(work))
        (drops.handed_over / "mailboxes" / "theirs.txt").write_text("not ours")
        with pytest.raises(DropHoldsOthers, match=r"theirs\.txt"):
            lifecycle.erase_contents(work)
        assert (drops.handed_over / "mailboxes/anna.mbox").exists()
        (drops.handed_over / "mailboxes" / "theirs.txt").unlink()
        record = json.loads(lifecycle.erase_contents(work).erasure or "")
        assert lifecycle.erase_contents(work).erasure == work.row.erasure
        assert lifecycle.drop_status(work).erased
    assert not drops.handed_over.exists()
    assert (record["state"], record["files"], record["remaining"]) == ("completed", len(CONTENTS), 0)
    assert record["bytes"] == sum(map(len, CONTENTS.values()))
    actions = [entry.action for entry in entries(drops.ledger, "norrsken")]
    assert (actions.count("drop-erasure-started"), actions.count("drop-erased")) == (1, 1)


def _refused(work: lifecycle.DropWork, *reasons: str) -> None:
    with pytest.raises(DropNotErasable) as refused:
        lifecycle.erase_contents(work)
    for reason in reasons:
        assert reason in str(refused.value)
    assert work.row.erasure is None


def test_an_erasure_that_was_cut_off_goes_on(
    drops: Any, opened: lifecycle.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with drops.work() as work:
        lifecycle.close_drop(work)
        lifecycle.prove_closed(work, opened.secret)
        lifecycle.confirm_receipt(drops.ledger, "norrsken", "handover", opened.manifest_digest, by="Anna Åström")
        drops.clock.move_to(contract_ends(work))
        removing, removed = type(work.store).remove, 0

        def remove(store: Any, path: str) -> None:
            nonlocal removed
            removed += 1
            if removed == 4:
                raise KeyboardInterrupt
            removing(store, path)

        monkeypatch.setattr(type(work.store), "remove", remove)
        with pytest.raises(KeyboardInterrupt):
            lifecycle.erase_contents(work)
        assert not lifecycle.drop_status(work).erased
        assert json.loads(work.row.erasure or "")["state"] == "started"
        lifecycle.erase_contents(work)
        assert lifecycle.drop_status(work).erased
    assert not drops.handed_over.exists()


def test_what_an_open_drop_lost_is_put_back(drops: Any, opened: lifecycle.Opened) -> None:
    (drops.handed_over / "mailboxes/anna.mbox").unlink()
    (drops.handed_over / "manifest.csv").unlink()
    with drops.work() as work, drops.contents() as contents:
        lost = lifecycle.lost_files(work)
        assert [item.key for item in lost] == ["mailboxes/anna.mbox"]
        lifecycle.put_back(work, contents, lost)
        assert lifecycle.lost_files(work) == []
    manifest = fetch(drops, opened.secret or "", "manifest.csv")["manifest.csv"]
    assert hashlib.sha256(manifest).hexdigest() == opened.manifest_digest
    (drops.handed_over / "mailboxes/anna.mbox").unlink()
    (drops.root / "contents/mailboxes/anna.mbox").write_bytes(b"another export")
    with drops.work() as work, drops.contents() as contents:
        with pytest.raises(FilesLost, match="another content"):
            lifecycle.put_back(work, contents, lifecycle.lost_files(work))
        assert [item.key for item in lifecycle.lost_files(work)] == ["mailboxes/anna.mbox"]


def test_the_cards_of_the_applications_are_in_the_drop(drops: Any, prepared: Prepared) -> None:
    application = {"name": "visma", "product": "Visma Administration 2000", "version": "2026.1"}
    drops.project = type(drops.project).model_validate(
        {**drops.project.model_dump(mode="json"), "applications": [application]}
    )
    filled(drops, prepared)
    with drops.work() as work:
        secret = lifecycle.open_drop(work).secret or ""
    got = fetch(drops, secret, "application-cards.html", "application-cards.json", "SHA256SUMS")
    digest = hashlib.sha256(CONTENTS["applications/visma/Säkerhetskopia 2026.zip"]).hexdigest()
    assert '<html lang="sv">' in got["application-cards.html"].decode()
    assert digest in got["application-cards.html"].decode()
    assert json.loads(got["application-cards.json"])[0]["backups"][0]["sha256"] == digest
    page = hashlib.sha256(got["application-cards.html"]).hexdigest()
    assert f"{page}  application-cards.html" in got["SHA256SUMS"].decode()
    assert Point.BACKUP not in dict(open_points(cards(drops.ledger, "norrsken")["visma"]))
    assert len(open_cards(drops.ledger, "norrsken")) == 1
