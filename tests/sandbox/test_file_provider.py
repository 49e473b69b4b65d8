"""The file servers, through an ordinary client."""

from __future__ import annotations

import stat
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import paramiko
import pytest

from skyflytt.sandbox.company import application
from skyflytt.sandbox.company.files import AWKWARD, EMPTY_FOLDERS, LARGE, build, plan
from skyflytt.sandbox.state import Sandbox

OpenFiles = Callable[..., Any]


def walk(client: paramiko.SFTPClient, folder: str = "") -> Iterator[tuple[str, paramiko.SFTPAttributes]]:
    for entry in client.listdir_attr("/" + folder):
        path = f"{folder}/{entry.filename}".lstrip("/")
        yield path, entry
        if stat.S_ISDIR(entry.st_mode or 0):
            yield from walk(client, path)


def test_every_file_is_served_with_its_name_size_and_time(sandbox: Sandbox, open_files: OpenFiles) -> None:
    with open_files(sandbox, "old-files") as client:
        entries = dict(walk(client))
    found = {
        path: (entry.st_size, entry.st_mtime) for path, entry in entries.items() if stat.S_ISREG(entry.st_mode or 0)
    }
    assert found == {file.path: (file.size, file.mtime) for file in plan()}
    assert set(EMPTY_FOLDERS) <= entries.keys()
    assert len(found) == 2000
    assert sum(size for size, _ in found.values()) < 60_000_000


def test_contents_are_as_made(sandbox: Sandbox, open_files: OpenFiles) -> None:
    chosen = [file for file in plan() if "Svåra namn" in file.path] + list(plan()[:50])
    with open_files(sandbox, "old-files") as client:
        for file in chosen:
            with client.open("/" + file.path) as opened:
                assert opened.read() == file.content(), file.path


def test_the_names_are_as_awkward_as_promised() -> None:
    twins = {name.lower() for name in AWKWARD if name.lower() == "offert.xlsx"}
    assert twins == {"offert.xlsx"}
    assert len({unicodedata.normalize("NFC", name) for name in AWKWARD}) < len(AWKWARD)
    assert max(len(name.encode()) for name in AWKWARD) in range(240, 256)
    assert any(name.endswith(".") for name in AWKWARD)
    assert any(name.endswith(" ") for name in AWKWARD)
    assert any(set(name) & set('<>:"\\|?*') for name in AWKWARD)
    assert not any("\n" in name or "/" in name for name in AWKWARD)
    assert sum(file.size == 0 for file in plan()) > 2
    assert len(LARGE) == 4


def test_files_are_never_younger_than_the_company_s_past() -> None:
    assert max(file.mtime for file in plan()) < 1_785_542_400  # 2026-08-01


def test_the_same_seed_gives_the_same_files(tmp_path: Any, sandbox: Sandbox) -> None:
    build(tmp_path)
    for file in plan()[::37]:
        assert (tmp_path / file.path).read_bytes() == (sandbox.root / "old-files" / file.path).read_bytes()


def test_the_bookkeeping_backup_is_real() -> None:
    import io  # noqa: PLC0415
    import sqlite3  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(application.backup())) as archive:
        assert archive.testzip() is None
        sie = archive.read("Export/NORRSKEN.SE").decode("cp437")
        assert "2026.1" in archive.read("VERSION.TXT").decode("cp1252")
        database = sqlite3.connect(":memory:")
        database.deserialize(archive.read("Databas/norrsken.db"))
    assert "#FORMAT PC8" in sie
    assert "Löner" in sie
    amounts = [float(line.split()[-1]) for line in sie.splitlines() if line.startswith("#TRANS")]
    assert len(amounts) == 800
    assert abs(sum(amounts)) < 0.01
    assert database.execute("SELECT count(*) FROM voucher").fetchone() == (400,)


def test_the_new_file_server_is_empty_and_takes_files(sandbox: Sandbox, open_files: OpenFiles) -> None:
    with open_files(sandbox, "new-files") as client:
        assert sorted(client.listdir("/")) == ["company", "homes"]
        assert client.listdir("/homes") == []
        with client.open("/homes/ny å.part", "wb") as opened:
            opened.write(b"hej")
        client.utime("/homes/ny å.part", (1_000_000_000, 1_000_000_000))
        client.posix_rename("/homes/ny å.part", "/homes/ny å")
        assert client.stat("/homes/ny å").st_mtime == 1_000_000_000
        client.remove("/homes/ny å")


def test_nothing_outside_the_root_is_reached(sandbox: Sandbox, open_files: OpenFiles) -> None:
    with open_files(sandbox, "new-files") as client, pytest.raises(FileNotFoundError):
        client.stat("/../../../../etc/passwd")


def test_wrong_password_and_unknown_host_key_are_refused(sandbox: Sandbox, open_files: OpenFiles) -> None:
    with pytest.raises(paramiko.AuthenticationException), open_files(sandbox, "old-files", "fel"):
        pass
    server = sandbox.servers["old-files"]
    with paramiko.SSHClient() as ssh, pytest.raises(paramiko.SSHException, match="not found in known_hosts"):
        ssh.connect(server.host, server.port, "migration", "x", allow_agent=False, look_for_keys=False)


def test_small_files_are_read_quickly(sandbox: Sandbox, open_files: OpenFiles) -> None:
    small = [file.path for file in plan() if 0 < file.size < 6000][:200]
    with open_files(sandbox, "old-files") as client:
        times = []
        for path in small:
            began = time.monotonic()
            with client.open("/" + path) as opened:
                opened.read()
            times.append(time.monotonic() - began)
    # 2 ms on two idle cores; a socket that waits for acknowledgements makes even the fastest take 40 ms more.
    assert min(times) < 0.03
