"""The stores that the contract of `FileStore` runs over. A new adapter is one function here."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
import trustme
from botocore.config import Config

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted, HostKeyChanged, HostKeyUnknown
from skyflytt.files.dropbox import open_dropbox
from skyflytt.files.ftps import open_ftps
from skyflytt.files.local import open_local
from skyflytt.files.memory import open_memory
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import open_s3
from skyflytt.files.sftp import open_sftp
from skyflytt.files.smb import open_smb
from skyflytt.files.webdav import open_webdav
from skyflytt.project.servers import FtpsServer, LocalServer, S3Server, SftpServer, SmbServer, WebdavServer
from tests.contract import sharepoint_place
from tests.real import asyncssh_server, pyftpdlib_server, wsgidav_server
from tests.real.apache import Apache, running_apache
from tests.real.ceph_rgw import running_rgw
from tests.real.dropbox_simulator import SECRETS, running_dropbox
from tests.real.processes import free_port, running_module
from tests.real.proftpd import running_proftpd
from tests.real.samba import running_samba
from tests.real.sshd import known_hosts_lines, make_key, running_sshd
from tests.real.vsftpd import running_vsftpd

Opened = AbstractContextManager[FileStore]
Require = Callable[..., str]
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Place:
    """One adapter with a server behind it. `open(root, **changes)` opens the store at a folder of this machine's (or of the
    bucket); `changes` are other values for the settings or the secret."""

    open: Callable[..., Opened]
    base: Path
    port: int | None = None
    """None where there is no connection that could break."""
    on_disk: bool = True
    """What the store holds are files of this machine, below the root."""
    wrong_secret: dict[str, Any] = field(default_factory=dict)
    distrusted: tuple[tuple[dict[str, Any], type[Failure]], ...] = ()
    known_hosts: Path | None = None
    """Where the server's key is known by its port."""
    attempts: Path | None = None
    """Where the server writes a line for each password that it was sent."""

    owner: int | None = None
    """Whose the roots must be, where the server is not the user who runs the suite."""
    one_name_one_thing: bool = True
    """A file and a folder cannot have the same name."""
    names_as_they_are: bool = True
    says_when_it_is_full: bool = True
    ends_what_shrank: bool = True
    """It says soon that it has no more of a file than it promised."""
    forbidden_by_the_server: str = ""
    """Characters that this one server cannot handle, though the protocol can."""
    forbidden_names: tuple[str, ...] = ()
    """Names that are refused before they are sent."""

    @property
    def may_read_all(self) -> bool:
        return os.geteuid() == 0 and self.owner is None

    def new_root(self) -> Path:
        root = self.base / f"root{next(NUMBERS)}"
        if self.on_disk:
            root.mkdir()
            if self.owner is not None:
                os.chown(root, self.owner, self.owner)
        return root


@dataclass(frozen=True)
class Certificates:
    ca: Path
    other_ca: Path
    certificate: Path
    key: Path
    both: Path


def make_certificates(folder: Path) -> Certificates:
    files = Certificates(*(folder / name for name in ("ca.pem", "other-ca.pem", "cert.pem", "key.pem", "both.pem")))
    authority = trustme.CA()
    server = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(files.ca)
    trustme.CA().cert_pem.write_to_path(files.other_ca)
    files.certificate.write_bytes(b"".join(blob.bytes() for blob in server.cert_chain_pems))
    server.private_key_pem.write_to_path(files.key)
    server.private_key_and_cert_chain_pem.write_to_path(files.both)
    return files


@contextlib.contextmanager
def memory(base: Path, require: Require) -> Iterator[Place]:
    yield Place(lambda _root: open_memory(), base, on_disk=False)


@contextlib.contextmanager
def local(base: Path, require: Require) -> Iterator[Place]:
    yield Place(lambda root: open_local(LocalServer(kind="local", root=root)), base)


def _sftp(root: Path, settings: dict[str, Any], secret: str | None = None) -> Opened:
    return open_sftp(SftpServer(kind="sftp", root=str(root), **settings), secret)


