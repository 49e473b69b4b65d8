"""`skyflytt verify-drop` and `sha256sum -c` over the same folders: they say the same."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.drop.sums import read_sums, sums_line
from skyflytt.drop.verify import receipt_line, verify_drop
from skyflytt.drop.windows_names import extended_length, windows_path
from skyflytt.errors.drop import ManifestUnusable
from skyflytt.evidence.lists import write_list
from skyflytt.evidence.manifest import DROP_COLUMNS

CONTENTS = {
    "applications/visma/Säkerhetskopia 2026.zip": b"\0" * 5000,
    "mailboxes/anna.pst": b"!BDN" * 1000,
    "shares/homes/a\\b.txt": b"backslash",
    "shares/homes/line\nbreak.txt": b"line break",
    "shares/homes/return\rhere.txt": b"carriage return",
    'shares/homes/ comma, "quote" .txt': b"csv",
    "shares/homes/tom.txt": b"",
    "shares/homes/what? <this>.txt": b"not in Windows",
}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetched(folder: Path, contents: dict[str, bytes]) -> Path:
    """A drop's folder as a customer has it."""
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    rows = [(path, len(content), sha256(content), "share homes") for path, content in contents.items()]
    written = write_list(folder, "manifest", DROP_COLUMNS, rows)
    listed = [(file.sha256, file.name) for file in (written.csv, written.jsonl)]
    listed += [(sha256(content), path) for path, content in contents.items()]
    (folder / "SHA256SUMS").write_bytes("".join(sums_line(*one) for one in listed).encode())
    (folder / "HOW-TO-FETCH.sv.html").write_text("sida")
    return folder


def coreutils(folder: Path) -> int:
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def alter(folder: Path, path: str, content: bytes) -> None:
    (folder / path).write_bytes(content)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "nothing": lambda _folder: None,
    "a file is missing": lambda folder: (folder / "mailboxes/anna.pst").unlink(),
    "a file was cut": lambda folder: alter(folder, "mailboxes/anna.pst", b"!BDN"),
    "one byte differs": lambda folder: alter(folder, "shares/homes/a\\b.txt", b"Backslash"),
    "an empty file is not": lambda folder: alter(folder, "shares/homes/tom.txt", b"x"),
    "a name with a line break is missing": lambda folder: (folder / "shares/homes/line\nbreak.txt").unlink(),
    "a name with a return is altered": lambda folder: alter(folder, "shares/homes/return\rhere.txt", b""),
    "the other manifest is altered": lambda folder: alter(folder, "manifest.jsonl", b"{}\n"),
    "the sums are missing": lambda folder: (folder / "SHA256SUMS").unlink(),
    "more files than listed": lambda folder: alter(folder, "notes.txt", b"my own"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_both_say_the_same(tmp_path: Path, damage: str) -> None:
    folder = fetched(tmp_path / "drop", CONTENTS)
    DAMAGES[damage](folder)
    assert verify_drop(folder, windows=False).whole == (coreutils(folder) == 0)


def test_the_receipt_is_what_sha256sum_says_of_the_manifest(tmp_path: Path) -> None:
    folder = fetched(tmp_path, CONTENTS)
    said = subprocess.run(["sha256sum", "manifest.csv"], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert receipt_line(verify_drop(folder)) == said.strip()


def test_sums_are_written_and_read_as_coreutils_does(tmp_path: Path) -> None:
    for path, content in CONTENTS.items():
        (tmp_path / Path(path).name).write_bytes(content)
    names = sorted(Path(path).name for path in CONTENTS)
    said = subprocess.run(["sha256sum", "--", *names], cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    ours = "".join(sums_line(sha256((tmp_path / name).read_bytes()), name) for name in names)
    assert ours == said
    assert [name for name, _ in read_sums(said.split("\n"))] == names


def test_what_is_missing_altered_and_extra_is_named(tmp_path: Path) -> None:
    folder = fetched(tmp_path, CONTENTS)
    (folder / "mailboxes/anna.pst").unlink()
    alter(folder, "shares/homes/a\\b.txt", b"Backslash")
    alter(folder, "shares/mine.txt", b"")
    found = verify_drop(folder)
    assert found.missing == ["mailboxes/anna.pst"]
    assert found.altered == {"shares/homes/a\\b.txt": "another content"}
    assert found.extra == ["shares/mine.txt"]


def test_windows_names(tmp_path: Path) -> None:
    """What FileZilla on Windows saves under other names, and what another client does, is found all the same."""
    folder = fetched(tmp_path, CONTENTS)
    for path in list(CONTENTS):
        if windows_path(path) != path:
            (folder / path).rename(folder / windows_path(path))
    (folder / windows_path("shares/homes/a\\b.txt")).rename(folder / "shares/homes/a\N{FULLWIDTH REVERSE SOLIDUS}b.txt")
    found = verify_drop(folder, windows=True)
    assert found.whole
    assert found.extra == []
    assert found.renamed["shares/homes/what? <this>.txt"] == "shares/homes/what_ _this_.txt"
    assert found.renamed["shares/homes/a\\b.txt"] == "shares/homes/a\N{FULLWIDTH REVERSE SOLIDUS}b.txt"
    assert not verify_drop(folder, windows=False).whole


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b:c.txt", "a/b_c.txt"),
        ("a. /dots...", "a__/dots___"),
        ("con", "_con"),
        ("Aux.txt/x", "_Aux.txt/x"),
        ("contract.txt", "contract.txt"),
        ("åäö/..b", "åäö/..b"),
    ],
)
def test_names_that_windows_cannot_have(path: str, name: str) -> None:
    assert windows_path(path) == name


def test_long_paths_of_windows() -> None:
    assert extended_length("C:\\Drop", "shares/a") == "\\\\?\\C:\\Drop\\shares\\a"
    assert extended_length("C:\\", "a") == "\\\\?\\C:\\a"
    assert extended_length("\\\\server\\share", "a") == "\\\\?\\UNC\\server\\share\\a"
    assert extended_length("\\\\?\\C:\\Drop", "a") == "\\\\?\\C:\\Drop\\a"


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"path,bytes\n",
        b"path,bytes,sha256,origin\nx,1,abc,y\n",
        b"path,bytes,sha256,origin\n../x,1," + b"0" * 64 + b",y\n",
        b"path,bytes,sha256,origin\n/etc/passwd,1," + b"0" * 64 + b",y\n",
        b'path,bytes,sha256,origin\n"x,1\n',
        b"\xff\xfe",
    ],
)
def test_a_manifest_that_is_none(tmp_path: Path, manifest: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "manifest.csv").write_bytes(manifest)
    with pytest.raises(ManifestUnusable):
        verify_drop(tmp_path)
    assert run(["verify-drop", str(tmp_path)]) == 2
    assert "drop.manifest-unusable" in capsys.readouterr().err


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = fetched(tmp_path / "drop", CONTENTS)
    digest = sha256((folder / "manifest.csv").read_bytes())
    assert run(["verify-drop", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{digest}  manifest.csv"
    shutil.rmtree(folder / "applications")
    assert run(["verify-drop", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["missing"], told["receipt"], told["whole"]) == (
        ["applications/visma/Säkerhetskopia 2026.zip"], digest, False,
    )  # fmt: skip
    assert run(["verify-drop", str(tmp_path / "nowhere")]) == 2
