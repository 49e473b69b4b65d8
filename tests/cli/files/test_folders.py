"""`skyflytt files`: from a folder of this machine to a real SFTP server and back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skyflytt.cli import run
from tests.real.sshd import Sshd, running_sshd

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def sshd(require_debian: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with running_sshd(require_debian("openssh-server", binary="sshd"), tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def ends(sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The addresses of a filled folder and of an empty one at the server."""
    monkeypatch.setenv("SKYFLYTT_SSH_KEY", str(sshd.key_file))
    monkeypatch.setenv("SKYFLYTT_SSH_KNOWN_HOSTS", str(sshd.known_hosts))
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "Avtal").mkdir(parents=True)
    new.mkdir()
    (old / "Avtal" / "Åhléns.pdf").write_bytes(b"%PDF" * 5000)
    (old / "läs.txt").write_text("hej")
    (old / "cache.tmp").write_text("x")
    (old / "länk").symlink_to("läs.txt")
    return f"file:{old}", f"sftp://{sshd.user}@localhost:{sshd.port}{new}"


def test_to_the_new_home_and_looked_at_again(
    ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = ["--ledger", str(tmp_path / "l.sqlite")]
    for moved_now in (3, 0):
        assert run(["files", "sync", *ends, *ledger, "--exclude", "*.tmp", "--json"]) == 0
        counts = json.loads(capsys.readouterr().out)["counts"]
        assert counts == counts | {"source": 5, "moved": 3, "moved_now": moved_now, "skipped": 2, "failed": 0}
    assert run(["files", "verify", *ends, *ledger]) == 0
    assert capsys.readouterr().out == "2 of 2 moved files are there as they were verified.\n"
    assert run(["files", "compare", *ends, "--exclude", "*.tmp", "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {"kind": "only here", "path": "länk", "detail": "symlink"},
        {"source": 4, "target": 3, "differences": 1, "renamed": 0},
    ]
    assert run(["files", "scan", ends[1], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["folders"], told["size_bytes"]) == (2, 1, 20_003)
    assert told["largest"][0] == [20_000, "Avtal/Åhléns.pdf"]


def test_what_changed_at_the_new_home_is_named(
    ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = ["--ledger", str(tmp_path / "l.sqlite")]
    assert run(["files", "sync", *ends, *ledger, "--exclude", "länk"]) == 0
    copy = tmp_path / "new" / "Avtal" / "Åhléns.pdf"
    before = copy.stat()
    copy.write_bytes(b"%PDX" * 5000)
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))
    capsys.readouterr()
    assert run(["files", "compare", *ends, "--exclude", "länk", "--quick"]) == 0
    assert run(["files", "compare", *ends, "--exclude", "länk"]) == 1
    assert "differs     Avtal/Åhléns.pdf  the bytes differ" in capsys.readouterr().out
    (tmp_path / "new" / "läs.txt").unlink()
    assert run(["files", "verify", *ends, *ledger]) == 1
    assert capsys.readouterr().err.split() == ["missing", "läs.txt", "changed", "Avtal/Åhléns.pdf"]


def test_after_the_cutover_it_only_adds(ends: tuple[str, str], tmp_path: Path) -> None:
    ledger = ["--ledger", str(tmp_path / "l.sqlite")]
    assert run(["files", "sync", *ends, *ledger]) == 0
    (tmp_path / "old" / "läs.txt").unlink()
    (tmp_path / "old" / "ny.txt").write_text("ny")
    assert run(["files", "sync", *ends, *ledger, "--only-add"]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["Avtal", "cache.tmp", "läs.txt", "ny.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sync", "--ledger", "notes.txt"], "cannot be the ledger"),
        (["verify", "--ledger", "none.sqlite"], "there is no such file"),
        (["sync", "--ledger", "l.sqlite", "--exclude", "!"], "Invalid git pattern"),
    ],
)
def test_bad_input_changes_nothing(
    arguments: list[str],
    words: str,
    *,
    ends: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("not a database, but somebody's notes")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(["files", arguments[0], *ends, *arguments[1:]]) == 2
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert not list((tmp_path / "new").iterdir())


def test_a_host_that_is_not_known_is_not_signed_in_to(
    ends: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nobody").touch()
    monkeypatch.setenv("SKYFLYTT_SSH_KNOWN_HOSTS", str(tmp_path / "nobody"))
    assert run(["files", "scan", ends[1]]) == 1
    assert "[connection.host-key-unknown]" in capsys.readouterr().err