def _key_cases(base: Path, port: int) -> tuple[tuple[dict[str, Any], type[Failure]], ...]:
    (base / "empty").touch()
    (base / "other").write_text(known_hosts_lines(port, make_key(base / "other_key")))
    return ({"known_hosts": base / "empty"}, HostKeyUnknown), ({"known_hosts": base / "other"}, HostKeyChanged)


def _certificate_cases(other_ca: Path) -> tuple[tuple[dict[str, Any], type[Failure]], ...]:
    """Of another authority, and for another name: inet_aton(3) takes 127.1 for 127.0.0.1, of which the certificate says nothing."""
    return ({"ca_file": other_ca}, CertificateNotTrusted), ({"host": "127.1"}, CertificateNotTrusted)


@contextlib.contextmanager
def openssh(base: Path, require: Require) -> Iterator[Place]:
    with running_sshd(require("openssh-server", binary="sshd"), base / "sshd") as sshd:
        settings = {"host": "127.0.0.1", "port": sshd.port, "user": sshd.user, "known_hosts": sshd.known_hosts}
        settings["key_file"] = sshd.key_file
        yield Place(
            lambda root, **changes: _sftp(root, settings | changes),
            base,
            sshd.port,
            wrong_secret={"key_file": make_key(base / "strangers_key")},
            distrusted=_key_cases(base, sshd.port),
            known_hosts=sshd.known_hosts,
        )


@contextlib.contextmanager
def asyncssh(base: Path, require: Require) -> Iterator[Place]:
    """When root runs the suite, this server is somebody with fewer rights: outside of root's own temporary folder, too."""
    port, host_key = free_port(), make_key(base / "host_key")
    known_hosts = base / "known_hosts"
    known_hosts.write_text(known_hosts_lines(port, host_key))
    settings = {"host": "127.0.0.1", "port": port, "user": "migration", "known_hosts": known_hosts}
    owner = asyncssh_server.NOBODY if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="skyflytt-asyncssh-") as name:
        open_to_all = Path(name)
        open_to_all.chmod(0o777)
        attempts = open_to_all / "attempts"
        arguments = (str(port), str(host_key), "hemlig åäö", str(attempts))
        with running_module("tests.real.asyncssh_server", *arguments, port=port, log=base / "log"):
            yield Place(
                lambda root, secret="hemlig åäö", **changes: _sftp(root, settings | changes, secret),
                open_to_all,
                port,
                wrong_secret={"secret": "fel"},
                distrusted=_key_cases(base, port),
                attempts=attempts,
                known_hosts=known_hosts,
                owner=owner,
            )


def _ftps_place(base: Path, port: int, user: str, password: str, certificates: Certificates, **more: bool) -> Place:
    settings = {"host": "127.0.0.1", "port": port, "ca_file": certificates.ca}

    def opened(root: Path, secret: str = password, **changes: Any) -> Opened:
        return open_ftps(FtpsServer(kind="ftps", **(settings | changes)), secret, user=user, root=str(root))

    return Place(
        opened,
        base,
        port,
        wrong_secret={"secret": "fel"},
        distrusted=_certificate_cases(certificates.other_ca),
        **more,
    )


@contextlib.contextmanager
def proftpd(base: Path, require: Require) -> Iterator[Place]:
    certificates = make_certificates(base)
    program = require("proftpd-core proftpd-mod-crypto", binary="proftpd")
    with running_proftpd(program, base / "proftpd", certificates.certificate, certificates.key) as server:
        yield _ftps_place(base, server.port, server.user, server.password, certificates)


@contextlib.contextmanager
def vsftpd(base: Path, require: Require) -> Iterator[Place]:
    """Of a full disk it says "Failure writing to local file"."""
    certificates = make_certificates(base)
    with running_vsftpd(base / "vsftpd", certificates.certificate, certificates.key) as server:
        yield _ftps_place(base, server.port, server.user, server.password, certificates, says_when_it_is_full=False)


