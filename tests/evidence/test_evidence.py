"""Evidence: the same ledger gives the same bytes, and whatever is altered afterwards is found."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.errors.files import PathRefused
from skyflytt.evidence.check import check_evidence
from skyflytt.evidence.lists import write_list
from skyflytt.evidence.manifest import drop_items, origin_of, write_drop_manifest
from skyflytt.evidence.write import write_evidence
from skyflytt.ledger import items, journal, passes
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import Intent, Verified
from skyflytt.ledger.workloads import ensure_workload

AWKWARD = ["Åhléns, avtal.pdf", 'en "citerad" fil', "två\nrader", "emoji 😀", "=1+1.csv"]


@pytest.fixture
def moved(ledger: Ledger) -> Ledger:
    """A share with five files moved and one failed, a drop with two files and a folder."""
    share = ensure_workload(ledger, "norrsken", "share", "homes")
    with passes.running_pass(ledger, share) as running:
        keys = sorted(AWKWARD, key=str.encode)
        items.record_new(ledger, share, [Seen(key, "1", len(key)) for key in keys])
        items.record_new(ledger, share, [Seen("öppen.pst", "1", 7)])
        put(ledger, running, keys)
        items.start(ledger, running, ["öppen.pst"], Intent.PUT)
        items.fail(ledger, running, [("öppen.pst", PathRefused("öppen.pst", "locked"))])
        passes.end(ledger, running, len(keys) + 1)
    drop = ensure_workload(ledger, "norrsken", "drop", "handover")
    with passes.running_pass(ledger, drop) as running:
        keys = ["mailboxes/", "mailboxes/anna.mbox", "shares/homes/å.txt"]
        items.record_new(ledger, drop, [Seen(key, "1", 3) for key in keys])
        put(ledger, running, keys)
        passes.end(ledger, running, 3)
    journal.append(ledger, "norrsken", actor="Anna Åström", action="approved", subject="cutover", data={"rate": 0.25})
    return ledger


def put(ledger: Ledger, running: passes.Pass, keys: list[str]) -> None:
    items.start(ledger, running, keys, Intent.PUT)
    digests = {key: hashlib.sha256(key.encode()).hexdigest() for key in keys}
    items.finish(ledger, running, [Done(key, key, Verified.DIGEST, digests[key]) for key in keys])


def test_what_was_written_is_whole(moved: Ledger, tmp_path: Path) -> None:
    written = write_evidence(moved, "norrsken", tmp_path / "evidence")
    check = check_evidence(tmp_path / "evidence")
    assert check.problems == ()
    assert (check.digest, check.files, check.journal_entries) == (written.digest, len(written.files), 1)


def test_the_same_ledger_gives_the_same_bytes(moved: Ledger, tmp_path: Path) -> None:
    first, second = (write_evidence(moved, "norrsken", tmp_path / name) for name in ("a", "b"))
    assert first.files == second.files
    assert first.digest == second.digest


def test_a_manifest_names_every_item_with_its_fate(moved: Ledger, tmp_path: Path) -> None:
    write_evidence(moved, "norrsken", tmp_path)
    with (tmp_path / "manifests" / "share-homes.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert set(rows) == {*AWKWARD, "öppen.pst"}
    assert rows["öppen.pst"]["state"] == "failed"
    assert rows["två\nrader"]["digest"] == hashlib.sha256("två\nrader".encode()).hexdigest()
    accounts = json.loads((tmp_path / "accounts.json").read_text())
    assert accounts[1]["source"] == accounts[1]["moved"] + accounts[1]["skipped"] + accounts[1]["failed"] == 6


def alter_a_manifest(folder: Path) -> None:
    path = folder / "manifests" / "share-homes.csv"
    path.write_bytes(path.read_bytes().replace(b"failed", b"done  "))


def alter_the_journal(folder: Path) -> None:
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Anna", b"Hans"))


def add_a_manifest(folder: Path) -> None:
    (folder / "manifests" / "share-secret.csv").write_text("key\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (alter_a_manifest, "manifests/share-homes.csv was altered"),
        (alter_the_journal, "journal.jsonl was altered"),
        (add_a_manifest, "manifests/share-secret.csv is not in the index"),
        (lambda folder: (folder / "accounts.json").unlink(), "accounts.json is missing"),
        (lambda folder: (folder / "evidence.json").unlink(), "there is no evidence.json"),
        (lambda folder: (folder / "evidence.json").write_text("{"), "evidence.json cannot be read"),
    ],
)
def test_what_was_altered_is_found(moved: Ledger, tmp_path: Path, change: Callable[[Path], object], words: str) -> None:
    write_evidence(moved, "norrsken", tmp_path)
    change(tmp_path)
    assert any(words in problem for problem in check_evidence(tmp_path).problems)


def fitted(folder: Path, name: str) -> None:
    """Make the index agree with an altered file, as a careful forger would."""
    index = json.loads((folder / "evidence.json").read_text())
    content = (folder / name).read_bytes()
    for one in index["files"]:
        if one["name"] == name:
            one.update(size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (folder / "evidence.json").write_text(json.dumps(index))


def test_a_forged_journal_is_found_by_its_chain(moved: Ledger, tmp_path: Path) -> None:
    journal.append(moved, "norrsken", actor="b", action="cut-over", subject="norrsken")
    write_evidence(moved, "norrsken", tmp_path)
    alter_the_journal(tmp_path)
    fitted(tmp_path, "journal.jsonl")
    assert check_evidence(tmp_path).problems == ("entry 1 of the journal was altered",)


@pytest.mark.parametrize(
    ("keep", "words"), [(slice(0, 1), "the journal has 1 entries"), (slice(1, 2), "does not follow the one before")]
)
def test_a_shortened_journal_is_found(moved: Ledger, tmp_path: Path, keep: slice, words: str) -> None:
    journal.append(moved, "norrsken", actor="b", action="cut-over", subject="norrsken")
    write_evidence(moved, "norrsken", tmp_path)
    lines = (tmp_path / "journal.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "journal.jsonl").write_text("".join(lines[keep]))
    fitted(tmp_path, "journal.jsonl")
    assert any(words in problem for problem in check_evidence(tmp_path).problems)


def test_a_manifest_whose_two_forms_differ_is_found(moved: Ledger, tmp_path: Path) -> None:
    write_evidence(moved, "norrsken", tmp_path)
    alter_a_manifest(tmp_path)
    fitted(tmp_path, "manifests/share-homes.csv")
    assert check_evidence(tmp_path).problems == ("share-homes.csv and share-homes.jsonl differ in row 6",)


def test_a_drops_manifest_lists_files_with_their_origin(moved: Ledger, tmp_path: Path) -> None:
    workload = ensure_workload(moved, "norrsken", "drop", "handover")
    written = write_drop_manifest(tmp_path, drop_items(moved, workload))
    rows = (tmp_path / "manifest.csv").read_text().splitlines()
    digest = hashlib.sha256(b"mailboxes/anna.mbox").hexdigest()
    assert rows[:2] == ["path,bytes,sha256,origin", f"mailboxes/anna.mbox,3,{digest},mailbox anna"]
    assert rows[2].endswith(",share homes")
    assert written.rows == 2
    assert written.csv.sha256 == hashlib.sha256((tmp_path / "manifest.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("mailboxes/anna/INBOX/1.eml", "mailbox anna"),
        ("mailboxes/anna.mbox", "mailbox anna"),
        ("applications/visma/2026.zip", "application visma"),
        ("other/x", "other/x"),
        ("mailboxes", "mailboxes"),
    ],
)
def test_origins(path: str, origin: str) -> None:
    assert origin_of(path) == origin


text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(text, st.one_of(st.none(), text, st.integers(0, 2**63))), max_size=8))
def test_both_forms_of_a_list_tell_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("list")
    written = write_list(folder, "list", ("key", "value"), rows)
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        read = [(row["key"], row["value"]) for row in csv.DictReader(file)]
    assert read == [(key, "" if value is None else str(value)) for key, value in rows]
    lines = [json.loads(line) for line in (folder / "list.jsonl").read_text().split("\n")[:-1]]
    assert [(line["key"], line["value"]) for line in lines] == [(key, value) for key, value in rows]
    assert written.rows == len(rows)
