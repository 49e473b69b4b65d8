from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paramiko
import pytest

from skyflytt.errors.connection import HostKeyChanged, HostKeyUnknown, PasswordRefused
from skyflytt.errors.files import CopyAltered, PathEscapes, PathMissing
from skyflytt.files.each import Rename, read_each, rename_each, stat_each
from skyflytt.files.sftp import SftpStore, open_sftp
from skyflytt.files.sftp.session import Session
from skyflytt.files.verification import content_digest, verify
from skyflytt.ledger.schema import Verified
from skyflytt.project.servers import SftpServer
from tests.real.processes import free_port, running_module
from tests.real.sshd import Sshd, known_hosts_lines, make_key, running_sshd

pytestmark = pytest.mark.real
BARE = "-P posix-rename,lsetstat,limits,statvfs,fstatvfs"
"""Without OpenSSH's extensions: as other servers are."""


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Sshd]:
    with running_sshd(require_debian("openssh-server", binary="sshd"), tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="module")
def bare_sshd(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Sshd]:
    program = require_debian("openssh-server", binary="sshd")
    with running_sshd(program, tmp_path_factory.mktemp("sshd"), BARE) as running:
        yield running


def settings(sshd: Sshd, root: Path, **changes: Any) -> SftpServer:
    given: dict[str, Any] = {"host": "127.0.0.1", "port": sshd.port, "user": sshd.user, "root": str(root)}
    given |= {"known_hosts": sshd.known_hosts, "key_file": sshd.key_file}
    return SftpServer(kind="sftp", **(given | changes))


def put(store: SftpStore, path: str, content: bytes) -> None:
    with store.write(path) as file:
        file.write(content)


def test_a_server_without_extensions(bare_sshd: Sshd, tmp_path: Path) -> None:
    when = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    content = os.urandom(700_000)
    with open_sftp(settings(bare_sshd, tmp_path)) as store:
        assert not store.capabilities.atomic_rename
        put(store, "new", content)
        put(store, "old", b"old")
        store.rename("new", "old", when)
        found = store.stat("old")
        assert found is not None
        assert found.modified == when
        with store.read("old") as file:
            assert file.read() == content
        (tmp_path / "link").symlink_to("/etc/hostname")
        with pytest.raises(PathEscapes):
            store.rename("link", "moved", when)
        renames = [Rename("old", "m/a", when), Rename("link", "m/b", when), Rename("none", "m/c")]
        assert [type(one) for one in rename_each(store, renames)] == [type(None), PathEscapes, PathMissing]
        assert stat_each(store, ["m/a", "m/b", "old"]) == [store.stat("m/a"), None, None]


def test_the_sentence_names_both_fingerprints(sshd: Sshd, tmp_path: Path) -> None:
    shown = paramiko.Ed25519Key.from_private_key_file(str(sshd.known_hosts.with_name("host_key"))).fingerprint
    other = make_key(tmp_path / "other")
    known = tmp_path / "known_hosts"
    known.write_text(known_hosts_lines(sshd.port, other))
    expected = paramiko.Ed25519Key.from_private_key_file(str(other)).fingerprint
    with pytest.raises(HostKeyChanged) as changed, open_sftp(settings(sshd, tmp_path, known_hosts=known)):
        pass
    assert shown in changed.value.sentence
    assert expected in changed.value.sentence
    with pytest.raises(HostKeyUnknown) as unknown, open_sftp(settings(sshd, tmp_path, known_hosts=tmp_path / "none")):
        pass
    assert shown in unknown.value.sentence
    assert "does not exist" in unknown.value.sentence


def test_a_key_file_with_a_passphrase(sshd: Sshd, tmp_path: Path) -> None:
    key = tmp_path / "key"
    shutil.copy(sshd.key_file, key)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "hemlig", "-f", str(key)], check=True)
    with open_sftp(settings(sshd, tmp_path, key_file=key), "hemlig") as store:
        assert store.stat("key") is not None
    for secret in (None, "fel"):
        with pytest.raises(PasswordRefused), open_sftp(settings(sshd, tmp_path, key_file=key), secret):
            pass
    with (
        pytest.raises(PasswordRefused, match="no key file"),
        open_sftp(settings(sshd, tmp_path, key_file=tmp_path / "x")),
    ):
        pass


def test_no_agent_and_no_other_keys_are_tried(sshd: Sshd, tmp_path: Path) -> None:
    with pytest.raises(PasswordRefused), open_sftp(settings(sshd, tmp_path, key_file=None)):
        pass