@contextlib.contextmanager
def pyftpdlib(base: Path, require: Require) -> Iterator[Place]:
    """It shows a `?` for bytes that are not UTF-8, and never answers a STOR that its disk had no room for."""
    certificates, port = make_certificates(base), free_port()
    arguments = (str(port), str(certificates.both), "hemligt")
    with running_module("tests.real.pyftpdlib_server", *arguments, port=port, log=base / "log"):
        quirks = {"names_as_they_are": False, "says_when_it_is_full": False}
        yield _ftps_place(base, port, pyftpdlib_server.USER, "hemligt", certificates, **quirks)


@contextlib.contextmanager
def samba(base: Path, require: Require) -> Iterator[Place]:
    """Encrypted, as is the default. It shows names that are not UTF-8 under other names; like asyncssh, it is somebody with fewer
    rights when root runs the suite."""
    as_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="skyflytt-samba-") as name:
        Path(name).chmod(0o777)
        with running_samba(
            require("samba", binary="smbd"),
            base / "samba",
            Path(name),
            # Not nobody, who is Samba's guest.
            share_settings="force user = daemon" if as_root else "",
        ) as server:
            settings = {"host": "127.0.0.1", "port": server.port, "share": server.share, "user": server.user}

            def opened(root: Path, secret: str = server.password, **changes: Any) -> Opened:
                below = f"/{root.relative_to(server.path)}"
                return open_smb(SmbServer(kind="smb", root=below, **(settings | changes)), secret)

            yield Place(
                opened,
                server.path,
                server.port,
                wrong_secret={"secret": "fel"},
                owner=pwd.getpwnam("daemon").pw_uid if as_root else None,
                names_as_they_are=False,
                forbidden_names=("slutar med punkt.", "slutar med blank ", "...", "con"),
            )


def _s3_place(base: Path, settings: dict[str, Any], secret: str, other_ca: Path, **more: Any) -> Place:
    port = int(settings["endpoint_url"].rpartition(":")[2])

    def opened(root: Path, secret: str = secret, **changes: Any) -> Opened:
        if "port" in changes or "host" in changes:
            address = f"{changes.pop('host', '127.0.0.1')}:{changes.pop('port', port)}"
            changes["endpoint_url"] = f"https://{address}"
        return open_s3(S3Server(kind="s3", prefix=f"{root.name}/", **(settings | changes)), secret)

    return Place(
        opened,
        base,
        port,
        on_disk=False,
        one_name_one_thing=False,
        distrusted=_certificate_cases(other_ca),
        **more,
    )


def _make_bucket(settings: dict[str, Any], secret: str) -> None:
    boto3.client(
        "s3",
        endpoint_url=settings["endpoint_url"],
        region_name=settings["region"],
        aws_access_key_id=settings["access_key_id"],
        aws_secret_access_key=secret,
        verify=str(settings["ca_file"]),
        config=Config(s3={"addressing_style": "path"}),
    ).create_bucket(Bucket=settings["bucket"])


@contextlib.contextmanager
def moto(base: Path, require: Require) -> Iterator[Place]:
    """It checks no signatures, so there is no wrong secret here; and it answers 404 to a key with a line break."""
    certificates, port = make_certificates(base), free_port()
    arguments = ("-H", "127.0.0.1", "-p", str(port), "-c", str(certificates.certificate), "-k", str(certificates.key))
    settings = {"endpoint_url": f"https://127.0.0.1:{port}", "bucket": "handover", "region": "us-east-1"}
    settings |= {"access_key_id": "key", "ca_file": certificates.ca}
    with running_module("moto.server", *arguments, port=port, log=base / "log"):
        _make_bucket(settings, "secret")
        yield _s3_place(base, settings, "secret", certificates.other_ca, forbidden_by_the_server="\n")


@contextlib.contextmanager
def rgw(base: Path, require: Require) -> Iterator[Place]:
    certificates = make_certificates(base)
    with running_rgw(require, base / "ceph", certificates.certificate, certificates.key) as server:
        settings = {"endpoint_url": server.endpoint_url.replace("localhost", "127.0.0.1"), "bucket": "handover"}
        settings |= {"region": "default", "access_key_id": server.access_key_id, "ca_file": certificates.ca}
        _make_bucket(settings, server.secret)
        yield _s3_place(base, settings, server.secret, certificates.other_ca, wrong_secret={"secret": "fel"})


