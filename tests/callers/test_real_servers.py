"""Real clients sign in at real servers, and the logs that these write give the right callers."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest

from skyflytt.deadline.clock import SystemClock
from tests.callers import sign_ins
from tests.callers.reading import told
from tests.contract.file_places import Certificates, make_certificates
from tests.real.apache import running_apache
from tests.real.dovecot import running_dovecot
from tests.real.postfix import running_postfix
from tests.real.proftpd import running_proftpd
from tests.real.sshd import running_sshd
from tests.real.vsftpd import running_vsftpd

pytestmark = [pytest.mark.real, pytest.mark.heavy]
Require = Callable[..., str]
HERE = "127.0.0.1"
LOCAL = SystemClock().now().astimezone().tzinfo or UTC


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    made = make_certificates(tmp_path_factory.mktemp("certificates"))
    made.key.chmod(0o644)
    return made


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that servers which give up root can reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def callers(log: Path, expected: set[tuple[str, ...]], kind: str | None = None) -> None:
    """The log tells these within some seconds: servers write when they get to it."""
    end = time.monotonic() + 20
    found: set[tuple[str, ...]] = set()
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            found = {one[:7] for one in told(log.read_bytes(), kind, zone=LOCAL, latest=SystemClock().now(), live=True)}
        if found == expected:
            return
        time.sleep(0.05)
    assert found == expected


def test_dovecot(require_debian: Require, certificates: Certificates) -> None:
    program = require_debian("dovecot-imapd", binary="dovecot")
    with running_dovecot(program, certificates.certificate, certificates.key, ("full.anna", "full.bengt")) as server:
        sign_ins.at_dovecot(server, certificates.ca)
        expected = {
            ("imap", "full.anna", "", "iPhone Mail 22A380 iOS", HERE, "1", "0"),
            ("imap", "full.anna", "", "", HERE, "0", "2"),
            ("imap", "nobody@norrskenbygg.example", "", "", HERE, "0", "1"),
            ("imap", "full.bengt", "", "", HERE, "1", "0"),
        }
        callers(server.mail.parent / "log", expected, "dovecot")


def test_postfix() -> None:
    scanner = "scanner@norrskenbygg.example"
    with running_postfix() as server:
        sign_ins.at_postfix(server)
        expected = {
            ("submission", scanner, "", "BRN30055C112233.lan", "192.168.1.40", "1", "1"),
            ("smtp-relay", scanner, "", "BRN30055C112233", "192.168.1.40", "0", "1"),
        }
        callers(server.log, expected, "postfix")


def test_proftpd(require_debian: Require, certificates: Certificates, tmp_path: Path) -> None:
    program = require_debian("proftpd-core proftpd-mod-crypto", binary="proftpd")
    with running_proftpd(program, tmp_path / "it", certificates.certificate, certificates.key) as server:
        sign_ins.at_ftp(server.port, certificates.ca, server.user, server.password)
        callers(tmp_path / "it" / "log", ftp_callers(server.user), "proftpd")


def test_vsftpd(certificates: Certificates, tmp_path: Path) -> None:
    with running_vsftpd(tmp_path / "it", certificates.certificate, certificates.key, logs=True) as server:
        sign_ins.at_ftp(server.port, certificates.ca, server.user, server.password)
        callers(tmp_path / "it" / "vsftpd.log", ftp_callers(server.user), "vsftpd")


def ftp_callers(user: str) -> set[tuple[str, ...]]:
    return {("ftp", user, "", "", HERE, "1", "1"), ("ftp", "nobody-at-all", "", "", HERE, "0", "1")}


def test_apache(require_debian: Require, certificates: Certificates, open_folder: Path) -> None:
    program = require_debian("apache2-bin", binary="apache2")
    content = open_folder / "content"
    content.mkdir()
    if os.geteuid() == 0:
        shutil.chown(content, 65534)
    with running_apache(program, open_folder / "it", content, certificates.certificate, certificates.key) as server:
        sign_ins.at_apache(server, certificates.ca)
        expected = {
            ("webdav", server.user, "", "Microsoft-WebDAV-MiniRedir/10.0.19045", HERE, "1", "0"),
            ("webdav", server.user, "", "davfs2/1.6.1 neon/0.32", HERE, "0", "1"),
        }
        log = open_folder / "it" / "access.log"
        end = time.monotonic() + 20
        while time.monotonic() < end and log.read_bytes().count(b"\n") < 4:
            time.sleep(0.05)
        found = {one[:7] for one in told(log.read_bytes(), "apache")}
        curl = {one for one in found if one[3].startswith("curl/")}
        assert found - curl == expected
        assert {one[5:] for one in curl} == {("1", "0")}


def test_sshd(require_debian: Require, tmp_path: Path) -> None:
    program = require_debian("openssh-server", binary="sshd")
    with running_sshd(program, tmp_path / "it") as server:
        sign_ins.at_sshd(server, tmp_path)
        # On stderr the lines lack what syslog puts in front of them.
        said = tmp_path / "it" / "log"
        end = time.monotonic() + 20
        while time.monotonic() < end and "invalid user nosuch" not in said.read_text():
            time.sleep(0.05)
        stamp = SystemClock().now().strftime("%b %e %H:%M:%S")
        lines = "".join(f"{stamp} mail sshd[7]: {line}\n" for line in said.read_text().splitlines())
        found = {one[:7] for one in told(lines.encode(), "sshd", latest=SystemClock().now())}
        assert found == {("ssh", server.user, "", "", HERE, "1", "1"), ("ssh", "nosuch", "", "", HERE, "0", "1")}
