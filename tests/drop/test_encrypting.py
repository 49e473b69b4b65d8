"""Encrypted archives: whole, read back, opened by 7-Zip, and left alone when nothing changed."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import pyzipper

from skyflytt.drop.encrypting import archive
from skyflytt.drop.verify import verify_drop
from skyflytt.errors.files import KindNotCopied
from skyflytt.files.local import open_local
from skyflytt.project.servers import LocalServer

FILES = {"Åsa/avtal.txt": "avtal åäö".encode(), "tom.txt": b"", "stor.bin": bytes(range(256)) * 9000}
PASSPHRASE = "lösen-fras för arkiven"


@pytest.fixture
def contents(tmp_path: Path) -> Path:
    for path, content in FILES.items():
        (tmp_path / "contents" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "contents" / path).write_bytes(content)
    (tmp_path / "contents" / "empty folder").mkdir()
    return tmp_path / "contents"


def archived(contents: Path, passphrase: str = PASSPHRASE) -> Path:
    with open_local(LocalServer(kind="local", root=contents)) as store:
        return archive("shares/homes", store, contents.parent / "archives", passphrase)


def test_it_holds_everything_for_who_has_the_passphrase(contents: Path, tmp_path: Path) -> None:
    path = archived(contents)
    assert path == tmp_path / "archives/shares/homes.zip"
    with pyzipper.AESZipFile(path) as zip_file:
        assert all(info.wz_aes_strength == 3 for info in zip_file.infolist() if info.file_size), "AES with 256 bits"
        zip_file.setpassword(PASSPHRASE.encode())
        zip_file.extractall(tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == FILES
    assert (tmp_path / "out" / "empty folder").is_dir()
    assert verify_drop(tmp_path / "out").whole
    assert b"avtal" not in path.read_bytes().replace(b"avtal.txt", b"")


@pytest.mark.parametrize("passphrase", ["", "another"])
def test_nothing_comes_out_without_it(contents: Path, passphrase: str) -> None:
    with pyzipper.AESZipFile(archived(contents)) as zip_file:
        zip_file.setpassword(passphrase.encode())
        with pytest.raises(RuntimeError):
            zip_file.read("stor.bin")
    with zipfile.ZipFile(archived(contents)) as plain, pytest.raises((NotImplementedError, RuntimeError)):
        plain.read("stor.bin")


def test_what_is_whole_already_is_left_as_it_is(contents: Path) -> None:
    first = archived(contents).read_bytes()
    assert archived(contents).read_bytes() == first
    archived(contents).write_bytes(first[:-1])
    whole = archived(contents).read_bytes()
    assert len(whole) == len(first)
    (contents / "tom.txt").write_bytes(b"no longer")
    changed = archived(contents).read_bytes()
    assert changed != whole
    assert archived(contents, "another passphrase").read_bytes() != changed


def test_only_archives_lie_where_they_are_handed_over_from(contents: Path, tmp_path: Path) -> None:
    archived(contents)
    assert [path.name for path in (tmp_path / "archives").rglob("*") if path.is_file()] == ["homes.zip"]


def test_a_link_keeps_the_archive_from_being_made(contents: Path, tmp_path: Path) -> None:
    (contents / "link").symlink_to("/etc/passwd")
    with pytest.raises(KindNotCopied):
        archived(contents)
    assert not (tmp_path / "archives/shares/homes.zip").exists()


@pytest.mark.heavy
def test_seven_zip_opens_it(contents: Path, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    program = require_debian("7zip", binary="7zz")
    out = tmp_path / "by7zip"
    subprocess.run(
        [program, "x", f"-p{PASSPHRASE}", f"-o{out}", str(archived(contents))], check=True, capture_output=True
    )
    assert {name: (out / name).read_bytes() for name in FILES} == FILES
    refused = subprocess.run(
        [program, "t", "-pwrong", str(archived(contents))], check=False, capture_output=True, text=True
    )
    assert refused.returncode != 0