@contextlib.contextmanager
def open_folder(purpose: str) -> Iterator[Path]:
    """A folder that everybody can reach and write to, unlike root's own temporary one."""
    with tempfile.TemporaryDirectory(prefix=f"skyflytt-{purpose}-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def webdav_settings(server: Apache, certificates: Certificates) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": server.port, "user": server.user, "ca_file": certificates.ca}


def _webdav_place(
    base: Path, settings: dict[str, Any], password: str, certificates: Certificates, **more: Any
) -> Place:
    def opened(root: Path, secret: str = password, **changes: Any) -> Opened:
        at = f"/{root.relative_to(base).as_posix()}"
        return open_webdav(WebdavServer(kind="webdav", root=at, **(settings | changes)), secret)

    return Place(
        opened,
        base,
        settings["port"],
        wrong_secret={"secret": "fel"},
        distrusted=_certificate_cases(certificates.other_ca),
        **more,
    )


@contextlib.contextmanager
def apache(base: Path, require: Require) -> Iterator[Place]:
    certificates, program = make_certificates(base), require("apache2-bin", binary="apache2")
    with (
        open_folder("apache") as folder,
        open_folder("webdav") as content,
        running_apache(program, folder, content, certificates.certificate, certificates.key) as server,
    ):
        settings = webdav_settings(server, certificates)
        yield _webdav_place(content, settings, server.password, certificates, owner=server.owner)


@contextlib.contextmanager
def wsgidav(base: Path, require: Require) -> Iterator[Place]:
    """It keeps times as Windows sets them, cannot go on with a file, lists no folder that holds a name that is not UTF-8, and takes ten
    seconds to give up a file that shrank."""
    certificates, port = make_certificates(base), free_port()
    settings = {"host": "127.0.0.1", "port": port, "user": wsgidav_server.USER, "ca_file": certificates.ca}
    content = base / "content"
    content.mkdir()
    arguments = (str(port), str(certificates.both), str(content), "hemligt")
    with running_module("tests.real.wsgidav_server", *arguments, port=port, log=base / "log"):
        quirks = {"names_as_they_are": False, "ends_what_shrank": False}
        yield _webdav_place(content, settings | {"times": "win32"}, "hemligt", certificates, **quirks)


@contextlib.contextmanager
def dropbox(base: Path, require: Require) -> Iterator[Place]:
    """A simulator. Capitals, and how å is written, make no other name."""
    certificates = make_certificates(base)
    with running_dropbox(base / "simulator", certificates.ca, certificates.both) as server:

        def opened(root: Path, secret: str = SECRETS["anna"], **changes: Any) -> Opened:
            with open_dropbox(server.settings(), SECRETS["anna"]) as top:
                top.make_folder(root.name)
            if "port" in changes or "host" in changes:
                address = f"{changes.pop('host', '127.0.0.1')}:{changes.pop('port', server.port)}"
                changes["url"] = f"https://{address}"
            return open_dropbox(server.settings(root=f"/{root.name}", **changes), secret)

        yield Place(
            opened,
            base,
            server.port,
            on_disk=False,
            wrong_secret={"secret": "fel"},
            distrusted=_certificate_cases(certificates.other_ca),
            forbidden_names=("a\u030a", "Å", "Naïve.txt", "case", "CASE", "slutar med blank "),
        )


@contextlib.contextmanager
def sharepoint(base: Path, require: Require) -> Iterator[Place]:
    """The product's simulator; an application's wrong secret has a failure of its own."""
    with sharepoint_place.library(base) as (simulator, opened):
        yield Place(
            opened,
            base,
            simulator.port,
            on_disk=False,
            distrusted=sharepoint_place.distrusted(base),
            forbidden_names=(*sharepoint_place.TAKEN_FOR_THE_SAME, *sharepoint_place.REFUSED),
        )


PLACES = (
    *(memory, local, openssh, asyncssh, proftpd, vsftpd, pyftpdlib, samba, moto, apache, wsgidav, sharepoint, dropbox),
    # It takes a quarter of a minute to come up.
    pytest.param(rgw, marks=pytest.mark.heavy, id="rgw"),
)
