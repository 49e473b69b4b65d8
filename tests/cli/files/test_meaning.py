"""`skyflytt files sync` with links, modes and ways to detect changes; `skyflytt files scan` with a report of permissions."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from skyflytt.cli import run


@pytest.fixture
def ends(tmp_path: Path) -> tuple[str, str]:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "old" / "Avtal").mkdir()
    (tmp_path / "old" / "Avtal" / "a.txt").write_text("a")
    (tmp_path / "old" / "nu").symlink_to("Avtal")
    (tmp_path / "old" / "ut").symlink_to(tmp_path)
    return f"file:{tmp_path}/old", f"file:{tmp_path}/new"


def synced(ends: tuple[str, str], capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, int]:
    ledger = Path(ends[1].removeprefix("file:")).parent / "l.sqlite"
    assert run(["files", "sync", *ends, "--ledger", str(ledger), "--json", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    return dict(told["counts"])


@pytest.mark.parametrize(("policy", "moved"), [("skip", 2), ("keep", 3), ("follow-inside", 4)])
def test_links(
    ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: str, moved: int
) -> None:
    counts = synced(ends, capsys, "--symlinks", policy)
    assert (counts["moved"], counts["failed"]) == (moved, 0)
    nu = tmp_path / "new" / "nu"
    assert (nu.is_symlink(), nu.is_dir()) == {
        "skip": (False, False), "keep": (True, True), "follow-inside": (False, True)
    }[policy]  # fmt: skip
    assert not (tmp_path / "new" / "ut").exists()
    assert run(["files", "verify", *ends, "--ledger", str(tmp_path / "l.sqlite")]) == 0


def test_append_and_mirror(ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    synced(ends, capsys, "--mode", "append")
    (tmp_path / "old" / "Avtal" / "a.txt").unlink()
    counts = synced(ends, capsys, "--mode", "append")
    assert (counts["gone"], counts["gone_kept"]) == (1, 1)
    assert (tmp_path / "new" / "Avtal" / "a.txt").exists()
    counts = synced(ends, capsys, "--mode", "mirror")
    assert (counts["gone"], counts["gone_kept"]) == (1, 0)
    assert not (tmp_path / "new" / "Avtal" / "a.txt").exists()
    synced(ends, capsys, "--only-add")
    ledger = ["--ledger", str(tmp_path / "l.sqlite")]
    assert run(["files", "sync", *ends, *ledger, "--mode", "mirror"]) != 0
    assert "ledger.append-only" in capsys.readouterr().err


def test_a_change_that_only_the_content_tells(
    ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "old" / "Avtal" / "a.txt"
    for number, detect in enumerate(("size-mtime", "digest", "token")):
        synced(ends, capsys, "--detect", detect)
        before = file.stat()
        file.write_text(str(number))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        synced(ends, capsys, "--detect", detect)
        copied = (tmp_path / "new" / "Avtal" / "a.txt").read_text() == str(number)
        assert copied is (detect != "size-mtime")


def test_permissions_are_written_down(
    ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old").chmod(0o755)
    (tmp_path / "old" / "Avtal").chmod(0o750)
    (tmp_path / "old" / "Avtal" / "a.txt").chmod(0o644)
    report = tmp_path / "rättigheter.csv"
    assert run(["files", "scan", ends[0], "--permissions", str(report), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["permissions"]
    assert told == {"folders": 2, "own_folders": 1, "own_files": 1, "unread": 0}
    with report.open(encoding="utf-8", newline="") as file:
        rows = [(row["path"], row["of"], row["mode"], row["files"]) for row in csv.DictReader(file)]
    assert rows == [(".", "folder", "rwxr-xr-x", ""), ("Avtal", "folder", "rwxr-x---", ""), ("Avtal", "files", "", "1")]
    assert run(["files", "scan", ends[0], "--permissions", str(tmp_path / "nowhere.txt" / "a" / "\0")]) != 0