def test_answers_shorter_than_asked_for(tmp_path: Path) -> None:
    """A server may answer a READ with fewer bytes (draft-ietf-secsh-filexfer-02, section 6.4)."""
    port, host_key = free_port(), make_key(tmp_path / "host_key")
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(known_hosts_lines(port, host_key))
    content = os.urandom(1_000_000)
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        (Path(name) / "file").write_bytes(content)
        server = SftpServer(kind="sftp", host="127.0.0.1", port=port, user="x", known_hosts=known_hosts, root=name)
        arguments = (str(port), str(host_key), "hemlig", f"{name}/attempts", "7777")
        with (
            running_module("tests.real.asyncssh_server", *arguments, port=port, log=tmp_path / "log"),
            open_sftp(server, "hemlig") as store,
        ):
            for offset in (0, 1, 999_999, 1_000_000):
                with store.read("file", offset) as file:
                    assert file.read() == content[offset:]
            assert read_each(store, [("file", 1_000_000), ("file", 999_999), ("none", 5)])[:2] == [content, content]


def test_few_round_trips(sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts over a long line: how often an answer has to be waited for before the next packet goes out."""
    waits = 0
    sent = True
    flush, take = Session.flush, Session._take

    def counting_flush(self: Session) -> None:
        nonlocal sent
        sent = sent or bool(self._out)
        flush(self)

    def counting_take(self: Session) -> tuple[int, bytes]:
        nonlocal waits, sent
        waits += sent
        sent = False
        return take(self)

    with open_sftp(settings(sshd, tmp_path)) as store:
        put(store, "folder/first", b"x" * 5_000)
        monkeypatch.setattr(Session, "flush", counting_flush)
        monkeypatch.setattr(Session, "_take", counting_take)
        put(store, "folder/.part", b"x" * 5_000)
        store.rename("folder/.part", "folder/file", datetime(2024, 1, 1, tzinfo=UTC))
        assert waits <= 3
        waits = 0
        with store.read("folder/file") as file:
            assert file.read() == b"x" * 5_000
        assert waits <= 2


LARGE = os.urandom(1_000_000) * 9
ODD_NAMES = ["plain", "-c", 'it\'s "quoted" $HOME `id`', "rad\nbrytning \\ å"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_server_with_a_shell_digests_large_files_itself(sshd: Sshd, tmp_path: Path, name: str) -> None:
    with open_sftp(settings(sshd, tmp_path)) as store:
        put(store, f"m/{name}", LARGE)
        put(store, "m/small", b"small")
        assert store.digest(f"m/{name}") == hashlib.sha256(LARGE).hexdigest()
        assert store.digest("m/small") is None
        assert store.digest("m/none") is None
        assert verify(store, f"m/{name}", hashlib.sha256(LARGE).hexdigest(), len(LARGE)) is Verified.DIGEST
        put(store, f"m/{name}", LARGE[:-1] + b"!")
        with pytest.raises(CopyAltered):
            verify(store, f"m/{name}", hashlib.sha256(LARGE).hexdigest(), len(LARGE))


@pytest.mark.parametrize("server", ["without a shell", "told not to"])
def test_without_a_shell_large_files_are_read_back(sshd: Sshd, sftp_only: Sshd, tmp_path: Path, server: str) -> None:
    asked = settings(sftp_only, tmp_path) if server == "without a shell" else settings(sshd, tmp_path, digests="read")
    with open_sftp(asked) as store:
        put(store, "file", LARGE)
        assert store.digest("file") is None
        assert content_digest(store, "file") == hashlib.sha256(LARGE).hexdigest()
        assert verify(store, "file", hashlib.sha256(LARGE).hexdigest(), len(LARGE)) is Verified.DIGEST
        with pytest.raises(CopyAltered):
            verify(store, "file", hashlib.sha256(b"other").hexdigest(), len(LARGE))


@pytest.fixture(scope="module")
def sftp_only(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Sshd]:
    program = require_debian("openssh-server", binary="sshd")
    with running_sshd(program, tmp_path_factory.mktemp("sshd"), "\nForceCommand internal-sftp") as running:
        yield running


def test_how_much_room_is_left(sshd: Sshd, bare_sshd: Sshd, tmp_path: Path) -> None:
    with open_sftp(settings(sshd, tmp_path)) as store:
        free = store.free_bytes()
        assert free is not None
        assert 0 < free <= shutil.disk_usage(tmp_path).total
    with open_sftp(settings(bare_sshd, tmp_path)) as store:
        assert store.free_bytes() is None
